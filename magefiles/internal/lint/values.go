package lint

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/yamlnode"
)

// Hub is the content of one hub's files.
type Hub struct {
	hub.Hub
	Values     *yaml.Node // of the chart; nil if it has none
	Secrets    *yaml.Node // nil if it has none, or they cannot be decrypted here
	Repository string     // of its image
	Pinned     bool       // a Chart.lock fixes the versions of the charts
}

func (h Hub) valuesFile() string { return h.ChartDir + "/values.yaml" }

// Charts checks what each chart depends on.
func Charts(h Hub) []Finding {
	file := h.ChartDir + "/Chart.yaml"
	if h.Chart.APIVersion == "v1" {
		file = h.ChartDir + "/requirements.yaml"
	}
	var findings []Finding
	for _, dependency := range h.Chart.Dependencies {
		if floats(dependency.Version) && !strings.HasPrefix(dependency.Repository, "file://") {
			findings = append(findings, Finding{
				FloatingChart, file, 1, h.Pinned,
				fmt.Sprintf("%s has the version %q: a deploy takes whatever is newest then; pin one, such as 1.2.3", dependency.Name, dependency.Version),
			})
		}
	}
	return findings
}

// floats reports whether a version is a range: github.com/Masterminds/semver, "Checking Version Constraints".
func floats(version string) bool {
	core, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), "+")
	core, _, _ = strings.Cut(core, "-")
	return strings.ContainsAny(version, "^~*<>|=, ") || strings.ContainsAny(core, "xX") || strings.Count(core, ".") != 2
}

// Images checks whether a chart's values name the image that the hub is deployed with.
func Images(h Hub, namePaths []string) []Finding {
	var findings []Finding
	for _, path := range namePaths {
		node := at(h.Values, path)
		switch {
		case node != nil && node.Kind == yaml.ScalarNode && h.ImageDir != "" && node.Value != h.Repository && node.Value != "":
			findings = append(findings, Finding{OtherImage, h.valuesFile(), node.Line, true, fmt.Sprintf("%s is %q, and the deploy sets %s: leave it out", path, node.Value, h.Repository)})
		case node == nil && h.ImageDir == "" && len(h.Chart.Dependencies) > 0:
			findings = append(findings, Finding{OtherImage, h.valuesFile(), 1, true, path + " is not set, and there is no " + hub.ImagesDir + "/" + h.Name + ": users get the chart's own image"})
		}
	}
	return findings
}

// Addresses checks that no two hubs have the same host and path. A hub without a host has a load balancer of its own.
func Addresses(hubs []Hub) []Finding {
	var findings []Finding
	taken := map[string]string{}
	for _, h := range hubs {
		base := first(h.Values, "jupyterhub.hub.baseUrl", "hub.baseUrl")
		path := "/"
		if base != nil {
			path = "/" + strings.Trim(base.Value, "/")
		}
		for _, host := range hosts(h.Values) {
			address := strings.ToLower(host.Value) + path
			if other := taken[address]; other != "" && other != h.Name {
				findings = append(findings, Finding{SameAddress, h.valuesFile(), host.Line, false, "hub " + other + " is at " + address + " too"})
			}
			taken[address] = h.Name
		}
		if len(hosts(h.Values)) > 0 || base == nil || path == "/" {
			continue
		}
		if other := taken[path]; other != "" {
			findings = append(findings, Finding{SameAddress, h.valuesFile(), base.Line, true, "hub " + other + " has the baseUrl " + path + " too"})
		}
		taken[path] = h.Name
	}
	return findings
}

func hosts(values *yaml.Node) []*yaml.Node {
	var found []*yaml.Node
	for _, path := range []string{"jupyterhub.ingress.hosts", "jupyterhub.proxy.https.hosts", "ingress.hosts", "proxy.https.hosts"} {
		if list := at(values, path); list != nil && list.Kind == yaml.SequenceNode {
			found = append(found, list.Content...)
		}
	}
	return found
}

// Secrets checks that no secret value of one hub is used by another.
func Secrets(hubs []Hub) []Finding {
	var findings []Finding
	taken := map[string]Hub{}
	for _, h := range hubs {
		walk(h.Secrets, "", func(path string, node *yaml.Node) {
			const shortest = 6 // as the runner has it
			key := path[strings.LastIndexByte(path, '.')+1:]
			switch {
			case !config.LooksSecret(key):
				return
			case len(node.Value) < shortest:
				findings = append(findings, Finding{ShortSecret, h.Secret, node.Line, true, fmt.Sprintf("%s has less than %d characters: it cannot be told from other text, and so not be masked", path, shortest)})
				return
			}
			if other, there := taken[node.Value]; there && other.Name != h.Name {
				findings = append(findings, Finding{SharedSecret, h.Secret, node.Line, false, path + " is a value of " + other.Secret + " too: who has one has both"})
			}
			taken[node.Value] = h
		})
	}
	return findings
}

// walk calls visit for each scalar below a node, with its path.
func walk(node *yaml.Node, path string, visit func(path string, node *yaml.Node)) {
	switch {
	case node == nil:
	case node.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			walk(node.Content[i+1], strings.TrimPrefix(path+"."+node.Content[i].Value, "."), visit)
		}
	case node.Kind == yaml.SequenceNode:
		for _, item := range node.Content {
			walk(item, path, visit)
		}
	case node.Kind == yaml.ScalarNode:
		visit(path, node)
	}
}

// first returns the value at the first path that is set, nil if none is.
func first(node *yaml.Node, paths ...string) *yaml.Node {
	for _, path := range paths {
		if found := at(node, path); found != nil {
			return found
		}
	}
	return nil
}

// at returns the value at a path of keys, nil if there is none.
func at(node *yaml.Node, path string) *yaml.Node {
	return yamlnode.At(node, strings.Split(path, ".")...)
}
