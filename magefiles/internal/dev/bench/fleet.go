package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/process"
)

// readyAfter is how long a simulated pod has to be up before it counts: a real hub takes longer to start.
const readyAfter = 5 * time.Second

func hubName(i int) string { return fmt.Sprintf("bench-%02d", i) }

const hubChart = `apiVersion: v2
name: NAME
version: 0.1.0
dependencies: [{name: course, version: 1.0.0, repository: "REPOSITORY"}]
`

const hubTemplate = `apiVersion: v1
kind: ConfigMap
metadata: {name: hub}
data: {version: {{ .Values.version | quote }}}
{{ range list "hub" "proxy" }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ . }}}
spec:
  minReadySeconds: SECONDS
  selector: {matchLabels: {component: {{ . }}}}
  template:
    metadata: {labels: {component: {{ . }}}, annotations: {version: {{ $.Values.version | quote }}}}
    spec: {containers: [{name: {{ . }}, image: "{{ . }}:1"}]}
{{ end }}
`

// makeProject writes a Git repository of hubs that depend on one chart, and a cache of tools in which each run of helm
// leaves a line.
func (d *Deploy) makeProject(ctx context.Context) error {
	repository := "oci://" + d.state.Registry + "/charts"
	if err := writeFiles(d.path("course"), map[string]string{"Chart.yaml": "apiVersion: v2\nname: course\nversion: 1.0.0\n"}); err != nil {
		return err
	}
	publisher := &helm.Client{Run: d.Run, Path: d.tools["helm"]}
	if err := publisher.Publish(ctx, d.path("course"), repository, d.Scratch); err != nil {
		return err
	}
	for i := range fleet {
		err := writeFiles(filepath.Join(d.path("project"), "hub-charts", hubName(i)), map[string]string{
			"Chart.yaml":         strings.NewReplacer("NAME", hubName(i), "REPOSITORY", repository).Replace(hubChart),
			"values.yaml":        "version: first\n",
			"templates/hub.yaml": strings.ReplaceAll(hubTemplate, "SECONDS", strconv.Itoa(int(readyAfter.Seconds()))),
		})
		if err != nil {
			return err
		}
	}
	if err := d.project().init(ctx); err != nil {
		return err
	}
	if err := d.project().commit(ctx); err != nil {
		return err
	}
	return d.watchHelm()
}

// watchHelm makes a cache whose tools are the real ones, but for a helm that notes each run.
func (d *Deploy) watchHelm() error {
	built := filepath.Dir(filepath.Dir(d.tools["helm"]))
	entries, err := os.ReadDir(built)
	if err != nil {
		return err
	}
	dir := filepath.Join(d.path("cache"), "tools")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	watched := filepath.Base(filepath.Dir(d.tools["helm"]))
	for _, entry := range entries {
		if entry.Name() == watched {
			continue
		}
		if err := os.Symlink(filepath.Join(built, entry.Name()), filepath.Join(dir, entry.Name())); err != nil {
			return err
		}
	}
	script := fmt.Sprintf("#!/bin/sh\necho \"$@\" >>%s\nexec %s \"$@\"\n", process.Quote(d.path("helm.log")), process.Quote(d.tools["helm"]))
	if err := writeFiles(filepath.Join(dir, watched), map[string]string{"helm": script}); err != nil {
		return err
	}
	return os.Chmod(filepath.Join(dir, watched, "helm"), 0o700) // #nosec G302 -- a program
}

// helmRuns are the arguments of each helm that has run since forget.
func (d *Deploy) helmRuns() []string {
	content, err := os.ReadFile(d.path("helm.log"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return strings.Split(strings.TrimSpace(string(content)), "\n")
}

func (d *Deploy) forget() { _ = os.Remove(d.path("helm.log")) }

// change commits new values for the first hubs.
func (d *Deploy) change(ctx context.Context, version string, hubs int) error {
	for i := range hubs {
		err := writeFiles(filepath.Join(d.path("project"), "hub-charts", hubName(i)), map[string]string{"values.yaml": "version: " + version + "\n"})
		if err != nil {
			return err
		}
	}
	return d.project().commit(ctx)
}

func writeFiles(dir string, files map[string]string) error {
	for name, content := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}
