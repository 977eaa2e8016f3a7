// Package sandbox starts the sandbox of this machine, tells how it is reached, and ends it. In goes whether anything else builds images; out
// comes a sandbox that is up, with the demonstration in it where that is asked for, or nothing of it.
package sandbox

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/sandbox"
	"hub-ops/magefiles/internal/ui"
)

// Up starts the sandbox unless it is up. The sandbox gets a buildkitd of its own if nothing else builds images.
func Up(ctx context.Context) error {
	_, err := boxToStart(ctx, run.Of(ctx)).Up(ctx)
	return err
}

// boxToStart is the sandbox to start.
func boxToStart(ctx context.Context, r *run.Run) *sandbox.Sandbox {
	box := r.To.Sandbox()
	box.BuildKit = r.To.BuilderMissing(ctx)
	return box
}

// Down ends the sandbox and removes everything that belongs to it.
func Down(ctx context.Context) error {
	r := run.Of(ctx)
	if err := r.To.Sandbox().Down(ctx); err != nil {
		return err
	}
	r.Console.Info("", "sandbox: down")
	return nil
}

// Clean removes what only the building of tools needed.
func Clean(ctx context.Context) error {
	r := run.Of(ctx)
	freed, err := r.Tools.Clean(ctx)
	if err != nil {
		return err
	}
	r.Console.Result("%.1f GB given back; the tools stay in %s", float64(freed)/1e9, r.Config.CacheDir)
	return nil
}

// Status prints whether the sandbox is up, and how to reach it.
func Status(ctx context.Context) error {
	r := run.Of(ctx)
	box := r.To.Sandbox()
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
	reached, err := Reached(ctx, r)
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
	r := run.Of(ctx)
	box := boxToStart(ctx, r)
	box.Demonstrates = true
	state, err := box.Up(ctx)
	if err != nil {
		return err
	}
	publisher, err := chartPublisher(ctx, r)
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
	if err := targets(run.With(ctx, run.New(demonstration))); err != nil {
		return err
	}
	r.Console.Info("", "the demonstration project is in %s; the sandbox stays up: try your own hubs on it, end it with sandbox:down", made.Root)
	return tellReached(r, state, made)
}

// tellReached prints where a browser of this machine finds the hubs of the demonstration, and how somebody gets in. The hub that it names last
// is the one to look at.
func tellReached(r *run.Run, state *sandbox.State, made sandbox.Demonstration) error {
	if !state.RunsContainers() {
		r.Console.Result("nodes are played: what is deployed does not run, and no hub can be visited; sandbox:down, then SANDBOX_NODES=real where this machine can have a real node")
		return nil
	}
	reached, err := r.To.Sandbox().Reach()
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

// Image makes the image of the demonstration's JupyterHub, unless it is in the cache.
func Image(ctx context.Context) error {
	r := run.Of(ctx)
	box := r.To.Sandbox()
	image := box.HubImage()
	if why := image.Missing(ctx); why != "" {
		return exit.Errorf(exit.Setup, "no image of a JupyterHub: %s", why).Try("as root, install debootstrap and let this machine reach deb.debian.org; without the image, the demonstration is a small program")
	}
	if err := box.MakeImage(ctx); err != nil {
		return err
	}
	r.Console.Result("the image of the demonstration's JupyterHub is kept in %s", image.Kept())
	return nil
}

// Load puts an image of this machine's Docker or Podman into the sandbox's registry, where its real node looks before it asks the image's own.
func Load(ctx context.Context, image string) error {
	r := run.Of(ctx)
	tag, err := name.NewTag(image)
	if err != nil {
		return exit.Input("%q is no image by its tag", image).Try("name it as the chart does, such as jupyterhub/k8s-hub:4.4.0; what a chart names by a digest is only in its own registry")
	}
	box := r.To.Sandbox()
	state, err := box.Current()
	switch {
	case err != nil:
		return err
	case state == nil:
		return exit.Errorf(exit.Setup, "no sandbox is up").Try("start one with 'mage sandbox:up'")
	case !state.RunsContainers():
		return exit.Errorf(exit.Setup, "nodes are played, and pull no image").Try("sandbox:down, then SANDBOX_NODES=real mage sandbox:up, where this machine can have a real node")
	}
	builder, err := r.To.Builder(ctx)
	if err != nil {
		return err
	}
	cli, _, err := build.EngineOf(builder)
	if err != nil {
		return err
	}
	if !builder.Has(ctx, image) {
		return exit.Errorf(exit.Setup, "%s of this machine has no image %s", builder, image).Try("pull or build it")
	}
	archive := filepath.Join(r.Scratch, "loaded.tar")
	defer r.Console.Beat(ui.Heartbeat, "loading "+image)()
	if _, err := cli.Output(ctx, "save", "--output", archive, image); err != nil {
		return exit.With(exit.Setup, fmt.Errorf("reading %s: %w", image, err))
	}
	if err := sandbox.Load(ctx, box.Dir, state, tag, archive); err != nil {
		return exit.With(exit.Setup, err)
	}
	r.Console.Result("%s is in the sandbox's registry as %s, and the node takes it from there", image, sandbox.LoadedAs(state, tag))
	return nil
}

// chartPublisher returns a helm that reaches no cluster, and writes only to private directories.
func chartPublisher(ctx context.Context, r *run.Run) (*helm.Client, error) {
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
