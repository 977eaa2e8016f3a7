package hub

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/secretdir"
)

// tree writes files, path by path, into a new directory.
func tree(t *testing.T, files ...string) string {
	t.Helper()
	r := gittest.In(t, t.TempDir())
	r.Write(files...)
	return r.Dir
}

// open lists the hubs of a repository.
func open(t *testing.T, root string, extra ...string) (*Directory, error) {
	t.Helper()
	files := gittest.In(t, root).Snapshot()
	return Open(root, files, chart.New(files, nil, secretdir.Places{}), Layout{Settings: layout.Default(), Of: func(string) layout.Parts { return layout.Default().Parts }, Charts: extra})
}

// load reads one hub of a repository.
func load(t *testing.T, root, name string) error {
	t.Helper()
	d, err := open(t, root)
	if err != nil {
		return err
	}
	_, err = d.Load(t.Context(), name)
	return err
}

// all reads every hub of a repository.
func all(t *testing.T, root string, extra ...string) ([]Hub, error) {
	t.Helper()
	d, err := open(t, root, extra...)
	if err != nil {
		return nil, err
	}
	return d.All(t.Context())
}

const chartA = "apiVersion: v2\nname: hub-a\nversion: 0.1.0\ndependencies:\n- {name: jupyterhub, version: 4.4.0, repository: 'oci://x/y'}\n"

func TestHubsComeFromTheDirectories(t *testing.T) {
	root := tree(t,
		"hub-charts/hub-a/Chart.yaml", chartA,
		"user-images/hub-a/Dockerfile", "FROM scratch\n",
		"user-images/scripts/shared.sh", "",
		"secrets/hub-a.yaml", "a: b\n",
		"hub-charts/hub-b/Chart.yaml", "apiVersion: v1\nname: hub-b\nversion: 0.1.0\n",
		"hub-charts/hub-b/requirements.yaml", "dependencies: [{name: jupyterhub, version: 0.8.2, repository: 'https://x'}]\n",
		"monitoring/Chart.yaml", "apiVersion: v2\nname: monitoring\nversion: 1.0.0\n",
	)
	hubs, err := all(t, root, "monitoring")
	if err != nil || len(hubs) != 3 {
		t.Fatalf("got %v, %v", hubs, err)
	}
	a, b, monitoring := hubs[0], hubs[1], hubs[2]
	if a.Main().Dir != "user-images/hub-a" || !slices.Equal(a.Secrets, []string{"secrets/hub-a.yaml"}) || a.Chart.Dependencies[0].Version != "4.4.0" {
		t.Errorf("hub-a: %+v", a)
	}
	if len(b.Images) != 0 || b.Chart.Dependencies[0].Version != "0.8.2" {
		t.Errorf("hub-b: %+v", b)
	}
	if monitoring.ChartDir != "monitoring" {
		t.Errorf("monitoring: %+v", monitoring)
	}
}

func TestFilesOfNoHubAreRefused(t *testing.T) {
	root := tree(t,
		"hub-charts/geo-hub/Chart.yaml", "apiVersion: v2\nname: geo-hub\nversion: 0.1.0\n",
		"hub-charts/bio/Chart.yaml", "apiVersion: v2\nname: bio\nversion: 0.1.0\n",
		"user-images/geohub/Dockerfile", "FROM scratch\n",
		"user-images/scripts/shared.sh", "",
		"secrets/example.yaml", "",
		"secrets/README.md", "",
		"secrets/chemistry.yaml", "",
	)
	_, err := all(t, root)
	for _, want := range []string{
		`user-images/geohub/Dockerfile: there is no hub "geohub"; did you mean geo-hub?`,
		`secrets/chemistry.yaml: there is no hub "chemistry" in hub-charts; add its chart, or remove the file`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) || exit.Code(err) != exit.BadInput {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if err := load(t, root, "geo-hub"); err == nil || !strings.Contains(err.Error(), "did you mean geo-hub?") {
		t.Errorf("geo-hub was loaded without its image: %v", err)
	}
	if err := load(t, root, "bio"); err != nil {
		t.Errorf("bio has nothing to do with it: %v", err)
	}
}

// The time to load many hubs would grow with the square of their number, if each one listed them all.
func TestHubsAreListedOnce(t *testing.T) {
	root := tree(t, "hub-charts/hub-a/Chart.yaml", chartA)
	gittest.In(t, root).Write("hub-charts/hub-a/values.yaml", "a: b\n")
	d, err := open(t, root)
	if err != nil {
		t.Fatal(err)
	}
	gittest.In(t, root).Write("hub-charts/hub-b/Chart.yaml", "", "hub-charts/hub-a/values.yaml", "a: [")
	if _, err := d.Load(t.Context(), "hub-b"); err == nil || !strings.Contains(err.Error(), "hub-charts/hub-b holds no file that Git tracks") {
		t.Errorf("the list was read again: %v", err)
	}
	if _, err := d.Load(t.Context(), "hub-a"); err == nil || !strings.Contains(err.Error(), "values.yaml:1") {
		t.Errorf("a hub was read before it was loaded: %v", err)
	}
}

func TestBadHubs(t *testing.T) {
	for name, test := range map[string]struct {
		hub, want string
		files     []string
	}{
		"unknown":         {"hub-aa", `no hub "hub-aa"; did you mean hub-a?`, nil},
		"far off":         {"zzzzzzzz", "the hubs are hub-a", nil},
		"traversal":       {"../x", "no valid namespace", nil},
		"option":          {"-x", "no valid namespace", nil},
		"upper case":      {"Hub", "no valid namespace", nil},
		"empty":           {"", "is empty", nil},
		"too long":        {strings.Repeat("a", 54), "has 54 characters: a Helm release can have 53", nil},
		"no chart":        {"b", "hub-charts/b/Chart.yaml: no such file", []string{"hub-charts/b/values.yaml", ""}},
		"no Dockerfile":   {"hub-a", "user-images/hub-a/Dockerfile: no such file", []string{"user-images/hub-a/x", ""}},
		"no name":         {"b", `hub-charts/b/Chart.yaml:1: no name`, []string{"hub-charts/b/Chart.yaml", "apiVersion: v2\nversion: 1.0.0\n"}},
		"broken chart":    {"b", "hub-charts/b/Chart.yaml:", []string{"hub-charts/b/Chart.yaml", "name: [\n"}},
		"broken values":   {"hub-a", "hub-charts/hub-a/values.yaml:2: ", []string{"hub-charts/hub-a/values.yaml", "a: 1\n\tb: 2\n"}},
		"strange API":     {"b", "b/Chart.yaml:1: apiVersion is \"v3\"", []string{"hub-charts/b/Chart.yaml", "apiVersion: v3\nname: b\nversion: 1.0.0\n"}},
		"chart is a list": {"b", "b/Chart.yaml:1: ", []string{"hub-charts/b/Chart.yaml", "- a\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			root := tree(t, append([]string{"hub-charts/hub-a/Chart.yaml", chartA}, test.files...)...)
			err := load(t, root, test.hub)
			if err == nil || !strings.Contains(err.Error(), test.want) || exit.Code(err) != exit.BadInput {
				t.Errorf("got %v (exit %d), want %q", err, exit.Code(err), test.want)
			}
		})
	}
}

func FuzzCheckName(f *testing.F) {
	f.Add("hub-a")
	f.Add("../x")
	f.Fuzz(func(t *testing.T, name string) {
		if CheckName(name) == nil && (name != filepath.Base(name) || strings.HasPrefix(name, "-") || len(name) > longestName) {
			t.Errorf("%q passed", name)
		}
	})
}

// What HEAD has of a hub, and the disk has not, is an error that names it: no hub is deployed without its image or its secret values
// because a checkout is sparse, or because somebody deleted a file.
func TestWhatHeadHasMustBeHere(t *testing.T) {
	files := []string{
		"hub-charts/hub-a/Chart.yaml", "apiVersion: v2\nname: hub-a\nversion: 0.1.0\n",
		"hub-charts/hub-a/templates/x.yaml", "a: b\n",
		"user-images/hub-a/Dockerfile", "FROM scratch\n",
		"user-images/hub-a/files/large", "x",
		"secrets/hub-a.yaml", "a: b\n",
		"hub-charts/hub-b/Chart.yaml", "apiVersion: v2\nname: hub-b\nversion: 0.1.0\n",
	}
	for _, gone := range []struct{ name, file string }{
		{"hub-charts/hub-a", "hub-charts/hub-a/Chart.yaml"},
		{"user-images/hub-a", "user-images/hub-a/Dockerfile"},
		{"user-images/hub-a/files", "user-images/hub-a/files/large"},
		{"secrets", "secrets/hub-a.yaml"},
	} {
		root := gittest.New(t, files...)
		root.Git("sparse-checkout", "set", "--no-cone", "/*", "!/"+gone.name+"/")
		err := load(t, root.Dir, "hub-a")
		if want := gone.file + ": HEAD has it, and this sparse checkout leaves it out; run 'git sparse-checkout add "; exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), want) {
			t.Errorf("sparse, without %s: %v, want %q", gone.name, err, want)
		}
		if err := load(t, root.Dir, "hub-b"); err != nil {
			t.Errorf("hub-b has nothing to do with it: %v", err)
		}
		if hubs, err := all(t, root.Dir); err == nil || len(hubs) != 1 {
			t.Errorf("sparse, without %s: all hubs are %v, %v", gone.name, hubs, err)
		}
	}
	for _, gone := range []string{"hub-charts/hub-a", "user-images/hub-a", "secrets/hub-a.yaml"} {
		root := gittest.New(t, files...)
		root.Remove(gone)
		err := load(t, root.Dir, "hub-a")
		if want := gone + ": HEAD has it, and it was deleted here; run 'git restore " + gone; exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), want) {
			t.Errorf("deleted %s: %v, want %q", gone, err, want)
		}
		root.Git("rm", "-rq", "--cached", gone)
		if err := load(t, root.Dir, "hub-a"); err != nil && gone != "hub-charts/hub-a" {
			t.Errorf("git rm %s: %v", gone, err)
		}
	}
}
