// Package sandbox runs a registry and a real Kubernetes control plane on this machine, on free ports, for trying hubs and for
// tests. They write to one directory only. Up returns their addresses, Down ends and removes everything. Packages ops/sandbox and connect,
// and the benchmarks, call it.
package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox/kernel"
	"hub-ops/magefiles/internal/sandbox/node"
	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/turn"
	"hub-ops/magefiles/internal/ui"
)

// Sandbox is the sandbox whose files are in Dir, up or not.
type Sandbox struct {
	Dir     string
	Root    string // of the operator's repository, which must not lie in Dir
	Run     *process.Runner
	Console *ui.Console
	Tools   *toolchain.Box
	// BuildKit says that a buildkitd is needed: there is no engine that builds images.
	BuildKit bool
	// Nodes says which nodes are wanted: Played or Real; "" leaves it to the sandbox.
	Nodes string
	// Hub says what the demonstration is to be: JupyterHub or Program; "" leaves it to the sandbox.
	Hub string
	// Demonstrates says that the demonstration follows, so that its image can be made while tools are built.
	Demonstrates bool

	imageFailed error // while the sandbox was started
}

// State is how to reach a sandbox that is up.
type State struct {
	Registry   string `json:"registry"`           // host:port, plain HTTP
	Kubeconfig string `json:"kubeconfig"`         // path
	BuildKit   string `json:"buildkit,omitempty"` // address of its buildkitd, if it has one
	Nodes      string `json:"nodes,omitempty"`    // Played or Real
}

// RunsContainers reports whether what is deployed really runs.
func (s *State) RunsContainers() bool { return s.Nodes == Real }

// Images is the repository of images in a sandbox, where the settings name none.
const Images = "hubs/{hub}"

// marker is the file that marks a directory as a sandbox's, which may be removed.
const marker = ".hub-ops-sandbox"

// checkDir refuses a directory that holds anything but a sandbox, because Up and Down remove everything in it.
func (s *Sandbox) checkDir() error {
	if relative, err := filepath.Rel(s.Dir, s.Root); err == nil && s.Root != "" && filepath.IsLocal(relative) {
		return exit.Input("HUBOPS_SANDBOX_DIR is %s, which holds this repository: everything in it would be removed", s.Dir).Try("name a directory that is not there yet")
	}
	entries, err := os.ReadDir(s.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && len(entries) == 0:
		return nil
	case err != nil:
		return exit.Input("HUBOPS_SANDBOX_DIR: %w", err)
	}
	if _, err := os.Stat(s.path(marker)); err != nil {
		return exit.Input("HUBOPS_SANDBOX_DIR is %s, which holds something else than a sandbox: everything in it would be removed", s.Dir).Try("name a directory that is not there yet")
	}
	return nil
}

func (s *Sandbox) path(name string) string { return filepath.Join(s.Dir, name) }

// Current returns the state of the sandbox, nil if it is not up; a sandbox that is half up is an error. The state is written last
// at the start and removed first at the end, so everything that it names was complete.
func (s *Sandbox) Current() (*State, error) {
	data, err := os.ReadFile(s.path("state.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, s.halfStarted()
	}
	if err != nil {
		return nil, fmt.Errorf("reading the sandbox's state: %w", err)
	}
	state := new(State)
	if err := json.Unmarshal(data, state); err != nil || state.Registry == "" || state.Kubeconfig == "" {
		return nil, exit.Errorf(exit.Setup, "the sandbox's state cannot be read").Try("start it anew with sandbox:down and sandbox:up")
	}
	return state, nil
}

// halfStarted returns an error if the sandbox's processes run and its state is missing.
func (s *Sandbox) halfStarted() error {
	if _, err := os.Stat(s.path(marker)); err != nil {
		return nil //nolint:nilerr // without a directory there is no sandbox
	}
	if pids, err := processes(s.Dir); err != nil || len(pids) == 0 {
		return err
	}
	return exit.Errorf(exit.Setup, "the sandbox is half up: it is just being started, or its start was killed").Try("wait for that start, or start the sandbox anew with sandbox:up, or end it with sandbox:down")
}

// Up starts the sandbox, or returns the state of one that is up. It removes what a killed run has left first.
func (s *Sandbox) Up(ctx context.Context) (*State, error) {
	if err := s.checkDir(); err != nil {
		return nil, err
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := s.checkBuildKit(ctx); err != nil {
		return nil, err
	}
	if state, err := s.Current(); err == nil && state != nil {
		works, err := s.works(ctx, state)
		if err != nil {
			return nil, err
		}
		if works {
			return state, s.goOn(ctx, state)
		}
	}
	if err := s.clean(ctx); err != nil {
		return nil, err
	}
	start := time.Now()
	state, err := s.startBest(ctx)
	if err != nil {
		return nil, exit.With(exit.Setup, errors.Join(err, s.clean(context.WithoutCancel(ctx))))
	}
	s.Console.Info("", "sandbox: up in %s, registry %s, kubeconfig %s, nodes %s", time.Since(start).Round(100*time.Millisecond), state.Registry, state.Kubeconfig, state.Nodes)
	return state, nil
}

// works reports whether a sandbox that was started works: not if its processes have ended. If they run and do not answer, or that cannot be found out, for
// want of kubectl or of time, it is an error: what is up stays up, with all that it holds.
func (s *Sandbox) works(ctx context.Context, state *State) (bool, error) {
	err := s.Check(ctx, state)
	if errors.Is(err, ErrEnded) {
		return false, ctx.Err()
	}
	return err == nil, err
}

// goOn takes a sandbox that is up.
func (s *Sandbox) goOn(ctx context.Context, state *State) error {
	if s.Nodes != "" && state.Nodes != s.Nodes {
		return exit.Input("the sandbox is up with %s nodes, and SANDBOX_NODES=%s", state.Nodes, s.Nodes).Try("end it first, with sandbox:down")
	}
	if err := s.addBuildKit(ctx, state); err != nil {
		return exit.With(exit.Setup, err)
	}
	if err := s.save(state); err != nil {
		return err
	}
	s.Console.Info("", "sandbox: up, registry %s, kubeconfig %s, nodes %s", state.Registry, state.Kubeconfig, state.Nodes)
	return nil
}

// startBest starts the sandbox with the nodes that are asked for, or else with the best that this machine can have: played ones if a real
// node does not start. A disk that has no room for all of it is told before anything is built, with what needs less.
func (s *Sandbox) startBest(ctx context.Context) (*State, error) {
	if err := s.mark(); err != nil {
		return nil, exit.Errorf(exit.Setup, "no place for the sandbox: %w", err).Try("set HUBOPS_SANDBOX_DIR to a directory that can be written")
	}
	nodes, err := s.chooseNodes(ctx)
	if err != nil {
		return nil, err
	}
	s.tell(nodes)
	image := s.makesImage(ctx, nodes)
	if err := s.checkDisk(ctx, nodes, image); err != nil {
		return nil, err
	}
	state, err := s.startAndMake(ctx, nodes, image)
	if err == nil || nodes.kind == Played || s.Nodes == Real || ctx.Err() != nil {
		return state, err
	}
	if err := s.clean(ctx); err != nil {
		return nil, err
	}
	nodes = played("the real node does not start: " + err.Error())
	s.tell(nodes)
	return s.start(ctx, nodes)
}

// start starts the sandbox with such nodes.
func (s *Sandbox) start(ctx context.Context, nodes nodes) (*State, error) {
	tools, err := s.Tools.Ensure(ctx, nodes.tools()...)
	if err != nil {
		return nil, err
	}
	if err := s.mark(); err != nil {
		return nil, err
	}
	state := &State{Kubeconfig: s.path("kubeconfig"), Nodes: nodes.kind}
	if state.Registry, err = s.startRegistry(ctx); err != nil {
		return nil, err
	}
	if state.RunsContainers() {
		err = s.startNode(ctx, nodes.rules, tools, state)
	} else {
		err = s.startCluster(ctx, tools, state.Kubeconfig)
	}
	if err != nil {
		return nil, err
	}
	if err := s.addBuildKit(ctx, state); err != nil {
		return nil, err
	}
	return state, s.save(state)
}

func (s *Sandbox) save(state *State) error {
	data, err := json.Marshal(state)
	if err != nil {
		return err
	}
	part := s.path("state.json.part")
	if err := os.WriteFile(part, data, 0o600); err != nil {
		return err
	}
	return os.Rename(part, s.path("state.json"))
}

func (s *Sandbox) mark() error {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(s.path(marker), nil, 0o600)
}

// Down ends every process of the sandbox and removes its directory. It does nothing if the sandbox is not up; one whose directory somebody has
// removed can be up. The lock beside the directory stays: by its time, a run that is under way sees that the sandbox was ended.
func (s *Sandbox) Down(ctx context.Context) error {
	if _, err := os.Stat(s.Dir); errors.Is(err, fs.ErrNotExist) {
		if left, err := processes(s.Dir); err != nil || len(left) == 0 {
			return nil //nolint:nilerr // without a directory, and where no process can be seen, there is no sandbox
		}
	}
	if err := s.checkDir(); err != nil {
		return err
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err := s.clean(ctx); err != nil {
		return err
	}
	now := time.Now()
	return os.Chtimes(s.lockFile(), now, now)
}

// EndedSince reports whether the sandbox was ended, or another one begun, after that time.
func (s *Sandbox) EndedSince(start time.Time) bool {
	info, err := os.Stat(s.lockFile())
	return err == nil && !start.IsZero() && info.ModTime().After(start)
}

// clean ends all processes and removes all files.
func (s *Sandbox) clean(ctx context.Context) error {
	if err := os.Remove(s.path("state.json")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the sandbox's state: %w", err)
	}
	if err := endProcesses(ctx, s.Dir); err != nil {
		return err
	}
	cgroup, err := node.Cgroup(s.Dir)
	if err != nil {
		return err
	}
	for _, name := range []string{cgroup, node.WrittenCgroup(s.Dir)} {
		if name == "" {
			continue
		}
		if err := kernel.RemoveCgroup(name); err != nil {
			return err
		}
	}
	return s.remove(ctx)
}

func (s *Sandbox) lockFile() string { return s.Dir + ".lock" }

// lock lets one run at a time start or end the sandbox. The lock is beside the directory, because the directory is removed.
func (s *Sandbox) lock(ctx context.Context) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(s.Dir), 0o750); err != nil {
		return nil, exit.Errorf(exit.Setup, "no place for the sandbox: %w", err).Try("set HUBOPS_SANDBOX_DIR to a directory that can be written")
	}
	unlock, err = turn.Take(ctx, s.Console, s.lockFile(), "starts or ends this sandbox")
	return unlock, exit.With(exit.Setup, err)
}
