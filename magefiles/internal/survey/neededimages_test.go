package survey

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/prune"
)

func TestImageOnABaseThatHasMovedIsNeededByItsContent(t *testing.T) {
	hash := strings.Repeat("1234567890", 4)
	of := content.Content{Context: git.Tree{Hash: hash, Committed: hash}}
	n := Needs{Needs: prune.Needs{Tags: map[string]string{}, Digests: map[string]string{}}, contents: map[string][]content.Content{}}
	n.add(of, "x")
	hub := of.Context.Name()
	of.Base = "sha256:b"
	anew := prune.Tag{Name: of.Tag(), Base: "sha256:b"}
	other := prune.Tag{Name: of.Tag(), Base: "sha256:c"}
	none := prune.Tag{Name: of.Tag()}
	for tag, want := range map[*prune.Tag]bool{&anew: true, &other: false, &none: false} {
		if _, is := n.For(hub, []prune.Tag{*tag}).Tags[tag.Name]; is != want {
			t.Errorf("%+v: needed %v, want %v", *tag, is, want)
		}
	}
	if len(n.Tags) != 1 {
		t.Errorf("what all hubs need has changed: %v", n.Tags)
	}
}
