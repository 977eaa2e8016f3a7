package history

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/kube/manifest"
)

// Stored is a release as helm keeps it in a Secret: JSON, packed by gzip, in base64 (pkg/storage/driver/util.go in its
// source; the form is the same in Helm 3 and 4). Fields that are not named here survive Decode and Encode unchanged.
type Stored struct {
	Manifest string // everything that was rendered, hooks left out
	Hooks    []manifest.Hook
	Config   map[string]any // the values that were given, secret ones among them
	Chart    struct {
		Values   map[string]any `json:"values"` // the chart's own; those of Config go before them
		Metadata struct {
			Name         string `json:"name"`
			Dependencies []struct {
				Name string `json:"name"`
			} `json:"dependencies"`
		} `json:"metadata"`
	}
	fields map[string]json.RawMessage
}

// largestRelease limits what a release may unpack to, in bytes; its Secret holds at most 1 MiB.
const largestRelease = 64 << 20

// Decode reads the content of a revision's Secret, after the base64 that Kubernetes puts around all content is taken off.
func Decode(data []byte) (Stored, error) {
	var s Stored
	packed, err := base64.StdEncoding.DecodeString(string(data))
	if err != nil {
		return s, fmt.Errorf("reading a release: %w", err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return s, fmt.Errorf("reading a release: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(unpacked, largestRelease))
	if err != nil {
		return s, fmt.Errorf("reading a release: %w", err)
	}
	if err := json.Unmarshal(text, &s.fields); err != nil {
		return s, fmt.Errorf("reading a release: %w", err)
	}
	if err := json.Unmarshal(text, &struct {
		Manifest *string         `json:"manifest"`
		Config   *map[string]any `json:"config"`
		Chart    any             `json:"chart"`
		Hooks    any             `json:"hooks"`
	}{&s.Manifest, &s.Config, &s.Chart, &s.Hooks}); err != nil {
		return s, fmt.Errorf("reading a release: %w", err)
	}
	return s, nil
}

// Objects returns what the revision consists of, hooks among it.
func (s Stored) Objects(namespace string) ([]manifest.Object, error) {
	return manifest.Release(s.Manifest, s.Hooks, namespace)
}

// ChartNames are the names of the release's chart, and of those that it depends on.
func (s Stored) ChartNames() []string {
	names := []string{s.Chart.Metadata.Name}
	for _, dependency := range s.Chart.Metadata.Dependencies {
		if !slices.Contains(names, dependency.Name) {
			names = append(names, dependency.Name)
		}
	}
	return names
}

// Fail gives the revision the status failed, with a description that says why.
func (s Stored) Fail(why string) error {
	return s.setInfo(map[string]any{"status": "failed", "description": why})
}

// Restore gives a revision that was superseded the status deployed again.
func (s Stored) Restore() error { return s.setInfo(map[string]any{"status": "deployed"}) }

func (s Stored) setInfo(changed map[string]any) error {
	var info map[string]any
	if err := json.Unmarshal(s.fields["info"], &info); err != nil {
		return fmt.Errorf("reading a release: %w", err)
	}
	maps.Copy(info, changed)
	text, err := json.Marshal(info)
	if err == nil {
		s.fields["info"] = text
	}
	return err
}

// Encode returns the content of the revision's Secret, with the manifest as it is now.
func (s Stored) Encode() ([]byte, error) {
	objects, err := json.Marshal(s.Manifest)
	if err != nil {
		return nil, err
	}
	s.fields["manifest"] = objects
	text, err := json.Marshal(s.fields)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	if _, err := writer.Write(text); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return []byte(base64.StdEncoding.EncodeToString(packed.Bytes())), nil
}

// Find returns all matches of a pattern in everything that helm keeps of the revision: values, manifest, hooks, the chart's own
// files; also where that is in base64, as in a Secret.
func (s Stored) Find(pattern *regexp.Regexp) []string {
	var found []string
	for _, field := range s.fields {
		found = append(found, pattern.FindAllString(string(field), -1)...)
		for _, packed := range packedText.FindAllString(string(field), -1) {
			if plain, err := base64.StdEncoding.DecodeString(packed[:len(packed)/4*4]); err == nil {
				found = append(found, pattern.FindAllString(string(plain), -1)...)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// packedText matches what may be text in base64: as long as the shortest tag at least.
var packedText = regexp.MustCompile(`[A-Za-z0-9+/]{16,}={0,2}`)

// Text returns the text at a path of the release's values, such as jupyterhub.hub.baseUrl; "" if there is none. given
// reports whether the text was given to the release and is not the chart's own: then it may be secret.
func (s Stored) Text(path string) (text string, given bool) {
	if text = textAt(s.Config, path); text != "" {
		return text, true
	}
	return textAt(s.Chart.Values, path), false
}

func textAt(values map[string]any, path string) string {
	key, rest, deeper := strings.Cut(path, ".")
	if deeper {
		inner, _ := values[key].(map[string]any)
		return textAt(inner, rest)
	}
	text, _ := values[key].(string)
	return text
}

// SecretValues lists the values that were given to a release, for redaction. Those at the given paths, such as
// jupyterhub.singleuser.image.tag, are not secret.
func (s Stored) SecretValues(plain []string) []string { return scalars(s.Config, "", plain, nil) }

func scalars(value any, path string, plain, found []string) []string {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			found = scalars(inner, strings.TrimPrefix(path+"."+key, "."), plain, found)
		}
	case []any:
		for _, inner := range value {
			found = scalars(inner, path, plain, found)
		}
	case string:
		if !slices.Contains(plain, path) {
			found = append(found, value)
		}
	}
	return found
}
