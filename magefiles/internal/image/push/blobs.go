package push

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/gofrs/flock"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Blob is a layer as a registry has it: compressed.
type Blob struct {
	Digest       v1.Hash         `json:"digest"`
	Size         int64           `json:"size"` // bytes
	MediaType    types.MediaType `json:"mediaType"`
	Repositories []string        `json:"repositories"` // where it was seen; the newest last
	unproven     bool            // only a manifest says which layer it is: it is known by its digest alone
}

// there reports whether this is a blob: it has a digest.
func (b Blob) there() bool { return b.Digest != v1.Hash{} }

// mostRepositories is how many repositories are remembered of a blob, to mount it from.
const mostRepositories = 8

// Blobs remembers the compressed blob of each layer, by the hash of its uncompressed content, so that no layer is compressed
// twice: only of blobs that were made of the layer here, or unpacked to it. Several runs may share its file. The registry is asked whether it
// has the blob.
type Blobs struct {
	file    string
	mu      sync.Mutex
	known   map[string]Blob
	learned map[string]bool // in this run
}

// OpenBlobs reads the file at path. A file that is missing or broken counts as empty.
func OpenBlobs(path string) *Blobs {
	b := &Blobs{file: path, known: map[string]Blob{}, learned: map[string]bool{}}
	if data, err := os.ReadFile(path); err == nil { // #nosec G304 -- in our own cache
		if json.Unmarshal(data, &b.known) != nil {
			b.known = map[string]Blob{}
		}
	}
	return b
}

// Find returns the blob of a layer.
func (b *Blobs) Find(diffID v1.Hash) (Blob, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	blob, found := b.known[diffID.String()]
	return blob, found
}

// With returns the blob with a digest, whatever layer it is.
func (b *Blobs) With(digest v1.Hash) (found Blob, known bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, blob := range b.known {
		if blob.Digest == digest {
			found, known = blob.seenAlso(found), true
		}
	}
	return found, known
}

// Remember notes that a repository has the blob of a layer.
func (b *Blobs) Remember(diffID v1.Hash, blob Blob, repository string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := diffID.String()
	if blob.unproven {
		key = "blob " + blob.Digest.String()
	}
	b.known[key] = blob.seenAlso(b.known[key]).seenIn(repository)
	b.learned[key] = true
}

// seenIn adds a repository, as the one where the blob was seen last.
func (b Blob) seenIn(repository string) Blob {
	others := slices.DeleteFunc(slices.Clone(b.Repositories), func(seen string) bool { return seen == repository })
	others = append(others, repository)
	b.Repositories = others[max(0, len(others)-mostRepositories):]
	return b
}

// seenAlso adds, as older ones, the repositories where another saw it, or this run before, if it is the same blob.
func (b Blob) seenAlso(other Blob) Blob {
	ours := b.Repositories
	if b.Repositories = nil; other.Digest == b.Digest {
		b.Repositories = other.Repositories
	}
	for _, repository := range ours {
		b = b.seenIn(repository)
	}
	return b
}

// Save merges what this run learned into the file.
func (b *Blobs) Save() error {
	if err := os.MkdirAll(filepath.Dir(b.file), 0o750); err != nil {
		return fmt.Errorf("remembering what was pushed: %w", err)
	}
	lock := flock.New(b.file + ".lock")
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("remembering what was pushed: %w", err)
	}
	defer func() { _ = lock.Unlock() }()
	merged := OpenBlobs(b.file).known
	b.mu.Lock()
	for key := range b.learned {
		merged[key] = b.known[key].seenAlso(merged[key])
	}
	b.mu.Unlock()
	data, err := json.Marshal(merged)
	if err != nil {
		return err
	}
	part := b.file + ".part"
	if err := os.WriteFile(part, data, 0o600); err != nil {
		return errors.Join(fmt.Errorf("remembering what was pushed: %w", err), ignoreMissing(os.Remove(part)))
	}
	return os.Rename(part, b.file)
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
