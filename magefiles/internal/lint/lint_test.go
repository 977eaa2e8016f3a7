package lint

import (
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/yamldoc"
)

func lines(findings []Finding) string {
	Sort(findings)
	var text strings.Builder
	for _, finding := range findings {
		line, _, _ := strings.Cut(finding.String(), ";")
		text.WriteString(line + "\n")
	}
	return strings.TrimSpace(text.String())
}

func TestDockerfiles(t *testing.T) {
	for name, test := range map[string]struct{ file, want string }{
		"tag":                           {"FROM quay.io/jupyter/base:2024-01-01\n", ""},
		"digest":                        {"FROM base@sha256:" + strings.Repeat("a", 64) + "\n", ""},
		"scratch":                       {"FROM scratch\n", ""},
		"no tag":                        {"# a comment\nFROM registry:5000/base\n", "D:2: error: the base registry:5000/base has no tag: it is whatever is latest"},
		"latest":                        {"FROM base:latest\n", "D:1: error: the base base:latest is another image every other day"},
		"stage":                         {"FROM base:1 AS Build\nFROM --platform=linux/amd64 build\n", ""},
		"argument":                      {"ARG BASE=x\nFROM ${BASE}\n", "D:2: error: the base x has no tag: it is whatever is latest"},
		"fallback":                      {"FROM ${BASE:-base:1}\n", ""},
		"no default":                    {"ARG BASE\nFROM $BASE\n", "D:2: error: the base $BASE has no default: nobody can say what the image is built on [base-unpinned]"},
		"secret ARG":                    {"FROM a:1\nARG GITHUB_TOKEN\n", "D:2: error: ARG GITHUB_TOKEN: whoever has the image can read it (docker history, docker inspect)"},
		"secret ENV":                    {"FROM a:1\n# x\nENV A=b \\\n  # y\n\n  DB_PASSWORD=c\n", "D:3: error: ENV DB_PASSWORD: whoever has the image can read it (docker history, docker inspect)"},
		"old ENV":                       {"FROM a:1\nENV API_KEY a b\n", "D:2: error: ENV API_KEY: whoever has the image can read it (docker history, docker inspect)"},
		"harmless names":                {"FROM a:1\nENV KEYBOARD=us MONKEY=1 PASSAGE=2 TOKENIZERS_PARALLELISM=0\n", ""},
		"here-document":                 {"FROM base:1\nRUN <<EOF\nfrom os import path\nENV API_KEY=x\nEOF\n", ""},
		"ARG of a stage":                {"FROM base:1\nARG BASE=base:2\nFROM $BASE\n", "D:3: error: the base $BASE has no default: nobody can say what the image is built on [base-unpinned]"},
		"no here-document for BuildKit": {"FROM base:1\nRUN cat<<EOF >/x\nenv API_TOKEN x\nEOF\nENV API_KEY=x\n", "D:5: error: ENV API_KEY: whoever has the image can read it (docker history, docker inspect)"},
		"syntax":                        {"# syntax=x:latest\nFROM a:1\n", "D:1: error: the syntax x:latest is another image every other day"},
		"syntax without a tag":          {"# syntax = docker/dockerfile\n# escape=`\nFROM a:1\n", "D:1: error: the syntax docker/dockerfile has no tag: it is whatever is latest"},
		"syntax of a version":           {"# syntax=docker/dockerfile:1\nFROM a:1\n", ""},
		"files of an image":             {"FROM a:1 AS one\nCOPY --chown=1 --from=x:latest /a /b\nFROM a:1\nCOPY --from=one /a /b\nCOPY --from=0 /a /b\nCOPY --from=x:1 /a /b\n", "D:2: error: the image x:latest is another image every other day"},
		"mount of an image":             {"FROM a:1\nRUN --mount=type=bind,from=ghcr.io/x/y,target=/y --mount=type=cache,target=/z true\n", "D:2: error: the image ghcr.io/x/y has no tag: it is whatever is latest"},
		"download":                      {"FROM a:1\nADD https://x.org/a.tar https://x.org/b.tar /\n", "D:2: warning: whoever has https://x.org/a.tar decides what comes from there\nD:2: warning: whoever has https://x.org/b.tar decides what comes from there"},
		"download in JSON":              {"FROM a:1\nADD [\"HTTPS://x.org/a.tar\", \"/\"]\n", "D:2: warning: whoever has HTTPS://x.org/a.tar decides what comes from there"},
		"download with a checksum":      {"FROM a:1\nADD --checksum=sha256:" + strings.Repeat("a", 64) + " https://x.org/a.tar /\nADD a.tar /\n", ""},
		"Git repository":                {"FROM a:1\nADD https://x.org/a.git#v1 /a\nADD https://x.org/a.git#" + strings.Repeat("a", 40) + ":dir /b\n", "D:2: warning: whoever has https://x.org/a.git#v1 decides what comes from there"},
		"secrets of other names":        {"FROM a:1\nARG NPM_PAT\nENV PGPASSWORD=x\nENV MYSQL_PWD=x\nARG SSHPASS\n", "D:2: error: ARG NPM_PAT: whoever has the image can read it (docker history, docker inspect)\nD:3: error: ENV PGPASSWORD: whoever has the image can read it (docker history, docker inspect)\nD:4: error: ENV MYSQL_PWD: whoever has the image can read it (docker history, docker inspect)\nD:5: error: ARG SSHPASS: whoever has the image can read it (docker history, docker inspect)"},
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
		"ARG OTHER=y:1\nFROM $OTHER\n":   "D:2: error: the base z has no tag: it is whatever is latest",
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
	return hub.Hub{Name: name, ChartDir: "c/" + name, Secret: "s/" + name}
}

func TestAddresses(t *testing.T) {
	at := func(name, text string) Hub { return Hub{Hub: named(name), Values: node(t, text)} }
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
	plain := Hub{Hub: named("plain"), Values: node(t, "jupyterhub: {ingress: {hosts: [x.org]}, hub: {baseUrl: /p/}}")}
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
		got := lines(Addresses([]Hub{plain, {Hub: named("other"), Values: node(t, values)}}))
		if !strings.Contains(got, "hub plain is at x.org/p too [same-address]") {
			t.Errorf("%s: got %q", values, got)
		}
	}
}

func TestSecrets(t *testing.T) {
	of := func(name, text string) Hub { return Hub{Hub: named(name), Secrets: node(t, text)} }
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
}

func TestImages(t *testing.T) {
	own := Hub{Hub: named("a"), Repository: "r/a", Values: node(t, "jupyterhub: {singleuser: {image: {name: r/other}}}")}
	own.ImageDir = "user-images/a"
	if got := lines(Images(own, []string{"jupyterhub.singleuser.image.name"})); !strings.Contains(got, `is "r/other", and the deploy sets r/a`) {
		t.Errorf("got %q", got)
	}
	none := Hub{Hub: named("b")}
	none.Chart.Dependencies = []chart.Dependency{{Name: "jupyterhub"}}
	if got := lines(Images(none, []string{"jupyterhub.singleuser.image.name"})); !strings.Contains(got, "users get the chart's own image") {
		t.Errorf("got %q", got)
	}
}

func FuzzDockerfile(f *testing.F) {
	f.Add("FROM a\\\n:1 AS x\nENV A\n")
	f.Add("ARG\nENV\nFROM ${")
	f.Fuzz(func(_ *testing.T, content string) { Dockerfile("D", content, []string{"BASE=" + content}) })
}
