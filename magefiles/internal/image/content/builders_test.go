package content_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/ui"
)

// builder is an engine that has built, and its command.
type builder struct {
	build.Builder
	cli *engine.CLI
}

func docker(t *testing.T, environment ...string) builder {
	t.Helper()
	programs.Need(t.Context(), t, "docker")
	d, err := build.FindDocker(t.Context(), runner(environment), t.TempDir(), "", registry.Registry{})
	if err != nil {
		t.Fatal(err)
	}
	return builder{d, &d.CLI}
}

func podman(t *testing.T, environment ...string) builder {
	t.Helper()
	programs.Need(t.Context(), t, "podman")
	p, err := build.FindPodman(t.Context(), runner(environment), t.TempDir(), "", registry.Registry{})
	if err != nil {
		t.Fatal(err)
	}
	return builder{p, &p.CLI}
}

func runner(environment []string) *process.Runner {
	return &process.Runner{Env: append(os.Environ(), environment...), Log: ui.New(io.Discard, io.Discard, false)}
}

// layers builds, and returns the diffIDs of the image and its platform. The image is removed: the next build finds no layer of it.
func (b builder) layers(t *testing.T, of content.Generated) (string, error) {
	t.Helper()
	defer syscall.Umask(syscall.Umask(of.Umask))
	reference := "localhost/hub-ops-test/content:" + of.Name
	if err := b.Build(t.Context(), of.Repo, build.Build{Hub: of.Name, Reference: reference, Content: of.Content}); err != nil {
		return "", err
	}
	out, err := b.cli.Output(t.Context(), "image", "inspect", "--format", "{{.RootFS.Layers}} {{.Os}}/{{.Architecture}}", reference)
	_, removed := b.cli.Output(t.Context(), "image", "rm", "--force", reference)
	return out, errors.Join(err, removed)
}

// Builders make equal layers of equal tags, whatever the clone's settings and the operator's variables are.
func TestBuildersMakeEqualLayersOfEqualTags(t *testing.T) {
	for name, c := range map[string]struct {
		find  func(*testing.T, ...string) builder
		count int
	}{"docker": {docker, 12}, "podman": {podman, 4}} {
		t.Run(name, func(t *testing.T) {
			here, there := c.find(t), c.find(t, "DOCKER_DEFAULT_PLATFORM=linux/arm64", "SOURCE_DATE_EPOCH=1")
			seen, built := map[string]string{}, 0
			for _, pair := range content.Generate(t, 3, c.count) {
				first, err := here.layers(t, pair[0])
				if exit.Code(err) == exit.BadInput { // two ignore files that the classic builder cannot tell apart
					continue
				}
				if err != nil {
					t.Errorf("%v\n%s\n%s", err, process.Output(err), pair[0].About)
					continue
				}
				second, err := there.layers(t, pair[1])
				if tag := pair[0].Content.Tag(); err != nil || tag == pair[1].Content.Tag() && first != second {
					t.Errorf("%s: %s, then %s, %v\n%s", tag, first, second, err, pair[0].About)
				}
				if other, found := seen[first]; found {
					t.Errorf("%s and %s have the same layers", other, pair[0].Name)
				}
				if seen[first], built = pair[0].Name, built+1; !strings.HasSuffix(first, " linux/amd64") {
					t.Errorf("built for %s", first)
				}
			}
			if built < c.count*2/3 {
				t.Errorf("%d were built", built)
			}
		})
	}
}

// An engine that has built a content for one platform builds it for another one, too.
func TestEachPlatformHasItsImage(t *testing.T) {
	for name, find := range map[string]func(*testing.T, ...string) builder{"docker": docker, "podman": podman} {
		t.Run(name, func(t *testing.T) {
			b, of := find(t), content.Generate(t, 7, 1)[0][0]
			for _, platform := range []string{"linux/arm64", "linux/amd64", "linux/arm64"} {
				reference := "localhost/hub-ops-test/platform:" + of.Name
				of.Content.Platforms = []string{platform}
				if err := b.Build(t.Context(), of.Repo, build.Build{Hub: of.Name, Reference: reference, Content: of.Content}); err != nil {
					t.Fatal(err)
				}
				if out, err := b.cli.Output(t.Context(), "image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", reference); out != platform || err != nil {
					t.Errorf("%s: got %s, %v", platform, out, err)
				}
			}
			_, _ = b.cli.Output(t.Context(), "image", "rm", "--force", "localhost/hub-ops-test/platform:"+of.Name)
		})
	}
}

// What is exported is what Docker's own reading of .dockerignore gives the builder.
func TestIgnoredIsWhatDockerIgnores(t *testing.T) {
	d := docker(t)
	compared := 0
	for _, pair := range content.Generate(t, 5, 24) {
		of := pair[0]
		if slices.ContainsFunc([]string{"Dockerfile.dockerignore", "Dockerfile.containerignore"}, func(name string) bool { return strings.Contains(of.About, name) }) || !strings.Contains(of.About, " \".dockerignore\"") {
			continue
		}
		reference := "localhost/hub-ops-test/plain:" + of.Name
		if err := d.cli.Start(t.Context(), "", "", "build", "--tag", reference, of.Dir); err != nil {
			t.Fatal(err)
		}
		want := filesOf(t, d, reference)
		if err := d.Build(t.Context(), of.Repo, build.Build{Hub: of.Name, Reference: reference, Content: of.Content}); err != nil {
			t.Fatal(err)
		}
		if got := filesOf(t, d, reference); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q\n%s", got, want, of.About)
		}
		compared++
		_, _ = d.cli.Output(t.Context(), "image", "rm", "--force", reference)
	}
	if compared < 4 {
		t.Errorf("%d were compared", compared)
	}
}

// filesOf lists the files in an image's only layer, with their contents.
func filesOf(t *testing.T, d builder, reference string) []string {
	t.Helper()
	saved := d.cli.Stream(t.Context(), "image", "save", reference)
	defer func() { _ = saved.Close() }()
	members := map[string][]byte{}
	for archive := tar.NewReader(saved); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if members[header.Name], err = io.ReadAll(archive); err != nil {
			t.Fatal(err)
		}
	}
	var images []struct{ Layers []string }
	if err := json.Unmarshal(members["manifest.json"], &images); err != nil || len(images) != 1 {
		t.Fatal(err)
	}
	var files []string
	for _, layer := range images[0].Layers {
		for archive := tar.NewReader(bytes.NewReader(members[layer])); ; {
			header, err := archive.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if header.Typeflag == tar.TypeDir { // one of which all is ignored is not exported
				continue
			}
			content, err := io.ReadAll(archive)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, fmt.Sprintf("%s %.40q %s", header.Name, content, header.Linkname))
		}
	}
	slices.Sort(files)
	return files
}
