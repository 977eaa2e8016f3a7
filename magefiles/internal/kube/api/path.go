package api

import (
	"net/url"
	"strings"
)

// InNamespace is the path of what a namespace holds: InNamespace("apps/v1", "course", "deployments", "hub").
func InNamespace(version, namespace string, rest ...string) string {
	parts := []string{root(version), "namespaces", Segment(namespace)}
	for _, part := range rest {
		parts = append(parts, Segment(part))
	}
	return strings.Join(parts, "/")
}

// Segment writes a name as one segment of a path, whatever a chart has for a name. No object has a slash in its name, or is called "..": such a
// name is escaped once more than the API server decodes, so that nothing is found under it.
func Segment(name string) string {
	escaped := url.PathEscape(name)
	if strings.Trim(name, ".") == "" {
		escaped = strings.ReplaceAll(escaped, ".", "%252E")
	}
	return strings.ReplaceAll(escaped, "%2F", "%252F")
}

// root is the path of a version of the API: api/v1, apis/apps/v1.
func root(version string) string {
	group, version, hasGroup := strings.Cut(version, "/")
	if !hasGroup {
		return "api/" + Segment(group)
	}
	return "apis/" + Segment(group) + "/" + Segment(version)
}
