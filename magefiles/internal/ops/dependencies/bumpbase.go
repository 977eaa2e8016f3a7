package dependencies

import (
	"context"
	"path"
	"slices"

	"hub-ops/magefiles/internal/bump"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/ui"
)

// BumpBases looks for the newest tag that fits of each image that a Dockerfile is built on, shows the edits and, where they are meant, commits
// them: a commit a wave.
func BumpBases(ctx context.Context) error {
	r := run.Of(ctx)
	b, hubs, err := newBumping(ctx, r)
	if err != nil {
		return err
	}
	c := &baseBump{bumping: b, tags: map[string][]string{}, digests: map[string]string{}}
	if c.registry, err = r.To.Registry(ctx); err != nil {
		return err
	}
	stop := r.Console.Beat(ui.Heartbeat, "asking registries")
	for _, h := range hubs {
		for _, image := range h.Built() {
			if err := c.look(ctx, h, image); err != nil {
				stop()
				return err
			}
		}
	}
	stop()
	return b.finish(ctx, func(context.Context, *commit) error { return nil })
}

// baseBump looks for newer bases.
type baseBump struct {
	*bumping
	registry registry.Registry
	tags     map[string][]string // of each repository; nil: it did not answer
	digests  map[string]string   // of each image that was asked for
}

// look looks at the Dockerfile of one image.
func (c *baseBump) look(ctx context.Context, h hub.Hub, image hub.Image) error {
	file := path.Join(image.Dir, "Dockerfile")
	if !c.files.Has(file) || c.files.LinkOn(file) != "" {
		return nil
	}
	contents, err := c.files.Read(ctx, file)
	if err != nil {
		return err
	}
	var own []string
	for _, base := range image.Bases {
		own = append(own, base.Variable)
	}
	bases, left := bump.Bases(file, contents[file], c.Config.BuildArgs, own)
	for _, sentence := range left {
		c.leave(sentence)
	}
	for _, base := range bases {
		if err := c.base(ctx, h, base); err != nil {
			return err
		}
	}
	return nil
}

// base looks for a newer image of one base.
func (c *baseBump) base(ctx context.Context, h hub.Hub, base bump.Base) error {
	tag := base.Tag
	if tags := c.tagsOf(ctx, base.Image); tags == nil {
		return nil
	} else if newest, found := bump.Tag(base.Tag, tags, c.within); found {
		tag = newest
	}
	if tag == base.Tag && base.Digest == "" {
		return nil
	}
	digest := ""
	if base.Digest != "" {
		if digest = c.digest(ctx, base.Image+":"+tag); digest == "" {
			return nil
		}
	}
	to, edit := base.To(tag, digest)
	if to == base.Version() {
		return nil
	}
	if edit.New == edit.Old {
		return exit.Input("%s:%d: %s does not stand there on one line", edit.File, edit.Line, base.Version()).Try("edit it by hand: %s", to)
	}
	c.add(bump.Change{What: "base " + base.Image, From: base.Version(), To: to, Edits: []bump.Edit{edit}}, h.Name)
	return nil
}

// tagsOf asks for the tags of an image, once; nil if there is no answer.
func (c *baseBump) tagsOf(ctx context.Context, image string) []string {
	if known, asked := c.tags[image]; asked {
		return known
	}
	tags, err := c.registry.TagsOf(ctx, image)
	if err != nil {
		tags = nil
		c.failed = append(c.failed, exit.Errorf(exit.Setup, "which tags of %s there are is not known: %w", image, err))
	}
	c.tags[image] = slices.Clip(tags)
	return tags
}

// digest asks what a tag names now: of an image for several platforms the index; "" if there is no answer.
func (c *baseBump) digest(ctx context.Context, image string) string {
	if known, asked := c.digests[image]; asked {
		return known
	}
	digest, err := c.registry.DigestOf(ctx, image)
	if err == nil && digest == "" {
		err = exit.Errorf(exit.Setup, "it is not there")
	}
	if err != nil {
		c.failed = append(c.failed, exit.Errorf(exit.Setup, "what %s is now is not known: %w", image, err))
	}
	c.digests[image] = digest
	return digest
}
