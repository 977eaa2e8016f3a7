package kube

import (
	"slices"
	"testing"
)

func TestALogThatIsGoneIsNoLine(t *testing.T) {
	const gone = "unable to retrieve container logs for containerd://b8ed97c6528c5d324c4fb77c6fa50a172765904d6cfe61d8678996e019f02a93"
	if lines, err := logLines(gone); err == nil || len(lines) != 0 {
		t.Errorf("%q, %v", lines, err)
	}
	for text, want := range map[string][]string{
		"":                       nil,
		"a\nb\n":                 {"a", "b"},
		"\x1b[31ma\x1b[0m\n":     {"a"},
		"a\n" + gone + "\n":      {"a", gone},
		"Traceback\n\n  a\n\n\n": {"Traceback", "", "  a"},
	} {
		if lines, err := logLines(text); err != nil || !slices.Equal(lines, want) {
			t.Errorf("%q: %q, %v", text, lines, err)
		}
	}
}
