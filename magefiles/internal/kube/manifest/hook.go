package manifest

import (
	"slices"
	"strings"

	"hub-ops/magefiles/internal/yamlnode"
)

// Hook is an object that helm makes before or after it changes a release, as helm keeps it: pkg/release/v1/hook.go in its source.
type Hook struct {
	Name           string   `json:"name"`
	Kind           string   `json:"kind"`
	Path           string   `json:"path"` // of its template
	Manifest       string   `json:"manifest"`
	Events         []string `json:"events"`
	DeletePolicies []string `json:"delete_policies"`
}

// Action is what helm does to a release, as hooks name it.
type Action string

// The actions whose hooks can run.
const (
	Install  Action = "install"
	Upgrade  Action = "upgrade"
	Rollback Action = "rollback"
	Delete   Action = "delete"
)

// Runs reports whether there is an event at which helm makes the hook.
func (h Hook) Runs() bool { return len(h.Events) > 0 }

// RunsIn reports whether helm makes the hook before or after the action.
func (h Hook) RunsIn(action Action) bool {
	return slices.Contains(h.Events, "pre-"+string(action)) || slices.Contains(h.Events, "post-"+string(action))
}

// replaces reports whether helm deletes what has the hook's name before it makes the hook: as its policy says, or if there is none.
func (h Hook) replaces() bool {
	return len(h.DeletePolicies) == 0 || slices.Contains(h.DeletePolicies, "before-hook-creation")
}

// Release returns all objects that helm makes of a release: those of its manifest, then those of its hooks. Whoever reads a release
// reads it by this.
func Release(text string, hooks []Hook, namespace string) ([]Object, error) {
	all, err := Parse(text, namespace)
	if err != nil {
		return nil, err
	}
	for _, hook := range hooks {
		objects, err := Parse(hook.text(), namespace)
		if err != nil {
			return nil, err
		}
		if !hook.Runs() { // helm keeps none such; whoever has written it there has not made a part of the release of it
			hook.Events = []string{"none"}
		}
		for i := range objects {
			objects[i].Hook = hook
		}
		all = append(all, objects...)
	}
	return all, nil
}

func (h Hook) when() string { return "hook: " + strings.Join(h.Events, ", ") }

// text is the hook's manifest with its source, which helm keeps apart.
func (h Hook) text() string {
	if h.Path == "" || strings.HasPrefix(h.Manifest, sourceMark) {
		return h.Manifest
	}
	return sourceMark + h.Path + "\n" + h.Manifest
}

// Hook returns the hook that a document is; without events if it is none. helm looks at the top of the document: what an item of a List
// says does not count.
func (d Document) Hook() (Hook, error) {
	node, err := d.read()
	if err != nil {
		return Hook{}, d.wrong(err)
	}
	if node == nil {
		return Hook{}, nil
	}
	top, err := yamlnode.Resolve(node.Content[0])
	if err != nil {
		return Hook{}, d.wrong(err)
	}
	return Hook{
		Name: valueAt(top, "metadata", "name"), Kind: valueAt(top, "kind"), Path: d.Source, Manifest: d.Text,
		Events: listed(valueAt(top, "metadata", "annotations", "helm.sh/hook")), DeletePolicies: listed(valueAt(top, "metadata", "annotations", "helm.sh/hook-delete-policy")),
	}, nil
}

// listed reads a list in an annotation as helm reads it: at the commas, without the blanks around, in small letters, and with what Helm 2
// called test-success as a test (pkg/release/v1/util/manifest_sorter.go).
func listed(text string) []string {
	if text == "" {
		return nil
	}
	items := strings.Split(text, ",")
	for i, item := range items {
		if items[i] = strings.ToLower(strings.TrimSpace(item)); items[i] == "test-success" {
			items[i] = "test"
		}
	}
	return items
}

// String is the document as helm renders it.
func (d Document) String() string { return "---\n" + sourceMark + d.Source + "\n" + d.Text + "\n" }

// Parts returns the objects that the release itself consists of: helm keeps them, compares them with those of the next revision, and
// deletes them with the release. Hooks it only makes.
func Parts(objects []Object) []Object {
	return slices.DeleteFunc(slices.Clone(objects), func(o Object) bool { return o.Hook.Runs() })
}

// Hooks returns the objects that helm makes before or after the action.
func Hooks(objects []Object, action Action) []Object {
	return slices.DeleteFunc(slices.Clone(objects), func(o Object) bool { return !o.Hook.RunsIn(action) })
}

// Replaced returns the objects of hooks that helm deletes in the action before it makes them again.
func Replaced(objects []Object, action Action) []Object {
	return slices.DeleteFunc(Hooks(objects, action), func(o Object) bool { return !o.Hook.replaces() })
}
