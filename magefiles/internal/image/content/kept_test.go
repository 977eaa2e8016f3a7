package content

import (
	"context"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/git"
)

// keptTags are directories with the tags that hub-ops has given them since its first version: what is in a registry is still found.
var keptTags = []struct {
	name  string
	files directory
	tag   string // alone, with what is shared and arguments, and with a platform
}{
	{"plain", directory{"Dockerfile": {git.Regular, "FROM scratch\n"}, "bin/start": {git.Executable, "x\n"}, "l": {git.Link, "bin/start"}}, "t8c611dec2942 t210b126da2f4 t3206efb1f89f"},
	{"ignoring", directory{"Dockerfile": {git.Regular, "FROM scratch\n"}, "a.md": {git.Regular, "a"}, "b.txt": {git.Regular, "b"}, ".dockerignore": {git.Regular, "*.md\n"}}, "t77215dd95fe0 t54a00233be74 t0f4d68974f07"},
	{"hiding", directory{"Dockerfile": {git.Regular, "FROM scratch\n"}, "a.md": {git.Regular, "a"}, "b.txt": {git.Regular, "b"}, ".dockerignore": {git.Regular, "*.md\nDockerfile\n.dockerignore\n"}}, "t20ee53992e35 td86bd535a445 te87180281e11"},
	{"selecting", directory{"Dockerfile": {git.Regular, "FROM scratch\n"}, "src/a": {git.Regular, "a"}, "b.txt": {git.Regular, "b"}, ".dockerignore": {git.Regular, "*\n!src\n!scripts\n"}}, "t89ff7ea33a59 tc0aa1691b80e taaf9184564df"},
	{"shared", directory{"Dockerfile": {git.Regular, "FROM scratch\n"}, "b.txt": {git.Regular, "b"}, ".dockerignore": {git.Regular, "**/start.sh\n"}}, "t1d8c64b6acf4 t347ae95b0e97 t5e4caee15627"},
}

func TestTagsStayWhatTheyWere(t *testing.T) {
	w := newWorld(t)
	for _, c := range keptTags {
		w.write("images/"+c.name, c.files)
	}
	w.write("shared/scripts", directory{"start.sh": {git.Executable, "echo\n"}})
	repo := w.commit().open()
	trees, shared := w.trees(repo, "images"), w.trees(repo, "shared")["scripts"]
	for _, c := range keptTags {
		var tags []string
		for _, content := range []Content{
			{Context: trees[c.name]}, {Context: trees[c.name], Shared: []git.Tree{shared}, Args: []string{"A=1", "B=x y"}}, {Context: trees[c.name], Platforms: []string{"linux/amd64"}},
		} {
			sifted, err := content.Sifted(context.Background(), repo)
			if err != nil {
				t.Fatal(err)
			}
			tags = append(tags, sifted.Tag())
		}
		if got := strings.Join(tags, " "); got != c.tag {
			t.Errorf("%s: got %q, want %q", c.name, got, c.tag)
		}
	}
}
