// Package behaviour has hubs for a real node: how each behaves, and what a deploy must say of it. The benchmark of diagnoses measures them,
// and the end-to-end tests deploy them.
//
//	digest, err := behaviour.Push(ctx, run, root, scratch, registry) // the one image of all
//	for _, b := range behaviour.All() {
//		files := b.Files(registry, digest) // of a repository
//		wrong := b.Wrong(out, deployed)    // "" if a deploy says what it must
//	}
package behaviour

import (
	"regexp"
	"slices"
	"strings"
)

// Behaviour is a hub that behaves in some way.
type Behaviour struct {
	Name   string // of the hub
	Does   string // what happens, for people
	Values string // YAML: args of the program; further fields of the container and the pod; an image instead; other objects
	// Says matches what the last line of a deploy says of the hub, after "ready: ". "": the hub is well, and is deployed.
	Says string
	// Ahead matches what is said while the deploy waits, where that is not in the words of the last line.
	Ahead string
}

// All returns every behaviour.
func All() []Behaviour { return slices.Concat(seen, further, patient) }

// Well reports whether the hub must be deployed.
func (b Behaviour) Well() bool { return b.Says == "" }

// told matches the last line of a deploy that fails as it must.
func (b Behaviour) told() *regexp.Regexp {
	return regexp.MustCompile(`hub ` + b.Name + ` (cannot become|did not become|did not stay) ready: ` + b.Says + `( \(and \d+ more\))?(;|$)`)
}

// code is how a container ends, in what is said of that.
var code = regexp.MustCompile(`exit code \d+`)

// Told matches a line that tells the cause; for a hub that is well, that it is deployed. A first end is told with its exit code.
func (b Behaviour) Told() *regexp.Regexp {
	if b.Well() {
		return regexp.MustCompile(`^(.* )?` + b.Name + `: deployed`)
	}
	told := []string{b.Says}
	if b.Ahead != "" {
		told = append(told, b.Ahead)
	}
	if ends := code.FindString(b.Says); ends != "" {
		told = append(told, "ended with "+ends)
	}
	return regexp.MustCompile(strings.Join(told, "|"))
}

// alarm matches what no deploy may say of a hub that is well.
func (b Behaviour) alarm() *regexp.Regexp {
	return regexp.MustCompile(`hub ` + b.Name + ` (cannot become|did not become|did not stay) ready|what stands in the way of hub ` + b.Name + `\b`)
}

// Wrong says what is wrong with the lines that deploys printed, "" if nothing is. deployed says whether this hub's succeeded.
func (b Behaviour) Wrong(lines []string, deployed bool) string {
	about := func(expression *regexp.Regexp) bool { return slices.ContainsFunc(lines, expression.MatchString) }
	switch {
	case b.Well() && !deployed:
		return "false alarm"
	case b.Well() && about(b.alarm()):
		return "false alarm, taken back"
	case !b.Well() && deployed:
		return "false success"
	case !b.Well() && !about(b.told()):
		return "wrong cause"
	}
	return ""
}

// words put the image and the registry into a behaviour.
func words(registry, digest string) *strings.Replacer {
	return strings.NewReplacer("IMAGE", Image(registry), "REGISTRY", registry, "DIGEST", digest)
}

// Files returns the files of the hub, by their paths in a repository. digest is that of the image in the registry.
func (b Behaviour) Files(registry, digest string) map[string]string {
	chart := "hub-charts/" + b.Name + "/"
	return map[string]string{
		chart + "Chart.yaml":         "apiVersion: v2\nname: " + b.Name + "\nversion: 0.1.0\n",
		chart + "values.yaml":        words(registry, digest).Replace(b.Values),
		chart + "templates/hub.yaml": words(registry, digest).Replace(template),
	}
}

const template = `apiVersion: apps/v1
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
