package adopt

import (
	"path"
	"slices"
	"strings"
)

// secretsOf finds the files of secret values of hubs, and those that all share, which go first. values are the patterns of their values.
func secretsOf(t *tree, hubs, values []string) []string {
	var patterns []string
	for _, name := range t.Names {
		if !isSecretValues(name) || slices.Contains(values, name) {
			continue
		}
		for _, hub := range hubs {
			if pattern, fits := generalised(name, hub); fits && !slices.Contains(values, pattern) {
				patterns = append(patterns, pattern)
			}
		}
	}
	best := mostFrequent(patterns)
	if best == "" {
		return nil
	}
	dir := path.Dir(best)
	var common []string
	for _, name := range t.below(dir) {
		if isSecretValues(name) && (name == path.Join(dir, "common.yaml") || path.Dir(name) == path.Join(dir, "common")) {
			common = append(common, name)
		}
	}
	for _, hub := range hubs {
		if !t.has(strings.ReplaceAll(best, "{hub}", hub)) {
			return append(common, best+"?")
		}
	}
	return append(common, best)
}

// isSecretValues reports whether a file is one of secret values by its name.
func isSecretValues(name string) bool {
	if !isYAML(name) || under(name, "docs", "templates", ".github", "terraform") {
		return false
	}
	lower := strings.ToLower(name)
	for _, other := range []string{"kubeconfig", "deployer", "grafana", "token", ".sops.yaml"} {
		if strings.Contains(path.Base(lower), other) {
			return false
		}
	}
	return strings.Contains(lower, "secret") || strings.HasPrefix(path.Base(lower), "enc-")
}

// ownSecrets returns the pattern of the secret values that each hub has by itself; "" if there is none.
func ownSecrets(patterns []string) string {
	for _, pattern := range patterns {
		if strings.Contains(pattern, "{hub}") {
			return strings.TrimSuffix(pattern, "?")
		}
	}
	return ""
}

// imagesOf finds the directories of the images of hubs: the pattern that most of them fit, "" if there are none.
func imagesOf(t *tree, hubs []string) string {
	var patterns []string
	for _, name := range t.Names {
		if path.Base(name) != "Dockerfile" || path.Dir(name) == "." {
			continue
		}
		for _, hub := range hubs {
			if pattern, fits := generalised(path.Dir(name), hub); fits {
				patterns = append(patterns, pattern)
			}
		}
	}
	return mostFrequent(patterns)
}
