package content

import (
	"strings"
	"testing"
)

func TestBaseOf(t *testing.T) {
	for dockerfile, want := range map[string]string{
		"FROM quay.io/jupyter/minimal-notebook:python-3.12.9\n":            "quay.io/jupyter/minimal-notebook:python-3.12.9",
		"# FROM x\nFROM --platform=linux/amd64 a:1 AS build\nFROM build\n": "a:1",
		"FROM a:1 as build\nRUN x\nFROM b:2\nCOPY --from=build / /\n":      "b:2",
		"FROM scratch\n":                "",
		"ARG TAG\nFROM a:${TAG}\n":      "",
		"":                              "",
		"FROM\n":                        "",
		"from a:1\nRUN echo FROM b:2\n": "a:1",
	} {
		if got := BaseOf([]byte(dockerfile)); got != want {
			t.Errorf("%q: got %q, want %q", dockerfile, got, want)
		}
	}
}

func FuzzBaseOf(f *testing.F) {
	f.Add("FROM a AS b\nFROM b\n")
	f.Fuzz(func(t *testing.T, dockerfile string) {
		if base := BaseOf([]byte(dockerfile)); strings.ContainsAny(base, " \n$") {
			t.Errorf("%q: %q", dockerfile, base)
		}
	})
}
