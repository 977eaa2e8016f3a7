package config

import (
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
)

func TestLayoutOfAHub(t *testing.T) {
	c, err := load(t, `
layout:
  hubs: deployments/{hub}/hubploy.yaml
  environments: {staging: staging, production: prod}
  chart: hub
  values: [common.yaml, "deployments/{hub}/{env}.yaml?"]
hubs:
  "bio-*": {layout: {chart: {name: jupyterhub, version: 4.4.0, repository: "https://hub.jupyter.org/helm-chart"}, image: ""}}
`)
	if err != nil {
		t.Fatal(err)
	}
	if want := []Branch{{"staging", []string{"*-staging"}}, {"production", []string{"*-prod"}}}; !slices.EqualFunc(c.Branches, want, func(a, b Branch) bool { return a.Name == b.Name && slices.Equal(a.Hubs, b.Hubs) }) {
		t.Errorf("branches %+v", c.Branches)
	}
	data, bio := c.For("data-prod").Layout, c.For("bio-prod").Layout
	if data.Chart.Dir != "hub" || data.Image != "user-images/{hub}" || !slices.Equal(data.Secrets, []string{"secrets/{hub}.yaml?"}) {
		t.Errorf("data-prod: %+v", data)
	}
	if want := (layout.Chart{Name: "jupyterhub", Version: "4.4.0", Repository: "https://hub.jupyter.org/helm-chart", Line: 8}); bio.Chart != want || bio.Image != "" || len(bio.Values) != 2 {
		t.Errorf("bio-prod: %+v", bio)
	}
	published, err := c.PublishedBy("x", []byte("layout: {environments: {a: one, b: two}}\n"))
	if err != nil || len(published.Branches) != 2 || published.Branches[0].Name != "a" || !slices.Equal(published.Branches[1].Hubs, []string{"*-two"}) {
		t.Errorf("published %+v, %v", published, err)
	}
}

func TestBadLayouts(t *testing.T) {
	for yaml, want := range map[string]string{
		"layout:\n  values: [hubs/{hub}.yaml]":                                          "hubops.yaml:2: did not find expected ',' or ']'; if that is a path with braces, put it between quotes",
		"layout: {chart: {name: j, version: '1', repository: 'https://us:secret@x/y'}}": "hubops.yaml:1: layout.chart: the address of the chart repository holds a login",
		"layout: {values: [\"a\\nb\"]}":                                                 `layout.values: "a\nb": it holds a line break, or the like`,
		"layout: {hubs: hubs/{hub}.yaml}":                                               "hubops.yaml:1: did not find expected ',' or '}'; if that is a path with braces, put it between quotes",
		"layout:\n  hubs: {hub}/x.yaml\n":                                               "hubops.yaml:2: did not find expected key; if that is a path with braces",
		"layout:\n  hubs: {hub}":                                                        `hubops.yaml:2: layout.hubs: put it between quotes: "{hub}"`,
		"layout:\n  chart: {hub}":                                                       `hubops.yaml:2: layout.chart: put it between quotes: "{hub}"`,
		"layout:\n  values:\n  - {env}":                                                 `layout.values: put it between quotes: "{env}" (line 3)`,
		"layout: {hubs: hubs/course}":                                                   `hubops.yaml:1: layout.hubs: "hubs/course": it must hold {hub}`,
		"layout: {hubs: 'hubs/{name}'}":                                                 `{name} is no placeholder; there are {hub}, {env} and {cluster}`,
		"layout:\n  values: [a.yaml, ../b.yaml]":                                        `hubops.yaml:2: layout.values: "../b.yaml": it leads out of the repository`,
		"layout: {secrets: ['/etc/{hub}']}":                                             "leads out of the repository",
		"layout: {image: 'x{'}":                                                         "a brace is left open",
		"layout: {image: .}":                                                            "a context that is the whole repository would have its secrets in it",
		"layout: {chart: ''}":                                                           "layout.chart: it is empty",
		"layout: {chart: {name: jupyterhub}}":                                           "layout.chart: a published chart has a version",
		"layout: {chart: {name: ../x, version: 1.0.0, repository: y}}":                  `"../x" is no name of a chart`,
		"layout: {chart: {name: x, version: 1.0.0, repository: y}}":                     `"y": a chart repository is like https://hub.jupyter.org/helm-chart or oci://registry.example.org/charts`,
		"layout: {chart: {name: x, version: 1.0.0, repo: y}}":                           `"repo": a published chart has name, version and repository (line 1)`,
		"layout: {chart: [x]}":                                                          "expected a directory, or name, version and repository",
		"layout: {environments: [staging]}":                                             "expected branches, each with the name of its environment",
		"layout: {environments: {a: prod, b: prod}}":                                    "both a and b deploy prod: one branch can",
		"layout: {environments: {'': prod}}":                                            "environment prod has no branch (line 1)",
		"layout: {environments: {~: prod}}":                                             "environment prod has no branch (line 1)",
		"layout: {environments: {a: prod, a: staging}}":                                 `key "a" stands twice`,
		"layout: {environments: {a: [prod, staging]}}":                                  "branch a: expected the name of an environment",
		"layout: {environments: {a: ''}}":                                               "branch a: expected the name of an environment",
		"layout: {environments: {a: 'x/y'}}":                                            `"x/y": an environment is a part of the hubs' names`,
		"layout: {environments: {a: prod, b: pre-prod}}":                                "pre-prod ends like prod",
		"branches: {a: ['*']}\nlayout: {environments: {a: prod}}":                       "hubops.yaml:1: branches: layout.environments says already which branch deploys what",
		"hubs:\n  course: {layout: {hubs: 'x/{hub}'}}":                                  "hubops.yaml:2: hubs.course.layout.hubs cannot be set for some hubs only",
		"hubs:\n  course: {layout: {chart: ../x}}":                                      `hubops.yaml:2: hubs.course.layout.chart: "../x": it leads out of the repository`,
		"layout: {ignore: ['[']}":                                                       `"[" is no pattern`,
	} {
		_, err := load(t, yaml+"\n")
		if err == nil || !strings.Contains(err.Error(), want) || exit.Code(err) != exit.BadInput {
			t.Errorf("%s\ngot %v, want %q", yaml, err, want)
		}
	}
}

func TestEntriesOfNoHub(t *testing.T) {
	c, err := load(t, "hubs: {course: {helm: {timeout: 9s}}, 'bio-*': {helm: {timeout: 9s}}, curse: {helm: {timeout: 9s}}, 'x-*': {helm: {timeout: 9s}}}\nwaves: [[course, cuorse], ['bio-*', 'y-*'], ['*']]\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.UnmatchedHubs([]string{"bio-a", "course"}); !slices.Equal(got, []string{"hubs: curse fits no hub", "hubs: x-* fits no hub", "waves: cuorse fits no hub", "waves: y-* fits no hub"}) {
		t.Errorf("got %q", got)
	}
}
