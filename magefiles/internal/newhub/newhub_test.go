package newhub

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
)

// counting gives other bytes each time.
type counting struct{ next byte }

func (c *counting) Read(out []byte) (int, error) {
	for i := range out {
		c.next++
		out[i] = c.next
	}
	return len(out), nil
}

func sitesOf(t *testing.T, settings layout.Settings, hub string) []Site {
	t.Helper()
	sites, err := Sites(settings, func(string) layout.Parts { return settings.Parts }, hub, "")
	if err != nil {
		t.Fatal(err)
	}
	return sites
}

func hubploy() layout.Settings {
	return layout.Settings{
		Hubs:         "deployments/{hub}/hubploy.yaml",
		Environments: []layout.Environment{{Branch: "staging", Name: "staging"}, {Branch: "production", Name: "prod"}},
		Parts: layout.Parts{
			Chart: layout.Chart{Dir: "hub"}, Values: []string{"common.yaml", "deployments/{hub}/config/common.yaml", "deployments/{hub}/config/{env}.yaml"},
			Secrets: []string{"deployments/{hub}/secrets/{env}.yaml"}, Image: "deployments/{hub}/image",
		},
	}
}

func paths(files []File) (all []string) {
	for _, file := range files {
		all = append(all, file.Path)
	}
	return all
}

func TestWhereAHubLies(t *testing.T) {
	plain := sitesOf(t, layout.Default(), "botany")
	if got := strings.Join(Roots(plain), " "); got != "hub-charts/botany user-images/botany secrets/botany.yaml" {
		t.Error(got)
	}
	both := sitesOf(t, hubploy(), "botany")
	if both[0].Name() != "botany-staging" || both[1].Chart != "" {
		t.Errorf("%+v", both)
	}
	if got := strings.Join(Roots(both), " "); got != "deployments/botany/hubploy.yaml deployments/botany/image deployments/botany/config/common.yaml deployments/botany/config/staging.yaml deployments/botany/secrets/staging.yaml deployments/botany/config/prod.yaml deployments/botany/secrets/prod.yaml" {
		t.Error(got)
	}
	settings := layout.Default()
	settings.Hubs = "{cluster}/{hub}"
	if _, err := Sites(settings, func(string) layout.Parts { return settings.Parts }, "botany", ""); exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "CLUSTER=<name>") {
		t.Error(err)
	}
}

func TestNamesThatAreTaken(t *testing.T) {
	taken := Taken{Hubs: []string{"zoology"}, Images: []string{"shared-base"}, Entries: map[string][]string{"secrets": {"Geology.yml"}, "user-images": {"botany"}, "hub-charts": {"Chemistry"}}}
	for name, want := range map[string]string{
		"zoology":     "hub zoology exists: nothing was written",
		"shared-base": "an image is called shared-base already: nothing was written",
		"geology":     "secrets/geology.yaml is there, as Geology.yml",
		"botany":      "user-images/botany is there: nothing was written",
		"chemistry":   "hub-charts/chemistry is there, as Chemistry",
		"physics":     "",
	} {
		err := taken.Check([]string{name}, Roots(sitesOf(t, layout.Default(), name)))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

func TestWhatTheOtherHubsHave(t *testing.T) {
	d := func(version string) chart.Dependency {
		return chart.Dependency{Name: "jupyterhub", Version: version, Repository: "oci://a"}
	}
	got := Standard([]chart.Dependency{d("4.3.1"), d("4.2.0"), d("4.3.1"), d("^4"), d("^4"), d("^4"), {Name: "other", Version: "1.0.0"}}, []string{"scratch", "scratch", "a:latest", "b", "c$X:1", "d:1"})
	if got.Dependency != d("4.3.1") || got.Base != "d:1" {
		t.Errorf("%+v", got)
	}
	if got = Standard(nil, nil); got.Dependency.Version != publicVersion || got.Base != publicBase {
		t.Errorf("%+v", got)
	}
}

func TestAHubLikeNoOther(t *testing.T) {
	for _, isBare := range []bool{false, true} {
		standards := Standard(nil, nil)
		standards.Bare = isBare
		files, err := Fresh(sitesOf(t, layout.Default(), "botany"), standards, Tokens{&counting{}})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(paths(files), " "); got != "hub-charts/botany/Chart.yaml hub-charts/botany/values.yaml user-images/botany/Dockerfile secrets/botany.yaml" {
			t.Error(got)
		}
		values := map[string]any{}
		if err := yaml.Unmarshal(files[1].Content, &values); err != nil || (values["jupyterhub"] == nil) != isBare || regexp.MustCompile(`{[a-z]+}`).Match(files[1].Content) {
			t.Errorf("%v\n%s", err, files[1].Content)
		}
		var tokens []string
		for _, one := range scalarsOf(files[3].Content) {
			tokens = append(tokens, one.node.Value)
			if len(one.node.Value) < 24 || strings.HasPrefix(one.path, "jupyterhub.") == isBare {
				t.Errorf("%s has %d characters", one.path, len(one.node.Value))
			}
		}
		slices.Sort(tokens)
		if len(slices.Compact(tokens)) != 3 || !files[3].Secret || strings.Contains(files[3].Holds, tokens[0]) {
			t.Errorf("%q, %+v", tokens, files[3])
		}
	}
}

// Without a place for a password, nobody may log in with any name.
func TestAHubWithoutSecretValuesLetsNobodyIn(t *testing.T) {
	settings := layout.Default()
	settings.Secrets = nil
	files, err := Fresh(sitesOf(t, settings, "botany"), Standard(nil, nil), Tokens{&counting{}})
	if err != nil || len(files) != 3 || !bytes.Contains(files[1].Content, []byte("allow_all: false")) {
		t.Errorf("%v %q", err, paths(files))
	}
}

func TestALayoutWhoseHubsAFileMakesNeedsAnotherHub(t *testing.T) {
	_, err := Fresh(sitesOf(t, hubploy(), "botany"), Standard(nil, nil), Tokens{&counting{}})
	if err == nil || !strings.Contains(err.Error(), "deployments/botany/hubploy.yaml makes a hub here") || !strings.Contains(err.Error(), "FROM=<hub>") {
		t.Error(err)
	}
}

const values = `# bootcamp is kept in comments
jupyterhub:
  hub:
    baseUrl: /bootcamp/ # not here: bootcamp
    bootcamp: a key stays
    config:
      GitHubOAuthenticator:
        oauth_callback_url: "https://hubs.example.org/bootcamp/hub/oauth_callback"
  ingress: {hosts: [hubs.example.org, bootcamp.example.org], tls: [{secretName: tls-bootcamp}]}
  singleuser: {extraEnv: {COURSE: 'bootcamp', OTHER: my-bootcamp-2}}
`

func held(files ...string) (all []Held) {
	for i := 0; i < len(files); i += 2 {
		all = append(all, Held{Path: files[i], Content: []byte(files[i+1])})
	}
	return all
}

func copied(t *testing.T, from, to string, files ...string) (map[string]string, []string, error) {
	t.Helper()
	made, notes, err := Copied(sitesOf(t, layout.Default(), from), sitesOf(t, layout.Default(), to), held(files...), Standard(nil, nil), Tokens{&counting{}})
	contents := map[string]string{}
	for _, file := range made {
		contents[file.Path] = string(file.Content)
	}
	return contents, notes, err
}

func TestAHubLikeAnother(t *testing.T) {
	text := strings.Replace(values, "    bootcamp: a key stays\n", "", 1)
	files, notes, err := copied(t, "bootcamp", "botany",
		"hub-charts/bootcamp/Chart.yaml", "name: bootcamp # the name\nversion: 0.1.0\ndependencies: [{name: jupyterhub, version: 4.4.0}]\n",
		"hub-charts/bootcamp/values.yaml", text, "hub-charts/bootcamp/templates/x.yaml", "namespace: bootcamp\n{{ include \"bootcamp.labels\" . }}\n",
		"hub-charts/bootcamp/charts/x.tgz", "\x1f\x8b\x00bootcamp", "user-images/bootcamp/Dockerfile", "FROM x:1\nCOPY bootcamp /\n", "secrets/bootcamp.yaml", "token: canary\n")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"hub-charts/botany/Chart.yaml":       "name: botany # the name\nversion: 0.1.0\ndependencies: [{name: jupyterhub, version: 4.4.0}]\n",
		"hub-charts/botany/values.yaml":      strings.NewReplacer("/bootcamp/", "/botany/", " bootcamp.example", " botany.example", "'bootcamp'", "'botany'").Replace(text),
		"hub-charts/botany/templates/x.yaml": "namespace: botany\n{{ include \"botany.labels\" . }}\n",
		"hub-charts/botany/charts/x.tgz":     "\x1f\x8b\x00bootcamp",
		"user-images/botany/Dockerfile":      "FROM x:1\nCOPY bootcamp /\n",
	} {
		if files[path] != want {
			t.Errorf("%s:\n%s\nwant\n%s", path, files[path], want)
		}
	}
	if len(files) != 6 || strings.Contains(files["secrets/botany.yaml"], "canary") || !strings.Contains(files["secrets/botany.yaml"], "secretToken: ") {
		t.Errorf("%q", files)
	}
	if !slices.ContainsFunc(notes, func(note string) bool {
		return strings.HasPrefix(note, "user-images/botany/Dockerfile:2 names the other hub still")
	}) {
		t.Errorf("%q", notes)
	}
}

// Where nothing has the name of the other hub in it, the new one gets an address all the same.
func TestTheNewHubIsElsewhere(t *testing.T) {
	for before, after := range map[string]string{
		"jupyterhub: {hub: {baseUrl: /bio}, ingress: {hosts: [hubs.example.org]}}\n":                       "jupyterhub: {hub: {baseUrl: /botany/}, ingress: {hosts: [hubs.example.org]}}\n",
		"jupyterhub: {hub: {baseUrl: /bio}}\n":                                                             "jupyterhub: {hub: {baseUrl: /botany/}}\n",
		"jupyterhub: {ingress: {hosts: [bio.example.org]}}\n":                                              "jupyterhub: {ingress: {hosts: [botany.example.org]}}\n",
		"ingress: {hosts: [bio.example.org], tls: [{hosts: [bio.example.org]}]}\n":                         "ingress: {hosts: [botany.example.org], tls: [{hosts: [botany.example.org]}]}\n",
		"hub: {config: {X: {oauth_callback_url: https://bio.edu/hub/oauth_callback}}}\n":                   "hub: {config: {X: {oauth_callback_url: https://botany.bio.edu/hub/oauth_callback}}}\n",
		"hub: {baseUrl: /bio/, config: {X: {oauth_callback_url: https://h.edu/bio/hub/oauth_callback}}}\n": "hub: {baseUrl: /botany/, config: {X: {oauth_callback_url: https://h.edu/botany/hub/oauth_callback}}}\n",
	} {
		files, notes, err := copied(t, "zoology", "botany", "hub-charts/zoology/values.yaml", before)
		if err != nil || files["hub-charts/botany/values.yaml"] != after || len(notes) == 0 {
			t.Errorf("%s: %v %q\n%s", before, err, notes, files["hub-charts/botany/values.yaml"])
		}
	}
}

func TestWhatCannotBeCopied(t *testing.T) {
	for want, test := range map[string]struct {
		from string
		held Held
	}{
		"is a link":    {"zoology", Held{Path: "hub-charts/zoology/x", Link: true}},
		"is encrypted": {"zoology", Held{Path: "hub-charts/zoology/x", Encrypted: true}},
		"values.yaml:1: hub.apiToken is a credential in plain text": {"zoology", Held{Path: "hub-charts/zoology/values.yaml", Content: []byte("hub: {apiToken: canary-1}\n")}},
		`called "cull", which is a word`:                            {"cull", Held{Path: "hub-charts/cull/values.yaml", Content: []byte("cull: {every: 1}\n")}},
		`called "hub", which is a word`:                             {"hub", Held{Path: "hub-charts/hub/values.yaml", Content: []byte("{}\n")}},
	} {
		_, _, err := Copied(sitesOf(t, layout.Default(), test.from), sitesOf(t, layout.Default(), "botany"), []Held{test.held}, Standard(nil, nil), Tokens{&counting{}})
		if exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v", want, err)
		}
	}
}

// Both environments of a hub are copied, with what makes it one.
func TestACopyInSeveralEnvironments(t *testing.T) {
	made, _, err := Copied(sitesOf(t, hubploy(), "bio"), sitesOf(t, hubploy(), "botany"), held(
		"deployments/bio/hubploy.yaml", "images: {name: org/bio}\n", "deployments/bio/config/common.yaml", "a: 1\n",
		"deployments/bio/config/staging.yaml", "ingress: {hosts: [bio-staging.example.org]}\n", "deployments/bio/config/prod.yaml", "ingress: {hosts: [bio.example.org]}\n",
	), Standard(nil, nil), Tokens{&counting{}})
	if err != nil || len(made) != 6 {
		t.Fatal(err, paths(made))
	}
	for i, want := range []string{"images: {name: org/botany}\n", "a: 1\n", "ingress: {hosts: [botany-staging.example.org]}\n", "ingress: {hosts: [botany.example.org]}\n"} {
		if string(made[i].Content) != want {
			t.Errorf("%s: %s", made[i].Path, made[i].Content)
		}
	}
	if bytes.Equal(made[4].Content, made[5].Content) {
		t.Error("two environments have one secret")
	}
}
