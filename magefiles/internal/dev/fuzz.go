package dev

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// fuzzTest is one fuzz test of a package.
type fuzzTest struct{ pkg, name string }

var fuzzName = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(f \*testing\.F\)`)

// Fuzz runs the fuzz tests that FUZZ names, each for FUZZ_TIME on one core: as many at a time as there are.
func Fuzz(ctx context.Context, s *session.Session) error {
	tests, err := fuzzTests(s.Config.Root, s.Config.Fuzz)
	if err != nil {
		return err
	}
	defer s.Console.Beat(ui.Heartbeat, "fuzzing")()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.NumCPU())
	for _, test := range tests {
		// Go spends up to a minute on cutting an input short that has reached new code, and tries nothing else meanwhile.
		group.Go(func() error {
			args := []string{"test", "-run", "^$", "-fuzz", "^" + test.name + "$", "-fuzztime", s.Config.FuzzTime.String(), "-parallel", "1", "-fuzzminimizetime", "100x", test.pkg}
			err := s.Run.Run(ctx, process.Cmd{Name: "go", Args: args, Dir: s.Config.Root, Prefix: test.name, Show: process.Quote("go", args...)})
			if err != nil && !onlyTimeUp(err) {
				return fmt.Errorf("%s of %s found something: %w", test.name, test.pkg, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	s.Console.Result("fuzz: %d tests, %s each, nothing found", len(tests), s.Config.FuzzTime)
	return nil
}

var timeUp = regexp.MustCompile(`(?m)^--- FAIL: Fuzz\w+ \([\d.]+s\)\n {4}context deadline exceeded\nFAIL$`)

// onlyTimeUp reports whether a fuzz test failed for no other reason than that its time was up. Until Go 1.27, its
// coordinator at times takes the end of -fuzztime for a failure (https://go.dev/issue/75804). An input that fails is
// written to testdata, and its path stands between the two lines.
func onlyTimeUp(err error) bool {
	return timeUp.MatchString(process.Output(err))
}

func fuzzTests(root, wanted string) ([]fuzzTest, error) {
	pattern, err := regexp.Compile(wanted)
	if err != nil {
		return nil, exit.Input("FUZZ=%s: %w", wanted, err)
	}
	files := os.DirFS(root)
	var tests []fuzzTest
	err = fs.WalkDir(files, "magefiles", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name))) // #nosec G304 -- a file of the project
		for _, match := range fuzzName.FindAllSubmatch(content, -1) {
			if pattern.Match(match[1]) {
				tests = append(tests, fuzzTest{"./" + path.Dir(name), string(match[1])})
			}
		}
		return err
	})
	if err == nil && len(tests) == 0 {
		err = exit.Input("no fuzz test in magefiles whose name fits FUZZ=%s", wanted)
	}
	return tests, err
}
