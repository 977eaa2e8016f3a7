package registry

import (
	"regexp"
	"testing"
)

// The image of a repository is found again, and no other repository is taken for one.
func TestNamesOfRepositories(t *testing.T) {
	for _, r := range []Registry{{Template: "r.org/hubs/user-{hub}"}, {Template: "r.org:5000/{hub}/image"}, {Template: "r.org/{hub}/{hub}", Host: "127.0.0.1:5000"}, {Template: "{hub}"}} {
		pattern := regexp.MustCompile("^" + r.Pattern() + "$")
		if name := r.NameIn(r.Repository("bio-r")); name != "bio-r" && r.Template != "r.org/{hub}/{hub}" {
			t.Errorf("%s: %q", r.Template, name)
		}
		if !pattern.MatchString(r.Repository("bio-r")) || pattern.MatchString("x/"+r.Repository("bio-r")) {
			t.Errorf("%s: %s", r.Template, pattern)
		}
		if name := r.NameIn("q.org/other"); name != "" && r.Template != "{hub}" {
			t.Errorf("%s: %q", r.Template, name)
		}
	}
	for _, nowhere := range []Registry{{}, {Host: "127.0.0.1:5000"}} {
		if nowhere.NameIn("127.0.0.1:5000/") != "" || regexp.MustCompile(nowhere.Pattern()).MatchString("127.0.0.1:5000/") {
			t.Error("no repository is known")
		}
	}
}
