package manifest

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/yamlnode"
)

// Carried is how objects carry an image.
type Carried int

// From nothing to a proof: Apart is one object that holds name and tag in different places, as a dump of values does; Whole is a
// text that joins them, as a container's image does.
const (
	NotCarried Carried = iota
	Apart
	Whole
)

// Carry returns how the objects carry an image, given by its name, its tag, or both. The values of Secrets and the binary ones of
// ConfigMaps are decoded.
func Carry(objects []Object, name, tag string) Carried {
	best := NotCarried
	for _, o := range objects {
		c := carrier{name: name, tag: tag}
		c.look(o.node)
		if o.Kind == "Secret" {
			c.decode(yamlnode.At(o.node, "data"))
		}
		c.decode(yamlnode.At(o.node, "binaryData"))
		best = max(best, c.carried())
	}
	return best
}

// carrier is what was seen of an image in one object.
type carrier struct {
	name, tag               string
	hasName, hasTag, joined bool
}

func (c *carrier) carried() Carried {
	switch {
	case c.joined, c.name == "" && c.hasTag, c.tag == "" && c.hasName:
		return Whole
	case c.hasName && c.hasTag:
		return Apart
	}
	return NotCarried
}

func (c *carrier) look(node *yaml.Node) {
	switch {
	case node == nil:
	case node.Kind == yaml.AliasNode:
		c.look(node.Alias)
	case node.Kind == yaml.ScalarNode:
		c.read(node.Value)
	}
	if node != nil {
		for _, inner := range node.Content {
			c.look(inner)
		}
	}
}

// decode reads the values of a mapping that are in base64.
func (c *carrier) decode(mapping *yaml.Node) {
	for _, value := range valuesOf(mapping) {
		if text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value), "")); err == nil {
			c.read(string(text))
		}
	}
}

func (c *carrier) read(text string) {
	text = strings.ReplaceAll(text, `\/`, "/") // as some write JSON
	c.hasName = c.hasName || c.name != "" && hasWord(text, c.name)
	c.hasTag = c.hasTag || c.tag != "" && hasWord(text, c.tag)
	c.joined = c.joined || c.name != "" && c.tag != "" && hasWord(text, c.name+":"+c.tag)
}

// hasWord reports whether the text holds the word, and not only as a part of a longer one. A registry may stand before a name.
func hasWord(text, word string) bool {
	for {
		before, after, found := strings.Cut(text, word)
		if !found {
			return false
		}
		last, _ := utf8.DecodeLastRuneInString(before)
		first, _ := utf8.DecodeRuneInString(after)
		if !goesOn(last) && !goesOn(first) && first != '/' {
			return true
		}
		text = text[len(before)+1:]
	}
}

// goesOn reports whether a name that the rune stands beside goes on with it.
func goesOn(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' || r == '.')
}
