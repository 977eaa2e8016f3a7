package hub

import (
	"fmt"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/layout"
)

// An image comes behind those that it is built on, each once, whatever names them first; what nobody is built on is not there.
func TestImagesBehindTheirBases(t *testing.T) {
	root := tree(t,
		"hub-charts/a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n",
		"user-images/a/Dockerfile", "ARG X=1\nARG IMAGE_R_GPU\nARG IMAGE_BASE\nFROM ${IMAGE_R_GPU}\nARG IMAGE_LATE\n",
		"images/r-gpu/Dockerfile", "ARG IMAGE_BASE=quay.io/x:1\nFROM ${IMAGE_BASE}\n", "images/base/Dockerfile", "FROM scratch\n", "images/late/Dockerfile", "FROM scratch\n")
	a, err := withImages(t, root, "a",
		layout.Image{Key: "base", Dir: "images/base"}, layout.Image{Key: "late", Dir: "images/late"}, layout.Image{Key: "r-gpu", Dir: "images/r-gpu", Whole: []string{"x"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, image := range a.Images {
		got = append(got, fmt.Sprintf("%s=%s %v", image.Name, image.ID(), image.OnlyBase()))
	}
	if text := strings.Join(got, ", "); text != "base=images/base true, r-gpu=images/r-gpu(images/base) false, a=user-images/a(images/r-gpu(images/base))(images/base) false" {
		t.Errorf("got %s", text)
	}
	if bases := a.Main().Bases; len(bases) != 2 || bases[0].Variable != "IMAGE_R_GPU" || bases[0].Key != "r-gpu" {
		t.Errorf("got %+v", bases)
	}
}

func TestImagesBuiltOnEachOther(t *testing.T) {
	root := tree(t,
		"hub-charts/a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n",
		"user-images/a/Dockerfile", "ARG IMAGE_R\nFROM $IMAGE_R\n",
		"images/r/Dockerfile", "# R\nARG IMAGE_BASE\nFROM $IMAGE_BASE\n", "images/base/Dockerfile", "ARG IMAGE_R\nFROM $IMAGE_R\n", "images/self/Dockerfile", "ARG IMAGE_SELF\nFROM $IMAGE_SELF\n")
	_, err := withImages(t, root, "a", layout.Image{Key: "base", Dir: "images/base"}, layout.Image{Key: "r", Dir: "images/r"})
	if err == nil || err.Error() != "images are built on each other: r on base (images/r/Dockerfile:2), base on r (images/base/Dockerfile:1); take one of these variables out" {
		t.Errorf("got %v", err)
	}
	_, err = withImages(t, root, "a", layout.Image{Key: "self", Dir: "images/self", Whole: []string{"x"}})
	if err == nil || !strings.Contains(err.Error(), "self on self (images/self/Dockerfile:1)") {
		t.Errorf("got %v", err)
	}
	if _, err = withImages(t, root, "a", layout.Image{Key: "r", Dir: "images/gone", At: "hubops.yaml:3"}); err == nil || !strings.Contains(err.Error(), "hubops.yaml:3: images.r: there is no images/gone") {
		t.Errorf("got %v", err)
	}
}
