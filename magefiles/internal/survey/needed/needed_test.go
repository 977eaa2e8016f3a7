package needed

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
	n := Images{Needs: prune.Needs{Tags: map[string]string{}, Digests: map[string]string{}}, contents: map[string][]content.Content{}}
	n.add([]string{"course"}, of, "x")
	of.Base = "sha256:b"
	anew := prune.Tag{Name: of.Tag(), Base: "sha256:b"}
	other := prune.Tag{Name: of.Tag(), Base: "sha256:c"}
	none := prune.Tag{Name: of.Tag()}
	for tag, want := range map[*prune.Tag]bool{&anew: true, &other: false, &none: false} {
		if _, is := n.For("course", []prune.Tag{*tag}).Tags[tag.Name]; is != want {
			t.Errorf("%+v: needed %v, want %v", *tag, is, want)
		}
	}
	if len(n.Tags) != 1 {
		t.Errorf("what all hubs need has changed: %v", n.Tags)
	}
}

func TestWhatIsNamedIsNeededByTagAndByDigest(t *testing.T) {
	digest := strings.Repeat("0123456789abcdef", 4)
	n := Images{Needs: prune.Needs{Tags: map[string]string{"t000000000001": "first"}, Digests: map[string]string{}}}
	text := "image: a:t000000000001@sha256:" + digest + "\ndigest: " + digest + "\nother: a:t000000000002-dirty-01234567 at000000000003 sha256:" + digest + "f\n"
	n.name(anyImage.FindAllString(text, -1), "x")
	if len(n.Tags) != 2 || n.Tags["t000000000001"] != "first" || n.Tags["t000000000002-dirty-01234567"] != "x" {
		t.Errorf("tags: %v", n.Tags)
	}
	if len(n.Digests) != 1 || n.Digests["sha256:"+digest] != "x" {
		t.Errorf("digests: %v", n.Digests)
	}
}
