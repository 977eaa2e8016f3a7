package git

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/secretdir"
)

// What is secret counts as HEAD has it, as it is now, and as it lies on the disk; what says nothing does not.
// A file that cannot be put into Git here, as without the program that encrypts it, stops nothing: whoever copies it copies what lies there.
func TestASecretThatGitCannotTakeStopsNothing(t *testing.T) {
	r := newRepository(t)
	r.write(".gitattributes", "secrets/dockerhub filter=locking\n")
	r.write("secrets/dockerhub", "user:a-token-of-this-hub\n")
	r.write("secrets/course.yaml", "a: what is kept\n")
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	r.git("config", "filter.locking.clean", "/nowhere/locking")
	r.git("config", "filter.locking.required", "true")
	r.write("secrets/dockerhub", "user:another-token-of-it\n")
	r.write("secrets/course.yaml", "a: what is changed\n")
	s, err := r.open().Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(t.Context(), "secrets/dockerhub"); err == nil {
		t.Error("whoever needs the file gets what is not encrypted")
	}
	got, err := s.Secrets(t.Context(), secretdir.Places{})
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"user:another-token-of-it\n", "user:a-token-of-this-hub\n", "a: what is kept\n", "a: what is changed\n"} {
		r.write(".git/content", content)
		if hash := strings.TrimSpace(r.git("hash-object", "--no-filters", ".git/content")); got[hash] == "" {
			t.Errorf("a copy of %q is not told", content)
		}
	}
}

func TestSecrets(t *testing.T) {
	r := newRepository(t)
	r.write(".gitattributes", "secrets/filtered filter=turn\n")
	r.write("secrets/kept", "what is committed\n")
	r.write("secrets/filtered", "what is encrypted\n")
	r.write("secrets/empty", "")
	r.write("secrets/braces.yaml", "{}\n")
	r.write("secrets/example.yaml", "what does not count\n")
	r.write("other", "what is elsewhere\n")
	r.write("hubs/a/secret.yaml", "what a layout names\n")
	r.write("hubs/a/values.yaml", "what it does not\n")
	r.git("config", "filter.turn.clean", "tr a-z A-Z")
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	r.write("secrets/kept", "what is changed\n")
	r.write(".git/info/exclude", "ignored\nb\n")
	r.write("hubs/b/secret.yaml", "what is ignored there\n")
	r.write("secrets/ignored", "what is ignored\n")
	s, err := r.open().Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Secrets(t.Context(), secretdir.Fitting([]string{"hubs/{hub}/secret.yaml?", "nowhere/{hub}"}))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for content, name := range map[string]string{
		"what is committed\n": "secrets/kept", "what is changed\n": "secrets/kept", "WHAT IS ENCRYPTED\n": "secrets/filtered", "what is encrypted\n": "secrets/filtered",
		"what is ignored\n": "secrets/ignored", "what a layout names\n": "hubs/a/secret.yaml", "what is ignored there\n": "hubs/b/secret.yaml",
	} {
		r.write(".git/content", content)
		want[strings.TrimSpace(r.git("hash-object", "--no-filters", ".git/content"))] = name
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", slices.Sorted(maps.Values(got)), slices.Sorted(maps.Values(want)))
	}
	if without, err := s.Secrets(t.Context(), secretdir.Places{}); len(without) != len(want)-2 || err != nil {
		t.Errorf("got %v, %v", without, err)
	}
}
