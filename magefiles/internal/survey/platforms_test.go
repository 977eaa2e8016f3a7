package survey

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/plan"
)

func TestNodesAreAbleToRunImagesOfTheirPlatform(t *testing.T) {
	for _, c := range []struct {
		nodes     Nodes
		platforms string
		able      int
		note      string
	}{
		{Nodes{}, "linux/arm64", 0, ""}, // nothing is known
		{Nodes{"linux/amd64": 3}, "", 3, ""},
		{Nodes{"linux/amd64": 3}, "linux/amd64/v2", 3, ""},
		{Nodes{"linux/arm64": 3}, "linux/arm64/v8", 3, ""},
		{Nodes{"linux/arm": 1}, "linux/arm64", 0, "no node of the cluster can run images for linux/arm64 (the nodes are linux/arm): the deploy of a will be refused"},
		{Nodes{"linux/arm64": 3}, "", 0, "no node of the cluster can run images for linux/amd64 (the nodes are linux/arm64): the deploy of a will be refused"},
		{Nodes{"linux/amd64": 3, "linux/arm64": 2}, "linux/amd64,linux/arm64", 5, ""},
		{Nodes{"linux/amd64": 3, "linux/arm64": 2, "windows/amd64": 1}, "", 3, "3 of 6 nodes are linux/arm64, windows/amd64, and cannot run images for linux/amd64: pods need a nodeSelector"},
	} {
		image := content.Content{}
		if c.platforms != "" {
			image.Platforms = strings.Split(c.platforms, ",")
		}
		if able, _ := c.nodes.Able(image.BuiltFor()); able != c.able {
			t.Errorf("%v, %s: %d are able, want %d", c.nodes, c.platforms, able, c.able)
		}
		v := &Survey{
			Hubs: []hub.Hub{{Name: "a", Images: []hub.Image{{Name: "a", Dir: "user-images/a"}}}}, contents: map[string]content.Content{"user-images/a": image}, index: map[string]int{"a": 0},
			Plan: plan.Plan{Hubs: []plan.Hub{{Name: "a", Deploy: plan.Step{Do: true}}}}, Fleet: &Fleet{Nodes: c.nodes},
		}
		if notes := strings.Join(v.PlatformNotes(), "\n"); !strings.HasPrefix(notes, c.note) || c.note == "" && notes != "" {
			t.Errorf("%v, %s: got %q, want %q", c.nodes, c.platforms, notes, c.note)
		}
	}
}
