package hub

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

// tree writes files, path by path, into a new directory.
func tree(t *testing.T, files ...string) string {
	t.Helper()
	root := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		name := filepath.Join(root, files[i])
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// load reads one hub of a repository.
func load(root, name string) error {
	d, err := Open(root, nil)
	if err != nil {
		return err
	}
	_, err = d.Load(name)
	return err
}

// all reads every hub of a repository.
func all(root string, extra []string) ([]Hub, error) {
	d, err := Open(root, extra)
	if err != nil {
		return nil, err
	}
	return d.All()
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
	hubs, err := all(root, []string{"monitoring"})
	if err != nil || len(hubs) != 3 {
		t.Fatalf("got %v, %v", hubs, err)
	}
	a, b, monitoring := hubs[0], hubs[1], hubs[2]
	if a.ImageDir != "user-images/hub-a" || a.Secret != "secrets/hub-a.yaml" || a.Chart.Dependencies[0].Version != "4.4.0" {
		t.Errorf("hub-a: %+v", a)
	}
	if b.ImageDir != "" || b.Chart.Dependencies[0].Version != "0.8.2" {
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
	_, err := all(root, nil)
	for _, want := range []string{
		`user-images/geohub/Dockerfile: there is no hub "geohub"; did you mean geo-hub?`,
		`secrets/chemistry.yaml: there is no hub "chemistry" in hub-charts; add its chart, or remove the file`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) || exit.Code(err) != exit.BadInput {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if err := load(root, "geo-hub"); err == nil || !strings.Contains(err.Error(), "did you mean geo-hub?") {
		t.Errorf("geo-hub was loaded without its image: %v", err)
	}
	if err := load(root, "bio"); err != nil {
		t.Errorf("bio has nothing to do with it: %v", err)
	}
}

// The time to load many hubs would grow with the square of their number, if each one listed them all.
func TestHubsAreListedOnce(t *testing.T) {
	root := tree(t, "hub-charts/hub-a/Chart.yaml", chartA)
	d, err := Open(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	later := filepath.Join(root, "hub-charts", "hub-b")
	if err := os.MkdirAll(later, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "hub-charts", "hub-a", "values.yaml"), []byte("a: ["), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Load("hub-b"); err == nil || !strings.Contains(err.Error(), `no hub "hub-b"`) {
		t.Errorf("the list was read again: %v", err)
	}
	if _, err := d.Load("hub-a"); err == nil || !strings.Contains(err.Error(), "values.yaml:1") {
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
		"other name":      {"b", `hub-charts/b/Chart.yaml:2: name is "c", the directory is "b"`, []string{"hub-charts/b/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"}},
		"broken chart":    {"b", "hub-charts/b/Chart.yaml:", []string{"hub-charts/b/Chart.yaml", "name: [\n"}},
		"broken values":   {"hub-a", "hub-charts/hub-a/values.yaml:2: ", []string{"hub-charts/hub-a/values.yaml", "a: 1\n\tb: 2\n"}},
		"strange API":     {"b", "b/Chart.yaml:1: apiVersion is \"v3\"", []string{"hub-charts/b/Chart.yaml", "apiVersion: v3\nname: b\nversion: 1.0.0\n"}},
		"chart is a list": {"b", "b/Chart.yaml:1: ", []string{"hub-charts/b/Chart.yaml", "- a\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			root := tree(t, append([]string{"hub-charts/hub-a/Chart.yaml", chartA}, test.files...)...)
			err := load(root, test.hub)
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
