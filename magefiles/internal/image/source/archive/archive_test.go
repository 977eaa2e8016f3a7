package archive

import (
	"os"
	"path/filepath"
	"testing"

	"hub-ops/magefiles/internal/image/source/sourcetest"
)

func TestLayerThatIsNotWantedIsNotKept(t *testing.T) {
	first, second := sourcetest.Layer(t, 1000), sourcetest.Layer(t, 2000)
	image, scratch := sourcetest.New(t, first, second), t.TempDir()
	archive := New(image.About(), scratch, sourcetest.Copied(sourcetest.Archive(t, image.Raw, map[string][]byte{"a": first, "b": second}, nil, "a", "b")))
	if err := archive.Begin(t.Context(), func(index int) bool { return index == 1 }); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.Configuration(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(filepath.Join(scratch, "saved-*", "[0-9a-f]*[0-9a-f]"))
	if err != nil || len(kept) != 1 || filepath.Base(kept[0]) != image.About().DiffIDs[1].Hex {
		t.Errorf("kept %q, %v", kept, err)
	}
	if err := archive.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
