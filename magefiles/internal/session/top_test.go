package session

import (
	"os"
	"path/filepath"
	"testing"

	"hub-ops/magefiles/internal/dev/programs"
)

// tree makes directories, and files where a name ends in ".yaml" or ".git".
func tree(t *testing.T, names ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range names {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(name) == "" {
			if err := os.MkdirAll(path, 0o750); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestTheTopIsFoundFromAnyDirectory(t *testing.T) {
	for name, c := range map[string]struct {
		tree      []string
		from, top string
	}{
		"at the top":              {[]string{"clone/.git", "clone/hub-charts/a"}, "clone", "clone"},
		"in a hub":                {[]string{"clone/.git", "clone/hub-charts/a/templates"}, "clone/hub-charts/a/templates", "clone"},
		"no settings, no hubs":    {[]string{"clone/.git", "clone/a/b"}, "clone/a/b", "clone"},
		"hubs in a part":          {[]string{"clone/.git", "clone/infra/hubops.yaml", "clone/infra/a"}, "clone/infra/a", "clone/infra"},
		"beside that part":        {[]string{"clone/.git", "clone/infra/hubops.yaml", "clone/docs/a"}, "clone/docs/a", "clone"},
		"a worktree or submodule": {[]string{"hubops.yaml", "clone/.git", "clone/a"}, "clone/a", "clone"},
		"no clone":                {[]string{"hubops.yaml", "a/b"}, "a/b", "a/b"},
	} {
		t.Run(name, func(t *testing.T) {
			root := tree(t, c.tree...)
			if got, want := Top(filepath.Join(root, c.from)), filepath.Join(root, c.top); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestTheSettingsOfSomebodyElsesCloneAreNotTaken(t *testing.T) {
	programs.Need(t.Context(), t, programs.Root)
	root := tree(t, ".git", "hubops.yaml", "mine")
	if err := os.Chown(root, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if got, want := Top(filepath.Join(root, "mine")), filepath.Join(root, "mine"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
