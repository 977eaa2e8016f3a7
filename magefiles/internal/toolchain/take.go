package toolchain

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
)

// answerWithin is how long the registry of ready-made tools may take to answer at all: a build is the other way.
const answerWithin = 10 * time.Second

// errNotFor says that an image has nothing for this machine.
var errNotFor = errors.New("it is not published for linux/" + runtime.GOARCH)

// takeReadyMade puts the binaries that are pinned as ready-made into their places, and returns those that must be built: what is not
// pinned, not published for this machine, or cannot be reached. What does not have the pinned digest is an error.
func (b *Box) takeReadyMade(ctx context.Context, part string, binaries []binary) (rest []binary, err error) {
	pinned, err := readReadyMade(b.Modules)
	if err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	missing := make([]bool, len(binaries))
	group, ctx := errgroup.WithContext(ctx)
	for i, wanted := range binaries {
		from, found := of(pinned, wanted)
		if !found {
			missing[i] = true
			continue
		}
		group.Go(func() error {
			err := b.take(ctx, part, wanted, from)
			if why := otherWay(ctx, err); why != "" {
				b.Console.Info("", "%s is not taken from %s, and built: %s", wanted, from.image.Context().Name(), why)
				missing[i], err = true, nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for i, wanted := range binaries {
		if missing[i] {
			rest = append(rest, wanted)
		}
	}
	return rest, nil
}

// take fetches one program. A file in its place is complete, and is what the digest says.
func (b *Box) take(ctx context.Context, part string, wanted binary, from readyMade) error {
	start := time.Now()
	file := filepath.Join(part, wanted.Name+".taken")
	if err := fetch(ctx, from.image, from.path, file); err != nil {
		return fmt.Errorf("taking %s from %s: %w", wanted, from.image, err)
	}
	if err := os.MkdirAll(filepath.Dir(wanted.path), 0o750); err != nil {
		return err
	}
	if err := os.Rename(file, wanted.path); err != nil {
		return err
	}
	b.Console.Info("", "took %s from %s in %s", wanted, from.image.Context().Name(), time.Since(start).Round(time.Second/10))
	return nil
}

// otherWay returns why a tool that could not be taken is built, and "" if it must not be: what comes in its stead is not what was pinned.
func otherWay(ctx context.Context, err error) string {
	var refused *transport.Error
	var lost *url.Error
	var network net.Error
	switch {
	case err == nil, ctx.Err() != nil:
		return ""
	case errors.Is(err, errNotFor):
		return errNotFor.Error()
	case errors.As(err, &refused):
		return fmt.Sprintf("its registry answers with %d", refused.StatusCode)
	case errors.As(err, &lost), errors.As(err, &network), errors.Is(err, context.DeadlineExceeded):
		return "its registry cannot be reached"
	}
	return ""
}

// fetch writes a file of an image to disk, executable. Manifests and layers are read to their ends, where their digests are checked.
func fetch(ctx context.Context, from name.Digest, path, file string) error {
	image, err := imageFor(ctx, from)
	if err != nil {
		return err
	}
	layers, err := image.Layers()
	if err != nil {
		return err
	}
	for _, layer := range slices.Backward(layers) {
		found, err := extract(layer, path, file)
		if err != nil || found {
			return err
		}
	}
	return fmt.Errorf("there is no file %s in it", path)
}

// imageFor returns the image for Linux on this machine's processor.
func imageFor(ctx context.Context, from name.Digest) (v1.Image, error) {
	answered, stop := context.WithTimeoutCause(ctx, answerWithin, context.DeadlineExceeded)
	defer stop()
	found, err := remote.Get(from, remote.WithContext(answered))
	if err != nil {
		return nil, err
	}
	digest := from.DigestStr()
	if found.MediaType.IsIndex() {
		index, err := found.ImageIndex()
		if err != nil {
			return nil, err
		}
		list, err := index.IndexManifest()
		if err != nil {
			return nil, err
		}
		if digest = forThisMachine(list); digest == "" {
			return nil, errNotFor
		}
	}
	return remote.Image(from.Context().Digest(digest), remote.WithContext(ctx))
}

func forThisMachine(list *v1.IndexManifest) string {
	for _, m := range list.Manifests {
		if m.Platform != nil && m.Platform.OS == "linux" && m.Platform.Architecture == runtime.GOARCH {
			return m.Digest.String()
		}
	}
	return ""
}

// extract writes the file of a layer, if the layer has it.
func extract(layer v1.Layer, path, file string) (found bool, err error) {
	content, err := layer.Uncompressed()
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	archive := tar.NewReader(content)
	for {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, err
		}
		if entry.Typeflag == tar.TypeReg && strings.TrimPrefix(strings.TrimPrefix(entry.Name, "."), "/") == path {
			if err := write(archive, file); err != nil {
				return false, err
			}
			found = true
		}
	}
	_, err = io.Copy(io.Discard, content)
	return found, err
}

func write(content io.Reader, file string) error {
	out, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o750) // #nosec G302 G304 -- a program in the cache
	if err != nil {
		return err
	}
	_, err = io.Copy(out, content) // #nosec G110 -- an image whose digest is pinned
	return errors.Join(err, out.Close())
}
