package layout

import (
	"fmt"
	"strings"
	"testing"
)

func TestNamesOfImagesElsewhere(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0", 64)
	for from, want := range map[string]string{
		"quay.io/us/course:2024.1":          "quay.io/us/course 2024.1  false",
		"quay.io/us/course@" + digest:       "quay.io/us/course  " + digest + " true",
		"localhost:5000/course:1@" + digest: "localhost:5000/course 1 " + digest + " true",
		"localhost:5000/course":             "localhost:5000/course latest  false",
		"course":                            "course latest  false",
		"jupyter/scipy-notebook:2024-10-07": "jupyter/scipy-notebook 2024-10-07  false",
	} {
		if err := CheckFrom(from); err != nil {
			t.Errorf("%s: %v", from, err)
		}
		image := Elsewhere{From: from}
		repository, tag, digest := image.Parts()
		if got := fmt.Sprint(repository, " ", tag, " ", digest, " ", image.Fixed()); got != want {
			t.Errorf("%s: got %s", from, got)
		}
	}
	for _, from := range []string{"", "a b", "-x", "quay.io/", "/x", "quay.io/x:", "quay.io/x@sha256:0", "quay.io/x:a:b", "quay.io/x?", "quay.io/../x", "x@md5:0", "{hub", "quay.io/X"} {
		if CheckFrom(from) == nil {
			t.Errorf("%q is taken", from)
		}
	}
}

// The placeholders of a hub are filled in, and what comes out is an image too.
func TestImagesElsewhereOfHubs(t *testing.T) {
	parts := Parts{Image: "images/{hub}", Images: []Image{{Key: "user", At: "hubops.yaml:2", Elsewhere: Elsewhere{From: "quay.io/{hub}:{env}"}}}}
	located, err := parts.Locate(Names{Hub: "bio", Env: "staging"})
	if err != nil || located.Images[0].From != "quay.io/bio:staging" || located.Images[0].Name != "quay.io/bio" || located.Images[0].Dir != "" {
		t.Errorf("%+v, %v", located.Images, err)
	}
	if dirs := located.ImageDirs(); len(dirs) != 1 {
		t.Errorf("got %q", dirs)
	}
	if names, err := parts.ImageNames(Names{Hub: "bio", Env: "staging"}); err != nil || strings.Join(names, " ") != "bio" {
		t.Errorf("%q, %v", names, err)
	}
	if _, err := parts.Locate(Names{Hub: "bio"}); err == nil || !strings.Contains(err.Error(), `images.user.from: "quay.io/{hub}:{env}": hub bio has no environment`) {
		t.Errorf("got %v", err)
	}
}
