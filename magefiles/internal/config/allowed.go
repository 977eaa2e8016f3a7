package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/pattern"
)

// Allowed names objects that hubs may make outside of their own namespaces.
type Allowed struct {
	Hubs      []string // names or patterns
	Kinds     []string // Role, or with its group: Role.rbac.authorization.k8s.io
	Name      string   // or a pattern
	Namespace string   // or a pattern; "" for objects that are in no namespace
}

const allowedForm = `{hubs: [support], kind: ClusterRole, name: "support-*"}, with namespace for what is in one`

// kindName matches the kind of an object, with or without its group.
var kindName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*(\.[a-z0-9.-]+)?$`)

// nodeError is an error at a node that is not the one which the setting has.
type nodeError struct {
	node *yaml.Node
	error
}

// setAllowed reads a list of entries.
func setAllowed(field *[]Allowed, node *yaml.Node) error {
	if node.Kind != yaml.SequenceNode {
		return errors.New("expected a list of entries like " + allowedForm)
	}
	*field = nil
	for _, item := range node.Content {
		entry, err := readAllowed(item)
		if err != nil {
			return err
		}
		*field = append(*field, entry)
	}
	return nil
}

func readAllowed(node *yaml.Node) (entry Allowed, err error) {
	if node.Kind != yaml.MappingNode {
		return entry, nodeError{node, errors.New("expected an entry like " + allowedForm)}
	}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		texts, err := oneOrMore(value)
		if err != nil {
			return entry, nodeError{value, fmt.Errorf("%s: %w", key.Value, err)}
		}
		switch key.Value {
		case "hubs":
			entry.Hubs, err = texts, each(texts, patterns)
		case "kind":
			entry.Kinds, err = texts, each(texts, kinds)
		case "name":
			entry.Name, err = texts[0], single(texts)
		case "namespace":
			entry.Namespace, err = texts[0], single(texts)
		default:
			return entry, nodeError{key, fmt.Errorf("unknown key %q; the keys are hubs, kind, name, namespace", key.Value)}
		}
		if err != nil {
			return entry, nodeError{value, fmt.Errorf("%s: %w", key.Value, err)}
		}
	}
	if len(entry.Hubs) == 0 || len(entry.Kinds) == 0 || entry.Name == "" {
		return entry, nodeError{node, errors.New("hubs, kind and name must be there: " + allowedForm)}
	}
	return entry, nil
}

// oneOrMore are the texts of a list that is not empty, or a single one.
func oneOrMore(node *yaml.Node) (texts []string, err error) {
	if node.Kind == yaml.ScalarNode {
		texts = []string{node.Value}
	} else if err := setList(&texts, node); err != nil {
		return nil, err
	}
	if strings.Join(texts, "") == "" {
		return nil, errors.New("it is empty")
	}
	return texts, nil
}

func each(texts []string, check func(string) error) error {
	for _, text := range texts {
		if err := check(text); err != nil {
			return err
		}
	}
	return nil
}

func single(texts []string) error {
	if len(texts) > 1 {
		return errors.New("expected one name or pattern; make an entry for each")
	}
	return patterns(texts[0])
}

func patterns(text string) error {
	if text == "" || pattern.Check(text) != nil {
		return fmt.Errorf("%q is neither a name nor a pattern", text)
	}
	return nil
}

func kinds(text string) error {
	if !kindName.MatchString(text) {
		return fmt.Errorf("%q: it must be the kind of an object, like ClusterRole, and no pattern", text)
	}
	return nil
}
