// Package manifest compares what a release has rendered with what it would render, and says what that means for users.
package manifest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Object is one rendered Kubernetes object.
type Object struct {
	Kind string
	Name string
	node *yaml.Node
}

// key tells objects of one release apart.
func (o Object) key() string { return o.Kind + "/" + o.Name }

// Parse reads a manifest of many documents. Empty ones, and those that hold only comments, are no object.
func Parse(text string) ([]Object, error) {
	var objects []Object
	for _, document := range Split(text) {
		o, err := document.object()
		if err != nil {
			return nil, document.wrong(err)
		}
		if o.Kind != "" {
			objects = append(objects, o)
		}
	}
	return objects, nil
}

func (d Document) object() (o Object, err error) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(d.Text), &document); err != nil || len(document.Content) == 0 {
		return o, err
	}
	if deeper(&document, deepest) {
		return o, fmt.Errorf("it nests more than %d levels deep", deepest)
	}
	var head struct {
		Kind     string `yaml:"kind"`
		Metadata struct {
			Name string `yaml:"name"`
		} `yaml:"metadata"`
	}
	if err := document.Decode(&head); err != nil {
		return o, err
	}
	o = Object{head.Kind, head.Metadata.Name, document.Content[0]}
	if o.Kind == "Secret" {
		o.node = plain(o)
	}
	return o, nil
}

// deepest is how deep an object may nest: to write it again takes the square of that.
const deepest = 500

func deeper(node *yaml.Node, than int) bool {
	return than < 0 || slices.ContainsFunc(node.Content, func(inner *yaml.Node) bool { return deeper(inner, than-1) })
}

// Claims names the PersistentVolumeClaims that an uninstall would delete: those that are not annotated to be kept.
func Claims(objects []Object) []string {
	var names []string
	for _, o := range objects {
		if o.Kind == "PersistentVolumeClaim" && !strings.EqualFold(valueAt(o.node, "metadata", "annotations", keepAnnotation), "keep") {
			names = append(names, o.Name)
		}
	}
	return names
}

// keepAnnotation is what helm heeds when it uninstalls: helm.sh/docs/howto/charts_tips_and_tricks.
const keepAnnotation = "helm.sh/resource-policy"

// KeepClaims returns the manifest with every PersistentVolumeClaim annotated to be kept.
func KeepClaims(objects []Object) (string, error) {
	var out bytes.Buffer
	for _, o := range objects {
		if o.Kind == "PersistentVolumeClaim" {
			set(o.node, "keep", "metadata", "annotations", keepAnnotation)
		}
		text, err := yaml.Marshal(o.node)
		if err != nil {
			return "", err
		}
		out.WriteString("---\n" + string(text))
	}
	return out.String(), nil
}

// at returns the node below a mapping's keys, nil if there is none.
func at(node *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		var next *yaml.Node
		for i := 0; node != nil && node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == key {
				next = node.Content[i+1]
			}
		}
		node = next
	}
	return node
}

func valueAt(node *yaml.Node, keys ...string) string {
	if found := at(node, keys...); found != nil {
		return found.Value
	}
	return ""
}

// set writes a value below a mapping's keys, and makes the mappings that are missing.
func set(node *yaml.Node, value string, keys ...string) {
	for i, key := range keys {
		next := at(node, key)
		if next == nil {
			next = &yaml.Node{Kind: yaml.MappingNode}
			node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, next)
		}
		if i == len(keys)-1 || next.Kind != yaml.MappingNode { // a null where a mapping could be
			*next = yaml.Node{Kind: yaml.MappingNode}
		}
		node = next
	}
	*node = yaml.Node{Kind: yaml.ScalarNode, Value: value}
}

// text is the object as YAML, in one order of keys and without comments.
func (o Object) text() string {
	var content any
	if err := o.node.Decode(&content); err != nil {
		return err.Error()
	}
	out, err := yaml.Marshal(content) // which sorts the keys
	if err != nil {
		return err.Error()
	}
	return string(out)
}

// plain is the object without anchors and aliases, behind which a value could hide.
func plain(o Object) *yaml.Node {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(o.text()), &document); err != nil || len(document.Content) == 0 {
		return &yaml.Node{Kind: yaml.MappingNode}
	}
	return document.Content[0]
}

// byKey indexes objects.
func byKey(objects []Object) map[string]Object {
	index := map[string]Object{}
	for _, o := range objects {
		index[o.key()] = o
	}
	return index
}

// keysOf lists the keys of both, sorted.
func keysOf(a, b map[string]Object) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}
