package git

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/secret"
)

// asCommitted switches off what this machine's own configuration would change in files. The attributes that the repository sets,
// and the filters that they name, are in force, as in any clone.
var asCommitted = []string{"-c", "core.autocrlf=false", "-c", "core.eol=lf", "-c", "core.attributesFile=" + os.DevNull}

// Largest is how many bytes a file may have that is read into memory: as many as helm takes of a whole chart.
const Largest = 100 << 20

func tooLarge(name string, size int64) error {
	return exit.Input("%s: has %d MiB, and no file of a chart has more than %d", name, size>>20, Largest>>20).Try("keep it elsewhere, such as in the image of the hub")
}

// Read returns the contents of files, as a fresh clone has them, by name; a link's content is where it leads to. What git-crypt has
// encrypted stays so, also in a clone that is unlocked. A file that is
// not there, or that Check refuses, or that is larger than Largest, is an error.
func (s *Snapshot) Read(ctx context.Context, names ...string) (map[string][]byte, error) {
	if err := s.Check(names...); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	entries := s.find(names)
	if len(entries) != len(names) {
		for _, name := range names {
			if s.entries[name] == nil {
				return nil, exit.Input("%s: no such file in Git", name)
			}
		}
	}
	if err := s.load(ctx, entries); err != nil {
		return nil, err
	}
	contents := make(map[string][]byte, len(entries))
	for _, e := range entries {
		contents[e.name] = e.content
	}
	return contents, nil
}

// Link returns where a link leads to, and whether there is a link of that name.
func (s *Snapshot) Link(ctx context.Context, name string) (target string, is bool, err error) {
	if !s.IsLink(name) {
		return "", false, nil
	}
	contents, err := s.Read(ctx, name)
	return string(contents[name]), true, err
}

// load reads the contents that are not known yet: all at once, and those one by one that a filter changes.
func (s *Snapshot) load(ctx context.Context, entries []*entry) error {
	var wanted []*entry
	for _, e := range entries {
		if e.content == nil {
			wanted = append(wanted, e)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	if err := s.hash(ctx, wanted); err != nil {
		return err
	}
	converted, err := s.converted(ctx, wanted)
	if err != nil {
		return err
	}
	contents, err := s.batch(ctx, wanted)
	if err != nil {
		return err
	}
	for i, e := range wanted {
		if converted[e.name] && !secret.Locked(contents[i]) { // a clone that is unlocked would open it, whoever has put it there
			args := append(append([]string{}, asCommitted...), "cat-file", "--filters", "--path="+s.repo.below+e.name, e.hash)
			if contents[i], err = s.filtered(ctx, e.name, args); err != nil {
				return err
			}
		}
		e.content = contents[i]
	}
	return nil
}

// hash finds the hashes of contents that may differ from HEAD, and keeps those contents in the scratch directory, as git add would.
func (s *Snapshot) hash(ctx context.Context, entries []*entry) error {
	var files []*entry
	var names strings.Builder
	for _, e := range entries {
		switch {
		case e.hash != "" || e.mode == Submodule:
		case e.mode == Link:
			if err := s.hashLink(ctx, e); err != nil {
				return err
			}
		default:
			if info, err := os.Lstat(filepath.Join(s.repo.dir, filepath.FromSlash(e.name))); err == nil && info.Size() > Largest {
				return tooLarge(e.name, info.Size())
			}
			files = append(files, e)
			names.WriteString(quoted(s.repo.below+e.name) + "\n")
		}
	}
	if len(files) == 0 {
		return nil
	}
	out, err := s.output(ctx, []byte(names.String()), "hash-object", "-w", "--stdin-paths")
	if err != nil {
		return err
	}
	hashes := strings.Fields(string(out))
	if len(hashes) != len(files) {
		return fmt.Errorf("git hash-object has %d hashes for %d files", len(hashes), len(files))
	}
	for i, e := range files {
		e.hash = hashes[i]
	}
	return nil
}

func (s *Snapshot) hashLink(ctx context.Context, e *entry) error {
	target, err := os.Readlink(filepath.Join(s.repo.dir, filepath.FromSlash(e.name)))
	if err != nil {
		return err
	}
	out, err := s.output(ctx, []byte(target), "hash-object", "-w", "--stdin")
	e.hash = strings.TrimSpace(string(out))
	return err
}

// quoted writes a name for a list of lines: only one that holds a line break, or looks as if quoted, is quoted, as in C.
func quoted(name string) string {
	if !strings.ContainsAny(name, "\n\r") && !strings.HasPrefix(name, `"`) {
		return name
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`).Replace(name) + `"`
}

// converted returns the files whose attributes make a clone hold something else than Git's own content.
func (s *Snapshot) converted(ctx context.Context, entries []*entry) (map[string]bool, error) {
	var names strings.Builder
	for _, e := range entries {
		if e.mode != Link {
			names.WriteString(e.name + "\x00")
		}
	}
	args := append(append([]string{}, asCommitted...), "check-attr", "-z", "--stdin", "filter", "eol", "crlf", "ident", "working-tree-encoding")
	out, err := s.output(ctx, []byte(names.String()), args...)
	if err != nil {
		return nil, err
	}
	converted := map[string]bool{}
	fields := strings.Split(string(out), "\x00") // name, attribute, value
	for i := 0; i+2 < len(fields); i += 3 {
		if value := fields[i+2]; value != "unspecified" && value != "unset" {
			converted[fields[i]] = true
		}
	}
	return converted, nil
}

// batch returns Git's own content of each entry.
func (s *Snapshot) batch(ctx context.Context, entries []*entry) ([][]byte, error) {
	files := make([]File, len(entries))
	for i, e := range entries {
		files[i] = File{Mode: e.mode, Hash: e.hash, Path: e.name}
	}
	contents := make([][]byte, 0, len(entries))
	err := s.repo.Blobs(ctx, files, func(file File, size int64, blob io.Reader) error {
		if size > Largest {
			return tooLarge(file.Path, size)
		}
		content := make([]byte, size)
		_, err := io.ReadFull(blob, content)
		contents = append(contents, content)
		return err
	})
	return contents, err
}

// filtered returns what git writes of one file, which may be larger than Git's own content: of Git LFS, say.
func (s *Snapshot) filtered(ctx context.Context, name string, args []string) ([]byte, error) {
	out := &limited{}
	err := s.repo.run.Run(ctx, process.Cmd{
		Name: "git", Args: args, Dir: s.repo.dir, Env: append(s.repo.environment(), "GIT_ATTR_NOSYSTEM=1"), Stdout: out, Quiet: true,
	})
	switch {
	case out.size > Largest:
		return nil, tooLarge(name, out.size)
	case err != nil:
		return nil, fmt.Errorf("reading %s from Git: %w", name, err)
	}
	return out.kept.Bytes(), nil
}

// limited keeps what is written to it until that is too large.
type limited struct {
	kept bytes.Buffer
	size int64
}

func (l *limited) Write(p []byte) (int, error) {
	if l.size += int64(len(p)); l.size > Largest {
		l.kept.Reset()
		return 0, io.ErrShortBuffer
	}
	return l.kept.Write(p)
}

// output runs git on standard input.
func (s *Snapshot) output(ctx context.Context, stdin []byte, args ...string) ([]byte, error) {
	out, err := s.repo.run.Output(ctx, process.Cmd{
		Name: "git", Args: args, Dir: s.repo.dir, Env: append(s.repo.environment(), "GIT_ATTR_NOSYSTEM=1"), Stdin: bytes.NewReader(stdin),
	})
	if err != nil {
		return nil, fmt.Errorf("reading files from Git: %w", err)
	}
	return out, nil
}
