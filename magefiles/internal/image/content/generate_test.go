package content

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/git"
)

// What directories are put together from, so that names, contents and patterns meet.
var (
	names = []string{
		"a.sh", "b.txt", "data/big.csv", "data/keep.csv", "data/deep/er/x.txt", "src/a.md", "src/b.py", "README.md", "notes.md", "x y", "tab\there", "line\nfeed", "quo\"te", "back\\slash",
		"Ümlaut", "\xff\xfe", ".hidden", ".gitattributes", ".gitignore", "sub/.dockerignore", "scripts.d/x", "-dash", "*", "[a]", "a/b/c/d/e", "A.SH", "Dockerfile.gpu", "dir/Dockerfile",
	}
	contents = []string{
		"", "x", "x\n", "a\nb\n", "a\r\nb\r\n", "a\r\nb\n", "$Id$\n", "$Format:%H$\n", "\x00\x01binary\n", "ümlaut\n", "\ufeffmarked\n", "version https://example.org/spec\n", "#!/bin/sh\nexit 0\n",
	}
	attributes = []string{
		"* text=auto\n", "* text eol=crlf\n", "*.txt text eol=crlf\n", "*.md export-ignore\n", "data export-ignore\n", "* export-subst\n", "* ident\n", "*.csv filter=shout\n", "*.py working-tree-encoding=ISO-8859-1\n",
		"* -text\n", "*.sh text eol=lf\n", "* whitespace=cr-at-eol\n", "*.txt filter=lfs diff=lfs merge=lfs -text\n", "*.sh filter=git-crypt diff=git-crypt\n",
	}
	patterns = []string{
		"*.md\n", "**/*.md\n", "data\n", "data/*\n!data/keep.csv\n", "*\n!src\n", "*\n!Dockerfile\n!src/**\n", "Dockerfile\n", ".dockerignore\n", "Dockerfile*\n", ".*\n", "# nothing\n", "/src\n", "scripts\n", "scripts/*.md\n", "**/b*\n",
		"!README.md\n", "?.sh\n", "data/deep/**\n", "  notes.md  \n", "a/../src\n",
	}
	dockerfiles = []string{"FROM scratch\nCOPY . /\n", "FROM scratch\nCOPY src /src\n", "# syntax=docker/dockerfile:1\nFROM scratch\nCOPY . /x/\n"}
	settings    = [][]string{
		{"core.autocrlf", "true"},
		{"core.autocrlf", "input"},
		{"core.eol", "crlf"},
		{"core.fileMode", "false"},
		{"core.symlinks", "false"},
		{"core.ignoreCase", "true"},
		{"core.quotePath", "false"},
		{"tar.umask", "0077"},
		{"core.bigFileThreshold", "1"},
		{"core.safecrlf", "true"},
		{"core.precomposeUnicode", "true"},
		{"log.showSignature", "true"},
		{"status.renames", "copies"},
		{"core.whitespace", "cr-at-eol"},
		{"core.abbrev", "4"},
	}
)

func one[T any](random *rand.Rand, of []T) T { return of[random.IntN(len(of))] }

func some(random *rand.Rand, most int, of []string) string {
	var text strings.Builder
	for range random.IntN(most + 1) {
		text.WriteString(one(random, of))
	}
	return text.String()
}

// generate puts a directory together.
func generate(random *rand.Rand) directory {
	made := directory{"Dockerfile": {git.Regular, one(random, dockerfiles)}}
	for range 1 + random.IntN(7) {
		made.add(random)
	}
	if random.IntN(2) == 0 {
		made[one(random, IgnoreFiles)] = file{git.Regular, some(random, 4, patterns)}
	}
	if random.IntN(6) == 0 {
		made[one(random, IgnoreFiles)] = file{git.Regular, some(random, 3, patterns)}
	}
	if random.IntN(12) == 0 {
		made["Dockerfile"] = file{git.Link, "Dockerfile.gpu"}
		made["Dockerfile.gpu"] = file{git.Regular, one(random, dockerfiles)}
	}
	return made
}

// add adds a file, or puts it into the place of another one.
func (d directory) add(random *rand.Rand) {
	name, content := one(random, names), one(random, contents)
	if random.IntN(40) == 0 {
		content = strings.Repeat(one(random, contents[1:]), 20_000) // more than a buffer
	}
	if name == ".gitattributes" {
		content = some(random, 2, attributes)
	}
	switch random.IntN(10) {
	case 0, 1:
		d[name] = file{git.Executable, content}
	case 2:
		if d[name].mode == "" && name != ".gitattributes" {
			d[name] = file{git.Link, one(random, []string{"b.txt", "../outside", "/etc/passwd", "data", "nothing"})}
		}
	default:
		d[name] = file{git.Regular, content}
	}
}

// mutate returns a copy with one thing changed.
func (d directory) mutate(random *rand.Rand) directory {
	changed := maps.Clone(d)
	present := slices.Sorted(maps.Keys(d))
	name := one(random, present)
	was := changed[name]
	switch random.IntN(7) {
	case 0: // a byte
		if was.mode != git.Link && was.content != "" && name != ".gitattributes" {
			at := random.IntN(len(was.content))
			was.content = was.content[:at] + string(was.content[at]^1) + was.content[at+1:]
			changed[name] = was
		}
	case 1: // a mode
		was.mode = map[string]string{git.Regular: git.Executable, git.Executable: git.Regular, git.Link: git.Link}[was.mode]
		changed[name] = was
	case 2:
		if name != "Dockerfile" && name != "Dockerfile.gpu" {
			delete(changed, name)
		}
	case 3:
		changed[one(random, IgnoreFiles)] = file{git.Regular, some(random, 4, patterns)}
	case 4:
		if ignore := one(random, IgnoreFiles); changed[ignore].mode != "" {
			delete(changed, ignore)
		}
	case 5: // an end of a line
		if was.mode != git.Link && name != ".gitattributes" {
			was.content += "\n"
			changed[name] = was
		}
	default:
		changed.add(random)
	}
	return changed
}

func (d directory) String() string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(d)) {
		fmt.Fprintf(&text, "  %s %q %.60q\n", d[name].mode, name, d[name].content)
	}
	return text.String()
}
