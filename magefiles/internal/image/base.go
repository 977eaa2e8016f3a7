package image

import (
	"bufio"
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Base is the image that another one is built on.
type Base struct {
	Name   string // as the Dockerfile has it
	Digest string // in its registry when the image was built; "" if that did not say
}

// BaseOf returns what the last stage of a Dockerfile is built on: "" for scratch, for a file without a FROM, and for a
// name that only the build knows, by an ARG. Format: docs.docker.com/reference/dockerfile.
func BaseOf(dockerfile []byte) string {
	base, stages := "", map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(dockerfile))
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) < 2 || !strings.EqualFold(words[0], "FROM") {
			continue
		}
		words = words[1:]
		for len(words) > 1 && strings.HasPrefix(words[0], "--") { // --platform=…
			words = words[1:]
		}
		base = words[0]
		if earlier, isStage := stages[strings.ToLower(base)]; isStage {
			base = earlier
		}
		if len(words) == 3 && strings.EqualFold(words[1], "AS") {
			stages[strings.ToLower(words[2])] = base
		}
	}
	if base == "scratch" || strings.ContainsRune(base, '$') {
		return ""
	}
	return base
}

// baseDigest asks the base's registry for its digest, "" if that does not say: it is a label, and decides nothing.
func (r Registry) baseDigest(ctx context.Context, base string) string {
	ref, err := name.ParseReference(base)
	if err != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	descriptor, err := remote.Head(ref, r.options(ctx)...)
	if err != nil {
		return ""
	}
	return descriptor.Digest.String()
}

// FindBase returns the base of a Dockerfile as it is now in its registry.
func (r Registry) FindBase(ctx context.Context, dockerfile []byte) Base {
	base := Base{Name: BaseOf(dockerfile)}
	if base.Name != "" {
		base.Digest = r.baseDigest(ctx, base.Name)
	}
	return base
}

// Moved returns the base of a hub's image as it is now, if its registry has another one under that name than the image
// was built on; nothing otherwise, and where nobody can say.
func (r Registry) Moved(ctx context.Context, hub, tag string) Base {
	labels, err := r.labels(ctx, hub, tag)
	if err != nil {
		return Base{}
	}
	base, built := labels[labelPrefix+"base.name"], labels[labelPrefix+"base.digest"]
	if base == "" || built == "" {
		return Base{}
	}
	if now := r.baseDigest(ctx, base); now != "" && now != built {
		return Base{Name: base, Digest: now}
	}
	return Base{}
}
