package needed

import (
	"slices"
	"testing"

	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/layout"
)

// What a branch needs has the tags that a build on that branch would give it, on each base that settings may name.
func TestImagesOfABranchOnTheirBases(t *testing.T) {
	r := gittest.In(t, t.TempDir())
	r.Write("images/base/Dockerfile", "FROM scratch\n", "images/next/Dockerfile", "FROM scratch\nCOPY x /\n", "images/next/x", "",
		"images/a/Dockerfile", "ARG IMAGE_BASE\nARG IMAGE_BASE\nARG IMAGE_OTHER\nFROM $IMAGE_BASE\n", "images/plain/Dockerfile", "FROM scratch\nUSER 1\n",
		"images/b/Dockerfile", "ARG IMAGE_C\nFROM $IMAGE_C\n", "images/c/Dockerfile", "ARG IMAGE_B\nFROM $IMAGE_B\n")
	r.Commit()
	repo := r.Repo()
	contexts, err := repo.TreesBelow(t.Context(), "images")
	if err != nil {
		t.Fatal(err)
	}
	patterns := []layout.Image{{Dir: "images/{hub}"}, {Key: "base", Dir: "images/base"}, {Key: "base", Dir: "images/next"}, {Key: "b", Dir: "images/b"}, {Key: "c", Dir: "images/c"}}
	found := newBranchImages(repo, patterns, contexts, func(context git.Tree) ([]content.Content, error) { return []content.Content{{Context: context}}, nil })
	tags := map[string][]string{}
	if err := found.each(t.Context(), func(images []string, content content.Content) {
		tags[images[0]] = append(tags[images[0]], content.Tag())
	}); err != nil {
		t.Fatal(err)
	}
	of := func(dir string, bases ...content.OwnBase) string {
		return content.Content{Context: contexts["images/"+dir], Bases: bases}.Tag()
	}
	on := func(dir string) content.OwnBase {
		return content.OwnBase{Variable: "IMAGE_BASE", Content: content.Content{Context: contexts["images/"+dir]}}
	}
	for name, want := range map[string][]string{
		"base": {of("base")}, "plain": {of("plain")}, "a": {of("a", on("base")), of("a", on("next"))}, "b": nil, "c": nil,
	} {
		if !slices.Equal(tags[name], want) {
			t.Errorf("%s: got %v, want %v", name, tags[name], want)
		}
	}
}
