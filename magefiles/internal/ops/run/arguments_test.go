package run

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/magefile/mage/parse"
)

func TestEveryTargetOfTheMagefilesIsKnown(t *testing.T) {
	dir := filepath.Join("..", "..", "..")
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		if name := filepath.Base(file); name != "mage_output_file.go" {
			names = append(names, name)
		}
	}
	info, err := parse.PrimaryPackage("go", dir, names, false)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	all := info.Funcs
	for _, imported := range info.Imports {
		all = append(all, imported.Info.Funcs...)
	}
	for _, target := range all {
		found[strings.ToLower(target.TargetName())] = target.NumRequiredArgs()
	}
	for alias, target := range info.Aliases {
		found[alias] = target.NumRequiredArgs()
	}
	for name, count := range found {
		if known, ok := targets[name]; !ok || known != count {
			t.Errorf("%s takes %d arguments; the table says %d, %v", name, count, known, ok)
		}
	}
	for name := range targets {
		if _, ok := found[name]; !ok {
			t.Errorf("%s is in the table, and no target", name)
		}
	}
}

func TestWrongWordsStopARunBeforeItBegins(t *testing.T) {
	for line, want := range map[string]string{
		"deploy staginghub":         "for one hub it is 'mage deploy:hub staginghub'",
		"deploy:hub a b":            "for one hub it is 'mage deploy:hub b', for each one a command of its own",
		"status foo":                `"foo" is no target, nothing was done; see 'mage -l', which lists them`,
		"status --help":             `"--help" is no target`,
		"-t 5s Deploy:Hub a status": "",
		"-v build:hub -x push":      "",
		"deploy:hub":                "",
		"sandbox push":              "sandbox runs no other target beside it",
		"Sandbox:All":               "",
		"sandbox:up push":           "",
	} {
		_, err := checkArguments(strings.Fields(line))
		if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", line, err, want)
		}
	}
}
