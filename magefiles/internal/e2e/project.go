package e2e

import (
	"os"
	"path/filepath"
	"strings"
)

// ofTheProject is what is for hub-ops itself. What would take long is narrowed, or ended in its midst.
func ofTheProject(w *watched) []aRun {
	box := func(name string) string { return "HUBOPS_SANDBOX_DIR=" + filepath.Join(w.tmp, name) }
	broken, noTools := "GOFLAGS=-tags=broken", "HUBOPS_TOOLS=none"
	return []aRun{
		{"version", 0, nil},
		{"version HUB-good", 2, nil}, // it prints, and then Mage knows no target of that name
		{"sandbox:status", 0, nil},
		{"sandbox:status", 2, []string{"JOBS=none"}},
		{"sandbox:up", 0, nil}, // it is
		{"sandbox:up", 3, []string{box("a"), noTools}},
		{"sandbox:down", 0, []string{box("a")}},
		{"sandbox:down", 2, []string{"JOBS=none"}},
		{"sandbox:clean", 0, []string{"HUBOPS_CACHE=" + filepath.Join(w.tmp, "empty")}},
		{"sandbox:clean", 2, []string{"JOBS=none"}},
		{"sandbox:image", 2, []string{"JOBS=none"}}, // to make one takes minutes: TestRealNode does
		{"sandbox:load nobody/has:this", 3, nil},    // nodes are played
		{"sandbox:all", 0, nil},
		{"sandbox:all", 3, []string{box("a"), noTools}},
		{"tools:pin", 3, []string{"HTTPS_PROXY=http://127.0.0.1:1"}}, // nothing listens there
		{"dev:lint", 0, nil},
		{"dev:lint", 1, []string{broken}},
		{"docs", 2, []string{"CI=true", "HELM_DEBUG="}}, // a page of reference is stale
		{"docs", 0, nil},
		{"test", 0, nil},
		{"test", 1, []string{broken}},
		{"dev:release " + filepath.Join(w.tmp, "release"), terminated, nil},
		{"dev:release .", 2, nil},
		{"adopt " + w.foreign("theirs"), 0, nil},
		{"adopt " + w.foreign("theirs"), 0, nil}, // it was adopted before
		{"adopt " + w.foreign("nowhere"), 2, nil},
		{"upgrade " + w.foreign("copied"), 0, nil},
		{"upgrade " + w.foreign("theirs"), 2, nil},
		{"dev:fuzz", 0, []string{"FUZZ_TIME=1s"}},
		{"dev:fuzz", 1, []string{"FUZZ_TIME=1s", broken}},
		{"dev:benchpush", terminated, nil},
		{"dev:benchpush", 3, []string{noTools}},
		{"dev:benchdeploy", terminated, nil},
		{"dev:benchdeploy", 3, []string{noTools}},
		{"dev:benchdiagnosis", terminated, nil},
		{"dev:benchdiagnosis", 3, []string{noTools}},
		{"dev:benchplan", terminated, nil},
		{"dev:benchplan", 3, []string{noTools}},
		{"dev:benchfleet", terminated, nil},
		{"dev:benchfleet", 3, []string{noTools}},
	}
}

// writeProject makes the project one like hub-ops: with Go code that can be broken by a tag, and a documentation.
func (w *watched) writeProject() {
	version, sums := w.mageModule()
	for name, content := range map[string]string{
		"go.mod":                         "module hub-ops\n\ngo 1.26.0\n\ntool github.com/magefile/mage\n\nrequire github.com/magefile/mage " + version + " // indirect\n",
		"go.sum":                         sums,
		"magefiles/magefile.go":          "//go:build mage\n\n// Package main is a magefile.\npackage main\n\n// Plan prints.\nfunc Plan() {}\n",
		"magefiles/internal/x/x.go":      "// Package x is an example.\npackage x\n\n// X is one.\nfunc X() int { return 1 }\n",
		"magefiles/internal/x/broken.go": "//go:build broken\n\npackage x\n\nfunc broken() int { return \"\" }\n",
		"magefiles/internal/x/x_test.go": "package x\n\nimport \"testing\"\n\nfunc FuzzX(f *testing.F) {\n\tf.Fuzz(func(t *testing.T, _ string) {\n\t\tif X() != 1 {\n\t\t\tt.Error(\"no\")\n\t\t}\n\t})\n}\n",
	} {
		w.write(w.root, name, content)
	}
	for _, part := range []string{"assets", "content", "layouts"} {
		if err := os.CopyFS(filepath.Join(w.root, "docs", part), os.DirFS(filepath.Join(stage.root, "docs", part))); err != nil {
			w.t.Fatal(err)
		}
	}
	settings, err := os.ReadFile(filepath.Join(stage.root, "docs", "hugo.toml"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(w.root, "docs/hugo.toml", string(settings))
	w.write(w.root, "docs/content/reference/targets.md", "those of another time\n")
}

// mageModule returns the version of mage that hub-ops requires, and its lines of go.sum.
func (w *watched) mageModule() (version, sums string) {
	content, err := os.ReadFile(filepath.Join(stage.root, "go.sum"))
	if err != nil {
		w.t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		if fields := strings.Fields(line); fields[0] == "github.com/magefile/mage" {
			version, sums = strings.TrimSuffix(fields[1], "/go.mod"), sums+line
		}
	}
	return version, sums
}

// withGo gives Go and the linters another place for what they keep at home: that is not hub-ops.
func (w *watched) withGo() {
	w.env = append(w.env, "XDG_CONFIG_HOME="+filepath.Join(w.tmp, "config"), "XDG_CACHE_HOME="+filepath.Join(w.tmp, "cache"))
}
