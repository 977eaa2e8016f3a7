package adopt

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/layout"
)

// deployments recognises hubploy's: deployments/{hub}/hubploy.yaml, values and secret values for environments beside it.
func deployments(t *tree) *Found {
	var patterns []string
	for _, name := range t.Names {
		if path.Base(name) == "hubploy.yaml" && strings.Count(name, "/") > 1 && canBeName.MatchString(path.Base(path.Dir(name))) {
			patterns = append(patterns, path.Join(path.Dir(path.Dir(name)), "{hub}"))
		}
	}
	root := mostFrequent(patterns)
	if root == "" {
		return nil
	}
	f := &Found{Layout: layout.Settings{Hubs: root + "/hubploy.yaml"}}
	hubs := f.namesIn(t)
	environments := t.environmentsOf(root, hubs)
	f.Layout.Environments = f.branchesOf(t, environments)
	f.Layout.Chart.Dir = f.hubployChart(t)
	if !t.allHave(root+"/config/{env}.yaml", hubs, environments) {
		f.Layout.Hubs = root + "/config/{env}.yaml" // a hub need not be in each environment
	}
	f.addHubploy(t, root, hubs, environments)
	f.findHubployImages(t, root, hubs, environments)
	f.findHubployClusters(t, root, hubs, environments)
	return f
}

// environmentsOf lists the environments: names of files that are both values and secret values of a hub.
func (t *tree) environmentsOf(root string, hubs []string) []string {
	var found []string
	for _, hub := range hubs {
		dir := strings.ReplaceAll(root, "{hub}", hub)
		for _, name := range t.below(dir + "/config") {
			base := path.Base(name)
			environment := strings.TrimSuffix(base, ".yaml")
			if t.has(dir+"/secrets/"+base) && environment != base && environment != "common" && canBeName.MatchString(environment) && !slices.Contains(found, environment) {
				found = append(found, environment)
			}
		}
	}
	slices.Sort(found)
	return found
}

// allHave reports whether each hub has the file in each environment.
func (t *tree) allHave(pattern string, hubs, environments []string) bool {
	for _, hub := range hubs {
		for _, environment := range environments {
			if !t.has(strings.NewReplacer("{hub}", hub, "{env}", environment).Replace(pattern)) {
				return false
			}
		}
	}
	return true
}

// addHubploy adds the files of values and of secret values, and the images.
func (f *Found) addHubploy(t *tree, root string, hubs, environments []string) {
	for _, part := range []struct {
		dir  string
		into *[]string
	}{{"config", &f.Layout.Values}, {"secrets", &f.Layout.Secrets}} {
		for _, file := range []string{"common.yaml", "{env}.yaml"} {
			pattern := path.Join(root, part.dir, file)
			all, some := t.allHave(pattern, hubs, environments), false
			for _, hub := range hubs {
				for _, environment := range environments {
					some = some || t.allHave(pattern, []string{hub}, []string{environment})
				}
			}
			if !all && pattern != f.Layout.Hubs {
				pattern += "?"
			}
			if some {
				*part.into = append(*part.into, pattern)
			}
		}
	}
	f.Layout.Image = imagesOf(t, hubs)
	if f.Layout.Image != "" && !strings.HasPrefix(f.Layout.Image, root) {
		f.Layout.Image = ""
	}
}

// hubployDeploys matches what a program says to hubploy: hubploy deploy <hub> <chart> <environment>.
var hubployDeploys = regexp.MustCompile(`deploy(?: +--?[\w-]+(?:[= ]\d+\w*)?)* +\S+ +([\w./-]+) +[\w${}. -]+`)

// hubployChart finds the chart that all deployments share.
func (f *Found) hubployChart(t *tree) string {
	for _, name := range t.programs() {
		for line := range strings.Lines(t.text(name)) {
			if call := hubployDeploys.FindStringSubmatch(line); call != nil && t.has(path.Join(call[1], "Chart.yaml")) {
				return path.Clean(call[1])
			}
		}
	}
	candidates := t.hubCharts()
	if len(candidates) == 0 {
		f.decide("layout.chart: no chart is found that depends on one of JupyterHub: name it")
		return "hub"
	}
	if len(candidates) > 1 {
		f.decide("layout.chart is %s: there are %d charts that hubs could be deployed from", candidates[0].dir, len(candidates))
	}
	return candidates[0].dir
}

// findHubployImages reads where images are kept, and which are built elsewhere. hubploy sets them as values, from files of its own.
func (f *Found) findHubployImages(t *tree, root string, hubs, environments []string) {
	var repositories, paths, untagged, built []string
	elsewhere := map[string][]namedImage{}
	for _, hub := range hubs {
		dir := strings.ReplaceAll(f.Layout.Image, "{hub}", hub)
		for _, image := range namedImages(t.mapping(strings.ReplaceAll(root, "{hub}", hub) + "/hubploy.yaml")) {
			switch {
			case f.Layout.Image != "" && t.has(dir+"/Dockerfile"):
				built, paths = append(built, hub), append(paths, image.path)
				repository, _ := generalised(image.name, hub)
				repositories = append(repositories, repository)
			case image.tagged():
				elsewhere[hub] = append(elsewhere[hub], image)
			default:
				untagged = append(untagged, hub)
			}
		}
	}
	f.Image.Path = mostFrequent(paths)
	f.Image.Repository = mostFrequent(repositories)
	if len(slices.Compact(slices.Sorted(slices.Values(repositories)))) > 1 {
		f.Image.Repository = ""
	}
	f.setElsewhere(t, elsewhere, hubs, environments)
	if at := cut(slices.Compact(untagged)); at != "" {
		f.decide("hubploy.yaml names images that are built elsewhere, without a tag (%s): name them in hubops.yaml, images, by from", at)
	}
	for _, hub := range hubs {
		if dir := strings.ReplaceAll(root, "{hub}", hub) + "/image"; !slices.Contains(built, hub) && (t.has(dir+"/environment.yml") || t.has(dir+"/requirements.txt")) {
			f.decide("%s has no Dockerfile: hubploy builds it with repo2docker, hub-ops does not", dir)
		}
	}
}

// hubployCluster reads which cluster a hubploy.yaml names: github.com/berkeley-dsep-infra/hubploy, hubploy/auth.py.
func hubployCluster(settings map[string]any) Cluster {
	provider := textAt(settings, "cluster", "provider")
	at := func(key string) string { return textAt(settings, "cluster", provider, key) }
	var c Cluster
	switch provider {
	case "gcloud":
		c = Cluster{Project: at("project"), Zone: at("zone"), Name: at("cluster")}
	case "aws":
		c = Cluster{Provider: "eks", Zone: cmp.Or(at("region"), at("zone")), Name: at("cluster")}
		for _, key := range []string{"account_id", "project"} {
			if account := fmt.Sprint(value(settings, "cluster", provider, key)); amazonAccount.MatchString(account) { // a number, or a text
				c.Account = account
			}
		}
	case "azure":
		c = Cluster{Provider: "aks", Group: at("resource_group"), Name: at("cluster")}
	}
	if !c.isComplete() {
		c = Cluster{Context: cmp.Or(at("cluster"), provider)}
	}
	return c
}

// amazonAccount matches the number of an account.
var amazonAccount = regexp.MustCompile(`^[0-9]{12}$`)

// findHubployClusters finds the clusters of deployments. That of most is said for all.
func (f *Found) findHubployClusters(t *tree, root string, hubs, environments []string) {
	on, keys := map[Cluster][]string{}, map[Cluster][]string{}
	present := f.namesIn(t)
	for _, hub := range hubs {
		if !slices.Contains(present, hub) {
			continue // it is in no environment
		}
		dir := strings.ReplaceAll(root, "{hub}", hub)
		settings := t.mapping(dir + "/hubploy.yaml")
		c := hubployCluster(settings)
		on[c] = append(on[c], hub)
		if key := hubployKey(t, dir, settings); key != "" {
			keys[c] = append(keys[c], key)
		}
	}
	defer f.decideKeys()
	all := slices.SortedFunc(maps.Keys(on), func(a, b Cluster) int {
		return cmp.Or(len(on[b])-len(on[a]), strings.Compare(a.Name+a.Context, b.Name+b.Context), strings.Compare(on[a][0], on[b][0]))
	})
	if len(all) == 1 {
		if f.Cluster = all[0]; f.Cluster.Context != "" {
			f.Cluster = Cluster{}
			f.decide("the cluster is that of your kubeconfig (KUBECONFIG, or KUBECONFIG_CONTENT in CI): hubploy.yaml names no project of Google's")
		}
		f.Cluster.Key = f.keyOf(all[0], keys[all[0]])
		return
	}
	var others []string
	for i, c := range all {
		own := c
		if c.Label = cmp.Or(c.Name, c.Context); !canBeName.MatchString(c.Label) || slices.ContainsFunc(f.Clusters, func(other Cluster) bool { return other.Label == c.Label }) {
			c.Label = fmt.Sprintf("cluster-%d", i+1)
		}
		if c.Context != "" {
			others = append(others, c.Label)
		}
		c.Key = f.keyOf(c, keys[own])
		f.Clusters = append(f.Clusters, c)
		if i == 0 {
			f.Layout.Cluster = c.Label
			continue
		}
		for _, hub := range on[own] {
			for _, name := range namesOf(hub, hubs, environments) {
				f.own(name).Parts.Cluster = c.Label
			}
		}
	}
	f.decideContexts(others)
}

// hubployKey is the file with which hubploy logs in to the cluster of a hub; "" if it names none that is there.
func hubployKey(t *tree, dir string, settings map[string]any) string {
	provider := textAt(settings, "cluster", "provider")
	name := cmp.Or(textAt(settings, "cluster", provider, "service_key"), textAt(settings, "cluster", provider, "auth_file"))
	if file := path.Join(dir, "secrets", name); name != "" && t.has(file) {
		return file
	}
	return ""
}

// keyOf is the file of a cluster's credentials, of those that its hubs have: the first. Of a cluster that only a kubeconfig names nobody says what it
// would open.
func (f *Found) keyOf(c Cluster, keys []string) string {
	if c.Context != "" || len(keys) == 0 {
		return ""
	}
	if len(keys) > 1 {
		f.decide("the credentials of the cluster %s are %s: its hubs have a file each (%s), and the account in this one has to deploy all of them", cmp.Or(c.Label, c.Name), keys[0], cut(keys))
	}
	return keys[0]
}

// decideKeys says what the files of credentials need.
func (f *Found) decideKeys() {
	var without []string
	for _, c := range f.Clusters {
		if c.Key == "" && c.Context == "" {
			without = append(without, c.Label)
		}
	}
	if !f.hasKeys() {
		return
	}
	f.decide("credentials: each file must be encrypted (by SOPS or git-crypt) and on the default branch of origin, and CI needs what opens it (docs/content/clusters.md of hub-ops)")
	if len(without) > 0 {
		f.decide("the clusters %s name no file of credentials that is there: they get those of the run (GKE_KEY, AWS_…, the login of az)", cut(without))
	}
}

// hasKeys reports whether a cluster has credentials of its own.
func (f *Found) hasKeys() bool {
	return f.Cluster.Key != "" || slices.ContainsFunc(f.Clusters, func(c Cluster) bool { return c.Key != "" })
}

// namesOf returns the names of a hub in its environments: a pattern, unless another hub's names fit it.
func namesOf(hub string, hubs, environments []string) []string {
	if !slices.ContainsFunc(hubs, func(other string) bool { return strings.HasPrefix(other, hub+"-") }) {
		return []string{hub + "-*"}
	}
	var names []string
	for _, environment := range environments {
		names = append(names, hub+"-"+environment)
	}
	return names
}

// cut names the first of many, and how many there are.
func cut(names []string) string {
	const most = 4
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
