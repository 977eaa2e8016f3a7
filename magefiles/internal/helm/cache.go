package helm

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/history"
)

// ChartCache keeps fetched charts in a directory: each archive under its digest, and beside it a file for each name,
// version and repository that it was fetched as. A dependency in an exact version is fetched once; a range is fetched in
// each run. Many hubs may use it at the same time.
type ChartCache struct {
	Dir   string // made when the first chart is kept
	mu    sync.Mutex
	known map[string]func() (archive, error) // of this run
}

// archive is a packed chart.
type archive struct {
	name    string // of the file: jupyterhub-4.4.0.tgz
	digest  string // SHA-256 of the content, hexadecimal
	content []byte
}

// get returns the chart of a dependency. fetch gets it if the cache has none, or another than the one with the digest that is wanted, if
// one is; it returns the path of an archive. The caller compares the digest: what is fetched may be another one, and is not kept then.
func (c *ChartCache) get(dependency chart.Resolved, wanted string, fetch func() (path string, err error)) (archive, error) {
	key := history.Digest(dependency.Name, dependency.Version, dependency.Repository)
	c.mu.Lock()
	if c.known == nil {
		c.known = map[string]func() (archive, error){}
	}
	once := c.known[key]
	if once == nil {
		once = sync.OnceValues(func() (archive, error) { return c.find(key, dependency, wanted, fetch) })
		c.known[key] = once
	}
	c.mu.Unlock()
	return once()
}

func (c *ChartCache) find(key string, dependency chart.Resolved, wanted string, fetch func() (string, error)) (archive, error) {
	fits := func(a archive) bool { return wanted == "" || a.digest == wanted }
	if found, ok := c.read(key); ok && dependency.Exact && !alias(dependency.Repository) && fits(found) {
		return found, nil
	}
	path, err := fetch()
	if err != nil {
		return archive{}, err
	}
	fetched, err := readArchive(path)
	if err != nil || !fits(fetched) {
		return fetched, err
	}
	return fetched, c.keep(key, fetched)
}

// readArchive reads an archive that helm has just written for us.
func readArchive(path string) (archive, error) {
	if err := checkSize(path); err != nil {
		return archive{}, err
	}
	content, err := os.ReadFile(path) // #nosec G304 -- likewise
	sum := sha256.Sum256(content)
	return archive{name: filepath.Base(path), digest: hex.EncodeToString(sum[:]), content: content}, err
}

// largestChart is how many MiB helm takes of a chart at most, unpacked: MaxDecompressedChartSize in its source.
const largestChart = 100

// checkSize refuses an archive that helm would not take, before it is read and kept.
func checkSize(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.Size() > largestChart<<20 {
		err = fmt.Errorf("chart %s has %d MB, and helm takes at most %d", filepath.Base(path), info.Size()>>20, largestChart)
	}
	return err
}

// alias reports whether a repository is given by a name from the operator's own list, which may be another repository on
// another machine.
func alias(repository string) bool {
	return strings.HasPrefix(repository, "@") || strings.HasPrefix(repository, "alias:")
}

// read returns what is kept under a key. A damaged archive counts as missing.
func (c *ChartCache) read(key string) (archive, bool) {
	entry, err := os.ReadFile(filepath.Join(c.Dir, key)) // #nosec G304 -- our own cache
	if err != nil {
		return archive{}, false
	}
	digest, name, _ := strings.Cut(strings.TrimSpace(string(entry)), " ")
	content, err := os.ReadFile(filepath.Join(c.Dir, filepath.Base(digest)+".tgz")) // #nosec G304 -- our own cache
	sum := sha256.Sum256(content)
	if err != nil || hex.EncodeToString(sum[:]) != digest || name != filepath.Base(name) {
		return archive{}, false
	}
	return archive{name, digest, content}, true
}

// keep writes the archive, and then the file that names it, so that a name never leads to half an archive.
func (c *ChartCache) keep(key string, kept archive) error {
	if err := os.MkdirAll(c.Dir, 0o750); err != nil {
		return fmt.Errorf("keeping chart %s: %w", kept.name, err)
	}
	for _, file := range []struct {
		name    string
		content []byte
	}{{kept.digest + ".tgz", kept.content}, {key, []byte(kept.digest + " " + kept.name + "\n")}} {
		part, err := os.CreateTemp(c.Dir, "part-")
		if err != nil {
			return fmt.Errorf("keeping chart %s: %w", kept.name, err)
		}
		_, err = part.Write(file.content)
		if closed := part.Close(); err == nil {
			err = closed
		}
		if err == nil {
			err = os.Rename(part.Name(), filepath.Join(c.Dir, file.name))
		}
		if err != nil {
			_ = os.Remove(part.Name())
			return fmt.Errorf("keeping chart %s: %w", kept.name, err)
		}
	}
	return nil
}
