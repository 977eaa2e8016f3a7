package sandbox

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox/kernel"
	"hub-ops/magefiles/internal/sandbox/node"
)

// realNode is the program that runs a real node.
//
//go:embed realnode/*.go
var realNode embed.FS

// directories is the StorageClass of a real node.
//
//go:embed cluster/directories.yaml
var directories string

// startNode starts a real node with its control plane, and returns when the node takes pods. rules are as those of nodes.
func (s *Sandbox) startNode(ctx context.Context, rules string, tools map[string]string, state *State) error {
	program, err := s.compile(ctx, "realnode", realNode)
	if err != nil {
		return err
	}
	cgroup, err := node.Cgroup(s.Dir)
	if err != nil {
		return err
	}
	settings := node.Settings{Dir: s.Dir, Cgroup: cgroup, Tools: tools, Program: program, Registry: state.Registry, Rules: rules, ToolDirs: []string{filepath.Join(s.Tools.Cache, "tools")}}
	if err := kernel.MakeCgroup(cgroup); err != nil {
		return err
	}
	if settings.Tools["runc"], err = s.runc(ctx); err != nil {
		return err
	}
	if settings.Pause, err = pushPause(ctx, program, state.Registry); err != nil {
		return err
	}
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	settings.API = "127.0.0.1:" + port
	if err := gatherPlugins(tools, s.path("plugins")); err != nil {
		return err
	}
	if err := node.Write(settings, state.Kubeconfig); err != nil {
		return fmt.Errorf("writing the sandbox's node: %w", err)
	}
	logFile := s.path("realnode.log")
	if _, err := s.Run.Start(process.Cmd{Name: program, Args: []string{"keep", node.Plan(s.Dir)}, Dir: s.Dir}, logFile); err != nil {
		return fmt.Errorf("starting the sandbox's node: %w", err)
	}
	return s.awaitNode(ctx, tools["kubectl"], rules, state)
}

// awaitNode waits for the API server, then for the node, and for kube-proxy if the node has one.
func (s *Sandbox) awaitNode(ctx context.Context, kubectl, rules string, state *State) error {
	ask := func(stdin string, args ...string) ([]byte, error) {
		return s.Run.Output(ctx, process.Cmd{
			Name: kubectl, Args: args, Stdin: strings.NewReader(stdin), Env: []string{"KUBECONFIG=" + state.Kubeconfig, "KUBECACHEDIR=" + s.path("kube-cache")},
		})
	}
	type step struct {
		what  string
		logs  []string // of whom, if it does not come
		stdin string
		args  []string
		seen  func(answer []byte) error
	}
	steps := []step{
		{"the API server", []string{"etcd", "kube-apiserver"}, "", []string{"get", "--raw", "/readyz", "--request-timeout", "5s"}, nil},
		{"the StorageClass", []string{"kube-apiserver"}, directories, []string{"apply", "--validate=false", "--filename", "-"}, nil},
		{"the node", []string{"containerd", "kubelet"}, "", []string{"wait", "node/" + node.Name, "--for", "condition=Ready", "--timeout", "5s"}, nil},
		{"the controllers", []string{"kube-controller-manager"}, "", []string{"wait", "--for", "create", "serviceaccount/default", "--namespace", "default", "--timeout", "5s"}, nil},
	}
	if rules != "" {
		steps = append(steps, step{"kube-proxy", []string{"kube-proxy"}, "", []string{"get", "--raw", node.ProxyHealth, "--request-timeout", "5s"}, wroteRules})
	}
	for _, step := range steps {
		err := s.eventually(ctx, func() error {
			answer, err := ask(step.stdin, step.args...)
			if err == nil && step.seen != nil {
				err = step.seen(answer)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("%s of the sandbox: %w%s", step.what, err, lastWords(node.Files(s.Dir), step.logs))
		}
	}
	return nil
}

// wroteRules reads what kube-proxy says of its health. It calls itself healthy while it starts, and names an address family once the rules of that are
// written.
func wroteRules(answer []byte) error {
	var health struct {
		Status map[string]struct{ Healthy bool }
	}
	if err := json.Unmarshal(answer, &health); err != nil {
		return err
	}
	if !health.Status["IPv4"].Healthy {
		return errors.New("it has written no rules yet")
	}
	return nil
}

// lastWords is what programs of the node said last: their logs are removed with a sandbox that does not start.
func lastWords(files string, programs []string) string {
	text := new(strings.Builder)
	for _, program := range programs {
		content, err := os.ReadFile(filepath.Join(files, program+".log")) // #nosec G304 -- of the sandbox
		if said := process.Cause(string(content)); err == nil && said != "" {
			text.WriteString("; " + program + " said last: " + said)
		}
	}
	return text.String()
}

// longestStart is how long a part of the cluster may take to start, on a busy machine.
const longestStart = 2 * time.Minute

// eventually tries until it succeeds, or the process that keeps the node has ended.
func (s *Sandbox) eventually(ctx context.Context, do func() error) error {
	for start := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		err := do()
		if err == nil || ctx.Err() != nil || time.Since(start) > longestStart {
			return errors.Join(ctx.Err(), err)
		}
		if pids, unknown := processes(s.Dir); unknown == nil && !s.kept(pids) {
			content, _ := os.ReadFile(s.path("realnode.log"))
			return fmt.Errorf("it has ended: %s", strings.TrimSpace(string(content)))
		}
	}
}

// kept reports whether the program that keeps the node is one of these processes.
func (s *Sandbox) kept(pids map[int]string) bool {
	for pid := range pids {
		content, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)) // #nosec G304 -- of the process table
		if err == nil && strings.HasPrefix(string(content), s.path("realnode")+"\x00keep\x00") {
			return true
		}
	}
	return false
}

// gatherPlugins puts the network's plugins into one directory, as they are looked for.
func gatherPlugins(tools map[string]string, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, name := range append(slices.Clone(node.Plugins), node.HostPorts) {
		if tools[name] == "" {
			continue // kube-proxy's rules are not to be had, and hence not those of hostPorts
		}
		link := filepath.Join(dir, name)
		if err := os.Symlink(tools[name], link); err != nil {
			return err
		}
		tools[name] = link
	}
	return nil
}
