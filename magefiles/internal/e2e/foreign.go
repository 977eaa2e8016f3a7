package e2e

import "path/filepath"

// foreign is where a repository of hubs lies that is not the project itself.
func (w *watched) foreign(name string) string { return filepath.Join(w.tmp, name) }

// writeForeign makes a repository with one hub to adopt, and another that hub-ops has been copied into.
func (w *watched) writeForeign() {
	for _, name := range []string{"theirs", "copied"} {
		dir := w.foreign(name)
		w.write(dir, "hub-charts/course/Chart.yaml", "apiVersion: v2\nname: course\nversion: 0.1.0\ndependencies:\n- {name: jupyterhub, version: 4.4.0, repository: https://hub.jupyter.org/helm-chart}\n")
		w.write(dir, "hub-charts/course/values.yaml", "jupyterhub: {}\n")
		w.must("git", "init", "--quiet", "--initial-branch", "main", dir)
		w.commitForeign(name, "a hub")
	}
	if code, out := w.mage([]string{"adopt", w.foreign("copied")}, "COPY=1"); code != 0 {
		w.t.Fatalf("adopt with a copy: exit code %d\n%s", code, out)
	}
	w.commitForeign("copied", "a copy of hub-ops")
}

func (w *watched) commitForeign(name, message string) {
	w.must("git", "-C", w.foreign(name), "add", "--all")
	w.must("git", "-C", w.foreign(name), "commit", "--quiet", "--message", message)
}
