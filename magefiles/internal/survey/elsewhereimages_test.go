package survey

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
)

func TestHubsThatShareAnImageAskOnce(t *testing.T) {
	var a answers
	var asked atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got := a.of("quay.io/us/course:1", func() answer { asked.Add(1); return answer{digest: "sha256:1"} }); got.digest != "sha256:1" {
				t.Errorf("got %+v", got)
			}
		})
	}
	all.Wait()
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
}

func TestTagsOfImagesElsewhere(t *testing.T) {
	for from, want := range map[string]string{"quay.io/x:1": "1", "quay.io/x": "latest", "quay.io/x@sha256:" + strings.Repeat("ab", 32): "sha256-abababababab"} {
		if got := ElsewhereTag(layout.Elsewhere{From: from}); got != want {
			t.Errorf("%s: got %s", from, got)
		}
	}
}

// Two images of a hub cannot go into one value, whoever builds them; one that two hubs have goes into that of each.
func TestTwoImagesInOneValue(t *testing.T) {
	settings := &config.Config{NamePaths: []string{"jupyterhub.singleuser.image.name"}, TagPaths: []string{"jupyterhub.singleuser.image.tag"}}
	main := hub.Image{Name: "a", Dir: "user-images/a"}
	user := hub.Image{Key: "user", At: "hubops.yaml:4", Into: hub.Targets{Names: settings.NamePaths, Tags: []string{"x.tag"}}, Elsewhere: layout.Elsewhere{From: "quay.io/x:1"}}
	other := hub.Image{Key: "r", At: "hubops.yaml:5", Into: hub.Targets{Whole: []string{"x.tag"}}}
	for want, images := range map[string][]hub.Image{
		"": {user},
		"hubops.yaml:4: images.user goes into jupyterhub.singleuser.image.name of hub a, and so does the image in user-images/a": {main, user},
		"hubops.yaml:5: images.r goes into x.tag of hub a, and so does images.user (hubops.yaml:4)":                              {user, other},
	} {
		err := checkPlaces(hub.Hub{Name: "a", Images: images}, settings)
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
