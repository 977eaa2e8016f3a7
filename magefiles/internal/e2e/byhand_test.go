package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// dependency is what a chart says of a chart that it is made from.
type dependency struct{ Name, Version, Repository string }

// byHand returns what helm template makes of a shape in a clone, after a careful operator has brought what its chart depends on
// there, to any depth, by helm's own commands.
func (w *workshop) byHand(clone string, s shape) string {
	w.t.Helper()
	chart := filepath.Join(clone, "hub-charts", s.hub)
	w.complete(chart)
	args := []string{"template", s.hub, chart, "--namespace", s.hub}
	if values := filepath.Join(clone, "secrets", s.hub+".yaml"); exists(values) {
		args = append(args, "--values", values)
	}
	return w.must("", tool("helm"), args...)
}

// complete brings what a chart depends on into its directory charts.
func (w *workshop) complete(chart string) {
	w.t.Helper()
	unpacked, err := filepath.Glob(filepath.Join(chart, "charts", "*", "Chart.yaml"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, file := range unpacked {
		w.complete(filepath.Dir(file))
	}
	var missing []dependency
	wanted := slices.Concat(w.dependencies(chart, "Chart.yaml"), w.dependencies(chart, "requirements.yaml"))
	for _, d := range wanted {
		if relative, local := strings.CutPrefix(d.Repository, "file://"); local {
			w.complete(filepath.Join(chart, relative))
		}
		if !w.has(chart, d) {
			missing = append(missing, d)
		}
	}
	locked := slices.Concat(w.dependencies(chart, "Chart.lock"), w.dependencies(chart, "requirements.lock"))
	// Where Git holds anything in charts, helm dependency update would delete what Chart.yaml does not name.
	if len(missing) > 0 && len(locked) == 0 && !exists(filepath.Join(chart, "charts")) {
		w.must("", tool("helm"), "dependency", "update", "--plain-http", chart)
		w.forgetLock(chart)
		return
	}
	for _, d := range missing {
		w.bring(chart, d, locked)
	}
}

// has reports whether Git holds a dependency in charts. An archive of a chart of the repository is not what counts.
func (w *workshop) has(chart string, d dependency) bool {
	w.t.Helper()
	relative, local := strings.CutPrefix(d.Repository, "file://")
	if strings.HasPrefix(relative, "charts/") || exists(filepath.Join(chart, "charts", d.Name, "Chart.yaml")) {
		return true
	}
	archives, err := filepath.Glob(filepath.Join(chart, "charts", d.Name+"-[0-9]*.tgz"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, archive := range archives {
		if local {
			if err := os.Remove(archive); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return len(archives) > 0 && !local
}

// bring brings one chart there, in the version of the lock file, if that has one.
func (w *workshop) bring(chart string, d dependency, locked []dependency) {
	w.t.Helper()
	charts := filepath.Join(chart, "charts")
	if err := os.MkdirAll(charts, 0o750); err != nil {
		w.t.Fatal(err)
	}
	if relative, local := strings.CutPrefix(d.Repository, "file://"); local {
		w.must("", tool("helm"), "package", "--destination", charts, filepath.Join(chart, relative))
		return
	}
	for _, lock := range locked {
		if lock.Name == d.Name {
			d.Version = lock.Version
		}
	}
	w.must("", tool("helm"), "pull", "--plain-http", "--version", d.Version, "--destination", charts, d.Repository+"/"+d.Name)
}

// forgetLock removes the lock file that helm has just written: it would be one of the files of a chart of Helm 2's form.
func (w *workshop) forgetLock(chart string) {
	w.t.Helper()
	for _, lock := range []string{"Chart.lock", "requirements.lock"} {
		if err := os.Remove(filepath.Join(chart, lock)); err != nil && !os.IsNotExist(err) {
			w.t.Fatal(err)
		}
	}
}

func (w *workshop) dependencies(chart, file string) []dependency {
	w.t.Helper()
	content, err := os.ReadFile(filepath.Join(chart, file)) // #nosec G304 -- a file of the test
	if err != nil {
		return nil
	}
	var said struct{ Dependencies []dependency }
	if err := yaml.Unmarshal(content, &said); err != nil {
		w.t.Fatal(err)
	}
	return said.Dependencies
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
