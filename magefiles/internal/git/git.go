// Package git asks Git what the repository holds. Directories and commits go in; hashes of trees and files, branches, and whether
// something is committed come out. It writes to the repository by Commit alone; what has to be fetched stays in the clone, too: by git-lfs, and of
// the default branch. Packages survey and those of ops and of images call it.
package git

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Repo is a Git working tree.
type Repo struct {
	run     *process.Runner
	dir     string
	below   string // the way from the top of the clone to dir, with a slash at its end; "" for the top itself
	scratch string // private: the index and the objects of uncommitted content
	objects string // the repository's own object store
}

// Open returns the repository that dir lies in. It is only read: git writes its temporary files to the directory scratch.
func Open(ctx context.Context, runner *process.Runner, dir, scratch string) (*Repo, error) {
	r := &Repo{run: runner, dir: dir, scratch: scratch}
	if err := os.MkdirAll(filepath.Join(scratch, "objects"), 0o700); err != nil {
		return nil, err
	}
	out, err := runner.Output(ctx, process.Cmd{Name: "git", Args: []string{"rev-parse", "--git-path", "objects", "--show-prefix"}, Dir: dir, Env: []string{"LC_ALL=C"}})
	if err != nil {
		return nil, r.explain(err)
	}
	said := strings.TrimSuffix(string(out), "\n")
	last := max(0, strings.LastIndexByte(said, '\n')) // the name of a directory can have one
	r.objects, r.below = said[:last], strings.TrimPrefix(said[last:], "\n")
	if !filepath.IsAbs(r.objects) {
		r.objects = filepath.Join(dir, r.objects)
	}
	return r, nil
}

// Below is the way from the top of the clone to the directory of the repository; "" if that is the top.
func (r *Repo) Below() string { return strings.TrimSuffix(r.below, "/") }

// Commit is the commit that is checked out.
type Commit struct {
	Hash   string
	Date   string // RFC 3339
	Source string // URL of the remote "origin", without credentials; "" if there is none
}

// Head returns the commit that is checked out.
func (r *Repo) Head(ctx context.Context) (Commit, error) {
	// An operator's setting could put a line about signatures first.
	out, err := r.git(ctx, "-c", "log.showSignature=false", "log", "-1", "--format=%H%n%cI")
	if err != nil {
		return Commit{}, r.explain(err)
	}
	hash, date, _ := strings.Cut(strings.TrimSpace(out), "\n")
	// Without a remote git fails, and there is no source to name.
	remote, _ := r.git(ctx, "config", "--get", "remote.origin.url")
	return Commit{Hash: hash, Date: date, Source: withoutCredentials(strings.TrimSpace(remote))}, nil
}

// Committed returns what HEAD holds of a file, before any filter; nil if it holds no such file, or if there is no commit yet. A file that cannot be read
// is an error, such as one of a partial clone whose origin does not answer.
func (r *Repo) Committed(ctx context.Context, file string) ([]byte, error) {
	if _, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "HEAD"); err != nil { // no commit yet
		return nil, ctx.Err()
	}
	content, err := r.FileAt(ctx, "HEAD", file)
	if err != nil {
		return nil, r.explain(err)
	}
	return content, nil
}

// Changed lists the files below the given paths whose content is not committed. Git names them from the top of the clone.
func (r *Repo) Changed(ctx context.Context, paths ...string) ([]string, error) {
	out, err := r.status(ctx, append([]string{"--"}, paths...)...)
	if err != nil {
		return nil, r.explain(err)
	}
	var names []string
	for entry := range strings.SplitSeq(out, "\x00") { // "XY name", and for a rename the old name after it
		if len(entry) > 3 && entry[2] == ' ' {
			names = append(names, strings.TrimPrefix(entry[3:], r.below))
		}
	}
	return names, nil
}

// Indexed lists those of the files that Git's index has.
func (r *Repo) Indexed(ctx context.Context, names ...string) ([]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	out, err := r.git(ctx, append([]string{"--literal-pathspecs", "ls-files", "-z", "--"}, names...)...)
	if err != nil {
		return nil, r.explain(err)
	}
	return strings.FieldsFunc(out, func(r rune) bool { return r == 0 }), nil
}

// Since lists the files below the directories that differ between a commit and what is checked out, and counts the
// commits that changed them. Names are relative to the first directory where they lie in it. It fails for a commit that
// is not there, as in a shallow clone.
func (r *Repo) Since(ctx context.Context, commit string, dirs ...string) (files []string, commits int, err error) {
	if !commitHash.MatchString(commit) {
		return nil, 0, fmt.Errorf("%q is no commit", commit)
	}
	out, err := r.git(ctx, append([]string{"diff", "--name-only", "--relative", "-z", commit, "HEAD", "--"}, dirs...)...)
	if err != nil {
		return nil, 0, err
	}
	for name := range strings.SplitSeq(out, "\x00") {
		if name != "" {
			files = append(files, strings.TrimPrefix(name, dirs[0]+"/"))
		}
	}
	if out, err = r.git(ctx, append([]string{"rev-list", "--count", commit + "..HEAD", "--"}, dirs...)...); err != nil {
		return nil, 0, err
	}
	commits, err = strconv.Atoi(strings.TrimSpace(out))
	return files, commits, err
}

// Behind counts the commits since an abbreviated one that changed any of the paths. It fails for a commit that is not there, as in a shallow clone.
func (r *Repo) Behind(ctx context.Context, commit string, paths ...string) (int, error) {
	if !shortHash.MatchString(commit) {
		return 0, fmt.Errorf("%q is no commit", commit)
	}
	out, err := r.git(ctx, append([]string{"rev-list", "--count", commit + "..HEAD", "--"}, paths...)...)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(out))
}

// shortHash matches what a record has of a commit.
var shortHash = regexp.MustCompile(`^[0-9a-f]{7,40}$`)

// commitHash matches a full hash: nothing else is accepted as a commit from an image's label.
var commitHash = regexp.MustCompile(`^[0-9a-f]{40}$`)

func (r *Repo) git(ctx context.Context, args ...string) (string, error) {
	out, err := r.run.Output(ctx, process.Cmd{Name: "git", Args: args, Dir: r.dir, Env: r.environment()})
	return string(out), err
}

// fed runs a command that reads a content.
func (r *Repo) fed(ctx context.Context, content []byte, args ...string) (string, error) {
	out, err := r.run.Output(ctx, process.Cmd{Name: "git", Args: args, Dir: r.dir, Env: r.environment(), Stdin: bytes.NewReader(content)})
	return string(out), err
}

// indexed runs a command that changes the index, with a private one.
func (r *Repo) indexed(ctx context.Context, args ...string) (string, error) {
	environment := append(r.environment(), "GIT_INDEX_FILE="+filepath.Join(r.scratch, "index"))
	out, err := r.run.Output(ctx, process.Cmd{Name: "git", Args: args, Dir: r.dir, Env: environment})
	return string(out), err
}

// environment sends new objects to the scratch directory, and keeps git from refreshing the index in place.
func (r *Repo) environment() []string {
	return []string{
		"GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C",
		"GIT_NO_REPLACE_OBJECTS=1", // a hash names one content
		"GIT_OBJECT_DIRECTORY=" + filepath.Join(r.scratch, "objects"),
		"GIT_ALTERNATE_OBJECT_DIRECTORIES=" + listed(r.objects),
		"GIT_LITERAL_PATHSPECS=1", // a directory may be called a[b]*
	}
}

// listed spells a path in Git's lists of directories, which colons separate: git(1), GIT_ALTERNATE_OBJECT_DIRECTORIES.
func listed(dir string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(dir) + `"`
}

// dubious matches what Git says of a repository that belongs to another user.
var dubious = regexp.MustCompile(`detected dubious ownership in repository at '(.+)'`)

// explain turns git's most common refusals into errors with a remedy.
func (r *Repo) explain(err error) error {
	switch output := process.Output(err); {
	case strings.Contains(output, "detected dubious ownership"):
		dir := r.dir
		if named := dubious.FindStringSubmatch(output); named != nil {
			dir = named[1]
		}
		return exit.Errorf(exit.Setup, "%s belongs to another user, so Git does not read it: %w", dir, err).
			Try("run as its owner, or run %s", process.Quote("git", "config", "--global", "--add", "safe.directory", dir))
	case strings.Contains(output, "not a git repository"):
		return exit.Input("%s is not a Git repository: image tags come from Git", r.dir).Try("run 'git init' and commit")
	case strings.Contains(output, "does not have any commits yet"), strings.Contains(output, "Not a valid object name HEAD"),
		strings.Contains(output, "unknown revision"):
		return exit.Input("no commit yet in %s: image tags come from Git", r.dir).Try("commit first")
	}
	return err
}

// withoutCredentials drops user and token from a remote's URL, which becomes a label of a public image.
func withoutCredentials(remote string) string {
	if !strings.Contains(remote, "://") {
		return remote // scp-like: git@host:path, which holds no secret
	}
	address, err := url.Parse(remote)
	if err != nil {
		return "" // it cannot be parsed, so a password in it could not be removed
	}
	address.User = nil
	return address.String()
}
