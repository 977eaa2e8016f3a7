package content

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"hub-ops/magefiles/internal/git"
)

// A check.yaml is neither counted nor given to a builder: with it and without it a directory has one tag, also where a file says what is ignored.
// One that lies deeper, or in a shared directory, is a file like any other.
func TestCheckIsNoContent(t *testing.T) {
	for name, more := range map[string]directory{"plain": {}, "ignoring": {".dockerignore": {git.Regular, "notes\n"}, "notes": {git.Regular, "x"}}} {
		tag := func(extra directory) (string, []string) {
			files := directory{"Dockerfile": {git.Regular, "FROM scratch\nCOPY . /\n"}, "a": {git.Regular, "a"}, "deep/check.yaml": {git.Regular, "b"}}
			for _, added := range []directory{more, extra} {
				maps.Copy(files, added)
			}
			w := newWorld(t)
			w.write("images/a", files)
			repo := w.commit().open()
			c := Content{Context: w.trees(repo, "images")["a"]}
			sifted, err := c.Sifted(context.Background(), repo)
			if err != nil {
				t.Fatal(err)
			}
			to, err := c.Export(context.Background(), Source{Repo: repo}, filepath.Join(t.TempDir(), "x"))
			if err != nil {
				t.Fatal(err)
			}
			return sifted.Tag(), listed(t, to.Context)
		}
		without, plain := tag(nil)
		with, exported := tag(directory{"check.yaml": {git.Regular, "user: a\n"}})
		if with != without || !slices.Equal(exported, plain) || !slices.Contains(exported, "deep/check.yaml") {
			t.Errorf("%s: tags %s and %s, %q", name, without, with, exported)
		}
		if deeper, _ := tag(directory{"deep/check.yaml": {git.Regular, "c"}}); deeper == without {
			t.Errorf("%s: a check.yaml below counts for nothing", name)
		}
	}
}

// What repo2docker builds has the whole directory, without a Dockerfile, and another tag by each version of it.
func TestRecipes(t *testing.T) {
	w := newWorld(t)
	w.write("images/a", directory{"environment.yml": {git.Regular, "name: a\n"}, "postBuild": {git.Executable, "true\n"}, "check.yaml": {git.Regular, "user: a\n"}})
	w.write("images/b", directory{"environment.yml": {git.Regular, "name: a\n"}, "Dockerfile": {git.Regular, "FROM scratch\n"}})
	w.write("images/c", directory{"other": {git.Regular, "x"}})
	repo := w.commit().open()
	for dir, want := range map[string]string{"a": "environment.yml", "b": "", "c": ""} {
		if got, err := (Content{Context: w.trees(repo, "images")[dir]}).Recipe(context.Background(), repo); got != want || err != nil {
			t.Errorf("%s: %q, %v", dir, got, err)
		}
	}
	c := Content{Context: w.trees(repo, "images")["a"]}
	if _, err := c.Export(context.Background(), Source{Repo: repo}, filepath.Join(t.TempDir(), "x")); err == nil {
		t.Error("a builder is given no Dockerfile")
	}
	tags := map[string]bool{c.Tag(): true}
	for _, version := range []string{"2024.07.0", "2025.08.0"} {
		c.Repo2docker = version
		tags[c.Tag()] = true
		to, err := c.Export(context.Background(), Source{Repo: repo}, filepath.Join(t.TempDir(), "x"))
		if err != nil {
			t.Fatal(err)
		}
		if got := listed(t, to.Context); !slices.Equal(got, []string{"environment.yml", "postBuild"}) {
			t.Errorf("%q", got)
		}
	}
	if len(tags) != 3 {
		t.Errorf("tags %v", tags)
	}
}
