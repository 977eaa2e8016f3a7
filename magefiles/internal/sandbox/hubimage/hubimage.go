// Package hubimage makes an image of a JupyterHub from Debian's packages, for machines that reach no registry: hub, proxy, and what a user's server
// needs, in one image. It is kept in a cache, by what it is made from. Package sandbox calls it.
//
//	image := hubimage.Image{Run: runner, Console: console, Cache: dir}
//	if why := image.Missing(ctx); why == "" {
//		err := image.Ensure(ctx) // two minutes, the first time
//		err = image.Push(ctx, "127.0.0.1:5000", "/sandbox/registry")
//	}
package hubimage

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/turn"
	"hub-ops/magefiles/internal/ui"
)

const (
	suite  = "bookworm"
	mirror = "http://deb.debian.org/debian"
	// keyring is by what debootstrap checks the packages.
	keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
	// packages are the hub, its proxy, and what a user's server is.
	packages = "jupyterhub node-configurable-http-proxy jupyter-notebook"
	// recipe is changed with what is done to the packages: the image is another one then.
	recipe = "1"
	// Gigabytes is what it takes of the cache's disk while it is made; a fifth of it is kept.
	Gigabytes = 1.5
	// User is whom the image's containers run as.
	User = 1000
)

// Image is the image, and where it is kept.
type Image struct {
	Run     *process.Runner
	Console *ui.Console
	Cache   string // directory of what is kept
}

// Tag is the image's: another one for other packages.
func Tag() string {
	return fmt.Sprintf("t%.6x", sha256.Sum256([]byte(strings.Join([]string{suite, packages, recipe, runtime.GOARCH}, "\n"))))
}

// Name is the image's in a registry.
func Name(registry string) string { return registry + "/sandbox/jupyterhub:" + Tag() }

// Kept is the directory of the image: an OCI layout.
func (i Image) Kept() string { return filepath.Join(i.Cache, "images", "jupyterhub-"+Tag()) }

// There reports whether the image is in the cache.
func (i Image) There() bool {
	_, err := os.Stat(filepath.Join(i.Kept(), "index.json"))
	return err == nil
}

// Missing returns what this machine lacks to make the image, "" if nothing is known. An image that is kept needs nothing.
func (i Image) Missing(ctx context.Context) string {
	if i.There() {
		return ""
	}
	if os.Geteuid() != 0 {
		return "this user is not root"
	}
	for _, program := range []string{"debootstrap", "unshare", "chroot", "tar"} {
		if _, err := process.LookPath(program); err != nil {
			return program + " is not installed"
		}
	}
	if _, err := os.Stat(keyring); err != nil {
		return "the keys of Debian's archive are not installed (debian-archive-keyring)"
	}
	if err := reachable(ctx, mirror+"/dists/"+suite+"/Release"); err != nil {
		return "Debian's packages are out of reach"
	}
	return ""
}

// reachable asks for the head of a page.
func reachable(ctx context.Context, address string) error {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if err := response.Body.Close(); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return nil
}

// Ensure makes the image unless it is kept.
func (i Image) Ensure(ctx context.Context) error {
	if i.There() {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(i.Kept()), 0o700); err != nil {
		return exit.Errorf(exit.Setup, "no place for an image: %w", err).Try("set HUBOPS_CACHE to a directory that can be written")
	}
	end, err := turn.Take(ctx, i.Console, i.Kept()+".lock", "makes the same image")
	if err != nil {
		return err
	}
	defer end()
	if i.There() { // by that run
		return nil
	}
	if err := i.build(ctx); err != nil {
		return exit.With(exit.Setup, fmt.Errorf("making an image of Debian's packages: %w", err))
	}
	return nil
}

func (i Image) build(ctx context.Context) error {
	start, part := time.Now(), i.Kept()+".part"
	i.Console.Info("", "making an image of a JupyterHub from Debian's packages (%s), which is kept; that takes some minutes", suite)
	defer i.Console.Beat(ui.Heartbeat, "making an image of Debian's packages")()
	if err := os.RemoveAll(part); err != nil { // which a killed run has left; its mounts went with it
		return err
	}
	defer func() { _ = os.RemoveAll(part) }()
	root, layer := filepath.Join(part, "root"), filepath.Join(part, "layer.tar")
	if err := os.MkdirAll(root, 0o755); err != nil { // #nosec G301 -- the root directory of the image
		return err
	}
	if err := i.bootstrap(ctx, root); err != nil {
		return err
	}
	if err := furnish(root); err != nil {
		return err
	}
	if err := i.pack(ctx, root, layer); err != nil {
		return err
	}
	image, err := imageOf(layer)
	if err != nil {
		return err
	}
	made := filepath.Join(part, "image")
	index, err := layout.Write(made, empty.Index)
	if err != nil {
		return err
	}
	if err := index.AppendImage(image); err != nil {
		return err
	}
	size, err := sizeOf(image)
	if err != nil {
		return err
	}
	if err := os.Rename(made, i.Kept()); err != nil {
		return err
	}
	i.Console.Info("", "image of a JupyterHub: made in %s, %d MB compressed", time.Since(start).Round(time.Second), size>>20)
	return nil
}

// furnish takes away what no container needs, and adds the user.
func furnish(root string) error {
	for _, needless := range []string{"var/cache/apt/archives", "var/lib/apt/lists", "var/log", "usr/share/doc", "usr/share/man"} {
		entries, err := os.ReadDir(filepath.Join(root, needless))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, entry := range entries {
			if err := os.RemoveAll(filepath.Join(root, needless, entry.Name())); err != nil {
				return err
			}
		}
	}
	for file, line := range map[string]string{
		"etc/passwd": fmt.Sprintf("jovyan:x:%d:%d::/home/jovyan:/bin/bash\n", User, User),
		"etc/group":  fmt.Sprintf("jovyan:x:%d:\n", User),
	} {
		open, err := os.OpenFile(filepath.Join(root, file), os.O_APPEND|os.O_WRONLY, 0) // #nosec G304 -- of the image
		if err != nil {
			return err
		}
		_, err = open.WriteString(line)
		if err := errors.Join(err, open.Close()); err != nil {
			return err
		}
	}
	home := filepath.Join(root, "home/jovyan")
	if err := os.MkdirAll(home, 0o755); err != nil { // #nosec G301 -- of the image
		return err
	}
	return os.Chown(home, User, User)
}

// pack writes the files into an archive, but for those that a container gets from its runtime.
func (i Image) pack(ctx context.Context, root, archive string) error {
	return i.Run.Run(ctx, process.Cmd{
		Name: "tar", Quiet: true,
		Args: []string{"--create", "--file", archive, "--numeric-owner", "--one-file-system", "--exclude=./dev/*", "--exclude=./proc/*", "--exclude=./sys/*", "--directory", root, "."},
	})
}

// imageOf is the image of one layer.
func imageOf(archive string) (v1.Image, error) {
	layer, err := tarball.LayerFromFile(archive)
	if err != nil {
		return nil, err
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, err
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.OS, file.Architecture = "linux", runtime.GOARCH
	file.Config.User, file.Config.WorkingDir = strconv.Itoa(User), "/home/jovyan"
	file.Config.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/home/jovyan", "USER=jovyan", "LANG=C.UTF-8"}
	file.Config.Cmd = []string{"jupyterhub-singleuser"}
	return mutate.ConfigFile(image, file)
}

func sizeOf(image v1.Image) (size int64, err error) {
	layers, err := image.Layers()
	for _, layer := range layers {
		one, err := layer.Size()
		if err != nil {
			return 0, err
		}
		size += one
	}
	return size, err
}

// Push puts the image that is kept into a registry of the sandbox, whose blobs are files of a directory: large ones are linked there where both are on one
// disk, and sent otherwise.
func (i Image) Push(ctx context.Context, registry, blobs string) error {
	index, err := layout.ImageIndexFromPath(i.Kept())
	if err != nil {
		return fmt.Errorf("reading the image of a JupyterHub: %w", err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return err
	}
	if len(manifest.Manifests) != 1 {
		return fmt.Errorf("%s holds %d images", i.Kept(), len(manifest.Manifests))
	}
	image, err := index.Image(manifest.Manifests[0].Digest)
	if err != nil {
		return err
	}
	reference, err := name.ParseReference(Name(registry), name.Insecure)
	if err != nil {
		return err
	}
	if err := i.link(image, blobs); err != nil {
		return err
	}
	if err := remote.Write(reference, image, remote.WithContext(ctx)); err != nil {
		return fmt.Errorf("pushing the image of a JupyterHub: %w", err)
	}
	return nil
}

// link gives a directory the layers of the image. Neither side ever changes a file, so both can have the same.
func (i Image) link(image v1.Image, blobs string) error {
	layers, err := image.Layers()
	if err != nil {
		return err
	}
	for _, layer := range layers {
		digest, err := layer.Digest()
		if err != nil {
			return err
		}
		place := filepath.Join(blobs, digest.Algorithm)
		if err := os.MkdirAll(place, 0o700); err != nil {
			return err
		}
		// Where this fails, the layer is sent.
		_ = os.Link(filepath.Join(i.Kept(), "blobs", digest.Algorithm, digest.Hex), filepath.Join(place, digest.Hex))
	}
	return nil
}
