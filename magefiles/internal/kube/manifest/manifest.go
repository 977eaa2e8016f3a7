// Package manifest reads the manifests that helm renders and keeps, and compares them: it is the one parser of manifests,
// and does no I/O. Release takes what helm keeps or renders and gives Objects, hooks among them, each with its identity, its source and its YAML.
//
//	before, err := manifest.Release(stored.Manifest, stored.Hooks, "course")    // what the release consists of
//	after, err := manifest.Release(rendered.Manifest, rendered.Hooks, "course") // what an upgrade would make of it
//	fmt.Println(manifest.Impact(before, after))               // hub restarts (no logins and …); proxy unchanged; …
//	changes := manifest.Diff(before, after)                   // object by object, without secret values
//
// A deploy and `mage diff` show both; package kube/admission asks the API server about the objects, package helm finds
// the ones that a failed upgrade has newly made.
package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/yamlnode"
)

// Object is one Kubernetes object of a manifest. The items of a List are objects of their own.
type Object struct {
	APIVersion string // apps/v1; v1 for the core group
	Kind       string
	Namespace  string // the release's, if the object names none
	Name       string // "" if the API server is to make one up
	Source     string // the template that renders it, course/templates/hub.yaml; "" if the manifest does not say
	YAML       string // as it was rendered
	Hook       Hook   // by which helm makes it; without events if it is a part of the release itself
	Listed     bool   // it is an item of a List
	home       string // the release's namespace
	node       *yaml.Node
}

// Identity tells objects of a cluster apart. The version of the API is not part of it.
type Identity struct{ Group, Kind, Namespace, Name string }

// Identity is the object's identity. Objects of a kind without namespaces have the release's, which changes nothing
// among the objects of one release.
func (o Object) Identity() Identity {
	group, _, found := strings.Cut(o.APIVersion, "/")
	if !found {
		group = "" // the core group has only a version
	}
	return Identity{group, o.Kind, o.Namespace, o.Name}
}

// String is Kind/name.
func (i Identity) String() string { return i.Kind + "/" + i.Name }

func (i Identity) compare(other Identity) int {
	return cmp.Or(cmp.Compare(i.String(), other.String()), cmp.Compare(i.Namespace, other.Namespace), cmp.Compare(i.Group, other.Group))
}

// Parse reads a manifest of many documents. An object that names no namespace gets the given one, as helm does it.
// Empty documents, and those that hold only comments, are no object. The error names the template and the line.
func Parse(text, namespace string) ([]Object, error) {
	var objects []Object
	for _, document := range Split(text) {
		found, err := document.objects()
		if err != nil {
			return nil, document.wrong(err)
		}
		objects = append(objects, found...)
	}
	for i := range objects {
		objects[i].home, objects[i].Namespace = namespace, cmp.Or(objects[i].Namespace, namespace)
	}
	return objects, nil
}

// objects are those of a document: one, those of a List, or none.
func (d Document) objects() ([]Object, error) {
	document, err := d.read()
	if err != nil || document == nil {
		return nil, err
	}
	top, err := yamlnode.Resolve(document.Content[0])
	if err != nil {
		return nil, err
	}
	if deeper(top, deepest) {
		return nil, fmt.Errorf("it nests more than %d levels deep", deepest)
	}
	return d.objectsOf(top, d.Text)
}

// read returns the document, nil if it is empty. What reads only the first of several would not see what helm makes of the others.
func (d Document) read() (*yaml.Node, error) {
	decoder := yaml.NewDecoder(strings.NewReader(d.Text))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF), err == nil && len(document.Content) == 0:
		return nil, nil //nolint:nilnil // an empty document is no node, and no error
	case err != nil:
		return nil, err
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("it holds more than one document, without a line that is only ---")
	}
	return &document, nil
}

// objectsOf are the objects of a node, whose text is "" if it is an item of a List.
func (d Document) objectsOf(node *yaml.Node, text string) ([]Object, error) {
	var head struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string `yaml:"kind"`
		Metadata   struct {
			Name      string `yaml:"name"`
			Namespace string `yaml:"namespace"`
		} `yaml:"metadata"`
	}
	if err := node.Decode(&head); err != nil || head.Kind == "" {
		return nil, err
	}
	if items := yamlnode.At(node, "items"); head.Kind == "List" || items != nil && items.Kind != yaml.ScalarNode {
		return d.itemsOf(node)
	}
	if text == "" {
		written, err := yaml.Marshal(node)
		if err != nil {
			return nil, err
		}
		text = string(written)
	}
	return []Object{{
		APIVersion: head.APIVersion, Kind: head.Kind, Namespace: head.Metadata.Namespace, Name: head.Metadata.Name,
		Source: d.Source, YAML: text, node: node,
	}}, nil
}

// itemsOf are the objects of a list. Kubernetes takes every object with items for one, whatever its kind is, and an item
// without a kind, or whose kind is no text, has the list's: decodeToList in k8s.io/apimachinery/pkg/apis/meta/v1/unstructured.
func (d Document) itemsOf(list *yaml.Node) ([]Object, error) {
	items := yamlnode.At(list, "items")
	if items == nil {
		return nil, nil
	}
	var objects []Object
	for _, item := range items.Content {
		if item.Kind == yaml.MappingNode && (textAt(item, "kind") == "" || textAt(item, "apiVersion") == "") {
			set(item, strings.TrimSuffix(valueAt(list, "kind"), "List"), "kind")
			set(item, valueAt(list, "apiVersion"), "apiVersion")
		}
		found, err := d.objectsOf(item, "")
		if err != nil {
			return nil, err
		}
		for i := range found {
			found[i].Listed = true
		}
		objects = append(objects, found...)
	}
	return objects, nil
}

// String is Kind/name, with the namespace if that is not the release's, and with what makes it a hook.
func (o Object) String() string {
	text := o.Identity().String()
	if o.Namespace != o.home {
		text += " of namespace " + o.Namespace
	}
	if o.Hook.Runs() {
		text += " (" + o.Hook.when() + ")"
	}
	return text
}

// From says what the object comes from: the hook, and the template; "" if the manifest does not say.
func (o Object) From() string {
	var parts []string
	if o.Hook.Runs() {
		parts = append(parts, o.Hook.when())
	}
	if o.Source != "" {
		parts = append(parts, o.Source)
	}
	return strings.Join(parts, "; ")
}

// place is where an object stands in a release: one and the same object can be a part of a release and, in the next revision, a hook.
type place struct {
	Identity
	hook bool
}

// index finds objects by their places.
func index(objects []Object) map[place]Object {
	found := map[place]Object{}
	for _, o := range objects {
		found[o.place()] = o
	}
	return found
}

func (o Object) place() place { return place{o.Identity(), o.Hook.Runs()} }

// places lists those of both, sorted by kind and name, hooks last.
func places(a, b map[place]Object) []place {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.SortedFunc(maps.Keys(all), func(a, b place) int {
		if order := a.compare(b.Identity); order != 0 || a.hook == b.hook {
			return order
		}
		if b.hook {
			return -1
		}
		return 1
	})
}
