package survey

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Nodes are how many nodes of a cluster pods can be scheduled to, by platform.
type Nodes map[string]int

// Able counts the nodes that can run an image for these platforms. A variant of a processor is left to the node.
func (n Nodes) Able(platforms []string) (able, all int) {
	for node, count := range n {
		all += count
		if slices.ContainsFunc(platforms, func(platform string) bool { return platform == node || strings.HasPrefix(platform, node+"/") }) {
			able += count
		}
	}
	return able, all
}

// String lists the platforms: "linux/amd64, linux/arm64".
func (n Nodes) String() string { return strings.Join(slices.Sorted(maps.Keys(n)), ", ") }

// without lists the platforms that images for others cannot run on.
func (n Nodes) without(platforms []string) string {
	var others []string
	for node := range n {
		if able, _ := (Nodes{node: 1}).Able(platforms); able == 0 {
			others = append(others, node)
		}
	}
	slices.Sort(others)
	return strings.Join(others, ", ")
}

// PlatformNotes returns a sentence for each set of platforms that images are built for and that some of the cluster's nodes cannot run.
func (v *Survey) PlatformNotes() []string {
	hubs := map[string][]string{}
	platforms := map[string][]string{}
	for _, h := range v.Hubs {
		if !v.Of(h.Name).Deploy.Do {
			continue
		}
		for _, image := range h.Built() {
			key := strings.Join(v.Content(image).BuiltFor(), ", ")
			if platforms[key] = v.Content(image).BuiltFor(); !slices.Contains(hubs[key], h.Name) {
				hubs[key] = append(hubs[key], h.Name)
			}
		}
	}
	var notes []string
	for _, key := range slices.Sorted(maps.Keys(hubs)) {
		able, all := v.Fleet.Nodes.Able(platforms[key])
		switch able {
		case all:
		case 0:
			notes = append(notes, fmt.Sprintf("no node of the cluster can run images for %s (the nodes are %s): the deploy of %s will be refused", key, v.Fleet.Nodes, strings.Join(hubs[key], ", ")))
		default:
			notes = append(notes, fmt.Sprintf("%d of %d nodes are %s, and cannot run images for %s: pods need a nodeSelector kubernetes.io/arch, or image.platforms names both",
				all-able, all, v.Fleet.Nodes.without(platforms[key]), key))
		}
	}
	return notes
}
