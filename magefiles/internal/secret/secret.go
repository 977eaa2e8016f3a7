// Package secret reads secret values: from files that git-crypt or SOPS has encrypted, into memory only, and value by value, so
// that each can be masked. Names of files go in, decrypted content comes out. Packages connect, release and survey call it.
package secret

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/yamldoc"
)

// Values returns every scalar value of a file of Helm values, for redaction. Errors quote name.
func Values(name string, content []byte) ([]string, error) {
	top, err := yamldoc.ParseSecret(name, content)
	if err != nil || top == nil {
		return nil, err
	}
	if top.Kind != yaml.MappingNode {
		return nil, yamldoc.At(name, top, "expected Helm values: keys and values")
	}
	return scalars(top, nil), nil
}

// Credentials returns those of the values whose key is one of a credential, such as apiToken.
func Credentials(name string, content []byte) ([]string, error) {
	top, err := yamldoc.ParseSecret(name, content)
	if err != nil || top == nil {
		return nil, err
	}
	return credentials(top, nil), nil
}

func credentials(node *yaml.Node, found []string) []string {
	for i, child := range node.Content {
		switch {
		case node.Kind == yaml.MappingNode && i%2 == 0: // a key
		case node.Kind == yaml.MappingNode && config.LooksSecret(node.Content[i-1].Value):
			found = scalars(child, found)
		default:
			found = credentials(child, found)
		}
	}
	return found
}

// scalars collects the values below a node. Keys, comments, and values that are only true or false are no secret.
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
		if node.Tag != "!!bool" && node.Tag != "!!null" {
			found = append(found, node.Value)
		}
	case yaml.DocumentNode, yaml.AliasNode: // yamldoc returns neither
	}
	return found
}

// IsPlain reports whether a file holds secret values in plain text: it is not encrypted, and not empty; or SOPS has not encrypted its
// credentials, or nothing at all.
func IsPlain(content []byte) bool {
	switch FormOf(content) {
	case GitCrypt:
		return false
	case SOPS:
		return leavesPlain(content)
	case Plain:
	}
	values, err := Values("", content)
	return err != nil || len(values) > 0
}

// encrypted is how each value begins that SOPS has encrypted.
const encrypted = "ENC["

// leavesPlain reports whether a file that has SOPS's key has a credential in plain text, or nothing that is encrypted. encrypted_regex
// may match nothing, and anybody can write "sops: {}".
func leavesPlain(content []byte) bool {
	top, err := yamldoc.ParseSecret("", content)
	if err != nil || top == nil || top.Kind != yaml.MappingNode {
		return true
	}
	own := *top
	own.Content = nil
	for i := 0; i+1 < len(top.Content); i += 2 {
		if top.Content[i].Value != "sops" {
			own.Content = append(own.Content, top.Content[i], top.Content[i+1])
		}
	}
	isPlain := func(value string) bool { return value != "" && !strings.HasPrefix(value, encrypted) }
	values := scalars(&own, nil)
	return slices.ContainsFunc(credentials(&own, nil), isPlain) || len(values) > 0 && !slices.ContainsFunc(values, func(value string) bool { return !isPlain(value) })
}
