package adopt

import (
	"path"
	"slices"
	"strings"
)

// localChart is a chart in the repository.
type localChart struct {
	dir   string
	name  string
	needs []string // names of the charts that it depends on
	keys  []string // at the top of its values
}

// findCharts lists the charts of the repository that are not parts of another one.
func (t *tree) findCharts() []localChart {
	var found []localChart
	for _, name := range t.Names {
		if path.Base(name) != "Chart.yaml" || under(name, "charts", "templates", "tests", "test", "vendor", "node_modules") && !t.isOwnChart(name) {
			continue
		}
		content := t.mapping(name)
		c := localChart{dir: path.Dir(name), name: textAt(content, "name")}
		for _, dependency := range append(mappings(content, "dependencies"), mappings(t.mapping(path.Join(c.dir, "requirements.yaml")), "dependencies")...) {
			c.needs = append(c.needs, textAt(dependency, "name"))
		}
		for key := range t.mapping(path.Join(c.dir, "values.yaml")) {
			c.keys = append(c.keys, key)
		}
		found = append(found, c)
	}
	return found
}

// isOwnChart reports whether a chart in a directory charts is no part of a chart above it: charts/hub at the top of a repository.
func (t *tree) isOwnChart(name string) bool {
	if under(name, "templates", "tests", "test", "vendor", "node_modules") {
		return false
	}
	for dir := path.Dir(path.Dir(name)); dir != "."; dir = path.Dir(dir) {
		if path.Base(dir) == "charts" && t.has(path.Join(path.Dir(dir), "Chart.yaml")) {
			return false
		}
	}
	return true
}

// ofHubs reports whether a hub is deployed from the chart: it is one of JupyterHub, or depends on one, as jupyterhub, daskhub, binderhub
// and basehub are called.
func (c localChart) ofHubs() bool {
	return c.name == "jupyterhub" || slices.ContainsFunc(c.needs, func(name string) bool { return strings.HasSuffix(name, "hub") })
}

// keysOfHubs are those at the top of the values of JupyterHub's own chart.
var keysOfHubs = []string{"hub", "singleuser", "proxy", "auth", "ingress", "prePuller", "scheduling", "cull", "rbac"}

// takes reports whether values can be meant for the chart: they have one of its keys, or that of a chart that it depends on.
func (c localChart) takes(values map[string]any) bool {
	if textAt(values, "apiVersion") != "" && textAt(values, "kind") != "" { // an object of Kubernetes
		return false
	}
	for key := range values {
		if slices.Contains(c.needs, key) || slices.Contains(c.keys, key) || c.name == "jupyterhub" && slices.Contains(keysOfHubs, key) {
			return true
		}
	}
	return false
}

// hubCharts lists the charts that hubs are deployed from.
func (t *tree) hubCharts() []localChart {
	var found []localChart
	for _, c := range t.charts {
		if c.ofHubs() {
			found = append(found, c)
		}
	}
	return found
}

// chartOf returns the chart that is called so, or lies in a directory of that name.
func (t *tree) chartOf(name string) (found localChart, ok bool) {
	for _, c := range t.charts {
		if c.name == name || path.Base(c.dir) == name {
			return c, true
		}
	}
	return found, false
}
