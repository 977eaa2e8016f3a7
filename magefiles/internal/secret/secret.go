// Package secret reads a hub's secret values for as long as they are needed: to mask them, and to refuse what is
// still encrypted.
package secret

import (
	"bytes"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/yamldoc"
)

// lockedHeader begins every file that git-crypt has encrypted (git-crypt's README, "Current Status": the format).
var lockedHeader = []byte("\x00GITCRYPT\x00")

// Locked reports whether content is still encrypted by git-crypt.
func Locked(content []byte) bool { return bytes.HasPrefix(content, lockedHeader) }

// Values returns every scalar value of the file root/name, for redaction. A file that is encrypted, or that leads out
// of the repository, is bad input.
func Values(root, name string) ([]string, error) {
	repository, err := os.OpenRoot(root) // a symbolic link cannot lead outside
	if err != nil {
		return nil, err
	}
	defer func() { _ = repository.Close() }()
	file, err := repository.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, exit.Input("%s: %w", name, err)
	}
	header := make([]byte, len(lockedHeader))
	n, _ := file.Read(header)
	_ = file.Close()
	if Locked(header[:n]) {
		return nil, exit.Input("%s: locked by git-crypt: unlock the repository with 'git-crypt unlock', then deploy again", name)
	}
	top, err := yamldoc.Read(root, name)
	if err != nil || top == nil {
		return nil, err
	}
	if top.Kind != yaml.MappingNode {
		return nil, yamldoc.At(name, top, "expected Helm values: keys and values")
	}
	for i := 0; i < len(top.Content); i += 2 {
		if top.Content[i].Value == "sops" {
			return nil, yamldoc.At(name, top.Content[i], "encrypted by SOPS: decrypt it in place with 'sops decrypt --in-place %s', and do not commit that", name)
		}
	}
	return scalars(top, nil), nil
}

// scalars collects the values below a node; keys and comments are no secret.
func scalars(node *yaml.Node, found []string) []string {
	switch node.Kind {
	case yaml.MappingNode:
		for i := 1; i < len(node.Content); i += 2 {
			found = scalars(node.Content[i], found)
		}
	case yaml.SequenceNode:
		for _, item := range node.Content {
			found = scalars(item, found)
		}
	case yaml.ScalarNode:
		found = append(found, node.Value)
	case yaml.DocumentNode, yaml.AliasNode: // an alias repeats what its anchor showed
	}
	return found
}
