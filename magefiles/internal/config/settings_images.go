package config

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/pattern"
	"hub-ops/magefiles/internal/valuepath"
	"hub-ops/magefiles/internal/yamlnode"
)

// imagesKey is the section of images that hubs have beside the one of layout.image.
const imagesKey = "images"

// imagesSettings is the one setting of that section. It has no variable, as those of the layout have none.
var imagesSettings = []Setting{{
	Key:   imagesKey,
	Help:  "Images that hubs have beside that of `layout.image`, by names: `{r: {directory: images/r, values: [\"singleuser.profileList[display_name=R].kubespawner_override.image\"], hubs: [\"bio-*\"]}}`. `from: quay.io/us/course:2024` in place of `directory` is an image that is built elsewhere, with `follow`, `cosign_key` and `unsigned`. See [images](/images#several-images-a-hub).",
	field: func(c *Config) any { return &c.Layout.Images },
}}

// imageKey matches the name of an image, which is a part of a label's name.
var imageKey = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// setImages reads the section over the images that there are: what is set for some hubs only changes single parts.
func setImages(field *[]layout.Image, node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return errors.New("expected names of images, each with directory or from, and values")
	}
	images := map[string]layout.Image{}
	for _, image := range *field {
		images[image.Key] = image
	}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if !imageKey.MatchString(key.Value) {
			return nodeError{key, fmt.Errorf("%q: an image is named by up to 40 lower-case letters, digits and inner hyphens", key.Value)}
		}
		image := images[key.Value]
		image.Key, image.At = key.Value, fmt.Sprintf("%s:%d", File, key.Line)
		if err := setImage(&image, value); err != nil {
			return err
		}
		images[key.Value] = image
	}
	*field = nil
	for _, key := range slices.Sorted(maps.Keys(images)) {
		*field = append(*field, images[key])
	}
	return nil
}

// imageParts read the parts of an image, by their keys.
var imageParts = map[string]func(*layout.Image, *yaml.Node) error{
	"directory": setImageDirectory, "from": setImageFrom, "values": setImageValues, "hubs": setImageHubs,
	"cosign_key": setImageKey,
	"follow":     func(image *layout.Image, node *yaml.Node) error { return setTruth(&image.Follow, node) },
	"unsigned":   func(image *layout.Image, node *yaml.Node) error { return setTruth(&image.Unsigned, node) },
}

// setImage reads one image.
func setImage(image *layout.Image, node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return nodeError{node, fmt.Errorf("%s: expected directory or from, and values", image.Key)}
	}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		set := imageParts[key.Value]
		if set == nil {
			return nodeError{key, fmt.Errorf("%s: unknown key %q; the keys are directory, from, values, hubs, follow, cosign_key, unsigned", image.Key, key.Value)}
		}
		if err := set(image, value); err != nil {
			if inner := (nodeError{}); errors.As(err, &inner) {
				value = inner.node
			}
			return nodeError{value, fmt.Errorf("%s.%s: %w", image.Key, key.Value, err)}
		}
	}
	if from := yamlnode.At(node, "from"); from != nil && yamlnode.At(node, "directory") != nil {
		return nodeError{from, fmt.Errorf("%s: it is built in a directory, or elsewhere (from): leave one of the two out", image.Key)}
	}
	return nil
}

// setImageDirectory reads where an image is built. It need not be so for all hubs.
func setImageDirectory(image *layout.Image, node *yaml.Node) error {
	image.Dir, image.From = node.Value, ""
	switch {
	case node.Kind != yaml.ScalarNode:
		return errors.New("expected a directory")
	case path.Clean(image.Dir) == ".":
		return errors.New("a context that is the whole repository would have its secrets in it")
	case strings.HasSuffix(image.Dir, "?"):
		return errors.New("an image of this section cannot be missing: name the hubs that have it, in hubs")
	}
	return layout.Check(image.Dir)
}

// setImageFrom reads the name of an image that is built elsewhere.
func setImageFrom(image *layout.Image, node *yaml.Node) error {
	if image.Dir, image.From = "", node.Value; node.Kind != yaml.ScalarNode {
		return errors.New("expected an image, such as quay.io/us/course:2024")
	}
	return layout.CheckFrom(image.From)
}

// setImageKey reads the public key of who signs an image that is built elsewhere.
func setImageKey(image *layout.Image, node *yaml.Node) error {
	if image.SignedBy = node.Value; node.Kind != yaml.ScalarNode || image.SignedBy == "" {
		return errors.New("expected a public key: a file of the repository, its content, or one of a key management service")
	}
	return nil
}

func setTruth(field *bool, node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode {
		return errors.New("expected true or false")
	}
	return setBool(field, node.Value)
}

func setImageHubs(image *layout.Image, node *yaml.Node) error {
	if err := setList(&image.Hubs, node); err != nil {
		return err
	}
	for _, one := range image.Hubs {
		if pattern.Check(one) != nil {
			return fmt.Errorf("%q is no pattern", one)
		}
	}
	return nil
}

// setImageValues reads value paths: each receives the whole image, or one its name and one its tag.
func setImageValues(image *layout.Image, node *yaml.Node) error {
	image.Whole, image.Names, image.Tags = nil, nil, nil
	if node.Kind != yaml.SequenceNode {
		return errors.New("expected a list of value paths")
	}
	for _, one := range node.Content {
		switch one.Kind {
		case yaml.ScalarNode:
			image.Whole = append(image.Whole, one.Value)
		case yaml.MappingNode:
			name, tag := yamlnode.At(one, "name"), yamlnode.At(one, "tag")
			if name == nil || tag == nil || len(one.Content) > 4 {
				return nodeError{one, errors.New("a value path is a text; where name and tag go to values of their own it is {name: path, tag: path}")}
			}
			image.Names, image.Tags = append(image.Names, name.Value), append(image.Tags, tag.Value)
		default:
			return errors.New("expected a list of value paths")
		}
	}
	for _, text := range slices.Concat(image.Whole, image.Names, image.Tags) {
		if _, err := valuepath.Parse(text); err != nil {
			return err
		}
	}
	return nil
}

// AllImages are those of the section images, each once, as it is set for all hubs or, if it is not, for the first of some.
func (c *Config) AllImages() []layout.Image {
	var all []layout.Image
	for _, hub := range append([]string{""}, c.overridden()...) {
		for _, image := range c.For(hub).Layout.Images {
			if !slices.ContainsFunc(all, func(other layout.Image) bool { return other.Key == image.Key }) {
				all = append(all, image)
			}
		}
	}
	return all
}

// Elsewhere are the patterns of the images that are built elsewhere, of all hubs and of some.
func (c *Config) Elsewhere() []string {
	var patterns []string
	c.eachElsewhere(func(image layout.Image) {
		if !slices.Contains(patterns, image.From) {
			patterns = append(patterns, image.From)
		}
	})
	return patterns
}

// eachElsewhere calls look with each image that is built elsewhere, of all hubs and of some.
func (c *Config) eachElsewhere(look func(layout.Image)) {
	for _, hub := range append([]string{""}, c.overridden()...) {
		for _, image := range c.For(hub).Layout.Images {
			if image.BuiltElsewhere() {
				look(image)
			}
		}
	}
}

// KeysElsewhere are the public keys of who signs images that are built elsewhere.
func (c *Config) KeysElsewhere() []string {
	var keys []string
	c.eachElsewhere(func(image layout.Image) {
		if image.SignedBy != "" && !slices.Contains(keys, image.SignedBy) {
			keys = append(keys, image.SignedBy)
		}
	})
	return keys
}

// checkSigned refuses the key of who signs an image where no deploy would ask for its signature: that depends on a key of the repository's own.
// A run that may not deploy need not know of one.
func (c *Config) checkSigned() (err error) {
	if !c.Deploying() || c.CosignPublicKey != "" || c.CosignPrivateKey != "" || c.CosignKeyFile != "" {
		return nil
	}
	c.eachElsewhere(func(image layout.Image) {
		if err == nil && image.SignedBy != "" {
			err = exit.Input("%s: images.%s.cosign_key: no deploy asks for a signature, as image.cosign_key (COSIGN_PUBLIC_KEY) is not set", image.At, image.Key).
				Try("set it: to the key of the images of this repository or, if it has none, to this one")
		}
	})
	return err
}
