package git

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Pointer is what Git holds of a file that Git LFS keeps elsewhere: github.com/git-lfs/git-lfs, docs/spec.md.
type Pointer struct {
	Digest string // SHA-256 of the file's content
	Size   int64
	text   string
}

// LargestPointer is the size in bytes that no pointer reaches.
const LargestPointer = 1024

var (
	pointerStart = regexp.MustCompile(`^version https://(git-lfs|hawser)\.github\.com/spec/v1\n`)
	pointerOID   = regexp.MustCompile(`(?m)^oid sha256:([0-9a-f]{64})$`)
	pointerSize  = regexp.MustCompile(`(?m)^size (\d{1,18})$`)
	otherLine    = regexp.MustCompile(`(?m)^(?:ext-\d|[<=>]{7})`)
)

// PointerOf reads a pointer. It is nil for other content. An error is what begins like a pointer and cannot be followed: one with
// the marks of a merge, or of an extension of Git LFS.
func PointerOf(content []byte) (*Pointer, error) {
	if len(content) >= LargestPointer || !pointerStart.Match(content) {
		return nil, nil //nolint:nilnil // it is none, and that is no error
	}
	oid, size := pointerOID.FindAllSubmatch(content, -1), pointerSize.FindAllSubmatch(content, -1)
	if len(oid) != 1 || len(size) != 1 || otherLine.Match(content) {
		return nil, exit.Input("a pointer of Git LFS that cannot be read").Try("see what 'git lfs pointer --check' says, and commit the file again")
	}
	length, err := strconv.ParseInt(string(size[0][1]), 10, 64)
	return &Pointer{Digest: string(oid[0][1]), Size: length, text: string(content)}, err
}

// errOther is content that is not what its pointer says.
var errOther = errors.New("not the content that the pointer names")

// WriteLFS writes the content that a pointer names to w, which it may begin anew. It is taken from where the clone keeps it,
// or else git-lfs fetches it; nothing but that very content is taken.
func (r *Repo) WriteLFS(ctx context.Context, name string, pointer *Pointer, w *os.File) error {
	err := r.copyKept(ctx, pointer, w)
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errOther) {
		return err
	}
	about := fmt.Sprintf("%s is in Git LFS, and its content (sha256:%.12s, %d bytes) is not in this clone", name, pointer.Digest, pointer.Size)
	if _, err := process.LookPath("git-lfs"); err != nil {
		return exit.Input("%s", about).Try("install git-lfs and run 'git lfs pull', or name the file in .dockerignore")
	}
	if err := r.fetchLFS(ctx, name, pointer, w); err != nil {
		return exit.Input("%s, nor does git-lfs get it: %w", about, err).Try("see what 'git lfs pull' says, or name the file in .dockerignore")
	}
	return nil
}

// copyKept copies content that the clone has.
func (r *Repo) copyKept(ctx context.Context, pointer *Pointer, w *os.File) error {
	if pointer.Size == 0 { // which is kept nowhere
		return pointer.write(w, func(io.Writer) error { return nil })
	}
	store := filepath.Join(r.shared(), "lfs")
	if out, err := r.git(ctx, "config", "--type=path", "--get", "lfs.storage"); err == nil { // otherwise it is not set
		if store = strings.TrimSuffix(out, "\n"); !filepath.IsAbs(store) {
			store = filepath.Join(r.shared(), store)
		}
	}
	kept, err := os.Open(filepath.Join(store, "objects", pointer.Digest[:2], pointer.Digest[2:4], pointer.Digest)) // #nosec G304 -- the clone's own
	if err != nil {
		return err
	}
	defer func() { _ = kept.Close() }()
	return pointer.write(w, func(to io.Writer) error { _, err := io.Copy(to, kept); return err })
}

// fetchLFS has git-lfs fetch content, whatever the operator's settings leave out. git-lfs keeps it in the clone.
func (r *Repo) fetchLFS(ctx context.Context, name string, pointer *Pointer, w *os.File) error {
	return pointer.write(w, func(to io.Writer) error {
		return r.run.Run(ctx, process.Cmd{
			Name: "git", Dir: r.dir,
			Args:  []string{"-c", "lfs.fetchinclude=", "-c", "lfs.fetchexclude=", "-c", "lfs.skipdownloaderrors=false", "lfs", "smudge", "--", name},
			Env:   []string{"GIT_TERMINAL_PROMPT=0", "LC_ALL=C", "GIT_LFS_SKIP_SMUDGE=0", "GIT_LFS_SKIP_DOWNLOAD_ERRORS=0"},
			Stdin: strings.NewReader(pointer.text), Stdout: to, Quiet: true,
		})
	})
}

// write writes content to w from its beginning, and compares it with the pointer.
func (p *Pointer) write(w *os.File, content func(to io.Writer) error) error {
	if _, err := w.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := w.Truncate(0); err != nil {
		return err
	}
	sum, length := sha256.New(), new(counter)
	if err := content(io.MultiWriter(w, sum, length)); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != p.Digest || int64(*length) != p.Size {
		return errOther
	}
	return nil
}

// counter counts the bytes that are written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// shared is the directory that all working trees of the repository share: .git, as a rule.
func (r *Repo) shared() string { return filepath.Dir(r.objects) }
