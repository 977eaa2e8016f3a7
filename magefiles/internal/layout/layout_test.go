package layout

import (
	"fmt"
	"strings"
	"testing"
)

// The forms of repositories of hubs that people have, each with a few of its files.
func TestHubsOfKnownRepositories(t *testing.T) {
	both := []Environment{{"staging", "staging"}, {"production", "prod"}}
	for name, test := range map[string]struct {
		settings Settings
		files    string
		want     string // name, chart, values, secrets, image and its name, of each hub
	}{
		"a chart a hub": {
			Default(), "README.md hub-charts/.x/Chart.yaml hub-charts/course/Chart.yaml hub-charts/course/templates/x.yaml user-images/course/Dockerfile",
			"course: hub-charts/course [] [secrets/course.yaml?] user-images/course=course",
		},
		"a values file a hub, and a published chart": {
			Settings{Hubs: "hub-configs/{hub}.yaml", Parts: Parts{Values: []string{"hub-configs/{hub}.yaml"}, Image: "user-images/{hub}"}},
			"hub-configs/a.yaml hub-configs/b.yaml hub-configs/README.md hub-configs/deep/c.yaml",
			"a:  [hub-configs/a.yaml] [] user-images/a=a\nb:  [hub-configs/b.yaml] [] user-images/b=b",
		},
		"hubploy": {
			Settings{Hubs: "deployments/{hub}/hubploy.yaml", Environments: both, Parts: Parts{
				Chart: Chart{Dir: "hub"}, Values: []string{"deployments/{hub}/config/common.yaml", "deployments/{hub}/config/{env}.yaml"},
				Secrets: []string{"deployments/{hub}/secrets/{env}.yaml"}, Image: "deployments/{hub}/image",
			}},
			"deployments/datahub/hubploy.yaml deployments/datahub/config/common.yaml deployments/README.md deployments/x/other",
			"datahub-prod: hub [deployments/datahub/config/common.yaml deployments/datahub/config/prod.yaml] [deployments/datahub/secrets/prod.yaml] deployments/datahub/image=datahub\n" +
				"datahub-staging: hub [deployments/datahub/config/common.yaml deployments/datahub/config/staging.yaml] [deployments/datahub/secrets/staging.yaml] deployments/datahub/image=datahub",
		},
		"clusters": {
			Settings{Hubs: "config/clusters/{cluster}/{hub}.values.yaml", Ignore: []string{"common", "support"}, Parts: Parts{
				Chart: Chart{Dir: "helm-charts/basehub"}, Values: []string{"config/clusters/{cluster}/common.values.yaml?", "config/clusters/{cluster}/{hub}.values.yaml"},
				Secrets: []string{"config/clusters/{cluster}/enc-{hub}.secret.values.yaml?"},
			}},
			"config/clusters/awi/common.values.yaml config/clusters/awi/enc-prod.secret.values.yaml config/clusters/awi/prod.values.yaml config/clusters/awi/support.values.yaml config/clusters/leap/prod.values.yaml",
			"awi-prod: helm-charts/basehub [config/clusters/awi/common.values.yaml? config/clusters/awi/prod.values.yaml] [config/clusters/awi/enc-prod.secret.values.yaml?] =\n" +
				"leap-prod: helm-charts/basehub [config/clusters/leap/common.values.yaml? config/clusters/leap/prod.values.yaml] [config/clusters/leap/enc-prod.secret.values.yaml?] =",
		},
		"a chart at the top": {
			Settings{Hubs: "values-{hub}.yaml", Parts: Parts{Chart: Chart{Dir: "."}, Values: []string{"values-{hub}.yaml"}, Image: "image"}},
			"Chart.yaml values.yaml values-a.yaml", "a: . [values-a.yaml] [] image=image",
		},
		"an environment that has its own file and its own image": {
			Settings{Hubs: "hubs/{hub}/{env}.yaml", Environments: both, Parts: Parts{Chart: Chart{Dir: "hub"}, Image: "hubs/{hub}/image-{env}"}},
			"hubs/a/prod.yaml hubs/a/other.yaml hubs/b/staging.yaml",
			"a-prod: hub [] [] hubs/a/image-prod=a-prod\nb-staging: hub [] [] hubs/b/image-staging=b-staging",
		},
	} {
		t.Run(name, func(t *testing.T) {
			places, err := test.settings.Find(strings.Fields(test.files))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, place := range places {
				located, err := test.settings.Locate(place.Names)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, place.Name()+": "+located.ChartDir+" "+shown(located.Values)+" "+shown(located.Secrets)+" "+located.Image+"="+located.ImageName)
			}
			if text := strings.Join(got, "\n"); text != test.want {
				t.Errorf("got\n%s\nwant\n%s", text, test.want)
			}
		})
	}
}

func shown(files []File) string {
	var all []string
	for _, file := range files {
		text := file.Path
		if file.Optional {
			text += "?"
		}
		all = append(all, text)
	}
	return "[" + strings.Join(all, " ") + "]"
}

func TestTwoHubsOfOneName(t *testing.T) {
	settings := Settings{Hubs: "{cluster}/{hub}.yaml"}
	_, err := settings.Find([]string{"a-b/c.yaml", "a/b-c.yaml"})
	if err == nil || !strings.Contains(err.Error(), "are both hub a-b-c") {
		t.Errorf("got %v", err)
	}
}

func TestBadPatterns(t *testing.T) {
	for pattern, want := range map[string]string{
		"hubs/{hub}": "", "hubs/{hub}/": "", "{hub}.yaml": "", ".": "must hold {hub}", "": "is empty",
		"hubs/{name}": "{name} is no placeholder", "hubs/{hub": "a brace is left open", "hubs/hub}": "a brace is left open", "hubs/{hub}/{": "a brace is left open",
		"../{hub}": "leads out", "/hubs/{hub}": "leads out", "hubs/../../{hub}": "leads out", "hubs//{hub}": `write it as "hubs/{hub}"`, "./{hub}": `write it as "{hub}"`,
		"hubs/*/{hub}": "no other pattern", "hubs/{hub}?": "cannot be missing", "hubs/course": "must hold {hub}", "{}": "is no placeholder", "\xd7{hub}": "is not UTF-8",
	} {
		err := CheckHubs(pattern)
		if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", pattern, err, want)
		}
	}
}

func TestAPlaceholderThatStandsForNothing(t *testing.T) {
	for _, parts := range []Parts{{Chart: Chart{Dir: "{env}"}}, {Values: []string{"{env}.yaml"}}, {Secrets: []string{"x", "{cluster}?"}}, {Image: "{cluster}"}} {
		if _, err := parts.Locate(Names{Hub: "a"}); err == nil || !strings.Contains(err.Error(), "hub a has no") {
			t.Errorf("%+v: %v", parts, err)
		}
	}
}

// What a pattern makes of names it finds again, and nothing else.
func FuzzPattern(f *testing.F) {
	f.Add("deployments/{hub}/config/{env}.yaml", "data", "prod")
	f.Add("{hub}-{hub}", "a", "b")
	f.Add("{hub}{hub}", "ab", "b")
	f.Add("{hub}b{hub}", "aba", "b")
	f.Add("\xd7{hub}", "a", "b")
	f.Fuzz(func(t *testing.T, pattern, hub, env string) {
		if CheckHubs(pattern) != nil || Has(pattern, "cluster") || hub == "" || env == "" || strings.ContainsAny(hub+env, "/.-{}") {
			return
		}
		names := Names{Hub: hub, Env: env}
		filled, err := fill(pattern, names)
		if err != nil {
			t.Fatalf("%q: %v", pattern, err)
		}
		got, fits := compile(pattern).match(filled)
		if again, err := fill(pattern, got); !fits || err != nil || again != filled {
			t.Errorf("%q makes %q, and finds %+v, %v in it", pattern, filled, got, fits)
		}
	})
}

func TestWhichHubAPathNames(t *testing.T) {
	for _, test := range []struct {
		pattern, name string
		want          Names
		fits          bool
	}{
		{"secrets/{hub}.yaml?", "secrets/a.yaml", Names{Hub: "a"}, true},
		{"secrets/{hub}.yaml?", "secrets/x/y.yaml", Names{}, false},
		{"secrets/{hub}.yaml?", "README.md", Names{}, false},
		{"d/{hub}/secrets/{env}.yaml", "d/b/secrets/prod.yaml", Names{Hub: "b", Env: "prod"}, true},
		{"{hub}/{hub}.yaml", "a/b.yaml", Names{}, false},
	} {
		if got, fits := Match(test.pattern, test.name); fits != test.fits || fits && got != test.want {
			t.Errorf("%s, %s: %+v, %v", test.pattern, test.name, got, fits)
		}
	}
	if !(Names{Hub: "a"}).Fits(Names{Hub: "a", Env: "prod"}) || (Names{Hub: "a", Env: "test"}).Fits(Names{Hub: "a", Env: "prod"}) {
		t.Error("names fit wrongly")
	}
	for pattern, want := range map[string]string{"hub-charts/{hub}": "hub-charts", "values-{hub}.yaml": ".", "a/b/c": "a/b", "a/{hub}/b": "a", "{hub}": "."} {
		if got := Root(pattern); got != want {
			t.Errorf("root of %s: %s, want %s", pattern, got, want)
		}
	}
}

func TestImagesBesideTheFirst(t *testing.T) {
	parts := Parts{Image: "{hub}/image", Images: []Image{
		{Key: "all", Dir: "images/all"}, {Key: "own", Dir: "{hub}/own"}, {Key: "r", Dir: "{hub}/r-{env}", Hubs: []string{"a-*"}},
	}}
	var got []string
	for _, names := range []Names{{Hub: "a", Env: "prod"}, {Hub: "b", Env: "prod"}} {
		located, err := parts.Locate(names)
		if err != nil {
			t.Fatal(err)
		}
		for _, image := range located.Images {
			got = append(got, image.Dir+"="+image.Name)
		}
	}
	if text := strings.Join(got, " "); text != "images/all=all a/own=a-own a/r-prod=a-prod-r images/all=all b/own=b-own" {
		t.Errorf("got %s", text)
	}
	found := ImageNames(append(parts.Images, Image{Dir: parts.Image}, Image{Key: "again", Dir: "images/{hub}"}), []string{"images/all", "a/own", "a/image", "a/r-prod", "README"})
	if text := fmt.Sprint(found); text != "map[a/image:[a] a/own:[a-own] a/r-prod:[a-prod-r] images/all:[all all-again]]" {
		t.Errorf("got %s", text)
	}
	if _, err := (Parts{Images: []Image{{Key: "r", At: "hubops.yaml:2"}}}).Locate(Names{Hub: "a"}); err == nil || !strings.Contains(err.Error(), "images.r (hubops.yaml:2) names neither a directory that it is built in nor, by from,") {
		t.Errorf("got %v", err)
	}
}
