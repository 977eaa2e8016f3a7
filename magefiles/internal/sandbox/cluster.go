package sandbox

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"hub-ops/magefiles/internal/process"
)

const clusterName = "sandbox"

// volumes is how many volumes there are, and so how many claims can be bound.
const volumes = 250

// settings configure kwok: where it listens, and how nodes, pods and load balancers behave.
//
//go:embed cluster/kwok.yaml
var settings string

// failing is the configuration of the ways in which a pod can be made to fail.
//
//go:embed cluster/failures.yaml
var failing string

// containerLog is the log of every container, in the format that container runtimes write.
const containerLog = "2026-01-01T00:00:00.000000000Z stdout F The sandbox only plays its containers; this is the log of all of them.\n"

// objects are the nodes and the default StorageClass.
//
//go:embed cluster/objects.yaml
var objects string

// volume is one PersistentVolume; NUMBER stands for its number.
//
//go:embed cluster/volume.yaml
var volume string

// startCluster starts the control plane and two nodes, and returns when the API server takes requests.
func (s *Sandbox) startCluster(ctx context.Context, tools map[string]string, kubeconfig string) error {
	config := s.path("kwok.yaml")
	log := s.path("container.log")
	for file, content := range map[string]string{config: settings + strings.ReplaceAll(failing, "LOGS", strconv.Quote(log)), log: containerLog} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			return err
		}
	}
	args := []string{
		"create", "cluster", "--name", clusterName, "--runtime", "binary", "--config", config, "--kubeconfig", kubeconfig,
		"--etcd-binary", tools["etcd"], "--kube-apiserver-binary", tools["kube-apiserver"],
		"--kube-controller-manager-binary", tools["kube-controller-manager"], "--kube-scheduler-binary", tools["kube-scheduler"],
		"--kwok-controller-binary", tools["kwok"], "--disable-qps-limits", "--wait", "120s",
	}
	// kwokctl looks for free ports upwards from a fixed one, so two that start at the same time choose the same port, and a kwok
	// without a port reports no error.
	for _, part := range []string{"kube-apiserver", "kube-controller-manager", "kube-scheduler", "controller"} {
		port, err := freePort(ctx)
		if err != nil {
			return err
		}
		args = append(args, "--"+part+"-port", port)
	}
	env := []string{
		"KWOK_WORKDIR=" + s.path("kwok"), "KUBECONFIG=" + kubeconfig, "KUBECACHEDIR=" + s.path("kube-cache"),
		// kwokctl runs the kubectl on PATH, in any version, and downloads one if there is none. No option names another. So
		// its PATH holds the pinned one only.
		"PATH=" + filepath.Dir(tools["kubectl"]),
	}
	if err := s.Run.Run(ctx, process.Cmd{Name: tools["kwokctl"], Args: args, Dir: s.Dir, Env: env, Quiet: true}); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("starting the sandbox's cluster: %w", err)
	}
	manifest := new(strings.Builder)
	manifest.WriteString(objects)
	for number := range volumes {
		manifest.WriteString("---\n" + strings.ReplaceAll(volume, "NUMBER", strconv.Itoa(number)))
	}
	err := s.Run.Run(ctx, process.Cmd{
		Name: tools["kubectl"], Args: []string{"create", "--validate=false", "--filename", "-"},
		Stdin: strings.NewReader(manifest.String()), Env: env, Quiet: true,
	})
	if err != nil {
		return fmt.Errorf("setting up the sandbox's cluster: %w", err)
	}
	err = s.Run.Run(ctx, process.Cmd{Name: tools["kubectl"], Args: []string{"wait", "nodes", "--all", "--for", "condition=Ready", "--timeout", "60s"}, Env: env, Quiet: true})
	if err != nil {
		return fmt.Errorf("the nodes of the sandbox's cluster do not become ready: %w", err)
	}
	return s.awaitControllers(ctx, tools, env)
}

// awaitControllers waits for the first thing that the controller manager makes. On a busy machine it gives up on an API
// server that takes more than ten seconds to start; then it is started again.
func (s *Sandbox) awaitControllers(ctx context.Context, tools map[string]string, env []string) (err error) {
	made := []string{"wait", "--for", "create", "serviceaccount/default", "--namespace", "default", "--timeout", "20s"}
	const tries = 6
	for range tries {
		err = s.Run.Run(ctx, process.Cmd{Name: tools["kubectl"], Args: made, Env: env, Quiet: true})
		if err == nil || ctx.Err() != nil {
			return err
		}
		// This leaves alone what runs. The next round shows whether the rest has started.
		_ = s.Run.Run(ctx, process.Cmd{Name: tools["kwokctl"], Args: []string{"start", "cluster", "--name", clusterName, "--wait", "60s"}, Dir: s.Dir, Env: env, Quiet: true})
	}
	return fmt.Errorf("the controllers of the sandbox's cluster do not work: %w", err)
}

// freePort asks the system for a free port.
func freePort(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, errors.Join(err, listener.Close())
}
