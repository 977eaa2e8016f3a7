package origin

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
)

// A branch that may write its own hubops.yaml calls no hub of its own what another branch's hub is called.
func TestWhereAReleaseIsTheDefaultBranchSays(t *testing.T) {
	const owners = "branches: {main: ['*'], staging: [a, 'test-*']}\n"
	moved := func(hub, release, namespace string) string {
		return owners + "hubs: {" + hub + ": {layout: {release: " + release + ", namespace: " + namespace + "}}}\n"
	}
	for name, test := range map[string]struct {
		at     layout.Address
		origin map[string]string
		want   string // in the error; "" for none
	}{
		"its own name":                        {layout.Plain("a"), map[string]string{"main": owners, "staging": owners}, ""},
		"as main says":                        {layout.Address{Hub: "a", Release: "old", Namespace: "x"}, map[string]string{"main": moved("a", "old", "x")}, ""},
		"as main says for all":                {layout.Address{Hub: "a", Release: "hub", Namespace: "ns-a"}, map[string]string{"main": owners + "layout: {release: hub, namespace: 'ns-{hub}'}\n"}, ""},
		"as its owner says, in its own":       {layout.Address{Hub: "a", Release: "test-1", Namespace: "a"}, map[string]string{"main": owners, "staging": moved("a", "test-1", "a")}, ""},
		"as its owner says, in another's":     {layout.Address{Hub: "a", Release: "a", Namespace: "course"}, map[string]string{"main": owners, "staging": moved("a", "a", "course")}, "that of origin/main says otherwise"},
		"called like another's":               {layout.Address{Hub: "a", Release: "course", Namespace: "a"}, map[string]string{"main": owners, "staging": moved("a", "course", "a")}, "says otherwise"},
		"as somebody else's branch says":      {layout.Address{Hub: "b", Release: "old", Namespace: "b"}, map[string]string{"main": owners, "staging": moved("b", "old", "b")}, "says otherwise"},
		"as the checkout alone says":          {layout.Address{Hub: "b", Release: "old", Namespace: "old"}, map[string]string{"main": owners}, "say it in hubops.yaml of the default branch first"},
		"in a repository without origin":      {layout.Address{Hub: "b", Release: "old", Namespace: "old"}, nil, ""},
		"where nobody knows what main says":   {layout.Address{Hub: "b", Release: "old", Namespace: "old"}, map[string]string{"staging": owners}, "so nobody knows whether that is meant"},
		"where main says nothing that counts": {layout.Address{Hub: "a", Release: "old", Namespace: "x"}, map[string]string{"main": moved("a", "old", "y")}, "says otherwise"},
	} {
		t.Run(name, func(t *testing.T) {
			o := checkout(t, owners, test.origin, nil)
			err := o.CheckPlace(t.Context(), layout.Place{Names: layout.Names{Hub: test.at.Hub}, At: "hub-charts/" + test.at.Hub}, test.at)
			if (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) || exit.Code(err) != exit.BadInput) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

const (
	flatClusters  = "branches: {main: ['*'], west: ['west-*', exam]}\nlayout: {hubs: 'c/{hub}.yaml', cluster: west}\nhubs: {exam: {layout: {cluster: east}}}\n" + westAndEast
	clusterOfPath = "branches: {main: ['*'], west: ['west-*'], dev: [west-dev-course]}\nlayout: {hubs: 'c/{cluster}/{hub}.yaml', release: '{hub}', namespace: prod}\n"
	westAndEast   = "cluster: {provider: gke, project: p, name: n}\nclusters: {west: {zone: w}, east: {zone: e}}\n"
	contexts      = "cluster: {provider: none}\nclusters: {west: {context: w}, east: {context: e}}\n"
)

// A branch that may write its own hubops.yaml calls no cluster what another one is called, and moves no hub of its own to another.
func TestWhichClusterAHubIsOnTheDefaultBranchSays(t *testing.T) {
	on := func(cluster, hub string) layout.Place {
		return layout.Place{Names: layout.Names{Cluster: cluster, Hub: hub}, At: "c/" + cluster + "/" + hub + ".yaml"}
	}
	flat := func(hub string) layout.Place {
		return layout.Place{Names: layout.Names{Hub: hub}, At: "c/" + hub + ".yaml"}
	}
	moved := strings.NewReplacer("zone: w", "zone: e", "zone: e", "zone: w", "context: w", "context: e", "context: e", "context: w").Replace
	dev := strings.NewReplacer("west: {zone", "west-dev: {zone").Replace(clusterOfPath + westAndEast)
	for name, test := range map[string]struct {
		hub     layout.Place
		at      layout.Address // without the hub's name
		own     string         // of the branch west, and of the checkout
		main    string
		environ []string
		want    string // in the error; "" for none
	}{
		"as main says":               {hub: on("west", "new"), at: layout.Address{Cluster: "west", Release: "new", Namespace: "prod"}, own: clusterOfPath + westAndEast},
		"west is east":               {hub: on("west", "new"), at: layout.Address{Cluster: "west", Release: "new", Namespace: "prod"}, own: moved(clusterOfPath + westAndEast), main: clusterOfPath + westAndEast, want: `there the cluster is gke, project "p", zone "e", name "n", and in that of origin/main it is gke, project "p", zone "w", name "n"`},
		"west is east, by a context": {hub: on("west", "new"), at: layout.Address{Cluster: "west", Release: "new", Namespace: "prod"}, own: moved(clusterOfPath + contexts), main: clusterOfPath + contexts, want: `there the cluster is none, context "e"`},
		"west is east, for a plain":  {hub: on("west", "new"), at: layout.Address{Cluster: "west", Release: "west-new", Namespace: "west-new"}, own: moved(clusterOfPath + contexts), main: clusterOfPath + contexts, want: `there the cluster is none, context "e"`},
		"west by its server":         {hub: on("west", "new"), at: layout.Address{Cluster: "west", Release: "new", Namespace: "prod"}, own: clusterOfPath + "clusters: {west: {server: 'https://e'}}\n", main: clusterOfPath + "clusters: {west: {server: 'https://w'}}\n", want: `server "https://e"`},
		"by variables":               {hub: on("west", "new"), at: layout.Address{Cluster: "west", Release: "new", Namespace: "prod"}, own: moved(clusterOfPath + westAndEast), main: clusterOfPath + westAndEast, environ: []string{"CLUSTER=west", "CLUSTER_ZONE=x"}},
		"a cluster of its own":       {hub: on("west-dev", "course"), at: layout.Address{Cluster: "west-dev", Release: "course", Namespace: "prod"}, own: dev, main: clusterOfPath + westAndEast, want: "names no cluster west-dev"},
		"no clusters any more":       {hub: on("west", "new"), at: layout.Address{Release: "west-new", Namespace: "west-new"}, own: clusterOfPath, main: clusterOfPath + westAndEast, want: "that of origin/main names several clusters"},
		"nobody knows":               {hub: on("west", "new"), at: layout.Address{Cluster: "west", Release: "west-new", Namespace: "west-new"}, own: clusterOfPath + westAndEast, main: "-", want: "so nobody knows whether that is meant"},
		"moved, as west says":        {hub: flat("exam"), at: layout.Address{Cluster: "west", Release: "exam", Namespace: "exam"}, own: flatClusters, main: flatClusters, want: "that of origin/main has it on cluster east"},
		"where main has it":          {hub: flat("exam"), at: layout.Address{Cluster: "east", Release: "exam", Namespace: "exam"}, own: flatClusters, main: flatClusters},
		"by another path":            {hub: on("west", "exam"), at: layout.Address{Cluster: "west", Release: "west-exam", Namespace: "west-exam"}, own: clusterOfPath + westAndEast, main: flatClusters, want: "makes no hub of that name of c/west/exam.yaml"},
		"release of {cluster}":       {hub: flat("exam"), at: layout.Address{Cluster: "west", Release: "west-exam", Namespace: "exam"}, own: "layout: {hubs: 'c/{hub}.yaml', cluster: west, release: '{cluster}-{hub}'}\n" + westAndEast},
		"as the owner alone says":    {hub: flat("west-x"), at: layout.Address{Cluster: "east", Release: "west-x", Namespace: "west-x"}, own: "layout: {hubs: 'c/{hub}.yaml', cluster: east}\n" + westAndEast, main: "branches: {main: ['*'], west: ['west-*']}\nlayout: {hubs: 'c/{hub}.yaml'}\n" + westAndEast},
		"as the checkout alone says": {hub: flat("x"), at: layout.Address{Cluster: "east", Release: "x", Namespace: "x"}, own: "layout: {hubs: 'c/{hub}.yaml', cluster: east}\n" + westAndEast, main: "layout: {hubs: 'c/{hub}.yaml'}\n" + westAndEast, want: "says otherwise"},
	} {
		t.Run(name, func(t *testing.T) {
			origin := map[string]string{"main": test.main, "west": test.own}
			switch test.main {
			case "":
				origin["main"] = test.own
			case "-":
				delete(origin, "main")
			}
			o := checkout(t, test.own, origin, test.environ)
			test.at.Hub = test.hub.Name()
			err := o.CheckPlace(t.Context(), test.hub, test.at)
			if (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) || exit.Code(err) != exit.BadInput) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// Where a branch could cut the names of its hubs in another way than the default branch, it says nothing about theirs.
func TestHowAHubsNameIsCutTheDefaultBranchSays(t *testing.T) {
	const branches = "branches: {main: ['*'], dev: ['west-dev-*', '*-prod']}\n"
	cut := branches + "layout: {hubs: 'c/{cluster}/{hub}.yaml', release: '{hub}', namespace: '{hub}'}\n"
	told := branches + "layout: {hubs: 'c/{cluster}/{hub}.yaml', release: '{hub}', namespace: '{cluster}'}\n"
	inEnvironments := "layout: {hubs: 'c/{hub}.yaml', environments: {main: prod, dev: pre}, release: '{hub}', namespace: '{env}'}\n"
	charts := branches + "charts: [x/exam]\nlayout: {release: 'r-{hub}'}\n"
	course := layout.Place{Names: layout.Names{Cluster: "west-dev", Hub: "course"}, At: "c/west-dev/course.yaml"}
	for name, test := range map[string]struct {
		main string
		hub  layout.Place
		at   layout.Address
		want string
	}{
		"cut where the branch likes":   {cut, course, layout.Address{Hub: "west-dev-course", Release: "course", Namespace: "course"}, "says otherwise"},
		"cut so, but told apart":       {told, course, layout.Address{Hub: "west-dev-course", Release: "course", Namespace: "west-dev"}, ""},
		"of main itself":               {cut, layout.Place{Names: layout.Names{Cluster: "west", Hub: "course"}, At: "c/west/course.yaml"}, layout.Address{Hub: "west-course", Release: "course", Namespace: "course"}, ""},
		"another pattern of hubs":      {branches + "layout: {release: '{hub}', namespace: x}\n", course, layout.Address{Hub: "west-dev-course", Release: "course", Namespace: "x"}, "says otherwise"},
		"an environment":               {inEnvironments, layout.Place{Names: layout.Names{Hub: "course", Env: "pre"}, At: "c/course.yaml"}, layout.Address{Hub: "course-pre", Release: "course", Namespace: "pre"}, ""},
		"an environment of the branch": {inEnvironments, layout.Place{Names: layout.Names{Hub: "course", Env: "new"}, At: "c/course.yaml"}, layout.Address{Hub: "course-new", Release: "course", Namespace: "new"}, "says otherwise"},
		"a chart elsewhere":            {charts, layout.Place{Names: layout.Names{Hub: "exam"}, At: "x/exam"}, layout.Address{Hub: "exam", Release: "r-exam", Namespace: "exam"}, ""},
		"a chart of the branch":        {charts, layout.Place{Names: layout.Names{Hub: "test"}, At: "x/test"}, layout.Address{Hub: "test", Release: "r-test", Namespace: "test"}, "says otherwise"},
	} {
		t.Run(name, func(t *testing.T) {
			o := checkout(t, test.main, map[string]string{"main": test.main, "dev": test.main}, nil)
			err := o.CheckPlace(t.Context(), test.hub, test.at)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
