package registry

import (
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/registry/registrytest"
)

// dated is an image with the date of its builder, and of its label.
func dated(t *testing.T, created time.Time, label string) v1.Image {
	t.Helper()
	image, err := random.Image(100, 1)
	if err != nil {
		t.Fatal(err)
	}
	if image, err = mutate.Config(image, v1.Config{Labels: map[string]string{content.LabelCreated: label, content.LabelBaseDigest: "sha256:b"}}); err != nil {
		t.Fatal(err)
	}
	if image, err = mutate.CreatedAt(image, v1.Time{Time: created}); err != nil {
		t.Fatal(err)
	}
	return image
}

func TestTagsAreDescribed(t *testing.T) {
	r := serve(t, registrytest.NewStrict())
	if tags, err := r.Tags(t.Context(), "a"); err != nil || len(tags) > 0 {
		t.Errorf("no repository yet: %q, %v", tags, err)
	}
	day := func(day int) time.Time { return time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC) }
	index := mutate.AppendManifests(empty.Index,
		mutate.IndexAddendum{Add: dated(t, day(2), "")},
		mutate.IndexAddendum{Add: mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: dated(t, day(4), "")})})
	for name, content := range map[string]remote.Taggable{
		"t000000000001": dated(t, day(2), "2026-01-01T00:00:00Z"), "t000000000002": dated(t, day(2), "2026-01-03T00:00:00Z"),
		"t000000000003": dated(t, time.Unix(0, 0), "yesterday"), "t000000000004-dirty-00000000": index, "latest": dated(t, day(2), ""),
	} {
		ref, err := r.Reference("a", name)
		if err != nil {
			t.Fatal(err)
		}
		if index, isIndex := content.(v1.ImageIndex); isIndex {
			err = remote.WriteIndex(ref, index)
		} else {
			err = remote.Write(ref, content.(v1.Image))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]struct {
		created  time.Time
		ours     bool
		children int
	}{
		"t000000000001": {day(2), true, 0}, "t000000000002": {day(3), true, 0}, "t000000000003": {time.Time{}, true, 0},
		"t000000000004-dirty-00000000": {day(4), true, 3}, "latest": {time.Time{}, false, 0},
	} {
		tag, there, err := r.Tag(t.Context(), "a", name, Dated)
		if err != nil || !there || !tag.Created.Equal(want.created) || tag.Ours != want.ours || len(tag.Children) != want.children {
			t.Errorf("%s: %+v, %v, %v", name, tag, there, err)
		}
		if want.ours && tag.Base != "sha256:b" {
			t.Errorf("%s is built on %q", name, tag.Base)
		}
	}
	if _, there, err := r.Tag(t.Context(), "a", "t000000000009", Dated); there || err != nil {
		t.Errorf("a tag that is not there: %v, %v", there, err)
	}
	if tags, err := r.Tags(t.Context(), "a"); err != nil || len(tags) != 5 {
		t.Errorf("%q, %v", tags, err)
	}
}
