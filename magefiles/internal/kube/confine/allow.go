package confine

import (
	"slices"
	"strings"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/pattern"
)

// allow reports whether an entry of the settings names the object for the hub.
func (r Rules) allow(hub string, reach Reach) bool {
	return slices.ContainsFunc(r.Allowed, func(entry config.Allowed) bool {
		return slices.ContainsFunc(entry.Hubs, func(hubs string) bool { return pattern.Fits(hubs, hub) }) &&
			slices.ContainsFunc(entry.Kinds, reach.isOf) && pattern.Fits(entry.Name, reach.Name) && reach.isIn(entry.Namespace)
	})
}

// isOf reports whether the object is of a kind that is given as Role, or with its group as Role.rbac.authorization.k8s.io.
func (r Reach) isOf(kind string) bool {
	kind, group, withGroup := strings.Cut(kind, ".")
	return kind == r.Kind && (!withGroup || group == r.Identity().Group)
}

// isIn reports whether the object is in a namespace that fits the pattern, or in none if there is no pattern. Of a kind that nobody
// knows, objects can be in either.
func (r Reach) isIn(namespaces string) bool {
	switch {
	case r.scope == inNamespace:
		return namespaces != "" && pattern.Fits(namespaces, r.Namespace)
	case r.scope == unknown && namespaces != "":
		return pattern.Fits(namespaces, r.Namespace)
	}
	return namespaces == ""
}

// entries are those of the settings that would allow the objects.
func entries(hub string, reaches []Reach) string {
	var texts []string
	for _, reach := range reaches {
		namespace := ""
		if reach.scope == inNamespace {
			namespace = "namespace: " + reach.Namespace + ", "
		}
		text := "{hubs: [" + hub + "], kind: " + reach.Kind + ", " + namespace + `name: "` + reach.Name + `"}`
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, ", ")
}
