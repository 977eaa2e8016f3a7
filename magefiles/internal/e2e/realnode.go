package e2e

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/rogpeppe/go-internal/testscript"
)

// behaves NAME... writes hubs for a real node, whose image is the program of testdata/behave. How each behaves says behaviour/NAME.yaml of
// the script: args of the program, further fields of the container and the pod, an image instead, and other objects; REGISTRY is the sandbox's, DIGEST
// the image's, which the variable BEHAVE names.
func behaves(ts *testscript.TestScript, _ bool, names []string) {
	registry := state(ts).Registry
	image := registry + "/tests/behave:t1"
	reference, err := name.ParseReference(image, name.Insecure)
	ts.Check(err)
	found, err := remote.Head(reference)
	ts.Check(err)
	words := strings.NewReplacer("REGISTRY", registry, "DIGEST", found.Digest.String())
	ts.Setenv("BEHAVE", image)
	for _, hub := range names {
		behaviour, err := os.ReadFile(ts.MkAbs("behaviour/" + hub + ".yaml"))
		ts.Check(err)
		chart := "hub-charts/" + hub + "/"
		writeFiles(ts, map[string]string{
			chart + "Chart.yaml":         "apiVersion: v2\nname: " + hub + "\nversion: 0.1.0\n",
			chart + "values.yaml":        words.Replace(string(behaviour)),
			chart + "templates/hub.yaml": strings.ReplaceAll(behaviourTemplate, "IMAGE", image),
		})
	}
}

// pushBehave puts an image with the program of testdata/behave, and nothing else, into a registry.
func pushBehave(ctx context.Context, program, registry string) error {
	content, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		packed := new(bytes.Buffer)
		writer := tar.NewWriter(packed)
		if err := writer.WriteHeader(&tar.Header{Name: "behave", Mode: 0o755, Size: int64(len(content))}); err != nil {
			return nil, err
		}
		if _, err := writer.Write(content); err != nil {
			return nil, err
		}
		return io.NopCloser(packed), writer.Close()
	})
	if err != nil {
		return err
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return err
	}
	file, err := image.ConfigFile()
	if err != nil {
		return err
	}
	file = file.DeepCopy()
	file.OS, file.Architecture, file.Config.Entrypoint = "linux", runtime.GOARCH, []string{"/behave"}
	if image, err = mutate.ConfigFile(image, file); err != nil {
		return err
	}
	reference, err := name.ParseReference(registry+"/tests/behave:t1", name.Insecure)
	if err != nil {
		return err
	}
	return remote.Write(reference, image, remote.WithContext(ctx))
}

const behaviourTemplate = `apiVersion: apps/v1
kind: Deployment
metadata: {name: hub}
spec:
  strategy: {type: Recreate}
  selector: {matchLabels: {component: hub}}
  template:
    metadata: {labels: {component: hub}}
    spec:
      terminationGracePeriodSeconds: 1
      {{- with .Values.pod }}{{ toYaml . | nindent 6 }}{{ end }}
      containers:
        - name: hub
          image: {{ default "IMAGE" .Values.image }}
          args: {{ toJson .Values.args }}
          {{- with .Values.container }}{{ toYaml . | nindent 10 }}{{ end }}
{{ range .Values.objects }}
---
{{ toYaml . }}
{{ end }}
`

// answers URL TEXT waits until what the URL answers has the text.
func answers(ts *testscript.TestScript, _ bool, args []string) {
	said := ""
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		response, err := http.Get(args[0]) //nolint:noctx // of a server on this machine
		if err != nil {
			said = err.Error()
			continue
		}
		content, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if said = string(content); err == nil && strings.Contains(said, args[1]) {
			return
		}
	}
	ts.Fatalf("%s has no %q: %s", args[0], args[1], said)
}

// reached NAMESPACE puts the URL at which this machine reaches the namespace's load balancer into the variable URL.
func reached(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		found, err := sandboxOf(ts).Reach()
		ts.Check(err)
		for _, service := range found {
			if service.Namespace == args[0] && len(service.URLs) > 0 {
				ts.Setenv("URL", service.URLs[0])
				return
			}
		}
	}
	ts.Fatalf("nothing in %s is reached", args[0])
}
