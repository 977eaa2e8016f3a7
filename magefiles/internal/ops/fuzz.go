package ops

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/run"
)

// fuzzTest is one fuzz test of a package.
type fuzzTest struct{ pkg, name string }

var fuzzName = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(f \*testing\.F\)`)

// Fuzz runs every fuzz test, one after the other, each for FUZZ_TIME.
func Fuzz(ctx context.Context, s *Session) error {
	tests, err := fuzzTests(s.Config.Root)
	if err != nil {
		return err
	}
	defer s.Console.Beat(heartbeat, "fuzzing")()
	for _, test := range tests {
		args := []string{"test", "-run", "^$", "-fuzz", "^" + test.name + "$", "-fuzztime", s.Config.FuzzTime.String(), test.pkg}
		if err := s.Run.Run(ctx, run.Cmd{Name: "go", Args: args, Dir: s.Config.Root, Show: run.Quote("go", args...)}); err != nil {
			return fmt.Errorf("%s of %s found something: %w", test.name, test.pkg, err)
		}
	}
	s.Console.Result("fuzz: %d tests, %s each, nothing found", len(tests), s.Config.FuzzTime)
	return nil
}

func fuzzTests(root string) ([]fuzzTest, error) {
	files := os.DirFS(root)
	var tests []fuzzTest
	err := fs.WalkDir(files, "magefiles", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name))) // #nosec G304 -- a file of the project
		for _, match := range fuzzName.FindAllSubmatch(content, -1) {
			tests = append(tests, fuzzTest{"./" + path.Dir(name), string(match[1])})
		}
		return err
	})
	if err == nil && len(tests) == 0 {
		err = exit.Input("no fuzz test in magefiles")
	}
	return tests, err
}
