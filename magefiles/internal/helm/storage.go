package helm

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Stored is a release as helm keeps it in a Secret: JSON, packed by gzip, in base64 (pkg/storage/driver/util.go in its
// source; the form is the same in Helm 3 and 4). What is not named here is kept as it is.
type Stored struct {
	Manifest string         // everything that was rendered, hooks left out
	Config   map[string]any // the values that were given, secret ones among them
	fields   map[string]json.RawMessage
}

// largestRelease limits what a release may unpack to, in bytes; its Secret holds at most 1 MiB.
const largestRelease = 64 << 20

// DecodeRelease reads the content of a release's Secret, without the base64 that Kubernetes puts around all of them.
func DecodeRelease(data []byte) (Stored, error) {
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
	}{&s.Manifest, &s.Config}); err != nil {
		return s, fmt.Errorf("reading a release: %w", err)
	}
	return s, nil
}

// Encode is the content of the release's Secret, with the manifest as it is now.
func (s Stored) Encode() ([]byte, error) {
	manifest, err := json.Marshal(s.Manifest)
	if err != nil {
		return nil, err
	}
	s.fields["manifest"] = manifest
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
