package manifest

import "slices"

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

// The actions whose hooks run in a deploy or a rollback.
const (
	Install  Action = "install"
	Upgrade  Action = "upgrade"
	Rollback Action = "rollback"
)

// Replaced returns the objects of hooks that helm deletes before it makes them again: those that run in the action, and whose
// policy says so, as it does if there is none.
func Replaced(hooks []Hook, action Action, namespace string) ([]Object, error) {
	var replaced []Object
	for _, hook := range hooks {
		runs := slices.Contains(hook.Events, "pre-"+string(action)) || slices.Contains(hook.Events, "post-"+string(action))
		if !runs || len(hook.DeletePolicies) > 0 && !slices.Contains(hook.DeletePolicies, "before-hook-creation") {
			continue
		}
		objects, err := Parse(hook.Manifest, namespace)
		if err != nil {
			return nil, err
		}
		replaced = append(replaced, objects...)
	}
	return replaced, nil
}
