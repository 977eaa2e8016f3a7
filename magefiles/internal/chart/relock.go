package chart

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"

	"gopkg.in/yaml.v3"
)

// helmDependency is a dependency as helm writes it to make the digest of a lock file: Dependency in its package chart, HashReq in
// internal/resolver.
type helmDependency struct {
	Name         string   `json:"name"                    yaml:"name"`
	Version      string   `json:"version,omitempty"       yaml:"version"`
	Repository   string   `json:"repository"              yaml:"repository"`
	Condition    string   `json:"condition,omitempty"     yaml:"condition"`
	Tags         []string `json:"tags,omitempty"          yaml:"tags"`
	Enabled      bool     `json:"enabled,omitempty"       yaml:"enabled"`
	ImportValues []any    `json:"import-values,omitempty" yaml:"import-values"`
	Alias        string   `json:"alias,omitempty"         yaml:"alias"`
}

var lockDigest = regexp.MustCompile(`(?m)^(digest: *"?sha256:)[0-9a-f]{64}`)

// Relock returns a lock file with the digest that belongs to what it and the file with the dependencies say now. The rest of it stays as it is.
func Relock(dependencies, lock []byte) ([]byte, error) {
	both := [2][]*helmDependency{}
	for i, content := range [][]byte{dependencies, lock} {
		var file struct {
			Dependencies []*helmDependency `yaml:"dependencies"`
		}
		if err := yaml.Unmarshal(content, &file); err != nil {
			return nil, fmt.Errorf("making the digest of a lock file: %w", err)
		}
		both[i] = file.Dependencies
	}
	content, err := json.Marshal(both)
	if err != nil {
		return nil, fmt.Errorf("making the digest of a lock file: %w", err)
	}
	sum := sha256.Sum256(content)
	return lockDigest.ReplaceAll(lock, []byte("${1}"+hex.EncodeToString(sum[:]))), nil
}
