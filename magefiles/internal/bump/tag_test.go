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

// Tags as images have them that hubs are built on: BUMP goes for each version in a tag by itself.
func TestTagsOfImagesThatHubsAreBuiltOn(t *testing.T) {
	stacks := []string{"2024-05-27", "2025-03-10", "x86_64-2025-03-10", "latest", "python-3.11", "python-3.11.9", "python-3.12", "python-3.12.3", "python-3.13.1", "hub-4.1.5", "hub-5.2.1", "hub-5.3.0", "lab-4.2.5", "ubuntu-22.04", "ubuntu-24.04", "4d70cf8da953", "a1b2c3d4e5f6"}
	dated := []string{"python-3.11-2024.05", "python-3.11-2024.09", "python-3.12-2024.04", "python-3.12-2024.06", "python-4.0-2025.01"}
	cuda := []string{"12.2.0-cudnn8-devel-ubuntu22.04", "12.2.2-cudnn8-devel-ubuntu22.04", "12.3.2-cudnn9-devel-ubuntu22.04", "12.3.1-cudnn8-devel-ubuntu20.04", "12.4.1-cudnn-devel-ubuntu22.04", "12.5.0-cudnn8-devel-ubuntu24.04", "13.0.0-cudnn8-devel-ubuntu22.04"}
	python := []string{"3.11.4-slim-bookworm", "3.11.9-slim-bookworm", "3.12.4-slim-bookworm", "3.12.4-slim-trixie", "3.13.0rc1-slim-bookworm", "3.12-alpine3.20", "3.12-alpine3.19", "3.13-alpine3.18", "3.13-alpine3.20"}
	rocker := []string{"4.3.2", "4.3.3", "4.4.1", "4.3", "4", "5.0.0", "devel", "4.4.1-cuda12.2", "4.3.3-cuda11.8", "4.4.1-cuda11.8"}
	ubuntu := []string{"22.04", "24.04", "22.10", "jammy", "jammy-20240111", "jammy-20240530", "noble-20240801", "rolling"}
	bitnami := []string{"4.1.1-debian-11-r5", "4.1.1-debian-11-r23", "4.1.3-debian-12-r0", "4.1.3-debian-11-r0"}
	z2jh := []string{"4.0.1-0.dev.git.6950.h1a2b3c", "4.0.1-0.dev.git.6990.h9d8e7f", "4.0.0", "4.1.0", "4.1.0-beta.1"}
	for _, test := range []struct {
		current string
		tags    []string
		within  Within
		want    string
	}{
		{"2024-05-27", stacks, SameMinor, "2025-03-10"},
		{"x86_64-2024-05-27", stacks, SameMajor, "x86_64-2025-03-10"},
		{"python-3.11", stacks, SameMinor, ""},
		{"python-3.11", stacks, SameMajor, "python-3.12"},
		{"python-3.11.8", stacks, SameMinor, "python-3.11.9"},
		{"hub-4.1.5", stacks, SameMajor, ""},
		{"hub-5.2.0", stacks, SameMinor, "hub-5.2.1"},
		{"ubuntu-22.04", stacks, SameMajor, ""},
		{"ubuntu-22.04", stacks, Anything, "ubuntu-24.04"},
		{"4d70cf8da953", stacks, Anything, ""},
		{"python-3.11-2024.05", dated, SameMinor, "python-3.11-2024.09"},
		{"python-3.11-2024.05", dated, SameMajor, "python-3.12-2024.06"},
		{"python-3.11-2024.09", dated, SameMajor, ""}, // what is older is no better
		{"python-3.11-2024.05", dated, Anything, "python-4.0-2025.01"},
		{"12.2.0-cudnn8-devel-ubuntu22.04", cuda, SameMinor, "12.2.2-cudnn8-devel-ubuntu22.04"},
		{"12.2.0-cudnn8-devel-ubuntu22.04", cuda, SameMajor, "12.2.2-cudnn8-devel-ubuntu22.04"},
		{"12.2.0-cudnn8-devel-ubuntu22.04", cuda, Anything, "13.0.0-cudnn8-devel-ubuntu22.04"},
		{"3.11.4-slim-bookworm", python, SameMinor, "3.11.9-slim-bookworm"},
		{"3.11.4-slim-bookworm", python, SameMajor, "3.12.4-slim-bookworm"},
		{"3.12-alpine3.19", python, SameMinor, ""},
		{"3.12-alpine3.19", python, SameMajor, "3.13-alpine3.20"},
		{"4.3.2", rocker, SameMinor, "4.3.3"},
		{"4.3.2", rocker, SameMajor, "4.4.1"},
		{"4.3.2-cuda11.8", rocker, SameMinor, "4.3.3-cuda11.8"},
		{"4.3.2-cuda11.8", rocker, SameMajor, "4.4.1-cuda11.8"},
		{"4.3.2-cuda11.8", rocker, Anything, "4.4.1-cuda12.2"},
		{"jammy-20240111", ubuntu, SameMinor, "jammy-20240530"},
		{"22.04", ubuntu, SameMinor, ""},
		{"22.04", ubuntu, Anything, "24.04"},
		{"4.1.1-debian-11-r5", bitnami, SameMinor, "4.1.3-debian-11-r0"},
		{"4.1.1-debian-11-r5", bitnami[:2], SameMinor, "4.1.1-debian-11-r23"},
		{"4.0.1-0.dev.git.6950.h1a2b3c", z2jh, Anything, ""}, // a commit
		{"4.0.0", z2jh, SameMajor, "4.1.0"},
	} {
		if got, _ := Tag(test.current, test.tags, test.within); got != test.want {
			t.Errorf("%s, %s: %q, want %q", test.current, test.within, got, test.want)
		}
	}
}

// A pre-release is for whoever has one.
func TestAPreReleaseOfAChart(t *testing.T) {
	published := []string{"4.0.0", "4.0.1-0.dev.git.6950.h1a2b3c", "4.0.1-0.dev.git.6990.h9d8e7f", "4.1.0-beta.1", "5.0.0-alpha.1"}
	for current, want := range map[string]string{
		"4.0.0":                        "",
		"3.3.8":                        "4.0.0",
		"4.0.1-0.dev.git.6950.h1a2b3c": "5.0.0-alpha.1",
		"4.0.0-beta.2":                 "5.0.0-alpha.1",
	} {
		if got, _ := Chart(current, published, Anything); got != want {
			t.Errorf("%s: %q, want %q", current, got, want)
		}
	}
	if got, _ := Chart("4.0.1-0.dev.git.6950.h1a2b3c", published, SameMinor); got != "4.0.1-0.dev.git.6990.h9d8e7f" {
		t.Errorf("of one: %q", got)
	}
	for _, wanted := range []string{">=4.0.0-0", "^4.0.0-0 || >=5.0.0-0", ">=4"} {
		if got, _ := Locked(wanted, "4.0.0", published, Anything); got != "" {
			t.Errorf("of the range %s: %q", wanted, got)
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
