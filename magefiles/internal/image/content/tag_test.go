package content

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/git"
)

func TestTag(t *testing.T) {
	hash, other := strings.Repeat("1234567890", 4), strings.Repeat("abcdef1234", 4)
	clean := git.Tree{Hash: hash, Committed: hash}
	for want, tree := range map[string]git.Tree{
		"t123456789012":                clean,
		"t123456789012-dirty-abcdef12": {Hash: other, Committed: hash},
		"t000000000000-dirty-12345678": {Hash: hash},
	} {
		if got := (Content{Context: tree}).Tag(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	tags := map[string]bool{}
	for _, content := range []Content{
		{Context: clean},
		{Context: clean, Args: []string{"A=1"}},
		{Context: clean, Args: []string{"A=2"}},
		{Context: clean, Shared: []git.Tree{clean}},
		{Context: clean, Shared: []git.Tree{{Hash: other, Committed: other}}},
		{Context: clean, Shared: []git.Tree{{Hash: other, Committed: hash}}},
	} {
		tags[content.Tag()] = true
	}
	if len(tags) != 6 {
		t.Errorf("different content has the same tag: %v", tags)
	}
	if (Content{Context: clean, Args: []string{"A=1"}}).Dirty() || !(Content{Context: clean, Shared: []git.Tree{{Hash: other, Committed: hash}}}).Dirty() {
		t.Error("dirty is what differs from what is committed")
	}
}

// An image has another tag when an image of the repository that it is built on has, however far below, and is not committed when that is not.
func TestTagFollowsTheBase(t *testing.T) {
	hash, other := strings.Repeat("1234567890", 4), strings.Repeat("abcdef1234", 4)
	tree := git.Tree{Hash: hash, Committed: hash}
	on := func(base Content) Content {
		return Content{Context: tree, Bases: []OwnBase{{Variable: "IMAGE_BASE", Content: base}}}
	}
	first, second := Content{Context: tree}, Content{Context: git.Tree{Hash: other, Committed: other}}
	tags := map[string]bool{}
	for _, content := range []Content{first, on(first), on(second), on(on(first)), on(on(second)), {Context: tree, Bases: []OwnBase{{Variable: "IMAGE_R", Content: first}}}} {
		tags[content.Tag()] = true
		if content.Dirty() {
			t.Errorf("%+v is committed", content)
		}
	}
	if len(tags) != 6 {
		t.Errorf("different content has the same tag: %v", tags)
	}
	changed := Content{Context: git.Tree{Hash: other, Committed: hash}}
	if got := on(on(changed)); !got.Dirty() || !strings.HasPrefix(got.Tag(), on(on(first)).Tag()+"-dirty-") {
		t.Errorf("got %s, of %s", got.Tag(), on(on(first)).Tag())
	}
	moved := first
	if moved.Base = "sha256:1"; on(moved).Tag() == on(first).Tag() {
		t.Error("what the base is built on has moved")
	}
}
