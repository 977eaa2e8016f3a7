package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

// standIn is repo2docker as far as it builds an image of the name that it is given: the real one installs what no test here can get.
const standIn = `#!/bin/sh
echo "$@" >"$RECORD"
[ -z "$(ls -A)" ] || { echo "ERROR: not in an empty directory" >&2; exit 1; }
while [ $# -gt 1 ]; do [ "$1" = --image-name ] && name=$2; shift; done
[ -e "$1/fails" ] && { echo "ERROR: no such package" >&2; exit 1; }
printf 'FROM scratch\nCOPY . /srv/repo\nUSER 1000\n' | docker build --quiet --tag "$name" --file - "$1" >/dev/null
`

// repo2docker is told which image to make for whom; what it made gets the labels of every image, and the name that it was made under goes.
func TestByRepo2docker(t *testing.T) {
	dir, record := t.TempDir(), filepath.Join(t.TempDir(), "record")
	if err := os.WriteFile(filepath.Join(dir, Repo2docker), []byte(standIn), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	engine, _ := sourcetest.Docker(t, append(os.Environ(), "RECORD="+record))
	docker := &Docker{CLI: *engine}
	reference := "hub-ops-test/repo2docker:t1"
	t.Cleanup(func() { _, _ = engine.Output(t.Context(), "image", "rm", "--force", reference) })
	from := content.Exported{Context: t.TempDir(), Dockerfile: filepath.Join(t.TempDir(), "dockerfile")}
	if err := os.WriteFile(filepath.Join(from.Context, "environment.yml"), []byte("name: a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := Build{Hub: "a", Reference: reference, Commit: git.Commit{Hash: "1234"}, Check: "5678", Content: content.Content{Repo2docker: "2024.07.0", Args: []string{"A=1"}}}
	if err := docker.byRepo2docker(t.Context(), b, from); err != nil {
		t.Fatal(err)
	}
	args, err := os.ReadFile(record)
	want := "--no-run --user-id 1000 --user-name jovyan --target-repo-dir /srv/repo --Repo2Docker.platform=linux/amd64 --image-name " + reference + "-repo2docker --build-arg A=1 " + from.Context + "\n"
	if err != nil || string(args) != want {
		t.Errorf("%q, want %q, %v", args, want, err)
	}
	image, err := engine.Inspect(t.Context(), reference)
	if err != nil || image.Labels[content.LabelRevision] != "1234" || image.Labels[content.LabelCheck] != "5678" {
		t.Errorf("%+v, %v", image.Labels, err)
	}
	if engine.Has(t.Context(), reference+"-repo2docker") {
		t.Error("the name for the build is left")
	}
	from.Dockerfile = filepath.Join(t.TempDir(), "dockerfile")
	if err := os.WriteFile(filepath.Join(from.Context, "fails"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := docker.byRepo2docker(t.Context(), b, from); err == nil || !strings.Contains(err.Error(), "by repo2docker 2024.07.0") || !strings.Contains(err.Error(), "no such package") {
		t.Errorf("got %v", err)
	}
	if err := onlyDocker(b, &Podman{version: "4.3.1"}); err == nil || !strings.Contains(err.Error(), "repo2docker builds with Docker alone; the builder is podman 4.3.1") {
		t.Errorf("got %v", err)
	}
	if err := onlyDocker(Build{}, &Podman{}); err != nil {
		t.Error(err)
	}
}
