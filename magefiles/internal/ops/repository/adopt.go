package repository

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/adopt"
	"hub-ops/magefiles/internal/adopt/tree"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/ops/pipeline"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/ui"
	"hub-ops/magefiles/internal/version"
)

// Adopt writes hubops.yaml for another repository of hubs, and what its CI system has to do, prints the plan of that repository, and
// lists what a person must decide. It changes no file that is there.
func Adopt(ctx context.Context, directory string) error {
	r := run.Of(ctx)
	dir, done, err := adoptable(r, directory)
	if err != nil || done {
		return err
	}
	theirs, err := tree.Open(r.Run, dir, filepath.Join(r.Scratch, "adopt"))
	if err != nil {
		return err
	}
	defer theirs.Close()
	about, err := theirs.About(ctx)
	if err != nil {
		return err
	}
	add, err := copyFor(ctx, r, theirs, adopt.Destination(about))
	if err != nil {
		return err
	}
	if theirs.Has(config.File) { // and a copy is asked for
		return add()
	}
	found, err := adopt.Recognise(about)
	if err != nil {
		return err
	}
	r.Console.Result("%s: %s; %s", directory, found.Form, ui.Counted(len(found.Hubs)+len(found.Charts), "hub"))
	project := projectForCI(ctx, r)
	if r.Config.Copy {
		project.Copied = adopt.Destination(about)
	} else {
		decideProject(ctx, r, found, project)
	}
	return writeAdopted(ctx, r, theirs, found, found.Step(project), add)
}

// writeAdopted writes what was found, and the copy, if one is asked for.
func writeAdopted(ctx context.Context, r *run.Run, theirs *tree.Tree, found *adopt.Found, step adopt.Step, add func() error) error {
	files := []string{config.File}
	if step.File != "" && theirs.Has(step.File) { // it is theirs
		step.File, step.Into = "", step.File
	}
	if step.File != "" {
		files = append(files, step.File)
	}
	if err := theirs.Check(ctx, files...); err != nil {
		return err
	}
	if err := writeIn(r, theirs, config.File, found.Settings()); err != nil {
		return err
	}
	if err := addStep(r, theirs, step); err != nil {
		return err
	}
	if err := add(); err != nil {
		return err
	}
	planned := planElsewhere(ctx, r, theirs.Dir)
	for i, what := range found.Decide {
		r.Console.Result("to decide %d: %s", i+1, what)
	}
	return planned
}

// adoptable returns the absolute path of a repository that can be adopted; done if that was done before.
func adoptable(r *run.Run, directory string) (dir string, done bool, err error) {
	if dir, err = filepath.Abs(directory); err != nil {
		return "", false, err
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", false, exit.Input("%s is no directory", directory).Try("give the directory of a clone: mage adopt ../hubs")
	}
	switch {
	case tree.IsHubOps(dir):
		return "", false, exit.Input("%s is hub-ops itself: there is nothing to adopt", directory).Try("give the directory of a repository of hubs")
	case !isThere(dir, ".git"):
		return "", false, exit.Input("%s is no clone of a Git repository, or not its top directory", directory).Try("run 'git clone', and give the directory that it makes")
	case isThere(dir, config.File) && !r.Config.Copy:
		r.Console.Result("%s has a %s: it was adopted before, and nothing is done", directory, config.File)
		return "", true, nil
	}
	return dir, false, nil
}

func isThere(dir, name string) bool {
	_, err := os.Lstat(filepath.Join(dir, name))
	return err == nil
}

// copyFor finds out whether this project can be copied to a directory of the repository, and returns what does that: nothing, if nobody asks
// for a copy.
func copyFor(ctx context.Context, r *run.Run, theirs *tree.Tree, dir string) (add func() error, err error) {
	if !r.Config.Copy {
		return func() error { return nil }, nil
	}
	if there, err := theirs.Copy(); there.Place != "" && err == nil {
		return nil, exit.Input("%s has a copy of hub-ops in %s", theirs.Dir, there.Place).Try("run 'mage upgrade %s'", theirs.Dir)
	}
	own, err := thisProject(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := theirs.CheckCopy(ctx, dir); err != nil {
		return nil, err
	}
	return func() error {
		if err := theirs.AddCopy(dir, own); err != nil {
			return err
		}
		r.Console.Result("copied hub-ops to %s, %s: '%s'", dir, ui.Counted(len(own.Files), "file"), adopt.Project{Copied: dir}.Run("plan"))
		return nil
	}, nil
}

// writeIn writes a new file, and says so.
func writeIn(r *run.Run, theirs *tree.Tree, name, text string) error {
	if err := theirs.Create(name, text); err != nil {
		return err
	}
	r.Console.Result("wrote %s, %s", name, ui.Counted(strings.Count(text, "\n"), "line"))
	return nil
}

// addStep writes what the CI system has to do to a file of its own, or shows it where there is none to write.
func addStep(r *run.Run, theirs *tree.Tree, step adopt.Step) error {
	if step.File != "" {
		return writeIn(r, theirs, step.File, step.Text)
	}
	r.Console.Result("for %s, which is left as it is:\n%s", cmp.Or(step.Into, "your CI system, of which no file is here"), indent(step.Text))
	return nil
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ")
}

// unknownSource stands for the address of this project where that is not known.
const unknownSource = "https://example.org/hub-ops"

// projectForCI says where CI gets this project from: a clone of it that this run is in knows its address and its commit.
func projectForCI(ctx context.Context, r *run.Run) adopt.Project {
	project := adopt.Project{Source: unknownSource, Commit: cmp.Or(version.Commit(), "COMMIT")}
	repo, err := r.To.Git(ctx)
	if err != nil || !tree.IsHubOps(r.Config.Root) {
		return project
	}
	head, err := repo.Head(ctx)
	if err != nil {
		return project
	}
	return adopt.Project{Source: cmp.Or(adopt.Fetchable(head.Source), unknownSource), Commit: head.Hash}
}

// decideProject notes what a person must do for CI to get this project.
func decideProject(ctx context.Context, r *run.Run, found *adopt.Found, project adopt.Project) {
	repo, err := r.To.Git(ctx)
	switch {
	case project.Source == unknownSource:
		found.Decide = append(found.Decide, fmt.Sprintf("CI: where does it get hub-ops from? Put the address of its repository in place of %s, and a commit for %s", project.Source, project.Commit))
	case err == nil && !repo.AtOrigin(ctx, project.Commit):
		found.Decide = append(found.Decide, fmt.Sprintf("CI: %.12s, the commit of hub-ops here, is not at %s: push it", project.Commit, project.Source))
	}
}

// planElsewhere prints the plan of another repository, as a run there prints it.
func planElsewhere(ctx context.Context, r *run.Run, dir string) error {
	there, err := r.Beside(dir)
	if err != nil {
		return err
	}
	defer there.Close()
	return pipeline.Plan(run.With(ctx, run.New(there.WithoutBuilding()))) // a plan comes in seconds: kubectl alone takes minutes to build
}
