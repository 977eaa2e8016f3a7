package git

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha1" // #nosec G505 -- Git names its objects by it
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Blobs hands over the content of files, in their order, as Git holds it: no setting, attribute, filter or replacement changes
// a byte. Each content is compared with its name, which is a hash of it. take need not read all of what it is handed.
func (r *Repo) Blobs(ctx context.Context, files []File, take func(file File, size int64, content io.Reader) error) error {
	if len(files) == 0 {
		return nil
	}
	var names strings.Builder
	for _, file := range files {
		names.WriteString(file.Hash + "\n")
	}
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := r.run.Run(ctx, process.Cmd{
			Name: "git", Args: []string{"cat-file", "--batch"}, Dir: r.dir, Env: r.environment(),
			Stdin: strings.NewReader(names.String()), Stdout: writer, Quiet: true,
		})
		writer.CloseWithError(err)
		done <- err
	}()
	batch := bufio.NewReaderSize(reader, 64<<10)
	var err error
	for _, file := range files {
		if err = nextBlob(batch, file, take); err != nil {
			break
		}
	}
	_ = reader.CloseWithError(errors.Join(io.ErrClosedPipe, err))
	if gitErr := <-done; err == nil {
		err = gitErr
	}
	return err
}

// nextBlob reads one answer of git cat-file --batch: "<name> blob <size>", the content, and a line feed.
func nextBlob(batch *bufio.Reader, file File, take func(file File, size int64, content io.Reader) error) error {
	line, err := batch.ReadString('\n')
	if err != nil {
		return fmt.Errorf("reading %q from Git: %w", file.Path, err)
	}
	var size int64
	if n, err := fmt.Sscanf(line, file.Hash+" blob %d", &size); n != 1 || err != nil {
		return exit.Input("%s: this clone does not hold its content (%s)", cmp.Or(file.Path, file.Hash), strings.TrimSpace(line)).Try("run 'git fetch', or 'git fsck' to see what is missing")
	}
	sum := objectHash(file.Hash, size)
	content := io.TeeReader(io.LimitReader(batch, size), sum)
	if err := take(file, size, content); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, content); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != file.Hash {
		return exit.Input("%s: what this clone holds under %s is something else: it is damaged", cmp.Or(file.Path, "an object"), file.Hash).Try("see 'git fsck', and clone again")
	}
	_, err = batch.Discard(1)
	return err
}

// objectHash returns the hash that names a blob of a size, for repositories with SHA-1 or SHA-256.
func objectHash(name string, size int64) hash.Hash {
	var sum hash.Hash
	if sum = sha1.New(); len(name) == hex.EncodedLen(sha256.Size) { // #nosec G401 -- Git's own
		sum = sha256.New()
	}
	_, _ = fmt.Fprintf(sum, "blob %d\x00", size)
	return sum
}
