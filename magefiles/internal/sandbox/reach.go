package sandbox

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/sandbox/node"
)

// Reached is a Service of type LoadBalancer, and the URLs at which this machine reaches it.
type Reached struct {
	Namespace, Service string
	URLs               []string
}

// Reach lists what this machine reaches of the sandbox's services, in the order of their namespaces. Nothing of simulated pods is reached.
func (s *Sandbox) Reach() ([]Reached, error) {
	content, err := os.ReadFile(filepath.Join(node.Files(s.Dir), "reach.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	urls := map[string][]string{}
	if err := json.Unmarshal(content, &urls); err != nil {
		return nil, err
	}
	var found []Reached
	for _, key := range slices.Sorted(maps.Keys(urls)) {
		namespace, service, _ := strings.Cut(key, "/")
		found = append(found, Reached{namespace, service, urls[key]})
	}
	return found, nil
}
