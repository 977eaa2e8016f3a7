package origin

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/session/sessiontest"
)

// Who signs an image, or that nobody need, the owning branch says: of the same image, under whichever tag.
func TestWhoseWordOnASignatureCounts(t *testing.T) {
	image := func(tag, more string) string {
		return "images: {r: {from: 'theirs.example/x:" + tag + "', values: [a]" + more + "}}\n"
	}
	const signed, unsigned = ", cosign_key: theirs.pub", ", unsigned: true"
	branches := "branches: {main: ['*'], staging: [staged]}\n"
	for name, test := range map[string]struct {
		own, main, staging string
		hub                string
		want               string
	}{
		"nothing is said":             {image("1", ""), image("1", signed), "", "a", ""},
		"the same":                    {image("2", signed), image("1", signed), "", "a", ""},
		"only here":                   {image("1", unsigned), image("1", ""), "", "a", "hubops.yaml of origin/main does not say the same"},
		"another key":                 {image("1", ", cosign_key: mine.pub"), image("1", signed), "", "a", "does not say the same"},
		"of another image":            {"images: {r: {from: 'evil.example/x:1', values: [a], unsigned: true}}\n", image("1", unsigned), "", "a", "does not say the same"},
		"by the branch of the hub":    {image("1", unsigned), image("1", ""), image("1", unsigned), "staged", ""},
		"by the branch of another":    {image("1", unsigned), image("1", ""), image("1", unsigned), "a", "does not say the same"},
		"for some hubs, and this one": {image("1", unsigned), "hubs: {a: {" + strings.TrimSpace(image("1", unsigned)) + "}}\n", "", "a", ""},
		"for some hubs, not this one": {image("1", unsigned), "hubs: {b: {" + strings.TrimSpace(image("1", unsigned)) + "}}\n", "", "a", "does not say the same"},
	} {
		t.Run(name, func(t *testing.T) {
			to := checkout(t, test.own+"image: {cosign_key: ours.pub}\n", map[string]string{"main": branches + test.main, "staging": branches + test.staging}, nil)
			located, err := to.session.Config.For(test.hub).Layout.Locate(layout.Names{Hub: test.hub})
			if err != nil {
				t.Fatal(err)
			}
			one := located.Images[0]
			why, err := to.VouchedElsewhere(t.Context(), test.hub, layout.Names{Hub: test.hub}, hub.Image{Key: one.Key, Name: one.Name, Elsewhere: one.Elsewhere})
			if err != nil || (test.want == "") != (why == "") || !strings.Contains(why, test.want) {
				t.Errorf("got %q, %v", why, err)
			}
		})
	}
	to := checkout(t, image("1", unsigned), nil, nil)
	if why, err := to.VouchedElsewhere(t.Context(), "a", layout.Names{Hub: "a"}, hub.Image{Key: "r", Elsewhere: layout.Elsewhere{From: "x", Unsigned: true}}); why != "" || err != nil {
		t.Errorf("without origin: %q, %v", why, err)
	}
}

// A file with a key says who signs by what is in it: a branch that changes that says something else, with the same settings.
func TestAKeyInAFileIsThatOfTheOwningBranch(t *testing.T) {
	settings := "image: {cosign_key: ours.pub}\nimages: {r: {from: 'theirs.example/x:1', values: [a], cosign_key: keys/theirs.pub}}\n"
	image := hub.Image{Key: "r", Name: "theirs.example/x", Elsewhere: layout.Elsewhere{From: "theirs.example/x:1", SignedBy: "keys/theirs.pub"}}
	for name, test := range map[string]struct{ here, want string }{
		"the same":                 {"their key\n", ""},
		"with other ends of line":  {"their key\r\n", ""},
		"another":                  {"my key\n", "keys/theirs.pub holds another key than at origin/main"},
		"none, as its reader says": {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			repository := sessiontest.Checkout(t, gittest.New(t, "keys/theirs.pub", "their key\n"), settings, map[string]string{"main": settings})
			if test.here == "" {
				repository.Remove("keys/theirs.pub")
			} else {
				repository.Write("keys/theirs.pub", test.here)
			}
			repository.Commit()
			if why, err := opened(t, repository, nil).VouchedElsewhere(t.Context(), "a", layout.Names{Hub: "a"}, image); err != nil || why != test.want {
				t.Errorf("got %q, %v", why, err)
			}
		})
	}
}
