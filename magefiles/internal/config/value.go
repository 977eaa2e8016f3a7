package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/layout"
)

// setText sets the field that target points to from text: a default, or an environment variable.
func setText(target any, text string) error {
	switch field := target.(type) {
	case *string:
		*field = text
	case *bool:
		return setBool(field, text)
	case *int:
		if text == "" {
			return nil
		}
		number, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		*field = number
	case *time.Duration:
		return setDuration(field, text)
	case *[]string:
		*field = nil
		if text != "" {
			*field = strings.Split(text, ",")
		}
	case *[]Branch:
		return setBranches(field, text)
	case *[]SizeLimit:
		return setSizes(field, text)
	case *[][]string:
		setWaves(field, text)
	case *[]Allowed:
		if *field = nil; text != "" {
			return errors.New("it can only be set in hubops.yaml")
		}
	case *[]Round:
		*field = nil // it has neither default nor variable
	case *layout.Chart:
		*field = layout.Chart{Dir: text}
	case *Credentials:
		*field = Credentials{} // has neither default nor variable
	case *[]layout.Environment: // has neither default nor variable
	case *[]layout.Image:
		*field = nil // likewise
	default:
		panic(fmt.Sprintf("no setting has type %T", target))
	}
	return nil
}

func setBool(field *bool, text string) error {
	switch strings.ToLower(text) {
	case "1", "true", "yes", "on":
		*field = true
	case "0", "false", "no", "off", "":
		*field = false
	default:
		return fmt.Errorf("%q is neither 1 nor 0", text)
	}
	return nil
}

// setDuration reads "600s", and "600" as seconds, which helm 2 took and old scripts still use.
func setDuration(field *time.Duration, text string) error {
	if seconds, err := strconv.Atoi(text); err == nil {
		*field = time.Duration(seconds) * time.Second
		return nil
	}
	duration, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("%q is not a time like 600s or 10m", text)
	}
	*field = duration
	return nil
}

// setBranches reads "master=*,staging=hub-a hub-b".
func setBranches(field *[]Branch, text string) error {
	*field = nil
	if text == "" {
		return nil
	}
	for part := range strings.SplitSeq(text, ",") {
		name, hubs, found := strings.Cut(part, "=")
		if name = strings.TrimSpace(name); !found || name == "" {
			return fmt.Errorf("%q is not like branch=hub-a hub-b", part)
		}
		*field = append(*field, Branch{Name: name, Hubs: strings.Fields(hubs)})
	}
	return nil
}

// setWaves reads "staginghub test-*,*".
func setWaves(field *[][]string, text string) {
	*field = nil
	for wave := range strings.SplitSeq(text, ",") {
		if hubs := strings.Fields(wave); len(hubs) > 0 {
			*field = append(*field, hubs)
		}
	}
}

// setNode sets the field from a node of hubops.yaml.
func setNode(target any, node *yaml.Node) error {
	switch field := target.(type) {
	case *[]string:
		return setList(field, node)
	case *[]Branch:
		return setBranchNodes(field, node)
	case *[]SizeLimit:
		return setSizeNodes(field, node)
	case *[][]string:
		return setWaveNodes(field, node)
	case *[]Round:
		return setRounds(field, node)
	case *[]Allowed:
		return setAllowed(field, node)
	case *[]layout.Environment:
		return setEnvironments(field, node)
	case *layout.Chart:
		return setChart(field, node)
	case *Credentials:
		return setCredentials(field, node)
	case *[]layout.Image:
		return setImages(field, node)
	}
	switch {
	case isPlaceholder(node):
		return errUnquoted(node)
	case node.Kind != yaml.ScalarNode:
		return errors.New("expected a single value")
	}
	return setText(target, node.Value)
}

func setList(field *[]string, node *yaml.Node) error {
	if node.Kind != yaml.SequenceNode {
		return errors.New("expected a list")
	}
	*field = nil
	for _, item := range node.Content {
		switch {
		case isPlaceholder(item):
			return fmt.Errorf("%w (line %d)", errUnquoted(item), item.Line)
		case item.Kind != yaml.ScalarNode:
			return fmt.Errorf("expected a list of plain values (line %d)", item.Line)
		}
		*field = append(*field, item.Value)
	}
	return nil
}

func setWaveNodes(field *[][]string, node *yaml.Node) error {
	if node.Kind != yaml.SequenceNode {
		return errors.New("expected a list of lists of hubs")
	}
	*field = nil
	for _, item := range node.Content {
		var wave []string
		if err := setList(&wave, item); err != nil {
			return fmt.Errorf("%w (line %d)", err, item.Line)
		}
		*field = append(*field, wave)
	}
	return nil
}

func setBranchNodes(field *[]Branch, node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return errors.New("expected branch names, each with a list of hubs")
	}
	*field = []Branch{} // if there are none, no branch deploys
	for i := 0; i < len(node.Content); i += 2 {
		branch := Branch{Name: node.Content[i].Value}
		if err := setList(&branch.Hubs, node.Content[i+1]); err != nil {
			return fmt.Errorf("%s: %w", branch.Name, err)
		}
		*field = append(*field, branch)
	}
	return nil
}
