package git

import (
	"slices"
	"strings"
	"testing"
)

const tagOrDigest = "t[0-9a-f]{12}(-dirty-[0-9a-f]{8})?|[0-9a-f]{64}"

// Whatever the operator's Git adds to the output of grep, and whatever it takes for a binary file: what is not found may be deleted.
func TestWhatTheFilesOfACommitMention(t *testing.T) {
	digest := strings.Repeat("1a", 32)
	r := newRepository(t)
	r.git("config", "grep.lineNumber", "true")
	r.git("config", "grep.column", "true")
	r.git("config", "color.ui", "always")
	r.git("config", "grep.patternType", "fixed")
	r.git("config", "grep.fullName", "true")
	r.git("config", "submodule.recurse", "true")
	r.write(".gitattributes", "*.bin binary\n*.lock -diff\n")
	r.write("hub-charts/a/values.yaml", "tag: t0123456789ab\nother: [t0123456789ab-dirty-01234567, tab]\n")
	r.write("hub-charts/a/x.lock", "image: user-a@sha256:"+digest+"\n")
	r.write("hub-charts/a/y.bin", "\x00\x01 t111111111111 \x00")
	then := r.commit("first")
	r.git("rm", "-rq", ".")
	now := r.commit("second")
	repo := r.open()
	want := []string{digest, "t0123456789ab", "t0123456789ab-dirty-01234567", "t111111111111"}
	for commit, want := range map[string][]string{then: want, now: nil} {
		found, err := repo.Mentions(t.Context(), commit, tagOrDigest)
		slices.Sort(found)
		if err != nil || !slices.Equal(found, want) {
			t.Errorf("%q, %v", found, err)
		}
	}
	if found, err := repo.MentionsHere(t.Context(), tagOrDigest); err != nil || len(found) != 0 {
		t.Errorf("nothing is here: %q, %v", found, err)
	}
	r.write("new.yaml", "tag: t222222222222\n")
	if found, err := repo.MentionsHere(t.Context(), tagOrDigest); err != nil || !slices.Equal(found, []string{"t222222222222"}) {
		t.Errorf("here: %q, %v", found, err)
	}
}

func TestFilesThatMention(t *testing.T) {
	r := newRepository(t)
	r.write("secrets/a b.yaml", "\x00GITCRYPT\x00x")
	r.write("secrets/b.yaml", "a: ENC[AES256_GCM,data:x]\n")
	r.write("secrets/c.yaml", "a: b\n")
	commit := r.commit("first")
	names, err := r.open().FilesWith(t.Context(), commit, `GITCRYPT|ENC\[AES256_GCM`)
	if err != nil || !slices.Equal(names, []string{"secrets/a b.yaml", "secrets/b.yaml"}) {
		t.Errorf("%q, %v", names, err)
	}
}
