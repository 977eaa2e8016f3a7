package lint

import (
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/yamldoc"
)

func lines(findings []Finding) string {
	Sort(findings)
	var text strings.Builder
	for _, finding := range findings {
		line, _, cut := strings.Cut(finding.String(), ";")
		if cut {
			line += " [" + finding.Rule + "]" // which stands at the end
		}
		text.WriteString(line + "\n")
	}
	return strings.TrimSpace(text.String())
}

func TestDockerfiles(t *testing.T) {
	for name, test := range map[string]struct{ file, want string }{
		"tag":                           {"FROM quay.io/jupyter/base:2024-01-01\n", ""},
		"digest":                        {"FROM base@sha256:" + strings.Repeat("a", 64) + "\n", ""},
		"scratch":                       {"FROM scratch\n", ""},
		"no tag":                        {"# a comment\nFROM registry:5000/base\n", "D:2: error: the base registry:5000/base has no tag: it is whatever is latest [base-unpinned]"},
		"latest":                        {"FROM base:latest\n", "D:1: error: the base base:latest is another image every other day [base-unpinned]"},
		"stage":                         {"FROM base:1 AS Build\nFROM --platform=linux/amd64 build\n", ""},
		"argument":                      {"ARG BASE=x\nFROM ${BASE}\n", "D:2: error: the base x has no tag: it is whatever is latest [base-unpinned]"},
		"fallback":                      {"FROM ${BASE:-base:1}\n", ""},
		"no default":                    {"ARG BASE\nFROM $BASE\n", "D:2: error: the base $BASE has no default: nobody can say what the image is built on [base-unpinned]"},
		"secret ARG":                    {"FROM a:1\nARG GITHUB_TOKEN\n", "D:2: error: ARG GITHUB_TOKEN: whoever has the image can read it (docker history, docker inspect) [secret-in-image]"},
		"secret ENV":                    {"FROM a:1\n# x\nENV A=b \\\n  # y\n\n  DB_PASSWORD=c\n", "D:3: error: ENV DB_PASSWORD: whoever has the image can read it (docker history, docker inspect) [secret-in-image]"},
		"old ENV":                       {"FROM a:1\nENV API_KEY a b\n", "D:2: error: ENV API_KEY: whoever has the image can read it (docker history, docker inspect) [secret-in-image]"},
		"harmless names":                {"FROM a:1\nENV KEYBOARD=us MONKEY=1 PASSAGE=2 TOKENIZERS_PARALLELISM=0\n", ""},
		"here-document":                 {"FROM base:1\nRUN <<EOF\nfrom os import path\nENV API_KEY=x\nEOF\n", ""},
		"ARG of a stage":                {"FROM base:1\nARG BASE=base:2\nFROM $BASE\n", "D:3: error: the base $BASE has no default: nobody can say what the image is built on [base-unpinned]"},
		"no here-document for BuildKit": {"FROM base:1\nRUN cat<<EOF >/x\nenv API_TOKEN x\nEOF\nENV API_KEY=x\n", "D:5: error: ENV API_KEY: whoever has the image can read it (docker history, docker inspect) [secret-in-image]"},
		"syntax":                        {"# syntax=x:latest\nFROM a:1\n", "D:1: error: the syntax x:latest is another image every other day [base-unpinned]"},
		"syntax without a tag":          {"# syntax = docker/dockerfile\n# escape=`\nFROM a:1\n", "D:1: error: the syntax docker/dockerfile has no tag: it is whatever is latest [base-unpinned]"},
		"syntax of a version":           {"# syntax=docker/dockerfile:1\nFROM a:1\n", ""},
		"files of an image":             {"FROM a:1 AS one\nCOPY --chown=1 --from=x:latest /a /b\nFROM a:1\nCOPY --from=one /a /b\nCOPY --from=0 /a /b\nCOPY --from=x:1 /a /b\n", "D:2: error: the image x:latest is another image every other day [base-unpinned]"},
		"mount of an image":             {"FROM a:1\nRUN --mount=type=bind,from=ghcr.io/x/y,target=/y --mount=type=cache,target=/z true\n", "D:2: error: the image ghcr.io/x/y has no tag: it is whatever is latest [base-unpinned]"},
		"download":                      {"FROM a:1\nADD https://x.org/a.tar https://x.org/b.tar /\n", "D:2: warning: whoever has https://x.org/a.tar decides what comes from there [download-unpinned]\nD:2: warning: whoever has https://x.org/b.tar decides what comes from there [download-unpinned]"},
		"download in JSON":              {"FROM a:1\nADD [\"HTTPS://x.org/a.tar\", \"/\"]\n", "D:2: warning: whoever has HTTPS://x.org/a.tar decides what comes from there [download-unpinned]"},
		"download with a checksum":      {"FROM a:1\nADD --checksum=sha256:" + strings.Repeat("a", 64) + " https://x.org/a.tar /\nADD a.tar /\n", ""},
		"Git repository":                {"FROM a:1\nADD https://x.org/a.git#v1 /a\nADD https://x.org/a.git#" + strings.Repeat("a", 40) + ":dir /b\n", "D:2: warning: whoever has https://x.org/a.git#v1 decides what comes from there [download-unpinned]"},
		"secrets of other names":        {"FROM a:1\nARG NPM_PAT\nENV PGPASSWORD=x\nENV MYSQL_PWD=x\nARG SSHPASS\n", "D:2: error: ARG NPM_PAT: whoever has the image can read it (docker history, docker inspect) [secret-in-image]\nD:3: error: ENV PGPASSWORD: whoever has the image can read it (docker history, docker inspect) [secret-in-image]\nD:4: error: ENV MYSQL_PWD: whoever has the image can read it (docker history, docker inspect) [secret-in-image]\nD:5: error: ARG SSHPASS: whoever has the image can read it (docker history, docker inspect) [secret-in-image]"},
		"paths are no tokens":           {"FROM a:1\nENV PATH=/a COMPAT=1 PWD=/x OLDPWD=/y TOKENIZER=x\n", ""},
		"half a line":                   {"FROM", ""},
		"continued":                     {"FROM \\", ""},
	} {
		if got := lines(Dockerfile("D", test.file, nil)); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestBuildArgumentsPinABase(t *testing.T) {
	for file, want := range map[string]string{
		"ARG BASE\nFROM $BASE\n":         "",
		"ARG BASE=y\nFROM $BASE\n":       "",
		"ARG OTHER=y:1\nFROM $OTHER\n":   "D:2: error: the base z has no tag: it is whatever is latest [base-unpinned]",
		"ARG MORE\nFROM ${MORE}\n":       "D:2: error: the base ${MORE} has no default: nobody can say what the image is built on [base-unpinned]",
		"FROM $BASE\n":                   "D:1: error: the base $BASE has no default: nobody can say what the image is built on [base-unpinned]",
		"FROM y:1\nARG BASE\nFROM y:2\n": "",
	} {
		if got := lines(Dockerfile("D", file, []string{"BASE=x:1", "OTHER=z"})); got != want {
			t.Errorf("%q: got %q, want %q", file, got, want)
		}
	}
}

func node(t *testing.T, text string) *yaml.Node {
	t.Helper()
	top, err := yamldoc.Parse("values.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return top
}

func named(name string) hub.Hub {
	return hub.Hub{Name: name, ChartDir: "c/" + name, Secrets: []string{"s/" + name}}
}

func TestAddresses(t *testing.T) {
	at := func(name, text string) Hub {
		return Hub{Hub: named(name), Values: []File{{"c/" + name + "/values.yaml", node(t, text)}}}
	}
	got := lines(Addresses([]Hub{
		at("a", "jupyterhub: {ingress: {hosts: [x.org]}, hub: {baseUrl: /one/}}"),
		at("b", "jupyterhub: {ingress: {hosts: [X.org]}, hub: {baseUrl: /one}}"),
		at("c", "jupyterhub: {ingress: {hosts: [x.org]}, hub: {baseUrl: /two/}}"),
		at("d", "jupyterhub: {hub: {baseUrl: /}}"), at("e", "jupyterhub: {hub: {baseUrl: /}}"),
		at("f", "jupyterhub: {hub: {baseUrl: /three/}}"), at("g", "jupyterhub: {hub: {baseUrl: /three/}}"),
	}))
	want := "c/b/values.yaml:1: error: hub a is at x.org/one too [same-address]\nc/g/values.yaml:1: warning: hub f has the baseUrl /three too [same-address]"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// However the values of a hub spell its host and path, another hub at the same address is found.
func TestSpellingsOfAnAddress(t *testing.T) {
	plain := Hub{Hub: named("plain"), Values: []File{{"c/values.yaml", node(t, "jupyterhub: {ingress: {hosts: [x.org]}, hub: {baseUrl: /p/}}")}}}
	for _, values := range []string{
		"jupyterhub: {ingress: {hosts: [x.org]}, hub: {baseUrl: /p}}",
		"ingress: {hosts: [x.org]}\nhub: {baseUrl: /p}",
		"jupyterhub: {proxy: {https: {hosts: [X.org]}}, hub: {baseUrl: /p}}",
		"h: &h x.org\njupyterhub: {ingress: {hosts: [*h]}, hub: {baseUrl: /p}}",
		"h: &h [x.org]\njupyterhub: {ingress: {hosts: *h}, hub: {baseUrl: /p}}",
		"b: &b /p/\njupyterhub: {ingress: {hosts: [x.org]}, hub: {baseUrl: *b}}",
		"d: &d {ingress: {hosts: [x.org]}, hub: {baseUrl: /p}}\njupyterhub: *d",
		"d: &d {ingress: {hosts: [x.org]}}\njupyterhub: {<<: *d, hub: {baseUrl: /p}}",
		"d: &d {ingress: {hosts: [x.org]}}\njupyterhub: {ingress: {hosts: [y.org]}, <<: *d, hub: {baseUrl: /p}}",
		"d: &d {jupyterhub: {ingress: {hosts: [x.org]}, hub: {baseUrl: /p}}}\n<<: *d",
		"d: &d {ingress: {hosts: [x.org]}}\ne: &e {hub: {baseUrl: /p}}\njupyterhub: {<<: [*d, *e]}",
		"jupyterhub:\n  <<:\n    ingress: {hosts: [x.org]}\n    hub: {baseUrl: /p}",
	} {
		got := lines(Addresses([]Hub{plain, {Hub: named("other"), Values: []File{{"c/values.yaml", node(t, values)}}}}))
		if !strings.Contains(got, "hub plain is at x.org/p too [same-address]") {
			t.Errorf("%s: got %q", values, got)
		}
	}
}

func TestSecrets(t *testing.T) {
	of := func(name, text string) Hub {
		return Hub{Hub: named(name), Secrets: []File{{"s/" + name, node(t, text)}}}
	}
	got := lines(Secrets([]Hub{
		of("a", "proxy: {secretToken: abcdefgh}\nname: same-for-all\n"), of("b", "\nproxy: {secretToken: abcdefgh}\nname: same-for-all\n"), of("c", "password: '1234'\n"), {Hub: named("locked")},
	}))
	want := "s/b:2: error: proxy.secretToken is a value of s/a too: who has one has both [shared-secret]\n" +
		"s/c:1: warning: password has less than 6 characters: it cannot be told from other text, and so not be masked [short-secret]"
	if got != want || strings.Contains(got, "abcdefgh") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestCharts(t *testing.T) {
	for version, floats := range map[string]bool{
		"4.4.0": false, "v1.2.3": false, "0.11.1-n123.h4": false, "4.0.0-0.dev.git.6000.hexa1x2": false, "1.2.3+x": false,
		"^4.4.0": true, "~1.2": true, ">=1.0.0": true, "1.x": true, "*": true, "": true, "1.2": true, "1.2.3 - 2.0.0": true, "1.2.X": true,
	} {
		h := Hub{Hub: named("a")}
		h.Chart.Dependencies = []chart.Dependency{{Name: "jupyterhub", Version: version, Repository: "https://x"}}
		if got := Charts(h); (len(got) == 1) != floats {
			t.Errorf("%q: %v", version, got)
		}
	}
	published := Hub{Hub: named("a")}
	published.Chart.Dependencies = []chart.Dependency{{Name: "jupyterhub", Version: "4.x"}}
	published.Published, published.PublishedAt = &published.Chart.Dependencies[0], 7
	if got := Charts(published); len(got) != 1 || got[0].File != "hubops.yaml" || got[0].Line != 7 {
		t.Errorf("got %v, and it stands in line 7 of hubops.yaml", got)
	}
}

func TestImages(t *testing.T) {
	own := Hub{Hub: named("a"), Repository: "r/a", Values: []File{{"c/values.yaml", node(t, "jupyterhub: {singleuser: {image: {name: r/other}}}")}}}
	own.Images = []hub.Image{{Name: "a", Dir: "user-images/a"}}
	if got := lines(Images(own, []string{"jupyterhub.singleuser.image.name"})); !strings.Contains(got, `is "r/other", and the deploy sets r/a`) {
		t.Errorf("got %q", got)
	}
}

// What a deploy sets from elsewhere is as good as an image of the hub's own; one that nobody can tell is told.
func TestImagesBuiltElsewhere(t *testing.T) {
	const path = "jupyterhub.singleuser.image.name"
	h := Hub{Hub: named("a"), Values: []File{{"c/values.yaml", node(t, "jupyterhub: {}")}}}
	h.Chart.Dependencies = []chart.Dependency{{Name: "jupyterhub"}}
	h.Images = []hub.Image{{Key: "user", Name: "quay.io/x", At: "hubops.yaml:7", Into: hub.Targets{Names: []string{path}}, Elsewhere: layout.Elsewhere{From: "quay.io/x:1"}}}
	if got := lines(append(Images(h, []string{path}), Elsewhere(h)...)); got != "" {
		t.Errorf("got %q", got)
	}
	h.Values[0].Top = node(t, "jupyterhub: {singleuser: {image: {name: quay.io/other}}}")
	if got := lines(Images(h, []string{path})); !strings.Contains(got, `is "quay.io/other", and the deploy sets quay.io/x: leave it out`) {
		t.Errorf("got %q", got)
	}
	h.Values[0].Top = node(t, "jupyterhub: {singleuser: {image: {name: quay.io/x}}}")
	h.Images[0].From = "quay.io/x"
	if got := lines(append(Images(h, []string{path}), Elsewhere(h)...)); got != "hubops.yaml:7: warning: images.user: quay.io/x is another image with each release of it: name a tag or a digest, or say follow: true [base-unpinned]" {
		t.Errorf("got %q", got)
	}
	h.Images[0].Follow = true
	if got := lines(Elsewhere(h)); got != "" {
		t.Errorf("got %q", got)
	}
}

// A chart has users where it is JupyterHub, or has a part that is; of any other chart nobody is told that its users get some image.
func TestOnlyAChartWithUsersGivesThemAnImage(t *testing.T) {
	of := func(name string, dependencies ...string) Hub {
		h := Hub{Hub: named("b")}
		h.Chart.Name = name
		for _, dependency := range dependencies {
			h.Chart.Dependencies = append(h.Chart.Dependencies, chart.Dependency{Name: dependency})
		}
		return h
	}
	published := of("jupyterhub", "jupyterhub")
	published.Published, published.Hub.Values = &published.Chart.Dependencies[0], []string{"b.yaml"}
	monitoring := of("kube-prometheus-stack", "kube-prometheus-stack")
	monitoring.Published = &monitoring.Chart.Dependencies[0]
	bare := of("jupyterhub", "jupyterhub")
	bare.Published = &bare.Chart.Dependencies[0]
	for name, test := range map[string]struct {
		hub  Hub
		want string
	}{
		"a part":           {of("b", "prometheus", "jupyterhub"), "c/b/values.yaml:1: warning: jupyterhub.singleuser.image.name is not set, and there is no image of hub b: users get the chart's own image [other-image]"},
		"JupyterHub":       {of("jupyterhub", "common"), "c/b/values.yaml:1: warning: singleuser.image.name is not set, and there is no image of hub b: users get the chart's own image [other-image]"},
		"published":        {published, "b.yaml:1: warning: singleuser.image.name is not set, and there is no image of hub b: users get the chart's own image [other-image]"},
		"without values":   {bare, "hubops.yaml:1: warning: singleuser.image.name is not set, and there is no image of hub b: users get the chart's own image [other-image]"},
		"support":          {of("support", "prometheus", "grafana", "ingress-nginx"), ""},
		"published others": {monitoring, ""},
		"nothing in it":    {of("b"), ""},
	} {
		if got := lines(Images(test.hub, []string{"jupyterhub.singleuser.image.name"})); got != test.want {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func FuzzDockerfile(f *testing.F) {
	f.Add("FROM a\\\n:1 AS x\nENV A\n")
	f.Add("ARG\nENV\nFROM ${")
	f.Fuzz(func(_ *testing.T, content string) { Dockerfile("D", content, []string{"BASE=" + content}) })
}

func TestFetchedCharts(t *testing.T) {
	of := func(version, repository string, exact bool) chart.Fetched {
		return chart.Fetched{Resolved: chart.Resolved{Dependency: chart.Dependency{Name: "j", Version: version, Repository: repository}, Exact: exact}, File: "a/Chart.yaml"}
	}
	pinned := chart.Pins{There: true, List: []chart.Pin{{Repository: "https://x", Name: "j", Version: "1.0.0"}}}
	for name, test := range map[string]struct {
		fetched chart.Fetched
		pins    chart.Pins
		want    string
	}{
		"pinned":                {of("1.0.0", "https://x", true), pinned, ""},
		"no file":               {of("1.0.0", "https://x", true), chart.Pins{}, "chart-unpinned warning"},
		"another version":       {of("1.0.1", "https://x", true), pinned, "chart-unpinned error"},
		"a range":               {of("^1", "https://x", false), pinned, ""}, // which is another rule's
		"without TLS":           {of("1.0.0", "http://x", true), pinned, "plain-http warning, chart-unpinned error"},
		"in capital letters":    {of("1.0.0", "HTTP://x", true), chart.Pins{}, "plain-http warning, chart-unpinned warning"},
		"a range, without TLS":  {of("^1", "http://x", false), pinned, "plain-http warning"},
		"a registry, not there": {of("1.0.0", "oci://x", true), pinned, "chart-unpinned error"},
	} {
		var got []string
		for _, finding := range Fetched([]chart.Fetched{test.fetched}, test.pins, func(file, _ string) (string, int) { return file, 7 }) {
			level := map[bool]string{true: "warning", false: "error"}[finding.Warning]
			got = append(got, finding.Rule+" "+level)
			if !strings.HasPrefix(finding.String(), "a/Chart.yaml:7: "+level+": j ") {
				t.Errorf("%s: %s", name, finding)
			}
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
