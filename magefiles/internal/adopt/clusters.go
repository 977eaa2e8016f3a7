package adopt

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/layout"
)

// listed is a hub that a file lists, with its parts as they are listed.
type listed struct {
	layout.Names
	chart  string
	values []string // patterns
	secret []string
}

// clusters recognises config/clusters/{cluster}/cluster.yaml, which lists the hubs of a cluster and their files of values.
func clusters(t *tree) *Found {
	var roots []string
	for _, name := range t.Names {
		if path.Base(name) == "cluster.yaml" && len(mappings(t.mapping(name), "hubs")) > 0 {
			roots = append(roots, path.Dir(path.Dir(name)))
		}
	}
	root := mostFrequent(roots)
	if root == "" || root == "." {
		return nil
	}
	f := &Found{Layout: layout.Settings{Hubs: root + "/{cluster}/{hub}.values.yaml"}}
	hubs := f.listedBelow(t, root)
	if len(hubs) == 0 {
		return nil
	}
	f.ignoreUnlisted(t, hubs)
	f.fit(t, hubs)
	f.Layout.Release, f.Layout.Namespace = "{hub}", "{hub}" // as cluster.yaml calls them
	var others []string
	for i, hub := range hubs {
		if i > 0 && hub.Cluster == hubs[i-1].Cluster {
			continue
		}
		cluster := clusterOf(t, hub.Cluster, path.Join(root, hub.Cluster))
		if slices.ContainsFunc(f.Clusters, cluster.isLike) {
			cluster = Cluster{Label: cluster.Label, Context: cluster.Label} // names of Amazon's differ within an account and a region only
		}
		if cluster.Context != "" {
			others = append(others, cluster.Label)
		}
		f.Clusters = append(f.Clusters, cluster)
	}
	f.decideContexts(others)
	return f
}

// clusterOf reads where a cluster is from the cluster.yaml in a directory: one of a cloud by what names it there, another by its kubeconfig, and
// any other by a context.
func clusterOf(t *tree, label, dir string) Cluster {
	content := t.mapping(path.Join(dir, "cluster.yaml"))
	at := func(keys ...string) string { return textAt(content, keys...) }
	for _, c := range []Cluster{
		{Provider: "gke", Project: at("gcp", "project"), Zone: cmp.Or(at("gcp", "zone"), at("gcp", "region")), Name: at("gcp", "cluster"), Key: at("gcp", "key")},
		{Provider: "eks", Zone: at("aws", "region"), Name: at("aws", "clusterName"), Key: at("aws", "key")},
		{Provider: "aks", Group: at("azure", "resource_group"), Name: at("azure", "cluster"), Key: at("azure", "key")},
		{Provider: "none", Key: at("kubeconfig", "file")},
	} {
		if c.Label, c.Key = label, path.Join(dir, c.Key); !t.has(c.Key) {
			c.Key = ""
		}
		if c.isComplete() {
			return c
		}
	}
	return Cluster{Label: label, Context: cmp.Or(at("aws", "clusterName"), label)}
}

// isComplete reports whether it is known where a cluster is.
func (c Cluster) isComplete() bool {
	switch c.Provider {
	case "eks":
		return c.Zone != "" && c.Name != ""
	case "aks":
		return c.Group != "" && c.Name != ""
	case "none":
		return c.Key != ""
	}
	return c.Project != "" && c.Zone != "" && c.Name != ""
}

// isLike reports whether nothing but their names tells two clusters apart.
func (c Cluster) isLike(other Cluster) bool {
	if c.Provider == "none" {
		return false // each has a kubeconfig of its own
	}
	other.Label, other.Key = c.Label, c.Key
	return c == other
}

// decideContexts asks for what only the operator's kubeconfig says.
func (f *Found) decideContexts(clusters []string) {
	if len(clusters) > 0 {
		f.decide("clusters, context: which contexts of your kubeconfig lead to %s? 'kubectl config get-contexts' lists them; the names here are a guess", cut(clusters))
	}
}

// listedBelow reads the hubs of all clusters.
func (f *Found) listedBelow(t *tree, root string) []listed {
	var hubs []listed
	for _, name := range t.below(root) {
		if path.Base(name) != "cluster.yaml" || path.Dir(path.Dir(name)) != root {
			continue
		}
		dir := path.Dir(name)
		for _, hub := range mappings(t.mapping(name), "hubs") {
			one := listed{Names: layout.Names{Cluster: path.Base(dir), Hub: textAt(hub, "name")}, chart: textAt(hub, "helm_chart")}
			for _, file := range texts(hub, "helm_chart_values_files") {
				one.add(path.Join(root, "{cluster}", ofHub(file, one.Hub)))
			}
			if !t.has(path.Join(dir, one.Hub+".values.yaml")) {
				f.decide("%s lists hub %s, and there is no %s: it is not found", name, one.Hub, path.Join(dir, one.Hub+".values.yaml"))
				continue
			}
			if override := textAt(hub, "chart_override"); override != "" {
				f.decide("%s takes the place of Chart.yaml for %s: make it a chart of its own, and name that in hubs", path.Join(dir, override), one.Name())
			}
			hubs = append(hubs, one)
		}
	}
	return hubs
}

// ofHub puts {hub} where a file's name begins with the hub's, with or without the mark of an encrypted file.
func ofHub(file, hub string) string {
	for _, mark := range []string{"", "enc-"} {
		if rest, fits := strings.CutPrefix(file, mark+hub+"."); fits {
			return mark + "{hub}." + rest
		}
	}
	return file
}

// add takes a file for secret values if its name says so.
func (l *listed) add(pattern string) {
	if base := path.Base(pattern); strings.Contains(base, "secret") || strings.HasPrefix(base, "enc-") {
		l.secret = append(l.secret, pattern)
	} else {
		l.values = append(l.values, pattern)
	}
}

// ignoreUnlisted ignores what looks like a hub and is in no list: common, support.
func (f *Found) ignoreUnlisted(t *tree, hubs []listed) {
	isHub, elsewhere := map[string]bool{}, map[string]bool{}
	for _, hub := range hubs {
		isHub[hub.Name()], elsewhere[hub.Hub] = true, true
	}
	places, err := f.Layout.Find(t.Names)
	if err != nil {
		return
	}
	for _, place := range places {
		name := place.Hub
		if elsewhere[place.Hub] {
			name = place.Name()
		}
		if !isHub[place.Name()] && !slices.Contains(f.Layout.Ignore, name) {
			f.Layout.Ignore = append(f.Layout.Ignore, name)
		}
	}
	slices.Sort(f.Layout.Ignore)
}

// fit finds the parts that most hubs have in common, and says of the others what differs.
func (f *Found) fit(t *tree, hubs []listed) {
	var charts []string
	for _, hub := range hubs {
		charts = append(charts, hub.chart)
	}
	main := mostFrequent(charts)
	f.Layout.Chart.Dir = f.chartDir(t, main)
	values, secrets := func(l listed) []string { return l.values }, func(l listed) []string { return l.secret }
	f.Layout.Values, f.Layout.Secrets = common(t, hubs, values), common(t, hubs, secrets)
	own := f.differing(t, hubs, main)
	for changed := true; changed; { // a pattern that only hubs use which say all of theirs is not needed
		changed = false
		for _, part := range []struct {
			patterns *[]string
			of       func(listed) []string
			own      func(Own) []string
		}{{&f.Layout.Values, values, func(o Own) []string { return o.Parts.Values }}, {&f.Layout.Secrets, secrets, func(o Own) []string { return o.Parts.Secrets }}} {
			*part.patterns = slices.DeleteFunc(*part.patterns, func(pattern string) bool {
				for i, hub := range hubs {
					if part.own(own[i]) == nil && slices.Contains(part.of(hub), strings.TrimSuffix(pattern, "?")) {
						return false
					}
				}
				changed = true
				return true
			})
		}
		own = f.differing(t, hubs, main)
	}
	f.Own = grouped(own, hubs)
}

// differing says of each hub what differs from what most have in common.
func (f *Found) differing(t *tree, hubs []listed, main string) []Own {
	var own []Own
	for _, hub := range hubs {
		one := Own{Hubs: hub.Name()}
		if hub.chart != main {
			one.Parts.Chart.Dir = f.chartDir(t, hub.chart)
		}
		if !slices.Equal(there(t, f.Layout.Values, hub.Names), there(t, hub.values, hub.Names)) {
			one.Parts.Values = hub.values
		}
		if !slices.Equal(there(t, f.Layout.Secrets, hub.Names), there(t, hub.secret, hub.Names)) {
			one.Parts.Secrets = hub.secret
		}
		own = append(own, one)
	}
	return own
}

func (f *Found) chartDir(t *tree, name string) string {
	c, known := t.chartOf(name)
	if !known {
		f.decide("chart %s is not found: name its directory (layout.chart)", name)
		return cutName(name)
	}
	if t.has(path.Join(c.dir, "values.jsonnet")) {
		f.decide("%s/values.jsonnet is rendered by your own deployer: hub-ops does not read it", c.dir)
	}
	return c.dir
}

// cutName is a name that can stand for a directory.
func cutName(name string) string {
	if name == "" {
		return "chart"
	}
	return name
}

// common returns the patterns of files that most hubs have, in their order. One that a hub has exactly if it exists may be missing; one
// that this holds for with few hubs is left to these.
func common(t *tree, hubs []listed, of func(listed) []string) []string {
	var patterns, found []string
	for _, hub := range hubs {
		for _, pattern := range of(hub) {
			if !slices.Contains(patterns, pattern) {
				patterns = append(patterns, pattern)
			}
		}
	}
	for _, pattern := range patterns {
		with, without, missing := 0, 0, false
		for _, hub := range hubs {
			is, exists := slices.Contains(of(hub), pattern), len(there(t, []string{pattern}, hub.Names)) > 0
			missing = missing || !exists
			if is == exists {
				with++
			}
			if !is {
				without++
			}
		}
		switch {
		case with <= without:
		case missing:
			found = append(found, pattern+"?")
		default:
			found = append(found, pattern)
		}
	}
	slices.SortStableFunc(found, func(a, b string) int { // common files before those of a hub
		return strings.Count(a, "{hub}") - strings.Count(b, "{hub}")
	})
	return found
}

// there returns the files of a hub that patterns name and that exist.
func there(t *tree, patterns []string, names layout.Names) []string {
	var found []string
	for _, pattern := range patterns {
		name := strings.NewReplacer("{cluster}", names.Cluster, "{hub}", names.Hub).Replace(strings.TrimSuffix(pattern, "?"))
		if t.has(name) {
			found = append(found, name)
		}
	}
	return found
}
