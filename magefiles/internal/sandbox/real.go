package sandbox

import (
	"context"
	"embed"
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
	settings := node.Settings{Dir: s.Dir, Tools: tools, Program: program, Registry: state.Registry, Rules: rules, ToolDirs: []string{filepath.Join(s.Tools.Cache, "tools")}}
	if err := kernel.MakeCgroup(node.Cgroup(s.Dir)); err != nil {
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
	return s.awaitNode(ctx, tools["kubectl"], state)
}

// awaitNode waits for the API server, and then for the node.
func (s *Sandbox) awaitNode(ctx context.Context, kubectl string, state *State) error {
	env := []string{"KUBECONFIG=" + state.Kubeconfig, "KUBECACHEDIR=" + s.path("kube-cache")}
	ask := func(stdin string, args ...string) error {
		return s.Run.Run(ctx, process.Cmd{Name: kubectl, Args: args, Stdin: strings.NewReader(stdin), Env: env, Quiet: true})
	}
	steps := []struct {
		what string
		logs []string // of whom, if it does not come
		do   func() error
	}{
		{"the API server", []string{"etcd", "kube-apiserver"}, func() error { return ask("", "get", "--raw", "/readyz", "--request-timeout", "5s") }},
		{"the StorageClass", []string{"kube-apiserver"}, func() error { return ask(directories, "apply", "--validate=false", "--filename", "-") }},
		{"the node", []string{"containerd", "kubelet"}, func() error {
			return ask("", "wait", "node/"+node.Name, "--for", "condition=Ready", "--timeout", "5s")
		}},
		{"the controllers", []string{"kube-controller-manager"}, func() error {
			return ask("", "wait", "--for", "create", "serviceaccount/default", "--namespace", "default", "--timeout", "5s")
		}},
	}
	for _, step := range steps {
		if err := s.eventually(ctx, step.do); err != nil {
			return fmt.Errorf("%s of the sandbox: %w%s", step.what, err, lastWords(node.Files(s.Dir), step.logs))
		}
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
func (s *Sandbox) kept(pids []int) bool {
	for _, pid := range pids {
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
