package hub

import (
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/secretdir"
)

// openWith lists the hubs of a repository that is laid out so. own is what differs for one hub.
func openWith(t *testing.T, root string, settings layout.Settings, own map[string]layout.Parts) (*Directory, error) {
	t.Helper()
	files := gittest.In(t, root).Snapshot()
	return Open(root, files, chart.New(files, nil, secretdir.Places{}), Layout{Settings: settings, Of: func(hub string) layout.Parts {
		if parts, differs := own[hub]; differs {
			return parts
		}
		return settings.Parts
	}})
}

// Images and secret values of hubs that are gone can stay, where hubops.yaml says that these are no hubs.
func TestWhatBelongsToAnIgnoredNameIsLeftAlone(t *testing.T) {
	root := tree(t, "hub-charts/hub-a/Chart.yaml", chartA, "user-images/gone/Dockerfile", "FROM scratch\n", "secrets/gone.yaml", "a: b\n")
	settings := layout.Default()
	for _, ignored := range []bool{false, true} {
		if ignored {
			settings.Ignore = []string{"gone"}
		}
		d, err := openWith(t, root, settings, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.All(t.Context()); (err == nil) != ignored {
			t.Errorf("ignored: %v, got %v", ignored, err)
		}
	}
}

// Beside the secret values of environments lie credentials, whose names the pattern fits. One that is nearly an environment's is refused.
func TestFilesBesideThoseOfEnvironments(t *testing.T) {
	settings := layout.Settings{
		Hubs: "d/{hub}/hubploy.yaml", Environments: []layout.Environment{{Branch: "staging", Name: "staging"}, {Branch: "prod", Name: "prod"}},
		Parts: layout.Parts{Chart: layout.Chart{Dir: "hub"}, Values: []string{"d/{hub}/common.yaml?", "d/{hub}/config/{env}.yaml?"}, Secrets: []string{"d/{hub}/secrets/{env}.yaml"}},
	}
	for file, wrong := range map[string]string{
		"d/data/secrets/kubeconfig.yaml": "", "d/data/secrets/azure-auth.yaml": "", "d/data/secrets/prd.yaml": `no hub "data-prd"; did you mean data-prod?`,
		"d/dta/secrets/kubeconfig.yaml": `no hub "dta-kubeconfig"`, "d/data/secrets/forgotten.yaml": `no hub "data-forgotten"`,
	} {
		root := tree(t, "hub/Chart.yaml", chartA, "d/data/hubploy.yaml", "{}\n", "d/data/secrets/staging.yaml", "a: b\n", "d/data/secrets/prod.yaml", "a: b\n", "d/data/config/forgotten.yaml", "a: b\n", file, "a: b\n")
		d, err := openWith(t, root, settings, nil)
		if err == nil {
			_, err = d.All(t.Context())
		}
		if (err != nil) != (wrong != "") || err != nil && !strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: got %v, want %q", file, err, wrong)
		}
	}
}

// A file that one hub names by itself is no stray of the pattern that others have.
func TestAFileThatOneHubNamesIsNoStray(t *testing.T) {
	settings := layout.Settings{
		Hubs: "c/{cluster}/{hub}.values.yaml", Parts: layout.Parts{Chart: layout.Chart{Dir: "hub"}, Secrets: []string{"c/{cluster}/enc-{hub}.secret.yaml?"}},
	}
	own := settings.Parts
	own.Secrets = []string{"c/{cluster}/enc-demo-git.secret.yaml"}
	root := tree(t, "hub/Chart.yaml", chartA, "c/bank/demo.values.yaml", "{}\n", "c/bank/enc-demo-git.secret.yaml", "a: b\n")
	for _, test := range []map[string]layout.Parts{{"bank-demo": own}, nil} {
		d, err := openWith(t, root, settings, test)
		if err == nil {
			_, err = d.All(t.Context())
		}
		if (err == nil) != (test != nil) {
			t.Errorf("%v: got %v", test, err)
		}
	}
}

// A pattern that fits nothing is told: of hubs it is an error, of files that may be missing a sentence.
func TestPatternsThatFitNothing(t *testing.T) {
	root := tree(t, "hub/Chart.yaml", chartA, "c/a.yaml", "{}\n", "c/b.yaml", "{}\n", "i/a/Dockerfile", "FROM scratch\n")
	settings := layout.Settings{Hubs: "c/{hub}.yaml", Parts: layout.Parts{
		Chart: layout.Chart{Dir: "hub"}, Values: []string{"c/common.yaml?", "c/{hub}.yaml"}, Secrets: []string{"s/{hub}.yaml?", "secrets/{hub}.yaml?"}, Image: "i/{hub}",
	}}
	settings.Images = []layout.Image{{Key: "r", Dir: "i/{hub}", Hubs: []string{"a", "bb", "c-*"}}}
	own := settings.Parts
	own.Image = "images/{hub}"
	d, err := openWith(t, root, settings, map[string]layout.Parts{"b": own})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"layout.values: c/common.yaml? fits nothing of any hub", "layout.secrets: s/{hub}.yaml? fits nothing of any hub",
		"images.r.hubs: bb fits no hub", "images.r.hubs: c-* fits no hub", "layout.image: images/{hub} fits nothing of any hub",
	}
	if got := d.Unmatched(); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	for _, settings := range []layout.Settings{{Hubs: "d/{hub}.yaml"}, {Hubs: "c/{hub}"}, {Hubs: "c/{hub}.yaml", Ignore: []string{"*"}}} {
		if _, err := openWith(t, root, settings, nil); exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "hubops.yaml: layout.hubs: "+settings.Hubs+" fits no file") {
			t.Errorf("%+v: got %v", settings, err)
		}
	}
}

// A file whose name is nearly that of an environment makes no hub, and that is told where the hub is not there by another file.
func TestFilesThatAreNearlyOfAnEnvironment(t *testing.T) {
	settings := layout.Settings{
		Hubs: "d/{hub}/{env}.yaml", Environments: []layout.Environment{{Branch: "staging", Name: "staging"}, {Branch: "main", Name: "prod"}},
		Parts: layout.Parts{Chart: layout.Chart{Dir: "hub"}},
	}
	root := tree(t, "hub/Chart.yaml", chartA, "d/a/prod.yaml", "", "d/a/prd.yaml", "", "d/a/stagin.yaml", "", "d/a/common.yaml", "", "d/b/prd.yaml", "", "d/.c/prd.yaml", "")
	d, err := openWith(t, root, settings, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"layout.environments: d/a/stagin.yaml is of none of them, and there is no hub a-staging: is staging meant?",
		"layout.environments: d/b/prd.yaml is of none of them, and there is no hub b-prod: is prod meant?",
	}
	if got := d.Unmatched(); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
