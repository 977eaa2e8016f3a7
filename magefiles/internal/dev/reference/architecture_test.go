package reference

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../../../.."

// pages are those that a newcomer finds the code by.
var pages = []string{"docs/content/architecture.md", "CONTRIBUTING.md"}

var (
	quoted     = regexp.MustCompile("`([^`\n]+)`")
	pathLike   = regexp.MustCompile(`^\.?[\w-]+(\.[\w-]+)*(/[\w.-]+)*/?$`)
	identifier = regexp.MustCompile(`^([a-z]+)\.([A-Z]\w*)$`)
	fence      = regexp.MustCompile("(?s)```text\n(.*?)```")
	fenced     = regexp.MustCompile("(?s)```.*?```")
)

func TestWhatThePagesNameExists(t *testing.T) {
	declared := declarations(t)
	paths, names := 0, 0
	for _, page := range pages {
		text := fenced.ReplaceAllString(read(t, page), "")
		for _, match := range quoted.FindAllStringSubmatch(text, -1) {
			word := match[1]
			if name := identifier.FindStringSubmatch(word); name != nil {
				names++
				if !declared[name[1]][name[2]] {
					t.Errorf("%s names %s: package %s declares no %s", page, word, name[1], name[2])
				}
				continue
			}
			if namesPath(word) {
				paths++
				if !exists(word) {
					t.Errorf("%s names %s, which does not exist", page, word)
				}
			}
		}
	}
	if paths < 100 || names < 10 {
		t.Errorf("only %d paths and %d identifiers were found on the pages: does this test still read them?", paths, names)
	}
}

// TestEveryPackageHasItsRoom compares the drawing of the rooms with the folders, both ways.
func TestEveryPackageHasItsRoom(t *testing.T) {
	rooms := map[string]bool{}
	for line := range strings.Lines(fence.FindStringSubmatch(read(t, pages[0]))[1]) {
		if name, _, _ := strings.Cut(strings.TrimSpace(line), " "); name != "" {
			rooms[name] = true
		}
	}
	for name := range rooms {
		if !exists(name) {
			t.Errorf("the drawing has %s, which does not exist", name)
		}
	}
	for _, dir := range packages(t) {
		if !rooms[dir] {
			t.Errorf("the drawing lacks %s", dir)
		}
	}
}

// namesPath reports whether a quoted word is meant as a file or a folder: it has a slash, or the ending of a file, and no
// placeholder.
func namesPath(word string) bool {
	if !pathLike.MatchString(word) {
		return false
	}
	switch filepath.Ext(word) {
	case ".go", ".md", ".yml", ".yaml", ".txtar":
		return true
	}
	return strings.Contains(word, "/")
}

// exists looks below magefiles/internal, and from the top of the repository.
func exists(path string) bool {
	for _, base := range []string{filepath.Join(root, "magefiles", "internal"), root} {
		if _, err := os.Stat(filepath.Join(base, path)); err == nil {
			return true
		}
	}
	return false
}

// packages are the folders below magefiles/internal that hold Go files, test files included.
func packages(t *testing.T) []string {
	t.Helper()
	top := filepath.Join(root, "magefiles", "internal")
	seen := map[string]bool{}
	var dirs []string
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && entry.Name() == "testdata" {
			return fs.SkipDir
		}
		dir, _ := filepath.Rel(top, filepath.Dir(path))
		if dir != "." && filepath.Ext(path) == ".go" && !seen[dir] {
			seen[dir] = true
			dirs = append(dirs, filepath.ToSlash(dir))
		}
		return nil
	})
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no packages: %v", err)
	}
	return dirs
}

// declarations are the exported names of each package, methods by their own name.
func declarations(t *testing.T) map[string]map[string]bool {
	t.Helper()
	declared := map[string]map[string]bool{}
	for _, dir := range packages(t) {
		files, _ := filepath.Glob(filepath.Join(root, "magefiles", "internal", dir, "*.go"))
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			names := declared[parsed.Name.Name]
			if names == nil {
				names = map[string]bool{}
				declared[parsed.Name.Name] = names
			}
			for _, declaration := range parsed.Decls {
				note(names, declaration)
			}
		}
	}
	return declared
}

func note(names map[string]bool, declaration ast.Decl) {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		names[d.Name.Name] = true
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				names[s.Name.Name] = true
			case *ast.ValueSpec:
				for _, name := range s.Names {
					names[name.Name] = true
				}
			}
		}
	}
}

func read(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
