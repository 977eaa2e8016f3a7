package history

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var deployed = Record{
	Commit: "abc", Run: "travis-12", Hub: "course", Repository: "us_hubs", Helm: "v4.3.1", Tool: "abc", ImageTag: "t1", ImageDigest: "d1", Chart: "c1", ChartCode: "k1", Dependencies: "p1", Values: "v1", Secrets: "s1", Decrypted: "e1", Options: "o1", Spawn: "0.1-3.1-2.0-3.0", Took: "41.3", Revision: "3",
}.WithImage("r", "t1-dirty", digestOf("1"))

func digestOf(digit string) string { return "sha256:" + strings.Repeat(digit, 64) }

func TestRecordSurvivesItsLabels(t *testing.T) {
	if got := From(deployed.Map()); got != deployed {
		t.Errorf("got %+v", got)
	}
}

// An image that the hub has no more is recorded as such, because helm keeps a label that is not set.
func TestImagesThatAreGone(t *testing.T) {
	bare := Record{Chart: "c1"}
	bare.Images = bare.Images.Without(deployed.Images)
	if labels := bare.Map(); labels["hub-ops.image.r"] != None {
		t.Errorf("got %v", labels)
	}
	if again := From(bare.Map()); again.Images != "" || len(bare.Images.Keys()) != 0 {
		t.Errorf("got %+v", again)
	}
	longest := Record{}.WithImage("r", "t0123456789ab-dirty-01234567", digestOf("1")).Map()["hub-ops.image.r"]
	if len(longest) > 63 {
		t.Errorf("no label: %s", longest)
	}
}

func TestWhatChanged(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Record)
		want   []string
	}{
		"nothing":             {func(*Record) {}, nil},
		"another commit, run": {func(r *Record) { r.Commit, r.Run, r.Helm, r.Tool, r.ChartCode = "def", "me", "v4.3.2", "def", "k2" }, nil},
		"chart":               {func(r *Record) { r.Chart = "c2" }, []string{"chart"}},
		"several":             {func(r *Record) { r.ImageTag, r.Secrets = "t2", "s2" }, []string{"image", "secret values"}},
		"locked":              {func(r *Record) { r.Secrets = Unknown }, []string{"secret values (cannot be compared here)"}},
		"another one":         {func(r *Record) { *r = r.WithImage("r", "t2", digestOf("2")) }, []string{"image r"}},
		"one more, one less":  {func(r *Record) { r.Images = ""; *r = r.WithImage("julia", "t3", digestOf("3")) }, []string{"image julia", "image r"}},
		"options":             {func(r *Record) { r.Options = "o2" }, []string{"helm options"}},
	} {
		want := deployed
		test.change(&want)
		if got := deployed.Changed(want); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	bare := Record{Chart: "c", Options: "o", ImageTag: None, Secrets: None}
	if got := bare.Changed(Record{Chart: "c", Options: "o"}); got != nil {
		t.Errorf("a hub without image and secrets: %q", got)
	}
}

func TestDrift(t *testing.T) {
	for digest, want := range map[string]bool{"d1": false, "d2": true, "": false, Unknown: false} {
		is := deployed
		is.ImageDigest = digest
		if got := deployed.Drifted(is); got != want {
			t.Errorf("%q: got %v", digest, got)
		}
	}
	r := deployed.WithImage("r", "t1-dirty", digestOf("2"))
	if !deployed.Drifted(r) || deployed.DriftedTag(r) != "t1-dirty" || deployed.Drifted(deployed.WithImage("r", "t2", digestOf("2"))) {
		t.Error("of an image beside the first")
	}
	other := deployed
	other.ImageTag, other.ImageDigest = "t2", "d2"
	if deployed.Drifted(other) {
		t.Error("another tag is a change, not a drift")
	}
}

func TestKeyedDigestTellsNothingWithoutTheKey(t *testing.T) {
	a, b := NewKey(), NewKey()
	once, again := a.Secrets([]byte("x")), a.Secrets([]byte("x"))
	if once != again || once == b.Secrets([]byte("x")) || once == a.Secrets([]byte("y")) {
		t.Error("the digest is not keyed")
	}
	if got := Key(nil).Secrets([]byte("x")); got != Unknown {
		t.Errorf("without a key: %q", got)
	}
}

func TestDigestSeparatesItsParts(t *testing.T) {
	if Digest("ab", "c") == Digest("a", "bc") || len(Digest()) != length {
		t.Error("parts run into each other")
	}
	if got := Image("sha256:" + strings.Repeat("ab", 32)); got != strings.Repeat("ab", 20) {
		t.Errorf("got %q", got)
	}
}

func FuzzLabelValue(f *testing.F) {
	valid := regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$`)
	f.Add("ann@laptop")
	f.Add(strings.Repeat("-a", 40))
	f.Fuzz(func(t *testing.T, text string) {
		if got := labelValue(text); !valid.MatchString(got) {
			t.Errorf("%q became %q", text, got)
		}
	})
}
