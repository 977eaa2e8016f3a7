package earlier

import (
	"fmt"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/layout"
)

// A revision holds images of others where its record has their digests: in one text, or as name and tag. What is ours, what the record does
// not have, and a tag without its name are none of them.
func TestImagesOfOthersInARevision(t *testing.T) {
	digest := func(digit string) string { return "sha256:" + strings.Repeat(digit, 64) }
	record := history.Record{}.WithImage("user", history.ElsewhereTag("quay.io/us/course:2024.1", "2024.1"), digest("1")).
		WithImage("r", history.ElsewhereTag("them/tools:4", "4"), digest("2")).WithImage("own", "t0123456789ab", digest("3"))
	stored := history.Stored{
		Config: map[string]any{
			"user": map[string]any{"name": "quay.io/us/course", "tag": "2024.1@" + digest("1")},
			"list": []any{map[string]any{"image": "them/tools:4@" + digest("2")}},
			"own":  "ours.example/hubs/own:t0123456789ab@" + digest("3"),
		},
		Manifest: "image: nginx:1@" + digest("4") + "\n---\nimage: \"quay.io/us/course:2024.1@" + digest("1") + "\"\n",
	}
	user := hub.Image{Key: "user", Into: hub.Targets{Names: []string{"user.name"}, Tags: []string{"user.tag"}}, Elsewhere: layout.Elsewhere{From: "quay.io/us/other:1"}}
	r := &Checker{registry: registry.Registry{Template: "ours.example/hubs/{hub}"}}
	var got []string
	for _, image := range r.heldElsewhere(hub.Hub{Images: []hub.Image{user}}, history.Revision{Number: 3, Record: record}, stored) {
		got = append(got, fmt.Sprintf("%s=%s %s", image.key, image.Pinned()[:len(image.Pinned())-60], image.Tag))
	}
	if text := strings.Join(got, ", "); text != "r=them/tools@sha256:2222 4, user=quay.io/us/course@sha256:1111 2024.1" {
		t.Errorf("got %s", text)
	}
}
