package repository

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"hub-ops/magefiles/internal/adopt/manifest"
	"hub-ops/magefiles/internal/adopt/tree"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/ui"
)

// Upgrade replaces a copy of this project in another repository by that of this commit: its own files alone. Local changes are shown, and
// none of them is overwritten.
func Upgrade(ctx context.Context, directory string) error {
	r := run.Of(ctx)
	dir, err := filepath.Abs(directory)
	if err != nil {
		return err
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return exit.Input("%s is no directory", directory).Try("give the directory of a clone: mage upgrade ../hubs")
	}
	if tree.IsHubOps(dir) {
		return exit.Input("%s is hub-ops itself, and no repository with a copy of it", directory).Try("bring it up to date with Git: 'git pull', or a merge where it has hubs of its own")
	}
	theirs, err := tree.Open(r.Run, dir, filepath.Join(r.Scratch, "upgrade"))
	if err != nil {
		return err
	}
	defer theirs.Close()
	before, err := theirs.Copy()
	if err != nil {
		return err
	}
	if before.Place == "" {
		return exit.Input("%s has no copy of hub-ops", directory).Try("run 'COPY=1 mage adopt %s'; who compiles hub-ops in CI changes the commit there", directory)
	}
	if err := theirs.Committed(ctx, before); err != nil {
		return err
	}
	own, err := thisProject(ctx, r)
	if err != nil {
		return err
	}
	if err := upgrade(ctx, r, theirs, before, own); err != nil {
		return err
	}
	return checkSettings(r, dir)
}

// thisProject returns what a copy has of this project.
func thisProject(ctx context.Context, r *run.Run) (tree.Source, error) {
	if err := tree.CheckSource(r.Config.Root); err != nil { // of which nothing need be a clone of anything
		return tree.Source{}, err
	}
	repo, err := r.To.Git(ctx)
	if err != nil {
		return tree.Source{}, err
	}
	return tree.Own(ctx, r.Config.Root, repo)
}

func upgrade(ctx context.Context, r *run.Run, theirs *tree.Tree, before tree.Copy, own tree.Source) error {
	changes := theirs.Compare(before, own)
	if err := showLocal(ctx, r, theirs, before, own, changes); err != nil {
		return err
	}
	if len(changes.Clashes) > 0 {
		return exit.Input("%s changed here and in hub-ops, the first is %s: nothing was done", ui.Counted(len(changes.Clashes), "file"), path.Join(before.Place, changes.Clashes[0])).
			Try("bring your changes into hub-ops, or take them back, and run it again")
	}
	if err := theirs.Upgrade(ctx, before, own, changes); err != nil {
		return err
	}
	r.Console.Result("%s: from %.12s to %.12s: %s written, %d removed, %d with changes of your own kept; CHANGELOG.md of hub-ops says what an operator must know",
		before.Place, before.Before.Commit, own.Commit, ui.Counted(len(changes.Write), "file"), len(changes.Remove), len(changes.Kept))
	return nil
}

// showLocal shows how the files that were changed in the repository differ from what hub-ops has of them.
func showLocal(ctx context.Context, r *run.Run, theirs *tree.Tree, before tree.Copy, own tree.Source, changes manifest.Changes) error {
	for _, name := range slices.Concat(changes.Kept, changes.Clashes) {
		r.Console.Result("%s was changed here", path.Join(before.Place, name))
		text, err := theirs.Differs(ctx, before, own, name)
		if err != nil {
			return err
		}
		r.Console.Result("%s", indent(text))
	}
	return nil
}

// checkSettings reads the settings of the repository with this commit's code, which says which of them are called otherwise now.
func checkSettings(r *run.Run, dir string) error {
	there, err := r.Beside(dir)
	if err != nil {
		return fmt.Errorf("the copy was upgraded, and the settings do not fit: %w", err)
	}
	there.Close()
	return nil
}
