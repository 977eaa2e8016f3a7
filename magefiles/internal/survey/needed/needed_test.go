package needed

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/prune"
	"hub-ops/magefiles/internal/layout"
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

// Whoever has built an image by repo2docker, in whatever version, has given it a tag of that version. No other image of that content is needed for it.
func TestImageByAnyRepo2dockerIsNeeded(t *testing.T) {
	hash := strings.Repeat("1234567890", 4)
	of := content.Content{Context: git.Tree{Hash: hash, Committed: hash}, Repo2docker: anyRepo2docker}
	on := content.Content{Context: git.Tree{Hash: hash, Committed: hash}, Bases: []content.OwnBase{{Variable: "IMAGE_BASE", Content: of}}}
	n := Images{Needs: prune.Needs{Tags: map[string]string{}, Digests: map[string]string{}}, contents: map[string][]content.Content{}}
	n.add([]string{"course"}, of, "x")
	n.add([]string{"above"}, on, "x")
	tagBy := func(version string) string {
		of.Repo2docker = version
		return of.Tag()
	}
	for _, test := range []struct {
		image string
		tag   prune.Tag
		want  bool
	}{
		{"course", prune.Tag{Name: tagBy("2024.07.0"), Repo2docker: "2024.07.0"}, true},
		{"course", prune.Tag{Name: tagBy("2025.08.0"), Repo2docker: "2025.08.0"}, true},
		{"course", prune.Tag{Name: tagBy("2025.08.0"), Repo2docker: "2024.07.0"}, false},
		{"course", prune.Tag{Name: tagBy("2025.08.0")}, false},
		{"course", prune.Tag{Name: "t000000000001", Repo2docker: "2024.07.0"}, false},
		{"above", prune.Tag{Name: "t000000000001"}, true}, // by which version its base was built, nothing says
	} {
		if _, is := n.For(test.image, []prune.Tag{test.tag}).Tags[test.tag.Name]; is != test.want {
			t.Errorf("%s: %+v: needed %v, want %v", test.image, test.tag, is, test.want)
		}
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

// A release with the name of a hub that is on another cluster, or has its release under another name, says nothing of what that hub needs.
func TestWhichHubAReleaseIsOf(t *testing.T) {
	here, away, renamed := hub.Hub{Name: "here", At: layout.Plain("here")}, hub.Hub{Name: "away", At: layout.Plain("away")}, hub.Hub{Name: "renamed", At: layout.Address{Hub: "renamed", Release: "r", Namespace: "n"}}
	here.At.Cluster, away.At.Cluster, renamed.At.Cluster = "a", "b", "a"
	for release, want := range map[layout.Address]string{
		{Release: "here", Namespace: "here"}: "here", {Release: "r", Namespace: "n"}: "renamed", {Release: "gone", Namespace: "gone"}: "gone",
		{Release: "away", Namespace: "away"}: "", {Release: "renamed", Namespace: "renamed"}: "", {Release: "x", Namespace: "here"}: "",
	} {
		if got := hubOf([]hub.Hub{here, away, renamed}, "a", release); got != want {
			t.Errorf("%s in %s: got %q", release.Release, release.Namespace, got)
		}
	}
}
