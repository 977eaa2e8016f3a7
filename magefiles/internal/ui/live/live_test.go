package live

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the golden frames")

// says is a wait that does not tell how far it is.
func says(what string) func() string { return func() string { return what } }

// story is a run of some hubs, with a frame after each of its moments.
func story(symbols Symbols, columns, lines int) string {
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	v := New(symbols, now)
	var out strings.Builder
	frame := func(what string) {
		fmt.Fprintf(&out, "# %s, after %s\n%s\n", what, Clock(now.Sub(v.began)), strings.Join(v.Frame(columns, lines, now), "\n"))
	}
	later := func(d time.Duration) { now = now.Add(d) }
	stays := func(line string) { fmt.Fprintf(&out, "> %s\n", symbols.Spell(Cut(line, columns-1, symbols.More))) }

	done := v.Wait(says("asking Git and the registry"), now)
	later(3 * time.Second)
	frame("before any hub")
	done()
	v.Wait(says("pushing"), now)
	v.Expect(4)
	v.Begin("biology", "push", now)
	v.Also("biology-gpu", "biology")
	v.Begin("数学入門コース", "push", now)
	v.Begin("a-hub-with-a-name-that-is-longer-than-a-third-of-most-lines", "push", now)
	v.Sent("biology-gpu", Sent{0, 0, 5}, now)
	later(time.Second)
	v.Sent("biology-gpu", Sent{60e6, 0, 5}, now)
	later(time.Second)
	v.Sent("biology-gpu", Sent{120e6, 2, 5}, now)
	v.Detail("数学入門コース", "layer 1 of 2: 530 MB read, 120 MB sent, 12 MB/s — é")
	frame("a push")
	stays(v.End("biology", "push", "pushed registry.example.edu/biology:t0123456789ab@sha256:"+strings.Repeat("0", 64)+": 1.2 GB image, 0.9 GB already there, 300 MB sent in 12s", "", now))
	stays(v.End("数学入門コース", "push", "", "the registry refused it", now))
	v.Begin("chemistry", "deploy", now)
	v.Stage("chemistry", "rollout", now.Add(20*time.Second))
	v.Detail("chemistry", "pods 3/5 ready; hub: pulling image; waiting for the load balancer of proxy-public")
	later(time.Hour)
	v.Wait(says("building helm"), now)
	frame("a rollout")
	v.LeaveOut("physics", "deploy", "unchanged")
	v.LeaveOut("art", "deploy", "unchanged")
	v.End("a-hub-with-a-name-that-is-longer-than-a-third-of-most-lines", "push", "", "", now)
	v.End("chemistry", "deploy", "", "hub chemistry cannot become ready: deployment/hub, container hub: its image is not in the registry", now)
	fmt.Fprintf(&out, "# the end\n%s\n", strings.Join(v.Summary(columns, []string{"'mage explain image-not-found' tells what it means, and what to do"}, now), "\n"))
	return out.String()
}

// The golden frames are what an operator sees: look at them after each change.
func TestFramesAreTheGoldenOnes(t *testing.T) {
	for name, screen := range map[string]struct {
		symbols Symbols
		columns int
	}{
		"20": {SymbolsOf(true), 20}, "60": {SymbolsOf(true), 60}, "80": {SymbolsOf(true), 80}, "200": {SymbolsOf(true), 200}, "80-ascii": {SymbolsOf(false), 80},
	} {
		got, file := story(screen.symbols, screen.columns, 24), filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: run 'go test ./magefiles/internal/ui/live -update' if this is meant:\n%s\nwant\n%s", name, got, want)
		}
		if screen.symbols.ascii && strings.ContainsFunc(got, func(r rune) bool { return r > '~' }) {
			t.Errorf("%s: not ASCII:\n%s", name, got)
		}
	}
}

func TestNoLineWrapsAndNoFrameIsHigherThanTheTerminal(t *testing.T) {
	now := time.Now()
	v := New(SymbolsOf(true), now)
	for i := range 60 {
		v.Begin(fmt.Sprintf("数学-%03d", i), "deploy", now)
		v.Detail(fmt.Sprintf("数学-%03d", i), strings.Repeat("待つ wait ", 40))
	}
	v.Sent("数学-001", Sent{1e12, 1, 3}, now)
	for columns := range 220 {
		for _, lines := range []int{1, 5, 24, 600} {
			frame := v.Frame(columns, lines, now.Add(5*time.Hour))
			if len(frame) > max(lines, 3) {
				t.Fatalf("%d lines on a terminal of %d", len(frame), lines)
			}
			for _, line := range frame {
				if Cells(line) >= max(2, columns) || !utf8.ValidString(line) {
					t.Fatalf("%d columns on a terminal of %d: %q", Cells(line), columns, line)
				}
			}
		}
	}
}

func TestCells(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "é": 1, "e\u0301": 1, "数学": 4, "🔑": 2, "ａ": 2, "\u200b": 0, "█░": 2} {
		if got := Cells(text); got != want {
			t.Errorf("%q takes %d columns, not %d", text, got, want)
		}
	}
	for _, c := range []struct {
		text    string
		columns int
		want    string
	}{{"数学入門", 8, "数学入門"}, {"数学入門", 7, "数学入…"}, {"数学入門", 6, "数学…"}, {"abc", 0, ""}, {"abc def", 5, "abc…"}} {
		if got := Cut(c.text, c.columns, "…"); got != c.want {
			t.Errorf("%q in %d columns is %q, not %q", c.text, c.columns, got, c.want)
		}
	}
}
