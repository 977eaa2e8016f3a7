package place

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func files() []File {
	return []File{
		{"secrets/new.yaml", []byte("locked\n"), 0o600},
		{"user-images/new/Dockerfile", []byte("FROM x\n"), 0o644},
		{"user-images/new/run", []byte("#!/bin/sh\n"), 0o755},
		{"hub-charts/new/Chart.yaml", []byte("name: new\n"), 0o644},
	}
}

var roots = []string{"secrets/new.yaml", "user-images/new", "hub-charts/new"}

func newPlace(t *testing.T) (*Place, string) {
	t.Helper()
	root := t.TempDir()
	for _, dir := range []string{".git", "hub-charts/other"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	return Open(root, filepath.Join(root, ".git"), none), root
}

func none([]string) ([]string, error) { return nil, nil }

// listing names everything below a directory.
func listing(t *testing.T, root string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, _ os.DirEntry, err error) error {
		relative, _ := filepath.Rel(root, name)
		names = append(names, relative)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestAllIsWritten(t *testing.T) {
	p, root := newPlace(t)
	if err := p.Write(files(), roots); err != nil {
		t.Fatal(err)
	}
	for _, file := range files() {
		name := filepath.Join(root, file.Path)
		content, err := os.ReadFile(name) // #nosec G304 -- of this test
		if err != nil || string(content) != string(file.Content) {
			t.Errorf("%s: %q, %v", file.Path, content, err)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != file.Mode {
			t.Errorf("%s: %v, %v", file.Path, info.Mode(), err)
		}
	}
	if _, err := os.Stat(p.stage); err == nil {
		t.Error("the stage is left")
	}
	if gone, err := p.Recover(); err != nil || len(gone) > 0 {
		t.Errorf("a hub that is whole was taken back: %q, %v", gone, err)
	}
}

// Whatever is in the way of one of them, none is there afterwards, and what was there is as it was.
func TestNothingIsLeftOfWhatFails(t *testing.T) {
	for name, spoil := range map[string]func(root string) error{
		"a chart that came meanwhile": func(root string) error { return os.MkdirAll(filepath.Join(root, "hub-charts/new/templates"), 0o750) },
		"a file that came meanwhile": func(root string) error {
			return os.WriteFile(filepath.Join(root, "hub-charts/new"), []byte("x"), 0o600)
		},
		"a link that came meanwhile": func(root string) error { return os.Symlink("/nowhere", filepath.Join(root, "hub-charts/new")) },
		"a file for a directory":     func(root string) error { return os.WriteFile(filepath.Join(root, "user-images"), []byte("x"), 0o600) },
		"no room for the stage":      func(root string) error { return os.WriteFile(filepath.Join(root, ".git/hub-ops-new"), nil, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			p, root := newPlace(t)
			if err := spoil(root); err != nil {
				t.Fatal(err)
			}
			before := listing(t, root)
			if err := p.Write(files(), roots); err == nil {
				t.Fatal("it was written")
			}
			after := listing(t, root)
			after = slices.DeleteFunc(after, func(n string) bool { return n == ".git/hub-ops-new" })
			before = slices.DeleteFunc(before, func(n string) bool { return n == ".git/hub-ops-new" })
			if !slices.Equal(before, after) {
				t.Errorf("there was\n%q\nand is\n%q", before, after)
			}
		})
	}
}

// A run may be killed after each of its steps. The next one takes back what is there, but for what somebody has changed since.
func TestTheNextRunTakesBackWhatAKilledOneLeft(t *testing.T) {
	for moved := range len(roots) + 1 {
		p, root := newPlace(t)
		before := listing(t, root)
		killed(t, p, moved)
		if moved == len(roots) {
			if err := os.WriteFile(filepath.Join(root, "user-images/new/Dockerfile"), []byte("FROM mine\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			before = append(before, "user-images", "user-images/new", "user-images/new/Dockerfile")
		}
		if _, err := p.Recover(); err != nil {
			t.Fatal(err)
		}
		if after := listing(t, root); !slices.Equal(before, after) {
			t.Errorf("after %d: there was\n%q\nand is\n%q", moved, before, after)
		}
	}
}

// killed leaves what a run leaves that is killed when it has moved so many of the roots.
func killed(t *testing.T, p *Place, moved int) {
	t.Helper()
	plan, err := p.prepare(files(), roots)
	if err != nil {
		t.Fatal(err)
	}
	content, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.write(recordName, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range roots[:moved] {
		if err := p.move(name); err != nil {
			t.Fatal(err)
		}
	}
}

// What somebody has committed since, or has written as it was to be, is theirs.
func TestWhatSomebodyHasTakenOverStays(t *testing.T) {
	p, root := newPlace(t)
	killed(t, p, len(roots))
	p.tracked = func(names []string) ([]string, error) {
		if !slices.Contains(names, "secrets/new.yaml") {
			t.Errorf("asked for %q", names)
		}
		return []string{"hub-charts/new/Chart.yaml"}, nil
	}
	theirs := filepath.Join(root, "user-images/new/Dockerfile")
	if err := os.Remove(theirs); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(theirs, []byte("FROM x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(theirs, time.Now(), time.Now().Add(time.Second)); err != nil { // a file system may count in seconds
		t.Fatal(err)
	}
	gone, err := p.Recover()
	if want := []string{"secrets/new.yaml", "user-images/new/run"}; err != nil || !slices.Equal(gone, want) {
		t.Errorf("taken back: %q, %v; want %q", gone, err, want)
	}
}

// Without an answer of Git nobody knows whose the files are: they stay, and so does the record of them.
func TestNothingIsTakenBackUnasked(t *testing.T) {
	p, root := newPlace(t)
	killed(t, p, len(roots))
	before := listing(t, root)
	p.tracked = func([]string) ([]string, error) { return nil, errors.New("no git") }
	if gone, err := p.Recover(); err == nil || !slices.Equal(before, listing(t, root)) {
		t.Errorf("taken back: %q, %v", gone, err)
	}
}

// What cannot be written is taken back though Git gives no answer: it has none of these files yet.
func TestWriteTakesBackWithoutGit(t *testing.T) {
	p, root := newPlace(t)
	p.tracked = func([]string) ([]string, error) { return nil, errors.New("it was interrupted") }
	if err := os.WriteFile(filepath.Join(root, "user-images"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	before := listing(t, root)
	if err := p.Write(files(), roots); err == nil || !slices.Equal(before, listing(t, root)) {
		t.Errorf("%v; there was\n%q\nand is\n%q", err, before, listing(t, root))
	}
}
