// Package yamldoc reads YAML files and says where they are wrong, as file:line.
package yamldoc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
)

// largest is the size in bytes beyond which a file is taken for a mistake: Helm's own limit for a release is 1 MiB.
const largest = 5 << 20

// Read parses the single YAML document in root/name and returns its top node, nil for an empty document.
// Errors are bad input, except for a missing file, for which errors.Is(err, fs.ErrNotExist) holds.
func Read(root, name string) (*yaml.Node, error) {
	file, err := os.Open(filepath.Join(root, name)) // #nosec G304 -- a file of the operator's repository
	if err != nil {
		return nil, exit.With(exit.BadInput, fmt.Errorf("reading %s: %w", name, errors.Unwrap(err)))
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, largest+1))
	if err != nil {
		return nil, exit.With(exit.BadInput, fmt.Errorf("reading %s: %w", name, err))
	}
	return Parse(name, data)
}

// Parse is Read for content that is already there; name stands in errors only.
func Parse(name string, data []byte) (*yaml.Node, error) {
	if len(data) > largest {
		return nil, exit.Input("%s: larger than %d MiB: not a file of Helm values", name, largest>>20)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, nil //nolint:nilnil // an empty document is no node, and no error
	case err != nil:
		return nil, at(name, err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, exit.Input("%s: more than one YAML document", name)
	}
	return document.Content[0], nil
}

// Decode fills out from the node; a value of the wrong type is an error with its line.
func Decode(name string, node *yaml.Node, out any) error {
	if node == nil {
		return nil
	}
	if err := node.Decode(out); err != nil {
		return at(name, err)
	}
	return nil
}

// At returns a bad-input error at a node.
func At(name string, node *yaml.Node, format string, args ...any) error {
	return exit.Input("%s:%d: %s", name, node.Line, fmt.Sprintf(format, args...))
}

var lineOf = regexp.MustCompile(`(?s)^yaml: (?:unmarshal errors:\n\s*)?line (\d+): (.*)$`)

func at(name string, err error) error {
	if match := lineOf.FindStringSubmatch(err.Error()); match != nil {
		return exit.Input("%s:%s: %s", name, match[1], match[2])
	}
	return exit.Input("%s: %w", name, err)
}
