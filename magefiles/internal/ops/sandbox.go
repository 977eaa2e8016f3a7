package ops

import (
	"context"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/sandbox"
)

// SandboxUp starts the sandbox unless it is up. The sandbox gets a buildkitd of its own if nothing else builds images.
func SandboxUp(ctx context.Context) error {
	_, err := runOf(ctx).sandbox(ctx).Up(ctx)
	return err
}

// sandbox is the sandbox to start.
func (r *run) sandbox(ctx context.Context) *sandbox.Sandbox {
	box := r.to.Sandbox()
	box.BuildKit = r.to.BuilderMissing(ctx)
	return box
}

// SandboxDown ends the sandbox and removes everything that belongs to it.
func SandboxDown(ctx context.Context) error {
	r := runOf(ctx)
	if err := r.to.Sandbox().Down(ctx); err != nil {
		return err
	}
	r.Console.Info("", "sandbox: down")
	return nil
}

// SandboxClean removes what only the building of tools needed.
func SandboxClean(ctx context.Context) error {
	r := runOf(ctx)
	freed, err := r.Tools.Clean(ctx)
	if err != nil {
		return err
	}
	r.Console.Result("%.1f GB given back; the tools stay in %s", float64(freed)/1e9, r.Config.CacheDir)
	return nil
}

// SandboxStatus prints whether the sandbox is up, and how to reach it.
func SandboxStatus(ctx context.Context) error {
	r := runOf(ctx)
	box := r.to.Sandbox()
	state, err := box.Current()
	if err != nil {
		return err
	}
	if state == nil {
		r.Console.Result("down")
		return nil
	}
	if err := box.Check(ctx, state); err != nil {
		return exit.With(exit.Setup, err)
	}
	rows := [][]string{{"up", ""}, {"registry", state.Registry}, {"kubeconfig", state.Kubeconfig}, {"nodes", state.Nodes}}
	if state.BuildKit != "" {
		rows = append(rows, []string{"buildkitd", state.BuildKit})
	}
	reached, err := r.reached(ctx)
	if err != nil {
		return err
	}
	for _, service := range reached {
		rows = append(rows, []string{service.Namespace + "/" + service.Service, strings.Join(service.URLs, " ")})
	}
	r.Console.Table(rows)
	return nil
}

// Demonstrate starts the sandbox, and carries out targets in the demonstration project, a repository of its own.
func Demonstrate(ctx context.Context, targets func(context.Context) error) error {
	r := runOf(ctx)
	box := r.sandbox(ctx)
	box.Demonstrates = true
	state, err := box.Up(ctx)
	if err != nil {
		return err
	}
	publisher, err := r.chartPublisher(ctx)
	if err != nil {
		return err
	}
	made, err := box.Demonstration(ctx, state, publisher)
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	demonstration, err := r.At(made.Root)
	if err != nil {
		return err
	}
	defer demonstration.Close()
	if err := targets(withRun(ctx, newRun(demonstration))); err != nil {
		return err
	}
	r.Console.Info("", "the demonstration project is in %s; the sandbox stays up: try your own hubs on it, end it with sandbox:down", made.Root)
	return r.tellReached(state, made)
}

// tellReached prints where a browser of this machine finds the hubs of the demonstration, and how somebody gets in. The hub that it names last
// is the one to look at.
func (r *run) tellReached(state *sandbox.State, made sandbox.Demonstration) error {
	if !state.RunsContainers() {
		r.Console.Result("nodes are played: what is deployed does not run, and no hub can be visited; sandbox:down, then SANDBOX_NODES=real where this machine can have a real node")
		return nil
	}
	reached, err := r.to.Sandbox().Reach()
	if err != nil {
		return err
	}
	for _, hub := range []string{"demo-test", "demo-hub"} {
		for _, service := range reached {
			if service.Namespace != hub || len(service.URLs) == 0 {
				continue
			}
			address := strings.TrimSuffix(service.URLs[0], "/") + "/" + hub + "/"
			if made.JupyterHub {
				r.Console.Result("%s is a JupyterHub: log in at %s with any name and password %s", hub, address, sandbox.Password)
			} else {
				r.Console.Result("%s is a small program in place of a hub, at %s: nobody can log in", hub, address)
			}
		}
	}
	return nil
}

// SandboxImage makes the image of the demonstration's JupyterHub, unless it is in the cache.
func SandboxImage(ctx context.Context) error {
	r := runOf(ctx)
	image := r.to.Sandbox().HubImage()
	if why := image.Missing(ctx); why != "" {
		return exit.Errorf(exit.Setup, "no image of a JupyterHub: %s", why).Try("as root, install debootstrap and let this machine reach deb.debian.org; without the image, the demonstration is a small program")
	}
	if err := image.Ensure(ctx); err != nil {
		return err
	}
	r.Console.Result("the image of the demonstration's JupyterHub is kept in %s", image.Kept())
	return nil
}

// chartPublisher returns a helm that reaches no cluster, and writes only to private directories.
func (r *run) chartPublisher(ctx context.Context) (*helm.Client, error) {
	path, err := r.Tools.Pinned(ctx, "helm")
	if err != nil {
		return nil, err
	}
	client := &helm.Client{Run: r.Run, Path: path}
	for _, part := range []string{"CACHE", "CONFIG", "DATA"} {
		client.Env = append(client.Env, "HELM_"+part+"_HOME="+filepath.Join(r.Scratch, "helm", part))
	}
	return client, nil
}
