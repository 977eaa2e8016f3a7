package adopt

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/layout"
)

// shared recognises a chart of the repository that hubs share, with a file of values for each of them.
func shared(t *tree) *Found {
	var best *Found
	for _, c := range t.hubCharts() {
		pattern, hubs := t.valuesFor(c)
		if pattern == "" || best != nil && len(hubs) <= len(best.Hubs) {
			continue
		}
		best = &Found{Layout: layout.Settings{Hubs: pattern}}
		best.Layout.Chart.Dir = c.dir
		best.addValues(t, pattern, hubs)
	}
	return best
}

// published recognises files of values for a chart that a program fetches from a chart repository.
func published(t *tree) *Found {
	chart, program := t.publishedChart()
	if program == "" {
		return nil
	}
	pattern, hubs := t.valuesFor(localChart{name: "jupyterhub"})
	dir := path.Dir(pattern)
	if pattern == "" || dir != "." && !strings.Contains(t.text(program), dir) {
		return nil
	}
	f := &Found{Layout: layout.Settings{Hubs: pattern}}
	f.Layout.Chart = chart
	f.addValues(t, pattern, hubs)
	if chart.Version == "" {
		f.Layout.Chart.Version = "0.0.0"
		f.decide("layout.chart.version: which version of %s do the hubs have? 'helm list --all-namespaces' says it; %s does not", chart.Name, program)
	}
	var unused []string
	for _, c := range t.hubCharts() {
		unused = append(unused, c.dir)
	}
	if len(unused) > 0 {
		f.decide("%s: charts that %s does not deploy: remove them, or are their hubs still there?", cut(unused), program)
	}
	return f
}

// What says in a program that it deploys the public chart: its name, where it is, its version.
var (
	publicChart   = regexp.MustCompile(`\bjupyterhub/jupyterhub\b|\bhelm/charts/jupyterhub\b`)
	chartAddress  = regexp.MustCompile(`https://[\w.-]+/helm-chart/?`)
	publicVersion = regexp.MustCompile(`version[="',: \\\n]{1,6}v?([0-9]+\.[0-9]+[0-9A-Za-z.+-]*)`)
)

// publicRepository is that of JupyterHub's charts.
const publicRepository = "https://hub.jupyter.org/helm-chart/"

// publishedChart finds a program that deploys JupyterHub's public chart.
func (t *tree) publishedChart() (chart layout.Chart, program string) {
	for _, name := range t.programs() {
		text := t.text(name)
		at := publicChart.FindStringIndex(text)
		if at == nil || !strings.Contains(text, "helm") {
			continue
		}
		chart = layout.Chart{Name: "jupyterhub", Repository: cmp.Or(chartAddress.FindString(text), publicRepository)}
		if version := publicVersion.FindStringSubmatch(text); version != nil {
			chart.Version = version[1]
		}
		return chart, name
	}
	return chart, ""
}

// notHubs are names of files of values that are no hub's own.
var notHubs = []string{"common", "values", "default", "defaults", "base", "template", "example", "shared"}

// valuesFor finds the files of values for a chart, one for each hub: the pattern that most of them fit, and the names of the hubs.
func (t *tree) valuesFor(c localChart) (pattern string, hubs []string) {
	fitting := map[string][]string{}
	for _, name := range t.Names {
		if !isYAML(name) || strings.Contains(strings.ToLower(name), "secret") || under(name, "templates", "charts", "docs", "tests", ".github", "vendor") ||
			c.dir != "" && c.dir != "." && strings.HasPrefix(name, c.dir+"/") {
			continue
		}
		for _, one := range valuesPatterns(name, c.dir) {
			names, fits := layout.Match(one, name)
			if !fits || !canBeName.MatchString(names.Hub) || slices.Contains(notHubs, names.Hub) || !c.takes(t.mapping(name)) {
				continue
			}
			fitting[one] = append(fitting[one], names.Hub)
			break
		}
	}
	for one, names := range fitting {
		if own := withoutVariants(names); len(own) > len(hubs) || len(own) == len(hubs) && (len(one) < len(pattern) || len(one) == len(pattern) && one < pattern) {
			pattern, hubs = one, own
		}
	}
	return pattern, hubs
}

// withoutVariants leaves out prod-install and issuer-staging where hubs are called like stages: there they are no hubs of their own.
func withoutVariants(hubs []string) []string {
	if !slices.ContainsFunc(hubs, isStage) {
		return hubs
	}
	return slices.DeleteFunc(slices.Clone(hubs), func(hub string) bool {
		return slices.ContainsFunc(stages, func(stage string) bool { return strings.HasPrefix(hub, stage+"-") || strings.HasSuffix(hub, "-"+stage) })
	})
}

// beforeName and afterName are what is around the name of a hub in the name of a file at the top.
var (
	beforeName = []string{"values-", "values.", "values_", "config-", "config_"}
	afterName  = []string{"-values", ".values", "_values", "-config", ".config"}
)

// valuesPatterns returns patterns of values that a file can fit, the most telling first.
func valuesPatterns(name, chart string) []string {
	dir, base, extension := path.Dir(name), path.Base(name), path.Ext(name)
	var patterns []string
	for _, before := range beforeName {
		if strings.HasPrefix(base, before) {
			patterns = append(patterns, path.Join(dir, before+"{hub}"+extension))
		}
	}
	for _, after := range afterName {
		if strings.HasSuffix(base, after+extension) {
			patterns = append(patterns, path.Join(dir, "{hub}"+after+extension))
		}
	}
	if slices.Contains([]string{"values" + extension, "config" + extension}, base) && dir != "." && dir != chart {
		patterns = append(patterns, path.Join(path.Dir(dir), "{hub}", base))
	}
	if dir != "." {
		patterns = append(patterns, path.Join(dir, "{hub}"+extension))
	}
	return patterns
}

// addValues adds what lies beside the files of values, and what is like one of them and is no hub's.
func (f *Found) addValues(t *tree, pattern string, hubs []string) {
	f.Layout.Values = append(commonBeside(t, pattern), pattern)
	f.Layout.Secrets = secretsOf(t, hubs, f.Layout.Values)
	f.Layout.Image = imagesOf(t, hubs)
	own := ownSecrets(f.Layout.Secrets)
	var ignored, without []string
	for _, hub := range f.namesIn(t) {
		switch {
		case !slices.Contains(hubs, hub):
			ignored = append(ignored, hub)
		case own != "" && !t.has(strings.ReplaceAll(own, "{hub}", hub)):
			without = append(without, hub)
		}
	}
	if 2*len(without) >= len(hubs) {
		without = nil // few have secret values of their own
	}
	if len(without) > 0 {
		hubs = slices.DeleteFunc(slices.Clone(hubs), func(hub string) bool { return slices.Contains(without, hub) })
		f.Layout.Secrets = secretsOf(t, hubs, f.Layout.Values)
		f.decide("%s: no file of secret values, so taken for no hub (layout.ignore): is that right?", strings.Join(without, ", "))
	}
	f.Layout.Ignore = slices.Compact(slices.Sorted(slices.Values(append(ignored, without...))))
	f.decideOtherValues(t, pattern, hubs)
	f.ignoreHomeless(t)
	f.Hubs, _ = f.Layout.Find(t.Names)
}

// decideOtherValues names files of values that have the names of the same hubs, and lie elsewhere: for another cluster, perhaps.
func (f *Found) decideOtherValues(t *tree, pattern string, hubs []string) {
	c := localChart{name: f.Layout.Chart.Name}
	if own, known := t.chartOf(path.Base(f.Layout.Chart.Dir)); known {
		c = own
	}
	for _, name := range t.Names {
		hub := strings.TrimSuffix(path.Base(name), path.Ext(name))
		other := path.Join(path.Dir(name), "{hub}"+path.Ext(name))
		if !isYAML(name) || other == pattern || isSecretValues(name) || !slices.Contains(hubs, hub) || under(name, "docs", "tests", "templates") || !c.takes(t.mapping(name)) {
			continue
		}
		f.decide("%s are values of hubs, too, and were not taken: are they for another cluster? Name them in layout.hubs, with {cluster}, or in a hubops.yaml of another branch", other)
	}
}

// commonBeside lists the files of values beside a pattern's that are for all hubs.
func commonBeside(t *tree, pattern string) []string {
	var found []string
	dir := path.Dir(pattern)
	for _, name := range t.below(dir) {
		if isYAML(name) && (name == path.Join(dir, "common.yaml") || path.Dir(name) == path.Join(dir, "common")) && dir != "." {
			found = append(found, name)
		}
	}
	return found
}
