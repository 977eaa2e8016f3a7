package sandbox

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// longestSocket is what Linux allows for the path of a socket, in bytes: unix(7).
const longestSocket = 107

// StartBuildKit starts a buildkitd with runc, and returns the address of its socket. tools are the paths of buildkitd and
// buildctl, and of rootlesskit for a user who is not root. Build steps share the machine's network; buildkitd speaks to the registry
// without TLS.
func (s *Sandbox) StartBuildKit(ctx context.Context, tools map[string]string, runc, registry string) (string, error) {
	if err := s.mark(); err != nil {
		return "", err
	}
	socket := s.path("buildkitd.sock")
	if len(socket) > longestSocket {
		return "", exit.Input("HUBOPS_SANDBOX_DIR: %s is too long a path for a socket", socket).Try("choose a shorter directory")
	}
	config := s.path("buildkitd.toml")
	if err := os.WriteFile(config, fmt.Appendf(nil, "[registry.%q]\nhttp = true\n", registry), 0o600); err != nil {
		return "", err
	}
	logFile := s.path("buildkitd.log")
	daemon := process.Cmd{Name: tools["buildkitd"], Dir: s.Dir, Args: []string{
		"--addr", "unix://" + socket, "--root", s.path("buildkit"), "--config", config, "--otel-socket-path", s.path("otel.sock"),
		"--containerd-worker=false", "--oci-worker=true", "--oci-worker-binary", runc, "--oci-worker-net", "host",
	}}
	if tools["rootlesskit"] != "" {
		daemon = s.rootless(tools["rootlesskit"], daemon)
	}
	pid, err := s.Run.Start(daemon, logFile)
	if err != nil {
		return "", fmt.Errorf("starting the sandbox's buildkitd: %w", err)
	}
	address := "unix://" + socket
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		if _, err := s.Run.Output(ctx, process.Cmd{Name: tools["buildctl"], Args: []string{"--addr", address, "debug", "info"}}); err == nil {
			return address, nil
		}
		if syscall.Kill(pid, 0) != nil {
			break // buildkitd has ended
		}
	}
	return "", fmt.Errorf("the sandbox's buildkitd does not start, see %s", logFile)
}

// needsRootless reports whether a buildkitd is needed, and this user is not root.
func (s *Sandbox) needsRootless() bool { return s.BuildKit && os.Geteuid() != 0 }

// checkBuildKit checks that a needed buildkitd can start, before the other tools are built, which can take minutes.
func (s *Sandbox) checkBuildKit(ctx context.Context) error {
	if !s.needsRootless() {
		return nil
	}
	if err := s.checkDisk(ctx, played("this user is not root"), nil); err != nil {
		return err
	}
	rootlesskit, err := s.Tools.Find(ctx, "rootlesskit")
	if err != nil {
		return err
	}
	return s.mapsUsers(ctx, rootlesskit)
}

// addBuildKit starts a buildkitd if one is needed and none runs.
func (s *Sandbox) addBuildKit(ctx context.Context, state *State) error {
	if !s.BuildKit || state.BuildKit != "" {
		return nil
	}
	s.Console.Info("", "no Docker engine answers: the sandbox gets a buildkitd of its own")
	tools, err := s.Tools.Ensure(ctx, "buildkitd", "buildctl")
	if err != nil {
		return err
	}
	if s.needsRootless() {
		if tools["rootlesskit"], err = s.Tools.Find(ctx, "rootlesskit"); err != nil {
			return err
		}
	}
	runc, err := s.runc(ctx)
	if err != nil {
		return err
	}
	state.BuildKit, err = s.StartBuildKit(ctx, tools, runc, state.Registry)
	return err
}
