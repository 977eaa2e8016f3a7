package history

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var deployed = Record{
	Commit: "abc", Run: "travis-12", Repository: "us_hubs", Helm: "v4.3.1", ImageTag: "t1", ImageDigest: "d1", Chart: "c1", Dependencies: "p1", Values: "v1", Secrets: "s1", Decrypted: "e1", Options: "o1", Revision: "3",
}

func TestRecordSurvivesItsLabels(t *testing.T) {
	if got := From(deployed.Map()); got != deployed {
		t.Errorf("got %+v", got)
	}
}

func TestWhatChanged(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Record)
		want   []string
	}{
		"nothing":             {func(*Record) {}, nil},
		"another commit, run": {func(r *Record) { r.Commit, r.Run, r.Helm = "def", "me", "v4.3.2" }, nil},
		"chart":               {func(r *Record) { r.Chart = "c2" }, []string{"chart"}},
		"several":             {func(r *Record) { r.ImageTag, r.Secrets = "t2", "s2" }, []string{"image", "secret values"}},
		"locked":              {func(r *Record) { r.Secrets = Unknown }, []string{"secret values (cannot be compared here)"}},
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
