package bump

import (
	"testing"
)

func TestTag(t *testing.T) {
	for _, test := range []struct {
		current string
		tags    []string
		within  Within
		want    string
	}{
		{"3.12", []string{"latest", "3.9", "3.13", "3.13.1", "3.14-rc", "4.0", "3.13-slim"}, SameMajor, "3.13"},
		{"3.12", []string{"3.13", "4.0"}, Anything, "4.0"},
		{"3.12.1", []string{"3.12.9", "3.13.0", "3.12.10"}, SameMinor, "3.12.10"},
		{"3.12-slim", []string{"3.13", "3.13-slim", "3.13-slim-trixie", "3.14-rc1-slim"}, SameMajor, "3.13-slim"},
		{"3.12-alpine3.19", []string{"3.12-alpine3.20", "3.13-alpine"}, SameMajor, "3.12-alpine3.20"},
		{"v1.2.3", []string{"1.9.0", "v1.3.0"}, SameMajor, "v1.3.0"},
		{"0.4.2", []string{"0.5.0", "0.4.9"}, SameMajor, "0.4.9"}, // before 1.0 a minor version is a major one
		// Dates.
		{"2024-01-15", []string{"2024-01-08", "2025-03-10", "2024-13-40", "latest", "2026-02-30"}, SameMajor, "2025-03-10"},
		{"2024-01-15", []string{"2024-01-15"}, SameMajor, ""},
		{"20240115", []string{"20250101", "99999999", "20251301"}, SameMinor, "20250101"},
		{"2024.1", []string{"2025.2"}, SameMajor, "2025.2"},
		{"bookworm-20240115", []string{"bookworm-20250101", "trixie-20250101"}, SameMajor, "bookworm-20250101"},
		// As the images of JupyterLab are tagged.
		{"lab-4.2.5", []string{"lab-4.4.1", "hub-5.2.1", "notebook-7.3", "python-3.13.1", "lab-5.0.0", "4.9.9"}, SameMajor, "lab-4.4.1"},
		{"x86_64-lab-4.2.5", []string{"x86_64-lab-4.3.0", "aarch64-lab-4.4.0", "x86_64-lab-5.0.0"}, SameMajor, "x86_64-lab-4.3.0"},
		{"hub-5.1.0", []string{"hub-5.2.0rc1", "hub-5.1.1"}, SameMajor, "hub-5.1.1"},
		{"22.04", []string{"22.10", "24.04"}, SameMajor, "22.10"},
		// Not versions.
		{"latest", []string{"1.0", "latest"}, Anything, ""},
		{"4.0-a1b2c3d", []string{"4.0-b1b2c3d", "4.1-a1b2c3e"}, SameMajor, ""},
		{"sha-1234567", []string{"sha-2345678"}, SameMajor, ""},
		{"5f3a9c1d2e", []string{"6f3a9c1d2e"}, SameMajor, ""},
		{"1.2", []string{"1.99999999999999999999", "1." + "9999999"}, SameMajor, ""},
		// A pre-release becomes another one, and nothing else does.
		{"3.14-rc1", []string{"3.14-rc2", "3.14-rc10", "3.15-b1"}, SameMajor, "3.14-rc10"},
	} {
		got, found := Tag(test.current, test.tags, test.within)
		if got != test.want || found != (test.want != "") {
			t.Errorf("%s of %q: %q, want %q", test.current, test.tags, got, test.want)
		}
	}
}

func TestChart(t *testing.T) {
	published := []string{"4.1.0", "4.4.0", "4.3.9", "5.0.0", "5.0.0-beta.1", "4.5.0-0.dev.git.6000.h1", "none", "", "3.9.9", "04.9.0"}
	for _, test := range []struct {
		current string
		within  Within
		want    string
	}{
		{"4.1.0", SameMajor, "4.4.0"},
		{"4.1.0", SameMinor, ""},
		{"4.3.1", SameMinor, "4.3.9"},
		{"4.1.0", Anything, "5.0.0"},
		{"4.4.0", SameMajor, ""},
		{"4.4.1-0.dev.git.5900.h0", SameMajor, "4.5.0-0.dev.git.6000.h1"},
		{"v4.1.0", SameMajor, "4.4.0"},
		{"5.0.0-alpha.1", SameMajor, "5.0.0"},
		{"~4.1", SameMajor, ""},
		{"", SameMajor, ""},
	} {
		if got, _ := Chart(test.current, published, test.within); got != test.want {
			t.Errorf("%s, %s: %q, want %q", test.current, test.within, got, test.want)
		}
	}
	if got, _ := Locked("~4.3.0", "4.3.1", published, SameMajor); got != "4.3.9" {
		t.Errorf("of a range: %q", got)
	}
	if got, _ := Locked(">=4 <6", "4.3.1", published, SameMajor); got != "4.4.0" {
		t.Errorf("of a range that goes further than it may: %q", got)
	}
	if got, found := Locked("no range", "4.3.1", published, SameMajor); found {
		t.Errorf("of no range: %q", got)
	}
}

// Whatever tags there are: a tag that is chosen is one of them, and newer by the same order; the order has no circle.
func FuzzTag(f *testing.F) {
	f.Add("3.12-slim", "3.13-slim", "2024-01-15")
	f.Add("lab-4.2.5", "x86_64-lab-4.3.0", "sha-1234567")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		got, found := Tag(a, []string{a, b, c}, Anything)
		if found != (got != "") || found && got != b && got != c {
			t.Fatalf("%q of %q, %q: %q, %t", a, b, c, got, found)
		}
		if !found {
			return
		}
		if back, again := Tag(got, []string{a}, Anything); again {
			t.Errorf("%q becomes %q, which becomes %q", a, got, back)
		}
		if further, again := Tag(got, []string{b, c}, Anything); again {
			t.Errorf("%q becomes %q and then %q", a, got, further)
		}
	})
}
