package sandbox

import (
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
)

func TestLoadedImageLiesBelowTheNameOfItsRegistry(t *testing.T) {
	for image, want := range map[string]string{
		"jupyterhub/k8s-hub:4": "127.0.0.1:9/docker.io/jupyterhub/k8s-hub:4", "busybox": "127.0.0.1:9/docker.io/library/busybox:latest",
		"registry.example/us/a:1": "127.0.0.1:9/registry.example/us/a:1", "localhost:5000/a:1": "127.0.0.1:9/localhost-5000/a:1",
	} {
		tag, err := name.NewTag(image)
		if err != nil {
			t.Fatal(err)
		}
		if got := LoadedAs(&State{Registry: "127.0.0.1:9"}, tag); got != want {
			t.Errorf("%s: %s, want %s", image, got, want)
		}
	}
}
