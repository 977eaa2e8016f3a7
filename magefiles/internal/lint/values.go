package lint

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/yamlnode"
)

// Hub is the content of one hub's files.
type Hub struct {
	hub.Hub
	Values     []File // of the chart and beside it, later ones win
	Secrets    []File // those that can be read here
	Repository string // of its image
	Pinned     bool   // a Chart.lock fixes the versions of the charts
}

// File is the content of one file of values.
type File struct {
	Name string
	Top  *yaml.Node // nil if it is empty
}

// setAt returns the value at the first of these paths that is set, and the file that sets it; a nil node if none does.
func (h Hub) setAt(paths ...string) (file string, node *yaml.Node) {
	for _, path := range paths {
		for _, one := range slices.Backward(h.Values) {
			if found := at(one.Top, path); found != nil {
				return one.Name, found
			}
		}
	}
	return h.lastFile(), nil
}

// lastFile is the file in which a hub would set a value that it does not set.
func (h Hub) lastFile() string {
	files := h.ValueFiles()
	switch {
	case len(h.Values) > 0:
		return h.Values[len(h.Values)-1].Name
	case len(files) > 0:
		return files[len(files)-1]
	}
	return config.File // which says where a published chart's values could be
}

// Charts checks what each chart depends on.
func Charts(h Hub) []Finding {
	file, line := path.Join(h.ChartDir, "Chart.yaml"), 1
	switch {
	case h.Published != nil:
		file, line = config.File, h.PublishedAt
	case h.Chart.APIVersion == "v1":
		file = path.Join(h.ChartDir, "requirements.yaml")
	}
	var findings []Finding
	for _, dependency := range h.Chart.Dependencies {
		if floats(dependency.Version) && !strings.HasPrefix(dependency.Repository, "file://") {
			findings = append(findings, Finding{
				FloatingChart, file, line, h.Pinned,
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

// Images checks whether a hub's values name the image that the hub is deployed with. settings are the value paths of images in hubops.yaml.
func Images(h Hub, settings []string) []Finding {
	var findings []Finding
	own := h.ImagePaths(settings)
	for i, setting := range settings {
		path := own[i]
		file, node := h.setAt(path)
		sets := h.setBy(path)
		switch {
		case node != nil && node.Kind == yaml.ScalarNode && sets != "" && node.Value != sets && node.Value != "":
			findings = append(findings, Finding{OtherImage, file, node.Line, true, fmt.Sprintf("%s is %q, and the deploy sets %s: leave it out", path, node.Value, sets)})
		case node == nil && sets == "" && (path != setting || h.dependsOn(path)):
			findings = append(findings, Finding{OtherImage, file, 1, true, path + " is not set, and there is no image of hub " + h.Name + ": users get the chart's own image"})
		}
	}
	return findings
}

// setBy is the repository that a deploy sets at the path of an image's name; "" if it sets none. Images of hubops.yaml are told to go there.
func (h Hub) setBy(path string) string {
	for _, image := range h.Images {
		if image.Key != "" && slices.Contains(h.ImagePaths(image.Into.Names), path) {
			return image.In(func(string) string { return "image " + image.Key })
		}
	}
	if h.Main().Name != "" {
		return h.Repository
	}
	return ""
}

// Elsewhere checks what the images are called that are built elsewhere.
func Elsewhere(h Hub) []Finding {
	var findings []Finding
	for _, image := range h.Images {
		if _, tag, _ := image.Parts(); image.BuiltElsewhere() && tag == "latest" && !image.Fixed() && !image.Follow {
			file, line, _ := strings.Cut(image.At, ":")
			at, _ := strconv.Atoi(line)
			findings = append(findings, Finding{BaseUnpinned, file, at, true, fmt.Sprintf("images.%s: %s is another image with each release of it: name a tag or a digest, or say follow: true", image.Key, image.From)})
		}
	}
	return findings
}

// dependsOn reports whether a value path is one of a chart that the hub's chart depends on. Of a chart that has no such part, such as one for
// monitoring, nobody is a user.
func (h Hub) dependsOn(path string) bool {
	part, _, _ := strings.Cut(path, ".")
	return slices.ContainsFunc(h.Chart.Dependencies, func(d chart.Dependency) bool { return d.Name == part })
}

// Addresses checks that no two hubs have the same host and path. A hub without a host has a load balancer of its own.
func Addresses(hubs []Hub) []Finding {
	var findings []Finding
	taken := map[string]string{}
	for _, h := range hubs {
		file, base := h.setAt("jupyterhub.hub.baseUrl", "hub.baseUrl")
		hostFile, hosts := h.hosts()
		path := "/"
		if base != nil {
			path = "/" + strings.Trim(base.Value, "/")
		}
		for _, host := range hosts {
			address := strings.ToLower(host.Value) + path
			if other := taken[address]; other != "" && other != h.Name {
				findings = append(findings, Finding{SameAddress, hostFile, host.Line, false, "hub " + other + " is at " + address + " too"})
			}
			taken[address] = h.Name
		}
		if len(hosts) > 0 || base == nil || path == "/" {
			continue
		}
		if other := taken[path]; other != "" {
			findings = append(findings, Finding{SameAddress, file, base.Line, true, "hub " + other + " has the baseUrl " + path + " too"})
		}
		taken[path] = h.Name
	}
	return findings
}

// hosts lists the hosts that a hub is served at, and the file that names them.
func (h Hub) hosts() (file string, hosts []*yaml.Node) {
	for _, path := range []string{"jupyterhub.ingress.hosts", "jupyterhub.proxy.https.hosts", "ingress.hosts", "proxy.https.hosts"} {
		if from, list := h.setAt(path); list != nil && list.Kind == yaml.SequenceNode {
			file, hosts = from, append(hosts, list.Content...)
		}
	}
	return file, hosts
}

// Secrets checks that no secret value of one hub is used by another.
func Secrets(hubs []Hub) []Finding {
	var findings []Finding
	type place struct{ hub, file string }
	taken := map[string]place{}
	check := func(h Hub, file File) {
		walk(file.Top, "", func(path string, node *yaml.Node) {
			const shortest = 6 // as the runner has it
			key := path[strings.LastIndexByte(path, '.')+1:]
			switch {
			case !config.LooksSecret(key):
				return
			case len(node.Value) < shortest:
				findings = append(findings, Finding{ShortSecret, file.Name, node.Line, true, fmt.Sprintf("%s has less than %d characters: it cannot be told from other text, and so not be masked", path, shortest)})
				return
			}
			if other, there := taken[node.Value]; there && other.hub != h.Name && other.file != file.Name {
				findings = append(findings, Finding{SharedSecret, file.Name, node.Line, false, path + " is a value of " + other.file + " too: who has one has both"})
			}
			taken[node.Value] = place{h.Name, file.Name}
		})
	}
	for _, h := range hubs {
		for _, file := range h.Secrets {
			check(h, file)
		}
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

// at returns the value at a path of keys, nil if there is none.
func at(node *yaml.Node, path string) *yaml.Node {
	return yamlnode.At(node, strings.Split(path, ".")...)
}
