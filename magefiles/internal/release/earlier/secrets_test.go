package earlier

import (
	"slices"
	"testing"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
)

func TestWhichValuesLookSecret(t *testing.T) {
	got := lookingSecret([]string{"size", "jupyterhub.proxy.secretToken", "hub.config.Authenticator.allowed_users", "a.password.first", "monkey"})
	if want := []string{"jupyterhub.proxy.secretToken", "a.password.first"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// A list is plain where the same image was set in it in both revisions. One that only today's images go into was perhaps a secret one then.
func TestWhichListsHoldImagesInBothRevisions(t *testing.T) {
	into := func(path string) hub.Targets { return hub.Targets{Whole: []string{path}} }
	course := hub.Hub{Images: []hub.Image{
		{Name: "course"},
		{Key: "base", Name: "base"},
		{Key: "r", Name: "r", Into: into("profiles.a[name=R].image")},
		{Key: "s", Name: "s", Into: into("profiles.b[name=S].image")},
	}}
	made := func(keys ...string) (made history.Revision) {
		for _, key := range keys {
			made.Record = made.Record.WithImage(key, "t0123456789ab", "")
		}
		return made
	}
	for name, test := range map[string]struct {
		newest, target history.Revision
		want           []string
	}{
		"both in both":               {made("r", "s"), made("r", "s"), []string{"profiles.a", "profiles.b"}},
		"one that is new":            {made("r", "s"), made("r"), []string{"profiles.a"}},
		"one that is gone":           {made("s"), made("r", "s"), []string{"profiles.b"}},
		"another then":               {made("s"), made("r"), nil},
		"none then":                  {made("r", "s"), made(), nil},
		"only the one that has none": {made("base"), made("base"), nil},
	} {
		if got := listsSet(course, []history.Revision{test.newest, test.target}); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}
