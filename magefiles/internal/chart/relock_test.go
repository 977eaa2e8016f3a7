package chart

import (
	"strings"
	"testing"
)

// The digest is the one that helm writes: a script has helm itself check it. Nothing else changes.
func TestRelock(t *testing.T) {
	dependencies := "dependencies:\n- {name: a, version: '>=1 <3', repository: https://r, condition: a.on, import-values: [{child: x, parent: y}]}\n"
	lock := "# kept\ndependencies:\n- name: a\n  version: 1.2.0\n  repository: https://r\ndigest: sha256:" + strings.Repeat("0", 64) + "\ngenerated: \"2026-01-01T00:00:00Z\"\n"
	before, digest, _ := strings.Cut(lock, "sha256:")
	_, after, _ := strings.Cut(digest, "\n")
	first, err := Relock([]byte(dependencies), []byte(lock))
	if err != nil || string(first) == lock || !strings.HasPrefix(string(first), before) || !strings.HasSuffix(string(first), "\n"+after) {
		t.Fatalf("%q, %v", first, err)
	}
	again, err := Relock([]byte(dependencies), first)
	if err != nil || string(again) != string(first) {
		t.Errorf("%q, %v", again, err)
	}
	other, err := Relock([]byte(dependencies), []byte(strings.Replace(string(first), "1.2.0", "1.3.0", 1)))
	if err != nil || strings.Replace(string(other), "1.3.0", "1.2.0", 1) == string(first) {
		t.Errorf("another version has the same digest: %v", err)
	}
	if _, err := Relock([]byte("a: ["), []byte(lock)); err == nil {
		t.Error("no YAML is taken")
	}
}
