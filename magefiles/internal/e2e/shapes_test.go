package e2e

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"hub-ops/magefiles/internal/sandbox"
)

// TestChartShapes deploys charts of every shape, and compares what the cluster then holds with what helm template makes of a fresh
// clone of the commit, after a careful operator has brought its dependencies there by hand: equal, or refused with a reason. Each
// shape is a file in testdata/shapes.
func TestChartShapes(t *testing.T) {
	w := newWorkshop(t)
	var deployed, refused []shape
	for _, s := range w.shapes() {
		if s.refusal == "" {
			deployed = append(deployed, s)
		} else {
			refused = append(refused, s)
		}
	}
	repository := w.repository("deployed", deployed)
	began := time.Now()
	if out, code := w.mage(repository, "deploy"); code != 0 {
		t.Errorf("mage deploy ends with %d:\n%s", code, out)
	}
	t.Logf("%d shapes are deployed in %s", len(deployed), time.Since(began).Round(time.Second))
	clone := filepath.Join(w.tmp, "clone")
	w.must("", "git", "clone", "--quiet", repository, clone)
	for _, s := range deployed {
		t.Run(s.name, func(t *testing.T) {
			w := w.in(t)
			want := w.byHand(clone, s)
			got := w.must("", tool("helm"), "get", "manifest", s.hub, "--namespace", s.hub) + "\n---\n" + w.must("", tool("helm"), "get", "hooks", s.hub, "--namespace", s.hub)
			if got, want := documents(got), documents(want); got != want {
				t.Errorf("the cluster holds\n%s\n\nand a clone of the commit is\n%s", got, want)
			}
			for _, crd := range s.crds {
				w.must("", tool("kubectl"), "get", "crd", crd)
			}
		})
	}
	for _, s := range refused {
		t.Run(s.name, func(t *testing.T) {
			w := w.in(t)
			out, code := w.mage(w.repository(s.name, []shape{s}), "deploy:hub", s.hub)
			if code != s.code || !s.refused(out) {
				t.Errorf("ends with %d, want %d and %q:\n%s", code, s.code, s.refusal, out)
			}
			if got := w.must("", tool("helm"), "list", "--all-namespaces", "--filter", "^"+s.hub+"$", "--short"); got != "" {
				t.Errorf("there is a release of %s", s.hub)
			}
		})
	}
}

// shape is a hub with a chart of a certain shape, and what becomes of it.
type shape struct {
	name, hub string
	files     []txtar.File
	later     []txtar.File // written after the commit
	links     [][2]string  // name and target
	forced    []string     // added to Git although ignored
	code      int          // of the exit; 0: it is deployed
	refusal   string       // what the output matches
	crds      []string
}

func (s *shape) refused(output string) bool {
	return regexp.MustCompile(s.refusal).MatchString(output)
}

// readShape reads a file of testdata/shapes: a sentence, and then lines such as "refused: 2 what the output matches".
func (w *workshop) readShape(file string) shape {
	w.t.Helper()
	name := strings.TrimSuffix(filepath.Base(file), ".txtar")
	archive, err := txtar.ParseFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	s := shape{name: name, hub: "shape-" + name}
	for line := range strings.Lines(w.filled(s.hub, string(archive.Comment))) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		first, second, _ := strings.Cut(value, " ")
		switch key {
		case "link":
			s.links = append(s.links, [2]string{first, second})
		case "force":
			s.forced = append(s.forced, value)
		case "crd":
			s.crds = append(s.crds, value)
		case "refused":
			if s.code, err = strconv.Atoi(first); err != nil {
				w.t.Fatalf("%s: %v", file, err)
			}
			s.refusal = second
		}
	}
	for _, file := range archive.Files {
		file.Name, file.Data = w.filled(s.hub, file.Name), []byte(w.filled(s.hub, string(file.Data)))
		if name, later := strings.CutPrefix(file.Name, "later/"); later {
			file.Name = name
			s.later = append(s.later, file)
		} else {
			s.files = append(s.files, file)
		}
	}
	return s
}

// everything is a template that shows all that a chart gets from elsewhere.
const everything = `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Chart.Name }}-{{ .Template.BasePath | sha256sum | trunc 8 }}}
data:
  chart: {{ printf "%s %s" .Chart.Name .Chart.Version }}
  values: {{ toJson .Values | quote }}
  files: {{ .Files.AsConfig | quote }}`

var packedCharts = regexp.MustCompile(`@ARCHIVE ([^@]+)@\n`)

// filled puts the hub's name, addresses and archives into a text of a shape.
func (w *workshop) filled(hub, text string) string {
	text = strings.NewReplacer("@NAME@", hub, "@REGISTRY@", w.registry, "@TEMPLATE@", everything).Replace(text)
	return packedCharts.ReplaceAllStringFunc(text, func(found string) string {
		file, err := os.ReadFile(w.archives[packedCharts.FindStringSubmatch(found)[1]])
		if err != nil {
			w.t.Fatal(err)
		}
		return string(file)
	})
}

// workshop makes repositories of shapes.
type workshop struct {
	t        *testing.T
	tmp      string
	env      []string
	registry string            // of charts
	archives map[string]string // packed charts
}

func newWorkshop(t *testing.T) *workshop {
	t.Helper()
	state, err := (&sandbox.Sandbox{Dir: stage.sandboxDir}).Current()
	if err != nil || state == nil {
		t.Fatalf("the scripts' sandbox is not up: %v", err)
	}
	w := &workshop{t: t, tmp: t.TempDir(), registry: "oci://" + state.Registry + "/shapes", archives: map[string]string{}}
	w.env = append(append(os.Environ(), stageEnv()...), "HOME="+w.tmp, "CI=", "TRAVIS=", "DEPLOY_CHECKS=0", "JOBS=4", "KUBECONFIG="+state.Kubeconfig,
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
	for _, chart := range [][3]string{
		{"one", "j", "1.0.0"}, {"one", "j", "1.1.0"}, {"one", "j", "2.0.0"}, {"one", "j-extras", "1.0.0"}, {"two", "j", "1.0.0"}, {"", "common", "0.1.0"},
	} {
		w.publish(chart[0], chart[1], chart[2])
	}
	return w
}

// in returns the workshop for a part of the test.
func (w *workshop) in(t *testing.T) *workshop {
	t.Helper()
	inner := *w
	inner.t = t
	return &inner
}

// publish packs a chart, and puts it into a repository, if that is named.
func (w *workshop) publish(repository, name, version string) {
	w.t.Helper()
	dir := filepath.Join(w.tmp, "charts", repository, name+"-"+version)
	w.write(dir, []txtar.File{
		{Name: "Chart.yaml", Data: []byte("apiVersion: v2\nname: " + name + "\nversion: " + version + "\n")},
		{Name: "values.yaml", Data: []byte("own: of " + repository + "\n")},
		{Name: "templates/t.yaml", Data: []byte(everything)},
	})
	w.must("", tool("helm"), "package", "--destination", dir, dir)
	archive := filepath.Join(dir, name+"-"+version+".tgz")
	if key := strings.TrimPrefix(repository+"/"+name, "/"); w.archives[key] == "" {
		w.archives[key] = archive
	}
	if repository != "" {
		w.must("", tool("helm"), "push", "--plain-http", archive, w.registry+"/"+repository)
	}
}

func (w *workshop) shapes() []shape {
	w.t.Helper()
	files, err := filepath.Glob("testdata/shapes/*.txtar")
	const least = 20
	if err != nil || len(files) < least {
		w.t.Fatalf("%d shapes, %v", len(files), err)
	}
	shapes := make([]shape, len(files))
	for i, file := range files {
		shapes[i] = w.readShape(file)
	}
	return shapes
}

// repository commits shapes, and lays what comes later beside them.
func (w *workshop) repository(name string, shapes []shape) string {
	w.t.Helper()
	dir := filepath.Join(w.tmp, "repositories", name)
	forced := []string{"add", "--force", "--"}
	var allowed strings.Builder
	allowed.WriteString("lint:\n  allow:\n")
	for _, s := range shapes {
		allowed.WriteString("  - plain-secret:secrets/" + s.hub + ".yaml\n")
		w.write(dir, s.files)
		for _, link := range s.links {
			file := filepath.Join(dir, link[0])
			if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o750), os.Symlink(link[1], file)); err != nil {
				w.t.Fatal(err)
			}
		}
		forced = append(forced, s.forced...)
	}
	allowed.WriteString("cluster: {allow: [{hubs: ['shape-*'], kind: CustomResourceDefinition, name: '*.example.org'}]}\n")
	w.write(dir, []txtar.File{{Name: "hubops.yaml", Data: []byte(allowed.String())}})
	w.must(dir, "git", "init", "--quiet")
	w.must(dir, "git", "add", "--all")
	w.must(dir, "git", forced...)
	w.must(dir, "git", "commit", "--quiet", "--message", "shapes")
	for _, s := range shapes {
		w.write(dir, s.later)
	}
	return dir
}

func (w *workshop) write(dir string, files []txtar.File) {
	w.t.Helper()
	for _, file := range files {
		name := filepath.Join(dir, filepath.FromSlash(file.Name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o750), os.WriteFile(name, file.Data, 0o600)); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *workshop) mage(dir string, args ...string) (output string, code int) {
	w.t.Helper()
	out, err := w.command(dir, filepath.Join(stage.bin, "mage"), args...).CombinedOutput()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return string(out), exit.ExitCode()
	} else if err != nil {
		w.t.Fatal(err)
	}
	return string(out), 0
}

// must runs a program, and returns what it prints.
func (w *workshop) must(dir, name string, args ...string) string {
	w.t.Helper()
	cmd := w.command(dir, name, args...)
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		w.t.Fatalf("%s %s: %v\n%s%s", filepath.Base(name), strings.Join(args, " "), err, problems.String(), out)
	}
	return string(out)
}

func (w *workshop) command(dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.WithoutCancel(w.t.Context()), name, args...) // #nosec G204 -- what is tested
	cmd.Dir, cmd.Env = dir, w.env
	return cmd
}

var separator = regexp.MustCompile(`(?m)^---[ \t]*$`)

// documents sorts the documents of a manifest, which helm get and helm template do not give in one order.
func documents(manifest string) string {
	var all []string
	for _, document := range separator.Split(manifest, -1) {
		if document = strings.TrimSpace(document); document != "" {
			all = append(all, document)
		}
	}
	slices.Sort(all)
	return strings.Join(all, "\n---\n")
}
