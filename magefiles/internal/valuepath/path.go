// Package valuepath reads the paths of values in a chart: jupyterhub.singleuser.image.tag, or with a filter for the element of a list,
// jupyterhub.singleuser.profileList[display_name=R].kubespawner_override.image. Text goes in, a Path comes out; Lists sets values within
// lists, which helm itself can only replace as a whole. It is pure. Package config checks settings with it, package release uses them.
package valuepath

import (
	"errors"
	"fmt"
	"strings"
)

// Path is the way to a value.
type Path struct {
	text  string
	steps []step
}

// step is a key and, where its value is a list, which element is meant.
type step struct {
	key string
	of  *filter // nil: the value is no list
}

// filter is fulfilled by the element that has the value under the key.
type filter struct{ key, value string }

func (f filter) String() string { return "[" + f.key + "=" + f.value + "]" }

// String is the path as it was written.
func (p Path) String() string { return p.text }

// InList reports whether the value is within an element of a list.
func (p Path) InList() bool {
	for _, step := range p.steps {
		if step.of != nil {
			return true
		}
	}
	return false
}

// keys are those up to the first list, and the list's own.
func (p Path) keys() []string {
	var keys []string
	for _, step := range p.steps {
		keys = append(keys, step.key)
		if step.of != nil {
			break
		}
	}
	return keys
}

// Keys returns the path without its filters: for all elements of a list.
func (p Path) Keys() string {
	keys := make([]string, len(p.steps))
	for i, step := range p.steps {
		keys[i] = step.key
	}
	return strings.Join(keys, ".")
}

// Plain returns the part of the path up to its first list: a text without filters.
func (p Path) Plain() string { return strings.Join(p.keys(), ".") }

// Parse reads a path. A key ends at a dot or at a filter. Within a filter everything up to the closing bracket is its value, which can be
// between double quotes if it holds a bracket itself.
func Parse(text string) (Path, error) {
	path := Path{text: text}
	rest := text
	for {
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		next := step{key: rest[:end]}
		if problem := badKey(next.key); problem != "" {
			return path, fmt.Errorf("%q: %s", text, problem)
		}
		rest = rest[end:]
		if strings.HasPrefix(rest, "[") {
			found, after, err := parseFilter(rest[1:])
			if err != nil {
				return path, fmt.Errorf("%q: %w", text, err)
			}
			next.of, rest = &found, after
		}
		path.steps = append(path.steps, next)
		switch {
		case rest == "" && next.of != nil:
			return path, fmt.Errorf("%q: it ends at an element of a list: name the value in it", text)
		case rest == "":
			return path, nil
		case rest[0] != '.':
			return path, fmt.Errorf("%q: behind a bracket comes a dot", text)
		}
		rest = rest[1:]
	}
}

// badKey returns what is wrong with a key: helm would read some characters in another way.
func badKey(key string) string {
	switch {
	case key == "":
		return "a key is empty"
	case strings.ContainsAny(key, "]=,\\{}\"' \t\n"):
		return fmt.Sprintf("%q is no key of a chart's values", key)
	}
	return ""
}

// parseFilter reads a filter behind its opening bracket, and returns what comes after it.
func parseFilter(text string) (found filter, after string, err error) {
	key, rest, isFilter := strings.Cut(text, "=")
	if key = strings.TrimSpace(key); !isFilter || badKey(key) != "" {
		return found, "", errors.New("a filter is like [display_name=R]")
	}
	closing := "]"
	if strings.HasPrefix(rest, `"`) {
		rest, closing = rest[1:], `"]`
	}
	value, after, closed := strings.Cut(rest, closing)
	if !closed {
		return found, "", errors.New("a bracket is left open")
	}
	return filter{key, value}, after, nil
}
