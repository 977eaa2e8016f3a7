package toolchain

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/semver"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/ui"
)

// newBox has a module "hello" that can be built without a network, as the tool helm of version v4.9.9.
func newBox(t *testing.T, path string) (box *Box, modules string) {
	t.Helper()
	modules = t.TempDir()
	for name, content := range map[string]string{
		"cluster.mod":           "module x\n\ngo 1.26\n\nrequire helm.sh/helm/v4 v4.9.9 // indirect\n\nreplace helm.sh/helm/v4 => " + modules + "/helm\n",
		"cluster.sum":           "",
		"helm/go.mod":           "module helm.sh/helm/v4\n\ngo 1.26\n",
		"helm/cmd/helm/main.go": "package main\n\nfunc main() { print(\"built in " + modules + "\") }\n", // which nobody has compiled before
	} {
		file := filepath.Join(modules, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	console := ui.New(io.Discard, io.Discard, false)
	t.Setenv("PATH", path+string(os.PathListSeparator)+os.Getenv("PATH"))
	box = &Box{Run: &process.Runner{Env: os.Environ(), Log: console}, Console: console, Modules: Modules(modules), Cache: t.TempDir()}
	shareCompiled(t, box)
	return box, modules
}

// shareCompiled gives a box what this user has compiled of the standard library: that takes 20 seconds.
func shareCompiled(t *testing.T, box *Box) {
	t.Helper()
	out, err := box.Run.Output(t.Context(), process.Cmd{Name: "go", Args: []string{"env", "GOCACHE"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(box.compiled()), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(strings.TrimSpace(string(out)), box.compiled()); err != nil {
		t.Fatal(err)
	}
}

// onPath makes a directory with a program that answers like helm.
func onPath(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\necho " + version + "\n"
	if err := os.WriteFile(filepath.Join(dir, "helm"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestWhatFitsOnPathIsTakenAndWhatDoesNotIsBuilt(t *testing.T) {
	for version, want := range map[string]string{"v4.3.1": "path", "v4.3": "path", "v3.22.0": "built", "v5.0.0": "built", "nonsense": "built"} {
		t.Run(version, func(t *testing.T) {
			dir := onPath(t, version)
			box, _ := newBox(t, dir)
			path, err := box.Find(t.Context(), "helm")
			if err != nil {
				t.Fatal(err)
			}
			if fromPath := filepath.Dir(path) == dir; fromPath != (want == "path") {
				t.Errorf("got %s", path)
			}
		})
	}
}

func TestToolIsBuiltOnceAndNothingElseIsLeft(t *testing.T) {
	box, _ := newBox(t, t.TempDir())
	path, err := box.Pinned(t.Context(), "helm")
	if err != nil {
		t.Fatal(err)
	}
	built, err := os.Stat(path)
	if err != nil || filepath.Base(filepath.Dir(path)) != "helm-v4.9.9" {
		t.Fatalf("%s: %v", path, err)
	}
	if _, err := box.Pinned(t.Context(), "helm"); err != nil {
		t.Fatal(err)
	}
	if again, err := os.Stat(path); err != nil || again.ModTime() != built.ModTime() {
		t.Errorf("built twice: %v", err)
	}
	parts, err := filepath.Glob(filepath.Join(box.Cache, "tools", ".*.part"))
	if err != nil || len(parts) != 0 {
		t.Errorf("left behind: %q, %v", parts, err)
	}
}

// A build needs gigabytes where go works, and one that is killed leaves them: they lie where the next build looks, and the disk is asked for.
func TestBuildWorksInTheCache(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	box, _ := newBox(t, "/none")
	if err := os.MkdirAll(filepath.Join(box.Cache, "tools", ".cluster.part", ".work", "go-build1"), 0o750); err != nil {
		t.Fatal(err)
	}
	if _, err := box.Pinned(t.Context(), "helm"); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(filepath.Join(box.Cache, "tools", ".cluster.part")); err == nil {
		t.Errorf("left: %v", entries)
	}
}

func TestBuildThatFailsOrIsCancelledLeavesNothing(t *testing.T) {
	box, modules := newBox(t, t.TempDir())
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := box.Pinned(cancelled, "helm"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	source := filepath.Join(modules, "helm/cmd/helm/main.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() { no }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := box.Pinned(t.Context(), "helm")
	if err == nil || !strings.Contains(err.Error(), "building helm v4.9.9") || exit.Code(err) != exit.Setup {
		t.Errorf("got %v", err)
	}
	if found, err := filepath.Glob(filepath.Join(box.Cache, "tools", "*", "helm")); err != nil || len(found) != 0 {
		t.Errorf("left behind: %q, %v", found, err)
	}
}

func TestWhatChangesNothingBuildsNothing(t *testing.T) {
	box, _ := newBox(t, t.TempDir())
	box.Frozen, box.Cache = true, t.TempDir()
	_, err := box.Find(t.Context(), "helm")
	if err == nil || !strings.Contains(err.Error(), "no helm that fits, on PATH or built; run 'mage setup', which builds") || exit.Code(err) != exit.Setup {
		t.Errorf("got %v", err)
	}
	if entries, err := os.ReadDir(box.Cache); err != nil || len(entries) != 0 {
		t.Errorf("the cache holds %v, %v", entries, err)
	}
	box.Frozen = false
	path, err := box.Pinned(t.Context(), "helm")
	if err != nil {
		t.Fatal(err)
	}
	box.Frozen = true
	if again, err := box.Pinned(t.Context(), "helm"); err != nil || again != path {
		t.Errorf("what is built: %s, %v", again, err)
	}
}

func TestNamesOfBinaries(t *testing.T) {
	for pkg, want := range map[string]string{"go.etcd.io/etcd/server/v3": "server", "helm.sh/helm/v4/cmd/helm": "helm", "github.com/gohugoio/hugo": "hugo"} {
		if got := commandName(pkg); got != want {
			t.Errorf("%s: got %s, want %s", pkg, got, want)
		}
	}
	if got, want := linkerFlags([]binary{{Tool: tools["kubectl"], version: "v1.37.2"}}), "-X k8s.io/component-base/version.gitMinor=37"; !strings.Contains(got, want) {
		t.Errorf("got %q, want %q in it", got, want)
	}
}

func TestEveryToolHasItsModuleInTheProgram(t *testing.T) {
	box := &Box{Modules: Modules("")}
	for name, tool := range tools {
		version, err := box.version(tool)
		if err != nil || !semver.IsValid(version) {
			t.Errorf("%s: %q, %v", name, version, err)
		}
		dir := t.TempDir()
		if err := box.WriteModule(tool.Dir, dir); err != nil {
			t.Error(err)
		}
		for _, file := range []string{"go.mod", "go.sum"} {
			if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Size() == 0 {
				t.Errorf("%s: %s: %v", name, file, err)
			}
		}
	}
}

func TestWithoutGoTheErrorSaysWhatToInstall(t *testing.T) {
	box, _ := newBox(t, t.TempDir())
	t.Setenv("PATH", t.TempDir())
	_, err := box.Find(t.Context(), "helm")
	const want = "no helm v4.9.9 here, and no Go to build it with; install Go: https://go.dev/dl; or put helm on PATH, from v4.0.0 and below v5.0.0"
	if err == nil || err.Error() != want || exit.Code(err) != exit.Setup {
		t.Errorf("got %v", err)
	}
	if _, err := box.Pinned(t.Context(), "helm"); err == nil || strings.Contains(err.Error(), "PATH") {
		t.Errorf("got %v", err)
	}
}

// helm and etcd are linked together with Kubernetes, in any order.
func TestKubernetesHasItsVersionWhateverIsBuiltBesideIt(t *testing.T) {
	box := &Box{Modules: Modules("")}
	var together []binary
	for _, name := range []string{"etcd", "helm", "kube-apiserver", "kwok"} {
		found, err := box.binary(tools[name])
		if err != nil {
			t.Fatal(err)
		}
		together = append(together, found)
	}
	want := " -X k8s.io/component-base/version.gitVersion=" + together[2].version + " "
	for range together {
		together = append(together[1:], together[0])
		if flags := linkerFlags(together); !strings.Contains(flags, want) {
			t.Errorf("%s first: %s", together[0].Name, flags)
		}
	}
	if flags := linkerFlags([]binary{{Tool: tools["crane"], version: "v0.22.1"}}); strings.Contains(flags, "version") {
		t.Errorf("crane: %s", flags)
	}
}

// What is built together has the tags and the C of the first, so all programs of a module must have the same.
func TestProgramsOfAModuleAreBuiltAlike(t *testing.T) {
	first := map[string]Tool{}
	for name, tool := range tools {
		other, found := first[tool.Dir]
		if found && (tool.tags != other.tags || tool.cgo != other.cgo) {
			t.Errorf("%s and %s of module %s have other flags", name, other.Name, tool.Dir)
		}
		first[tool.Dir] = tool
	}
}
