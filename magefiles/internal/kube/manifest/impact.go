package manifest

import (
	"slices"
	"strings"

	"hub-ops/magefiles/internal/yamlnode"
)

// Impact says in one line what the difference means for the people who use the hub. Hooks mean nothing to them.
func Impact(before, after []Object) string {
	was, is := index(Parts(before)), index(Parts(after))
	var news, unchanged []string
	hub := false
	for _, at := range places(was, is) {
		if !slices.Contains([]string{"Deployment", "StatefulSet", "DaemonSet"}, at.Kind) {
			continue
		}
		name := at.Name
		hub = hub || name == "hub"
		a, hadIt := was[at]
		b, hasIt := is[at]
		switch {
		case !hadIt:
			news = append(news, name+" is new")
		case !hasIt:
			news = append(news, name+" goes")
		case podsOf(a) != podsOf(b):
			news = append(news, name+" restarts"+meaning(name))
		default:
			unchanged = append(unchanged, name+" unchanged")
		}
	}
	if len(news) == 0 {
		news = []string{"nothing restarts"}
	}
	parts := slices.Concat(news, unchanged)
	if hub && len(before) > 0 {
		parts = append(parts, "running user servers stay")
	}
	return strings.Join(parts, "; ")
}

// meaning is what people notice of the restart of one of JupyterHub's own workloads: z2jh.jupyter.org, "JupyterHub for
// Kubernetes: architecture".
func meaning(name string) string {
	switch name {
	case "hub":
		return " (no logins and no new servers for a moment)"
	case "proxy":
		return " (open notebooks lose their connection for a moment)"
	}
	return ""
}

// podsOf is what a workload's pods are made from: a change of it replaces them.
func podsOf(o Object) string {
	template := yamlnode.At(o.node, "spec", "template")
	if template == nil {
		return ""
	}
	return Object{node: template}.text()
}
