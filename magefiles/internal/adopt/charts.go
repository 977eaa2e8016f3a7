package adopt

import (
	"path"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/layout"
)

// charts recognises charts that lie in directories of one kind, as hub-charts/{hub} or {hub}/chart: each is a hub.
func charts(t *tree) *Found {
	pattern := mostFrequent(chartPatterns(t))
	if pattern == "" {
		return nil
	}
	f := &Found{Layout: layout.Default()}
	f.Layout.Chart.Dir, f.Layout.Hubs = pattern, pattern
	if !strings.HasSuffix(pattern, "{hub}") || layoutDouble(pattern) || pattern == "{hub}" { // else any directory there would be a hub
		f.Layout.Hubs = path.Join(pattern, "Chart.yaml")
	}
	names, others := f.namesIn(t), 0
	for _, c := range t.hubCharts() {
		if _, fits := layout.Match(pattern, c.dir); !fits {
			others++
		}
	}
	if len(names) < 2 && pattern != layout.Default().Chart.Dir || others > len(names) {
		return nil // one chart that hubs share
	}
	if f.Layout.Hubs != layout.Default().Hubs {
		f.Layout.Values = valuesBeside(t, f, names)
		f.Layout.Secrets = secretsOf(t, names, f.Layout.Values)
	}
	f.addFurther(t)
	f.ignoreHomeless(t)
	return f
}

// chartPatterns returns for each chart of hubs the pattern that its directory fits.
func chartPatterns(t *tree) []string {
	var patterns []string
	for _, c := range t.hubCharts() {
		base := path.Base(c.dir)
		switch {
		case c.dir == ".":
		case path.Base(path.Dir(c.dir)) == base:
			patterns = append(patterns, path.Join(path.Dir(path.Dir(c.dir)), "{hub}/{hub}"))
		case slices.Contains([]string{"chart", "helm", "helm-chart"}, base) && path.Dir(c.dir) != ".":
			patterns = append(patterns, path.Join(path.Dir(path.Dir(c.dir)), "{hub}", base))
		case path.Dir(c.dir) != ".":
			patterns = append(patterns, path.Join(path.Dir(c.dir), "{hub}"))
		}
	}
	return patterns
}

// layoutDouble reports whether a pattern holds {hub} twice.
func layoutDouble(pattern string) bool { return strings.Count(pattern, "{hub}") > 1 }

// namesIn lists the hubs that the pattern of hubs finds.
func (f *Found) namesIn(t *tree) []string {
	places, err := f.Layout.Find(t.Names)
	if err != nil {
		return nil
	}
	var names []string
	for _, place := range places {
		names = append(names, place.Hub)
	}
	return names
}

// valuesBeside finds files of values that lie beside the charts: {hub}/config.yaml.
func valuesBeside(t *tree, f *Found, names []string) []string {
	var patterns []string
	for _, hub := range names {
		dir := strings.ReplaceAll(f.Layout.Chart.Dir, "{hub}", hub)
		c, known := t.chartOf(path.Base(dir))
		for _, name := range t.below(path.Dir(dir)) {
			if !isYAML(name) || path.Dir(name) != path.Dir(dir) || !known || !c.takes(t.mapping(name)) {
				continue
			}
			if pattern, fits := generalised(name, hub); fits {
				patterns = append(patterns, pattern)
			}
		}
	}
	if best := mostFrequent(patterns); best != "" {
		return []string{best}
	}
	return nil
}

// addFurther takes charts that are no hubs of JupyterHub for hubs where secret values lie for them, or a program deploys them by name.
func (f *Found) addFurther(t *tree) {
	for _, c := range t.charts {
		if _, fits := layout.Match(f.Layout.Chart.Dir, c.dir); fits || c.dir == "." {
			continue
		}
		if t.has("secrets/" + path.Base(c.dir) + ".yaml") {
			f.Charts = append(f.Charts, c.dir)
			f.decide("%s is a chart with secrets/%s.yaml, and was taken for a hub (charts): its release is then %s, in the namespace %s", c.dir, path.Base(c.dir), path.Base(c.dir), path.Base(c.dir))
		} else {
			f.decide("%s is a chart that was taken for none of the hubs: deploy it as before, or name it in charts", c.dir)
		}
	}
}

// ignoreHomeless names what has an image or secret values and is no hub.
func (f *Found) ignoreHomeless(t *tree) {
	hubs := f.namesIn(t)
	for _, dir := range f.Charts {
		hubs = append(hubs, path.Base(dir))
	}
	var homeless []string
	for _, pattern := range []string{f.Layout.Image + "/Dockerfile", strings.TrimSuffix(slices.Concat(f.Layout.Secrets, []string{""})[0], "?")} {
		for _, name := range t.Names {
			if n, fits := layout.Match(pattern, name); fits && n.Hub != "" && !slices.Contains(hubs, n.Hub) && !slices.Contains(homeless, n.Hub) {
				homeless = append(homeless, n.Hub)
			}
		}
	}
	if slices.Sort(homeless); len(homeless) > 0 {
		f.Layout.Ignore = slices.Compact(slices.Sorted(slices.Values(append(f.Layout.Ignore, homeless...))))
		f.decide("%s: there is an image or a file of secret values, and no hub (layout.ignore): remove the files, or bring the hub back", strings.Join(homeless, ", "))
	}
}
