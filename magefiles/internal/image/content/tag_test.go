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
