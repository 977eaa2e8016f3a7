package dependencies

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/bump"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/session/sessiontest"
)

// What somebody saves or commits while a run asks registries, or waits for an answer, is not overwritten.
func TestWhatIsSavedMeanwhileStays(t *testing.T) {
	const file, other, was, edited = "hub-charts/a/Chart.yaml", "hub-charts/a/values.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n", "apiVersion: v2\nname: a\nversion: 0.2.0\n"
	saves := func(name, content string) func(*gittest.Repository) {
		return func(repository *gittest.Repository) { repository.Write(name, content) }
	}
	commits := func(name, content string) func(*gittest.Repository) {
		return func(repository *gittest.Repository) {
			repository.Write(name, content)
			repository.Commit()
		}
	}
	nothing := func(*gittest.Repository) {}
	for name, test := range map[string]struct {
		asking, shown func(*gittest.Repository) // what happens while registries are asked, and after the edits were shown
		want          string                    // of the error
		holds         string
	}{
		"nothing":                        {nothing, nothing, "", edited},
		"another file is saved":          {nothing, saves(other, "a: 1\n"), "", edited},
		"saved while it asks":            {saves(file, was+"# mine\n"), nothing, file + ": it has changes that are not committed", was + "# mine\n"},
		"saved when it was shown":        {nothing, saves(file, was+"# mine\n"), file + ": somebody has changed it meanwhile", was + "# mine\n"},
		"emptied when it was shown":      {nothing, saves(file, ""), file + ": somebody has changed it meanwhile", ""},
		"committed while it asks":        {commits(file, was+"# mine\n"), nothing, "somebody has committed meanwhile", was + "# mine\n"},
		"another file is committed":      {commits(other, "a: 1\n"), nothing, "somebody has committed meanwhile", was},
		"committed when it was shown":    {nothing, commits(other, "a: 1\n"), "somebody has committed meanwhile", was},
		"the same is committed as edits": {nothing, commits(file, edited), "somebody has committed meanwhile", edited},
	} {
		repository := gittest.New(t, "hubops.yaml", "{}\n", file, was)
		err := bumped(t, repository, file, test.asking, test.shown)
		if (err == nil) != (test.want == "") || err != nil && (!strings.HasPrefix(err.Error(), test.want) || exit.Code(err) != exit.BadInput) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
		if content, err := os.ReadFile(filepath.Join(repository.Dir, file)); err != nil || string(content) != test.holds {
			t.Errorf("%s: the file holds %q, %v, want %q", name, content, err, test.holds)
		}
	}
}

// bumped edits the version in line 3 of a file and commits that, while somebody does something as registries are asked, and after the edits were shown.
func bumped(t *testing.T, repository *gittest.Repository, file string, asking, shown func(*gittest.Repository)) error {
	t.Helper()
	opened, _ := sessiontest.Open(t, repository, []string{"SANDBOX=0", "YES=1"})
	opened.Run.Env = append(opened.Run.Env, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	b := &bumping{Run: run.New(opened), waves: map[string]int{}}
	if err := b.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.files.Read(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	asking(repository)
	b.changes = []bump.Change{{What: "chart x", From: "0.1.0", To: "0.2.0", Edits: []bump.Edit{{File: file, Line: 3, Old: "0.1.0", New: "0.2.0"}}, Hubs: []string{"a"}}}
	made, err := b.commits(t.Context(), func(context.Context, *commit) error { return nil })
	if err != nil {
		return err
	}
	shown(repository)
	return b.makeAll(t.Context(), made)
}

// A hook that refuses the commit gets the file back as it was; one that has formatted it first has made something that is named.
func TestWhatAHookHasMadeOfAFileIsNamed(t *testing.T) {
	const file, was = "hub-charts/a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n"
	for hook, want := range map[string]struct{ said, holds string }{
		"exit 1": {"", was},
		"echo '# formatted' >>" + file + "; exit 1": {file + " stays as a hook or somebody else has made it", "apiVersion: v2\nname: a\nversion: 0.2.0\n# formatted\n"},
	} {
		repository := gittest.New(t, "hubops.yaml", "{}\n", file, was)
		err := bumped(t, repository, file, func(*gittest.Repository) {}, func(repository *gittest.Repository) { hookOf(t, repository, hook) })
		if err == nil || !strings.Contains(err.Error(), want.said) || want.said == "" && strings.Contains(err.Error(), "stays") {
			t.Errorf("%s: got %v", hook, err)
		}
		if content, err := os.ReadFile(filepath.Join(repository.Dir, file)); err != nil || string(content) != want.holds {
			t.Errorf("%s: the file holds %q, %v", hook, content, err)
		}
	}
}

// A commit that fails leaves nothing of a file that was not there, and an executable file stays one, committed or not.
func TestAFailedCommitLeavesNoFileThatWasNotThere(t *testing.T) {
	const file, script = "charts.sum", "hub-charts/a/script"
	for hook, there := range map[string]bool{"exit 1": false, "exit 0": true} {
		repository := gittest.New(t, "hubops.yaml", "{}\n", script, "#!/bin/sh\n")
		if err := os.Chmod(filepath.Join(repository.Dir, script), 0o755); err != nil {
			t.Fatal(err)
		}
		repository.Commit()
		hookOf(t, repository, hook)
		opened, _ := sessiontest.Open(t, repository, []string{"SANDBOX=0", "YES=1"})
		opened.Run.Env = append(opened.Run.Env, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
		b := &bumping{Run: run.New(opened), waves: map[string]int{}}
		if err := errors.Join(b.open(t.Context()), b.as.read(file, script)); err != nil {
			t.Fatal(err)
		}
		err := b.make(t.Context(), commit{contents: map[string][]byte{file: []byte("pins\n"), script: []byte("#!/bin/bash\n")}})
		if (err == nil) != there || err != nil && strings.Contains(err.Error(), "stays") {
			t.Errorf("%s: got %v", hook, err)
		}
		if _, err := os.Lstat(filepath.Join(repository.Dir, file)); (err == nil) != there {
			t.Errorf("%s: %s: %v", hook, file, err)
		}
		if info, err := os.Lstat(filepath.Join(repository.Dir, script)); err != nil || info.Mode()&0o111 != 0o111 {
			t.Errorf("%s: %s: %v, %v", hook, script, info.Mode(), err)
		}
	}
}

// hookOf has Git run a script before each commit.
func hookOf(t *testing.T, repository *gittest.Repository, script string) {
	t.Helper()
	hooks := filepath.Join(repository.Dir, ".git", "hooks")
	if err := os.MkdirAll(hooks, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(hooks, "pre-commit"), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
}
