package chart

import (
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/history"
)

var one, two = strings.Repeat("1", 64), strings.Repeat("2", 64)

func TestPins(t *testing.T) {
	line := "https://x j 1.0.0 sha256:" + one + "\n"
	for name, test := range map[string]struct {
		content string
		want    string // of the pins, or the error
	}{
		"nothing":              {"", ""},
		"comments":             {"# x\n\n  # y\n", ""},
		"one":                  {line, "j 1.0.0"},
		"any white space":      {"\t" + strings.ReplaceAll(line, " ", "\t ") + "\r\n", "j 1.0.0"},
		"two versions":         {line + strings.Replace(line, "1.0.0", "2.0.0", 1), "j 1.0.0, j 2.0.0"},
		"two repositories":     {line + strings.Replace(line, "//x", "//y", 1), "j 1.0.0, j 1.0.0"},
		"three words":          {"# x\nj 1.0.0 sha256:" + one + "\n", "charts.sum:2: a line has a repository, a chart, its version and sha256:<64 digits>"},
		"five":                 {strings.Replace(line, "j", "j k", 1), "charts.sum:1: a line has"},
		"a short digest":       {"https://x j 1.0.0 sha256:" + one[1:], "charts.sum:1: a line has"},
		"another digest":       {"https://x j 1.0.0 sha512:" + one, "charts.sum:1: a line has"},
		"in capital letters":   {"https://x j 1.0.0 sha256:" + strings.Repeat("A", 64), "charts.sum:1: a line has"},
		"twice":                {line + line, "charts.sum:2: line 1 pins the same chart"},
		"twice, with a v":      {line + strings.Replace(line, "1.0.0", "v1.0.0", 1), "charts.sum:2: line 1 pins the same chart"},
		"twice, and different": {line + strings.Replace(line, one, two, 1), "charts.sum:2: line 1 pins the same chart"},
	} {
		pins, err := parsePins(test.content)
		if err != nil {
			if exit.Code(err) != exit.BadInput || test.want == "" || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: got %v, want %q", name, err, test.want)
			}
			continue
		}
		var got []string
		for _, pin := range pins {
			got = append(got, pin.Name+" "+pin.Version)
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
		again, err := parsePins(Pins{List: pins}.Text())
		if err != nil || len(again) != len(pins) {
			t.Errorf("%s: written, it is %v, %v", name, again, err)
		}
	}
}

// Each way in which an archive can differ from what is pinned.
func TestWhatIsPinned(t *testing.T) {
	want := Resolved{Dependency: Dependency{Name: "j", Version: "1.0.0", Repository: "https://x"}}
	pinned := func(name, version, repository string) Pins {
		return Pins{There: true, List: []Pin{{Name: name, Version: version, Repository: repository, Digest: one, Line: 3}}}
	}
	for name, test := range map[string]struct {
		pins            Pins
		digest          string
		missing, change bool
	}{
		"no file":            {Pins{}, two, false, false},
		"pinned":             {pinned("j", "1.0.0", "https://x"), one, false, false},
		"pinned with a v":    {pinned("j", "v1.0.0", "https://x"), one, false, false},
		"changed":            {pinned("j", "1.0.0", "https://x"), two, false, true},
		"an empty file":      {Pins{There: true}, one, true, false},
		"another chart":      {pinned("k", "1.0.0", "https://x"), one, true, false},
		"another version":    {pinned("j", "1.0.1", "https://x"), one, true, false},
		"another repository": {pinned("j", "1.0.0", "https://y"), one, true, false},
		"without TLS":        {pinned("j", "1.0.0", "http://x"), one, true, false},
	} {
		missing, change := test.pins.CheckPinned(want, "1.0.0", "a/Chart.yaml"), test.pins.Check(want, "1.0.0", test.digest)
		if (missing != nil) != test.missing || (change != nil) != test.change {
			t.Errorf("%s: got %v, %v", name, missing, change)
		}
		for _, err := range []error{missing, change} {
			if err != nil && exit.Code(err) != exit.BadInput {
				t.Errorf("%s: %v has code %d", name, err, exit.Code(err))
			}
		}
	}
}

// Another pin is a change of the hub: what it is deployed from is another chart. Without pins the digest is what it always was.
func TestPinsCountForTheDigest(t *testing.T) {
	const wants = "dependencies: [{name: c, version: 0.1.0, repository: 'file://../../c'}]\n"
	r := gittest.New(t, "hub-charts/a/Chart.yaml", head+"a\n"+wants, "c/Chart.yaml", head+"c\ndependencies: [{name: j, version: 1.0.0, repository: 'https://x'}]\n")
	digest := func() string {
		t.Helper()
		c := charts(r)
		tree, err := c.Tree(t.Context(), "hub-charts/a")
		if err != nil {
			t.Fatal(err)
		}
		pins, err := c.Pins(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return DependencyDigest(tree, pins)
	}
	digests := []string{digest()}
	if digests[0] != history.Digest("c", "file://../../c", "0.1.0") {
		t.Error("without pins it is another one than before")
	}
	for _, line := range []string{"https://x j 1.0.0 sha256:" + one, "https://x j 1.0.0 sha256:" + two} {
		r.Write(PinsFile, line+"\n")
		if now := digest(); slices.Contains(digests, now) {
			t.Errorf("%s changes nothing", line)
		} else {
			digests = append(digests, now)
		}
	}
	r.Write(PinsFile, "https://x j 1.0.0 sha256:"+two+"\nhttps://x other 1.0.0 sha256:"+one+"\n")
	if digest() != digests[2] {
		t.Error("a chart that it does not fetch changes it")
	}
}
