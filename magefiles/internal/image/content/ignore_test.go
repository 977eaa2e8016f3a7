package content

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/git"
)

func TestIgnoredFilesDoNotCount(t *testing.T) {
	files := []git.File{{Path: ".dockerignore"}, {Path: "Dockerfile"}, {Path: "README.md"}, {Path: "data/big.csv"}, {Path: "data/keep.csv"}, {Path: "src/a.md"}}
	for patterns, want := range map[string]string{
		"":                                ".dockerignore Dockerfile README.md data/big.csv data/keep.csv src/a.md",
		"*.md\n# a comment\n":             ".dockerignore Dockerfile data/big.csv data/keep.csv src/a.md",
		"**/*.md\n":                       ".dockerignore Dockerfile data/big.csv data/keep.csv",
		"data\n!data/keep.csv\n":          ".dockerignore Dockerfile README.md data/keep.csv src/a.md",
		"*\n!src\n":                       "Dockerfile src/a.md",
		"Dockerfile\n.dockerignore\n/src": "Dockerfile README.md data/big.csv data/keep.csv",
	} {
		seen, err := withoutIgnored(files, patterns)
		var paths []string
		for _, file := range seen {
			paths = append(paths, file.Path)
		}
		if got := strings.Join(paths, " "); got != want || err != nil {
			t.Errorf("%q: got %s (%v), want %s", patterns, got, err, want)
		}
	}
	if _, err := withoutIgnored(files, "[a\n"); err == nil {
		t.Error("a pattern that is none is taken")
	}
}
