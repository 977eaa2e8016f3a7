// Package yamldoc reads YAML files and says where they are wrong, as file:line. What it returns has no aliases and no merges: package
// yamlnode has resolved them.
package yamldoc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/yamlnode"
)

// Largest is the size in bytes beyond which a file is taken for a mistake: Helm's own limit for a release is 1 MiB.
const Largest = 5 << 20

// Read parses the single YAML document in root/name and returns its top node, nil for an empty document. A link is
// followed within root.
// Errors are bad input, except for a missing file, for which errors.Is(err, fs.ErrNotExist) holds.
func Read(root, name string) (*yaml.Node, error) {
	repository, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer func() { _ = repository.Close() }()
	return ReadIn(repository, name)
}

// ReadIn is Read in a directory that is open already, for who reads many files of it.
func ReadIn(repository *os.Root, name string) (*yaml.Node, error) {
	file, err := repository.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, exit.With(exit.BadInput, fmt.Errorf("reading %s: %w", name, errors.Unwrap(err)))
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, Largest+1))
	if err != nil {
		return nil, exit.With(exit.BadInput, fmt.Errorf("reading %s: %w", name, err))
	}
	return Parse(name, data)
}

// ReadIfThere is Read for a file that need not be there: then the node is nil.
func ReadIfThere(root, name string) (*yaml.Node, error) {
	top, err := Read(root, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no file is no node, and no error
	}
	return top, err
}

// Parse is Read for content that is already there; name stands in errors only.
func Parse(name string, data []byte) (*yaml.Node, error) { return parse(name, data, at) }

// ParseSecret is Parse for content that nobody may see. Its error has the line, if the parser says it, and not the parser's text:
// that can quote a value, as in "unknown anchor 'password' referenced".
func ParseSecret(name string, data []byte) (*yaml.Node, error) { return parse(name, data, placeOf) }

func parse(name string, data []byte, failed func(name string, lines int, err error) error) (*yaml.Node, error) {
	if len(data) > Largest {
		return nil, exit.Input("%s: larger than %d MiB: not a file of Helm values", name, Largest>>20)
	}
	lines := bytes.Count(bytes.TrimRight(data, "\n"), []byte("\n")) + 1
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, nil //nolint:nilnil // an empty document is no node, and no error
	case err != nil:
		return nil, failed(name, lines, err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, exit.Input("%s: more than one YAML document", name)
	}
	if err := twice(name, document.Content[0]); err != nil {
		return nil, err
	}
	top, err := yamlnode.Resolve(document.Content[0])
	if err != nil {
		return nil, failed(name, lines, err)
	}
	return top, nil
}

// twice returns an error if a mapping has a key two times: who reads the file sees one value, and the other counts.
func twice(name string, node *yaml.Node) error {
	seen := map[string]bool{}
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 && child.Kind == yaml.ScalarNode {
			if seen[child.Value] {
				return At(name, child, "key %q stands twice", child.Value)
			}
			seen[child.Value] = true
		}
		if err := twice(name, child); err != nil {
			return err
		}
	}
	return nil
}

// Decode fills out from the node; a value of the wrong type is an error with its line.
func Decode(name string, node *yaml.Node, out any) error {
	if node == nil {
		return nil
	}
	if err := node.Decode(out); err != nil {
		return at(name, math.MaxInt, err)
	}
	return nil
}

// At returns a bad-input error at a node.
func At(name string, node *yaml.Node, format string, args ...any) error {
	return exit.Input("%s:%d: %s", name, node.Line, fmt.Sprintf(format, args...))
}

var (
	lineOf = regexp.MustCompile(`(?s)^yaml: (?:unmarshal errors:\n\s*)?line (\d+): (.*)$`)
	// ofParser matches the errors of which the parser counts lines from 0, and does not say that one: fail in decode.go of its source.
	ofParser = regexp.MustCompile(`^(?:yaml: )?(did not find expected (?:<|node content|key|'-'|',')|found undefined tag handle|found duplicate %|found incompatible)`)
)

// split returns the line and the words of the parser's error about so many lines; no line if it says none.
func split(err error, lines int) (line int, words string) {
	words = err.Error()
	if match := lineOf.FindStringSubmatch(words); match != nil {
		line, _ = strconv.Atoi(match[1]) // of digits
		words = match[2]
	}
	if ofParser.MatchString(words) {
		line = min(line+1, lines) // it may be about the end of the file
		words = strings.TrimPrefix(words, "yaml: ")
	}
	return line, words
}

func at(name string, lines int, err error) error {
	if line, words := split(err, lines); line > 0 {
		return exit.Input("%s:%d: %s", name, line, words)
	}
	return exit.Input("%s: %w", name, err)
}

func placeOf(name string, lines int, err error) error {
	if line, _ := split(err, lines); line > 0 {
		name = fmt.Sprintf("%s:%d", name, line)
	}
	return exit.Input("%s: is no YAML", name).Try("quote values that begin with *, &, !, %% or @; the parser's own words are not shown, because they can quote a secret")
}
