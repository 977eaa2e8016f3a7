package toolchain

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
)

// Publisher is the registry in which Kubernetes publishes its images, and kwok's.
const Publisher = "registry.k8s.io"

// published are the images of tools, by the tool: the repository in that registry, and what the tag has behind the version. Of kubelet and
// kwokctl there are none.
var published = map[string]struct{ repository, after string }{
	"kube-apiserver":          {"kube-apiserver", ""},
	"kube-controller-manager": {"kube-controller-manager", ""},
	"kube-scheduler":          {"kube-scheduler", ""},
	"kube-proxy":              {"kube-proxy", ""},
	"kubectl":                 {"kubectl", ""},
	"etcd":                    {"etcd", "-0"},
	"kwok":                    {"kwok/kwok", ""},
}

// ReadyMade asks a registry for the images of the pinned versions, and returns the text of ReadyMadeFile. A tool whose version is not
// published is left out, and said; a registry that cannot be reached is an error.
func (b *Box) ReadyMade(ctx context.Context, registry string) (string, error) {
	lines := make([]string, len(published))
	group, ctx := errgroup.WithContext(ctx)
	names := make([]string, 0, len(published))
	for tool := range published {
		names = append(names, tool)
	}
	slices.Sort(names)
	for i, tool := range names {
		group.Go(func() error {
			found, err := b.find(ctx, registry, tools[tool])
			if notPublished(err) {
				b.Console.Info("", "%s is left out, so it will be built: its pinned version is not published there", tool)
				return nil
			}
			if err != nil {
				return exit.Errorf(exit.Setup, "pinning %s: %w", tool, err).Try("run this where %s can be reached", registry)
			}
			lines[i] = found.String()
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return "", err
	}
	lines = slices.DeleteFunc(lines, func(line string) bool { return line == "" })
	return "# Programs that are taken out of images in place of being built. 'mage tools:pin' writes this.\n" + strings.Join(append(lines, ""), "\n"), nil
}

func notPublished(err error) bool {
	var refused *transport.Error
	return errors.Is(err, errNotFor) || errors.As(err, &refused) && refused.StatusCode == http.StatusNotFound
}

// find looks for the image of a tool's pinned version, and for the program in it.
func (b *Box) find(ctx context.Context, registry string, tool Tool) (readyMade, error) {
	version, err := b.version(tool)
	if err != nil {
		return readyMade{}, err
	}
	tag := version + published[tool.Name].after
	if tool.Name == "etcd" {
		tag = strings.TrimPrefix(tag, "v")
	}
	reference, err := name.NewTag(registry + "/" + published[tool.Name].repository + ":" + tag)
	if err != nil {
		return readyMade{}, err
	}
	answered, stop := context.WithTimeoutCause(ctx, answerWithin, context.DeadlineExceeded)
	defer stop()
	found, err := remote.Head(reference, remote.WithContext(answered))
	if err != nil {
		return readyMade{}, err
	}
	pinned := reference.Context().Digest(found.Digest.String())
	image, err := imageFor(ctx, pinned)
	if err != nil {
		return readyMade{}, err
	}
	at, err := pathIn(image, tool.Name)
	return readyMade{tool.Name, version, pinned, at}, err
}

// pathIn returns where an image has the program of a name.
func pathIn(image v1.Image, program string) (string, error) {
	layers, err := image.Layers()
	if err != nil {
		return "", err
	}
	for _, layer := range slices.Backward(layers) {
		at, err := pathInLayer(layer, program)
		if err != nil || at != "" {
			return at, err
		}
	}
	return "", fmt.Errorf("no program %s is in its image", program)
}

func pathInLayer(layer v1.Layer, program string) (at string, err error) {
	content, err := layer.Uncompressed()
	if err != nil {
		return "", err
	}
	defer func() { _ = content.Close() }()
	archive := tar.NewReader(content)
	for {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		if entry.Typeflag == tar.TypeReg && entry.Mode&0o111 != 0 && path.Base(entry.Name) == program {
			return strings.TrimPrefix(strings.TrimPrefix(entry.Name, "."), "/"), nil
		}
	}
}
