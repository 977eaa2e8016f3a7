package bench

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/compress"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/push"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox"
)

// contender is one way to bring an image to a registry.
type contender struct {
	name string
	// fresh removes what the builder has compressed before.
	fresh func(ctx context.Context) error
	// build builds the image of a directory, which is not timed.
	build func(ctx context.Context, tag, dir string) error
	// push brings it to the registry, which is.
	push func(ctx context.Context, registry, tag string) error
	// pull has an engine forget the big image and pull it, as it has a base image; nil where that cannot be.
	pull func(ctx context.Context, registry string) error
}

// repository is what an engine calls the image that is measured.
const repository = "hub-ops-bench/image"

// compressions are the compressions that are measured with each builder.
var compressions = []compress.Compression{compress.Gzip, compress.Zstd}

func nothing(context.Context) error { return nil }

// peers returns docker, and skopeo if it is installed.
func (p *Push) peers() []contender {
	if p.Docker == nil {
		return nil
	}
	peers := []contender{{"docker", nothing, p.dockerBuild, func(ctx context.Context, registry, tag string) error {
		reference := registry + "/" + repository + ":" + tag
		if err := p.docker(ctx, "tag", repository+":"+tag, reference); err != nil {
			return err
		}
		return p.docker(ctx, "push", "--quiet", reference)
	}, p.dockerPull}}
	if _, err := process.LookPath("skopeo"); err == nil {
		peers = append(peers, contender{"skopeo", nothing, p.dockerBuild, func(ctx context.Context, registry, tag string) error {
			return p.Run.Run(ctx, process.Cmd{Name: "skopeo", Quiet: true, Args: []string{
				"copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false",
				"docker-daemon:" + repository + ":" + tag, "docker://" + registry + "/" + repository + ":" + tag,
			}})
		}, p.dockerPull})
	}
	return peers
}

// ours returns hub-ops' own ways to push, one for each builder that is there.
func (p *Push) ours(ctx context.Context) (ways []contender, stop func(), err error) {
	if p.Docker != nil {
		for _, compression := range compressions {
			pull := p.dockerPull
			if compression == compress.Zstd {
				pull = nil // engines before 23.0 cannot: there the big image is the one that they have built
			}
			for _, way := range dockerWays {
				ways = append(ways, contender{
					"hub-ops, " + way.name + ", " + string(compression), nothing, p.dockerBuild, p.engineWay(dockerImages{p.Docker, way.openers}, compression), pull,
				})
			}
		}
	}
	if p.Podman != nil {
		ways = append(ways, contender{"hub-ops, Podman", nothing, p.podmanBuild, p.engineWay(p.Podman, compress.Gzip), nil})
	}
	kits, stop, err := p.buildKits(ctx)
	return append(ways, kits...), stop, err
}

// engineWay does what a run does: it asks the registry first, and has nothing to do with an engine if that has the tag. A
// run builds an image under the name that it pushes; here the registry is another one each time, so the image keeps the name
// that it was built under.
func (p *Push) engineWay(images source.Images, compression compress.Compression) func(context.Context, string, string) error {
	return func(ctx context.Context, registry, tag string) error {
		return p.unlessThere(ctx, registry, tag, func() error {
			return p.own(ctx, named{images, repository + ":" + tag}, registry, tag, compression)
		})
	}
}

// named opens an image always by the same name.
type named struct {
	source.Images
	reference string
}

// Openers returns the ways to read that image.
func (n named) Openers(ctx context.Context, hub, _ string) ([]source.Opener, error) {
	return n.Images.Openers(ctx, hub, n.reference)
}

func (p *Push) unlessThere(ctx context.Context, address, tag string, push func() error) error {
	target := registry.Registry{Host: address, Template: repository}
	if digest, err := target.Digest(ctx, "bench", tag); err != nil || digest != "" {
		return err
	}
	return push()
}

func (p *Push) own(ctx context.Context, images source.Images, address, tag string, compression compress.Compression) error {
	blobs := push.OpenBlobs(filepath.Join(p.Scratch, "blobs-"+strings.ReplaceAll(address, ":", "-")+".json"))
	_, pass := plan.Enter(ci.Event{Kind: ci.Local}, "bench", []string{"bench"}, plan.Ownership{})
	pusher := &push.Pusher{
		Pass: pass, Registry: registry.Registry{Host: address, Template: repository}, Images: images, Console: p.Console, Blobs: blobs, Compression: compression,
	}
	pushed, err := pusher.Push(ctx, "bench", tag, push.ReplaceExisting)
	if err == nil {
		p.Console.Info("", "%s", pushed)
	}
	return err
}

// buildKits are a buildkitd of our own, with gzip and with Zstandard.
func (p *Push) buildKits(ctx context.Context) (ways []contender, stop func(), err error) {
	box := &sandbox.Sandbox{Dir: filepath.Join(p.Scratch, "buildkit"), Run: p.Run, Console: p.Console}
	runc, err := process.LookPath("runc")
	if err != nil || os.Geteuid() != 0 {
		p.Console.Info("", "BuildKit is left out: its daemon needs root and runc")
		return nil, func() {}, nil
	}
	address, err := box.StartBuildKit(ctx, p.Tools, runc, "127.0.0.1:1")
	if err != nil {
		return nil, nil, err
	}
	stop = func() { _ = box.Down(context.WithoutCancel(ctx)) }
	for _, compression := range compressions {
		kit, err := build.FindBuildKit(ctx, build.BuildKit{
			Run: p.Run, Path: p.Tools["buildctl"], Address: address, Scratch: p.Scratch, Compression: compression,
			Layouts: filepath.Join(p.Scratch, "layouts-"+string(compression)),
		}, "", registry.Registry{Template: repository})
		if err != nil {
			return nil, stop, err
		}
		ways = append(ways, p.buildKitWay(kit))
	}
	return ways, stop, nil
}

// buildKitWay times the image's way out of the buildkitd, where it is compressed, and to the registry.
func (p *Push) buildKitWay(kit *build.BuildKit) contender {
	dirs := map[string]string{}
	return contender{
		name: "hub-ops, BuildKit, " + string(kit.Compression),
		fresh: func(ctx context.Context) error {
			return errors.Join(os.RemoveAll(kit.Layouts), p.buildctl(ctx, kit, "prune", "--all"))
		},
		build: func(ctx context.Context, tag, dir string) error {
			dirs[tag] = dir
			return p.buildctl(ctx, kit, "build", "--frontend", "dockerfile.v0", "--local", "context="+dir, "--local", "dockerfile="+dir)
		},
		push: func(ctx context.Context, registry, tag string) error {
			return p.unlessThere(ctx, registry, tag, func() error {
				reference := registry + "/" + repository + ":" + tag
				if err := kit.BuildFrom(ctx, build.Build{Hub: "bench", Reference: reference}, content.Exported{Context: dirs[tag], Dockerfile: dirs[tag]}); err != nil {
					return err
				}
				return p.own(ctx, kit, registry, tag, kit.Compression)
			})
		},
	}
}

func (p *Push) buildctl(ctx context.Context, kit *build.BuildKit, args ...string) error {
	return p.Run.Run(ctx, process.Cmd{Name: kit.Path, Args: append([]string{"--addr", kit.Address}, args...), Quiet: true})
}

func (p *Push) dockerBuild(ctx context.Context, tag, dir string) error {
	return p.docker(ctx, "build", "--quiet", "--tag", repository+":"+tag, dir)
}

func (p *Push) podmanBuild(ctx context.Context, tag, dir string) error {
	return p.podman(ctx, "build", "--format", "docker", "--layers", "--quiet", "--tag", repository+":"+tag, dir)
}

func (p *Push) docker(ctx context.Context, args ...string) error {
	return p.Run.Run(ctx, process.Cmd{Name: "docker", Args: args, Quiet: true, Env: []string{"DOCKER_BUILDKIT=0"}})
}

func (p *Push) podman(ctx context.Context, args ...string) error {
	return p.Run.Run(ctx, process.Cmd{Name: "podman", Args: args, Quiet: true})
}

func (p *Push) dockerPull(ctx context.Context, registry string) error {
	p.clean(ctx)
	reference := registry + "/" + repository + ":big"
	if err := p.docker(ctx, "pull", "--quiet", reference); err != nil {
		return err
	}
	return p.docker(ctx, "tag", reference, repository+":big")
}

// clean removes the images that were made.
func (p *Push) clean(ctx context.Context) {
	for program, command := range map[string]func(context.Context, ...string) error{"docker": p.docker, "podman": p.podman} {
		out, err := p.Run.Output(ctx, process.Cmd{Name: program, Args: []string{"image", "ls", "--format", "{{.Repository}}:{{.Tag}}"}})
		if err != nil {
			continue
		}
		for name := range strings.Lines(string(out)) {
			if name = strings.TrimSpace(name); strings.Contains(name, repository) {
				_ = command(ctx, "image", "rm", "--force", name) // what cannot be removed stays: it is the operator's to look at
			}
		}
	}
}
