package chart

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// packed is a chart as helm packs it.
func packed(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	archive := tar.NewWriter(zipped)
	for name, content := range files {
		if err := archive.WriteHeader(&tar.Header{Name: "of-the-chart/" + name, Mode: 0o600, Size: int64(len(content)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestImagesInAllValuesOfAChart(t *testing.T) {
	dir := t.TempDir()
	inner := packed(t, map[string]string{"Chart.yaml": "name: deep\n", "values.yaml": "image: {repository: deep, tag: 1}\n"})
	for name, content := range map[string]string{
		"Chart.yaml":                 "name: course\ndependencies: [{name: jupyterhub, alias: hub}, {name: old, alias: one}, {name: old, alias: two}]\n",
		"values.yaml":                "hub: {singleuser: {image: {tag: mine}}}\njupyterhub: {singleuser: {image: text}}\n",
		"charts/jupyterhub-1.0.tgz":  string(packed(t, map[string]string{"Chart.yaml": "name: jupyterhub\n", "values.yaml": "singleuser: {image: {name: sample, tag: set}}\nempty: {}\nproxy: {chp: {image: {name: chp, tag: 4}}}\n", "charts/deep-1.tgz": string(inner)})),
		"charts/old/Chart.yaml":      "name: old\n",
		"charts/old/values.yaml":     "image: {image: old, tag: 1}\n",
		"charts/broken-1.0.tgz":      "no archive",
		"charts/wild/Chart.yaml":     "name: wild\n",
		"charts/wild/values.yaml":    "- a list\n",
		"templates/values.yaml":      "image: {name: no, tag: no}\n",
		"charts/old/crds/Chart.yaml": "name: no\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	values := Values(dir)
	want := []Image{{"hub.singleuser.image", "name"}, {"hub.deep.image", "repository"}, {"hub.proxy.chp.image", "name"}, {"one.image", "image"}, {"two.image", "image"}}
	if got := Images(values, []string{"jupyterhub.singleuser.image"}); !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	for path, want := range map[string]bool{
		"hub.singleuser.image.name": true, "hub.singleuser.image.nmae": false, "hub.empty.name": true, "hub.none.name": false,
		"jupyterhub.singleuser.image.name": false, "hub": true, "": false,
	} {
		if got := Knows(values, path); got != want {
			t.Errorf("%s: known is %v", path, got)
		}
	}
	if got := Values(filepath.Join(dir, "none")); len(got) != 0 {
		t.Errorf("no chart has values %v", got)
	}
}
