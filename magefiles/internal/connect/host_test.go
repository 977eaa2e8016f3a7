package connect

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/image/registry"
)

// A login goes to a host of images that are built elsewhere where REGISTRY_HOST says so or, where none is built here, an owning branch.
func TestALoginForImagesThatAreBuiltElsewhere(t *testing.T) {
	const (
		theirs  = "images: {r: {from: 'theirs.example/x:1', values: [a]}}\n"
		others  = "images: {r: {from: 'others.example/x:1', values: [a]}, s: {from: 'theirs.example/{hub}:1', values: [b]}}\n"
		ofAHub  = "hubs: {a: {images: {r: {from: 'theirs.example/x@sha256:" + "0000000000000000000000000000000000000000000000000000000000000000" + "', values: [a]}}}}\n"
		andOurs = ours + theirs
	)
	for name, test := range map[string]struct {
		own, main string
		host      string // that REGISTRY_HOST names
		want, why string
	}{
		"the one host":                        {theirs, theirs, "", "theirs.example", ""},
		"of a hub":                            {ofAHub, ofAHub, "", "theirs.example", ""},
		"only here":                           {theirs, "jobs: 1\n", "", "", "images are built elsewhere, on theirs.example, and hubops.yaml of origin/main names none"},
		"another one here":                    {"images: {r: {from: 'evil.example/x:1', values: [a]}}\n", theirs, "", "", "on evil.example, and hubops.yaml of origin/main names theirs.example"},
		"two hosts":                           {others, others, "", "", "images are built elsewhere, on others.example and theirs.example"},
		"two hosts, one is named":             {others, others, "others.example", "others.example", ""},
		"beside images of ours":               {andOurs, andOurs, "", "ours.example", ""},
		"beside images of ours, named":        {andOurs, andOurs, "theirs.example", "theirs.example", ""},
		"beside images of ours, neither":      {andOurs, andOurs, "evil.example", "", "the login is for evil.example (REGISTRY_HOST), and image.repository names ours.example"},
		"ours is taken out of a pull request": {theirs, andOurs, "", "", "on theirs.example, and hubops.yaml of origin/main names ours.example"},
		"nothing":                             {"jobs: 1\n", "jobs: 1\n", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			to, said := checkout(t, test.own, map[string]string{"main": test.main}, []string{"REGISTRY_USERNAME=me", "REGISTRY_PASSWORD=correct-horse", "REGISTRY_HOST=" + test.host})
			got, err := to.withLogin(t.Context(), registry.Registry{})
			if err != nil || got.LoginHost != test.want || (test.why != "") != strings.Contains(said.String(), "no login") || !strings.Contains(said.String(), test.why) {
				t.Errorf("got %q, %v, said %s", got.LoginHost, err, said)
			}
		})
	}
}
