package hub

import (
	"fmt"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/secretdir"
)

// withImages reads a hub of a repository with images beside the first.
func withImages(t *testing.T, root, name string, images ...layout.Image) (Hub, error) {
	t.Helper()
	files, settings := gittest.In(t, root).Snapshot(), layout.Default()
	settings.Images = images
	d, err := Open(root, files, chart.New(files, nil, secretdir.Places{}), Layout{Settings: settings, Of: func(string) layout.Parts { return settings.Parts }})
	if err != nil {
		t.Fatal(err)
	}
	return d.Load(t.Context(), name)
}

func TestSeveralImages(t *testing.T) {
	root := tree(t,
		"hub-charts/a/Chart.yaml", "apiVersion: v2\nname: jupyterhub\nversion: 0.1.0\n", "hub-charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n",
		"user-images/a/Dockerfile", "FROM scratch\n", "user-images/r/Dockerfile", "FROM scratch\n", "user-images/no/file", "")
	r := layout.Image{Key: "r", Dir: "user-images/r", At: "hubops.yaml:2", Whole: []string{"jupyterhub.profiles[name=R].image"}}
	a, err := withImages(t, root, "a", r)
	if got := fmt.Sprintf("%+v", a.Images); err != nil || !strings.HasPrefix(got, "[{Key: Name:a Dir:user-images/a ") || !strings.Contains(got, "{Key:r Name:r Dir:user-images/r At:hubops.yaml:2") {
		t.Fatalf("%s, %v", got, err)
	}
	b, err := withImages(t, root, "b", r)
	if err != nil || len(b.Images) != 1 || b.Main().Name != "" || !a.Shares(b) || b.Shares(Hub{Images: []Image{{Name: "a"}}}) {
		t.Errorf("%+v, %v", b, err)
	}
	// The paths are those of a chart that is jupyterhub itself, and without filters for who looks for values.
	to := a.Targets(a.Images[1], Targets{})
	if got := fmt.Sprint(to.Whole, to.Values(), to.Lists()); got != "[profiles[name=R].image] [profiles.image] [profiles]" {
		t.Errorf("got %s", got)
	}
	if to := a.Targets(a.Images[0], Targets{Names: []string{"jupyterhub.x"}}); fmt.Sprint(to.All(), to.Lists()) != "[x] []" {
		t.Errorf("got %v", to)
	}
	for dir, want := range map[string]string{
		"user-images/gone": "hubops.yaml:2: images.r: there is no user-images/gone, which it is to be built in for hub a; name the hubs that have the image, in images.r.hubs",
		"user-images/no":   "user-images/no/Dockerfile: no such file",
	} {
		r.Dir = dir
		if _, err := withImages(t, root, "a", r, layout.Image{Key: "x", Dir: "user-images/r"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", dir, err)
		}
	}
}

// An image that is built elsewhere needs no directory, is shared with nobody, and must go somewhere; nothing here is built on it.
func TestImagesBuiltElsewhere(t *testing.T) {
	root := tree(t,
		"hub-charts/a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n", "Dockerfile", "FROM scratch\n",
		"user-images/a/Dockerfile", "ARG IMAGE_BASE\nFROM scratch\n")
	r := layout.Image{Key: "r", At: "hubops.yaml:2", Whole: []string{"x.image"}, Elsewhere: layout.Elsewhere{From: "quay.io/us/{hub}:1"}}
	a, err := withImages(t, root, "a", r)
	if err != nil || len(a.Images) != 2 || strings.Join(a.ImageNames(), " ") != "a" || a.Images[1].From != "quay.io/us/a:1" || a.Images[1].OnlyBase() {
		t.Fatalf("%+v, %v", a.Images, err)
	}
	own := func(name string) string { return "ours/" + name }
	if got := a.Images[0].In(own) + " " + a.Images[1].In(own); got != "ours/a quay.io/us/a" {
		t.Errorf("got %s", got)
	}
	if got := a.NamedAt("quay.io/us/a:1@sha256:0") + a.NamedAt("quay.io/us/ab:1") + a.NamedAt("a:1"); got != "hubops.yaml:2" {
		t.Errorf("got %q", got)
	}
	if a.Shares(Hub{Images: []Image{a.Images[1]}}) {
		t.Error("an image of somebody else's counts as shared")
	}
	nowhere := r
	nowhere.Whole = nil
	if _, err := withImages(t, root, "a", nowhere); err == nil || err.Error() != "hubops.yaml:2: images.r is built elsewhere, and goes into no value of hub a; name those that receive it, in images.r.values" {
		t.Errorf("got %v", err)
	}
	base := r
	base.Key = "base"
	if _, err := withImages(t, root, "a", base); err == nil || !strings.Contains(err.Error(), "user-images/a/Dockerfile:1: it is to be built on images.base (hubops.yaml:2), which is built elsewhere") {
		t.Errorf("got %v", err)
	}
}
