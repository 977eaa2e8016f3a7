package history

import (
	"fmt"
	"strconv"
	"testing"
	"time"
)

func TestOfWhichKindsAChangeIs(t *testing.T) {
	base := deployed
	for name, test := range map[string]struct {
		change func(*Record)
		want   string
	}{
		"nothing":                       {func(*Record) {}, "[]"},
		"values":                        {func(r *Record) { r.Values, r.Secrets = "v2", "s2" }, "[]"},
		"the chart's own values":        {func(r *Record) { r.Chart = "c2" }, "[]"},
		"chart":                         {func(r *Record) { r.Chart, r.ChartCode = "c2", "k2" }, "[chart]"},
		"a chart of no known code":      {func(r *Record) { r.Chart, r.ChartCode = "c2", "" }, "[chart]"},
		"a dependency":                  {func(r *Record) { r.Dependencies = "p2" }, "[chart]"},
		"image":                         {func(r *Record) { r.ImageTag, r.ImageDigest = "t2", "d2" }, "[image]"},
		"content of an image":           {func(r *Record) { r.ImageDigest = "d2" }, "[image]"},
		"another image":                 {func(r *Record) { *r = r.WithImage("r", "t2", digestOf("2")) }, "[image]"},
		"hub-ops":                       {func(r *Record) { r.Tool = "ba9876543210" }, "[tool]"},
		"helm":                          {func(r *Record) { r.Helm = "v4.4.0" }, "[tool]"},
		"an unknown helm":               {func(r *Record) { r.Helm = "" }, "[]"},
		"hub-ops of no recorded commit": {func(r *Record) { r.Tool = None }, "[]"},
		"helm's switches":               {func(r *Record) { r.Options = "o2" }, "[tool]"},
		"all":                           {func(r *Record) { r.ChartCode, r.ImageTag, r.Options = "k2", "t2", "o2" }, "[chart image tool]"},
	} {
		want := base
		test.change(&want)
		if got := fmt.Sprint(base.Kinds(want, AllKinds())); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
	other := base
	other.ChartCode, other.Options = "k2", "o2"
	if got := fmt.Sprint(base.Kinds(other, []Kind{ImageKind, ToolKind})); got != "[tool]" {
		t.Errorf("a kind that was not asked for: %s", got)
	}
	bare := Record{Chart: "c", Options: "o", ImageTag: None, Dependencies: None}
	if got := bare.Kinds(Record{Chart: "c", Options: "o"}, AllKinds()); len(got) > 0 {
		t.Errorf("a hub without an image: %s", got)
	}
}

// A revision is from when the API server made its Secret; the deployed one from when helm was through with it.
func TestSinceWhenAReleaseIsWhatItIs(t *testing.T) {
	at := func(minutes int) string {
		return time.Unix(0, 0).UTC().Add(time.Duration(minutes) * time.Minute).Format(time.RFC3339)
	}
	made := func(number, minutes int, status, code string) Secret {
		record := Record{Chart: code, ChartCode: code, Options: "o", Revision: strconv.Itoa(number)}
		secret := revision("a", "a", strconv.Itoa(number), status, record.Map())
		secret.Created, secret.Changed = at(minutes), at(minutes+3)
		return secret
	}
	byHand := made(2, 10, "superseded", "v1")
	byHand.Labels[RevisionLabel] = "1"
	for name, test := range map[string]struct {
		secrets []Secret
		running int
		minutes int // since when
	}{
		"one":                       {[]Secret{made(1, 0, "deployed", "v1")}, 1, 3},
		"the same again":            {[]Secret{made(1, 0, "superseded", "v1"), made(2, 10, "deployed", "v1")}, 2, 0},
		"a change":                  {[]Secret{made(1, 0, "superseded", "v1"), made(2, 10, "deployed", "v2")}, 2, 13},
		"a change, then none":       {[]Secret{made(1, 0, "superseded", "v1"), made(2, 10, "superseded", "v2"), made(3, 20, "deployed", "v2")}, 3, 10},
		"there and back":            {[]Secret{made(1, 0, "superseded", "v1"), made(2, 10, "superseded", "v2"), made(3, 20, "deployed", "v1")}, 3, 23},
		"a failure in between":      {[]Secret{made(1, 0, "superseded", "v1"), made(2, 10, "failed", "v1"), made(3, 20, "deployed", "v1")}, 3, 23},
		"a failure at the end":      {[]Secret{made(1, 0, "deployed", "v1"), made(2, 10, "failed", "v2")}, 1, 3},
		"killed":                    {[]Secret{made(1, 0, "deployed", "v1"), made(2, 10, "pending-upgrade", "v2")}, 1, 3},
		"by hand in between":        {[]Secret{made(1, 0, "superseded", "v1"), byHand, made(3, 20, "deployed", "v1")}, 3, 23},
		"a first one that failed":   {[]Secret{made(1, 0, "failed", "v1")}, 0, -1},
		"gone":                      {[]Secret{made(1, 0, "superseded", "v1"), made(2, 10, "uninstalled", "v1")}, 0, -1},
		"never":                     {nil, 0, -1},
		"killed before it was told": {[]Secret{made(1, 0, "superseded", "v1"), made(2, 10, "pending-upgrade", "v2")}, 1, 0},
	} {
		release := ReadReleases(test.secrets)["a/a"]
		want := time.Time{}
		if test.minutes >= 0 {
			want = time.Unix(0, 0).Add(time.Duration(test.minutes) * time.Minute)
		}
		if got := release.Had(AllKinds()); release.Running().Number != test.running || !got.Equal(want) {
			t.Errorf("%s: revision %d since %s, want %d since %s", name, release.Running().Number, got, test.running, want)
		}
	}
}

func TestWhatFailedBeforeIsKnown(t *testing.T) {
	made := func(number int, status, code string) Revision {
		return Revision{Number: number, Status: status, Record: Record{ChartCode: code, Options: "o", Revision: strconv.Itoa(number)}}
	}
	for name, test := range map[string]struct {
		revisions []Revision
		want      bool
	}{
		"never":            {[]Revision{made(1, "deployed", "v1")}, false},
		"it failed":        {[]Revision{made(1, "deployed", "v1"), made(2, "failed", "v2")}, true},
		"and went back":    {[]Revision{made(1, "superseded", "v1"), made(2, "failed", "v2"), made(3, "deployed", "v1")}, true},
		"and worked later": {[]Revision{made(1, "superseded", "v1"), made(2, "failed", "v2"), made(3, "superseded", "v2"), made(4, "deployed", "v1")}, false},
		"another failed":   {[]Revision{made(1, "superseded", "v1"), made(2, "failed", "v3"), made(3, "deployed", "v1")}, false},
	} {
		if got := (Release{Revisions: test.revisions}).Tried(Record{ChartCode: "v2", Options: "o"}, AllKinds()); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
