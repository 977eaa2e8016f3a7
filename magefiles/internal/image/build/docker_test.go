package build

import (
	"slices"
	"testing"

	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/image/content"
)

func TestBuildArguments(t *testing.T) {
	d := &Docker{}
	got := d.arguments(Build{
		Reference: "r:t1", CacheFrom: "r:latest",
		Commit: git.Commit{Hash: "abc", Date: "2026-01-02T03:04:05Z"}, Base: content.Base{Name: "b:1", Digest: "sha256:b"},
	}, content.Exported{Context: "/context"})
	want := []string{
		"build", "--tag", "r:t1", "--cache-from", "r:latest", "--platform", "linux/amd64",
		"--label", "org.opencontainers.image.base.digest=sha256:b", "--label", "org.opencontainers.image.base.name=b:1",
		"--label", "org.opencontainers.image.created=2026-01-02T03:04:05Z",
		"--label", "org.opencontainers.image.revision=abc", "/context",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// An image whose tag names a base that has moved is built on what the registry has of it, whatever the engine has under that name.
func TestAMovedBaseIsPulled(t *testing.T) {
	moved := content.Content{Base: "sha256:b"}
	for name, test := range map[string]struct {
		build        Build
		docker, pull string
	}{
		"not moved":              {Build{}, "", "--pull=newer"},
		"moved":                  {Build{Content: moved}, "--pull", "--pull=always"},
		"on an image of its own": {Build{Content: moved, OwnBases: []OwnBase{{Variable: "BASE", Reference: "r:t1"}}}, "", "--pull=newer"},
	} {
		docker, podman := (&Docker{BuildKit: true}).arguments(test.build, content.Exported{}), new(Podman).arguments(test.build, content.Exported{})
		if slices.Contains(docker, "--pull") != (test.docker != "") || !slices.Contains(podman, test.pull) {
			t.Errorf("%s: docker %q, podman %q", name, docker, podman)
		}
	}
}
