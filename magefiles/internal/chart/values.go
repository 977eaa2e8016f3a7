package chart

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Values returns the own values of a chart, a directory or an archive, as helm puts them together: those of the charts in its directory charts, packed or not, lie
// below the name or alias of the dependency, and the chart's own go before them. What cannot be read has no values.
func Values(dir string) map[string]any {
	if content, err := os.ReadFile(dir); err == nil { // #nosec G304 -- an archive in our private directory
		return valuesIn(unpack(content), "")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil
	}
	defer func() { _ = root.Close() }()
	files := map[string][]byte{}
	_ = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !describes(name) {
			return nil //nolint:nilerr // it has no values
		}
		if info, err := entry.Info(); err == nil && info.Size() <= largestFile {
			files[name], _ = root.ReadFile(name)
		}
		return nil
	})
	return valuesIn(files, "")
}

// largestFile limits what is read of one file, and of one that is packed.
const largestFile = 20 << 20

// describes reports whether a file of a chart says something about its values, or packs a chart that does.
func describes(name string) bool {
	dir, base := path.Split(name)
	switch base {
	case "Chart.yaml", "requirements.yaml", "values.yaml":
		return true
	}
	return strings.HasSuffix(base, ".tgz") && path.Base(dir) == "charts"
}

// valuesIn are the values of the chart whose files have the prefix.
func valuesIn(files map[string][]byte, prefix string) map[string]any {
	values := map[string]any{}
	_ = yaml.Unmarshal(files[prefix+"values.yaml"], &values)
	for _, below := range chartsIn(files, prefix+"charts/") {
		for _, key := range keysFor(files, prefix, below.name) {
			own, _ := values[key].(map[string]any)
			values[key] = coalesced(own, below.values)
		}
	}
	return values
}

type namedValues struct {
	name   string
	values map[string]any
}

// chartsIn are the charts in a directory charts.
func chartsIn(files map[string][]byte, dir string) []namedValues {
	var found []namedValues
	for _, file := range slices.Sorted(maps.Keys(files)) {
		rest, within := strings.CutPrefix(file, dir)
		name, more, deeper := strings.Cut(rest, "/")
		switch {
		case !within:
		case !deeper && strings.HasSuffix(name, ".tgz"):
			if unpacked := unpack(files[file]); unpacked["Chart.yaml"] != nil {
				found = append(found, namedValues{nameOf(unpacked["Chart.yaml"]), valuesIn(unpacked, "")})
			}
		case more == "Chart.yaml":
			found = append(found, namedValues{nameOf(files[file]), valuesIn(files, dir+name+"/")})
		}
	}
	return found
}

func nameOf(content []byte) string {
	var chart chartFile
	_ = yaml.Unmarshal(content, &chart)
	return chart.Name
}

// keysFor are the keys under which a chart's values lie in those of the chart that depends on it.
func keysFor(files map[string][]byte, prefix, name string) []string {
	var content struct {
		Dependencies []struct {
			Name  string `yaml:"name"`
			Alias string `yaml:"alias"`
		} `yaml:"dependencies"`
	}
	for _, file := range []string{"Chart.yaml", "requirements.yaml"} {
		_ = yaml.Unmarshal(files[prefix+file], &content)
	}
	var keys []string
	for _, dependency := range content.Dependencies {
		if dependency.Name == name {
			keys = append(keys, cmp.Or(dependency.Alias, dependency.Name))
		}
	}
	if len(keys) == 0 {
		keys = []string{name}
	}
	return keys
}

// coalesced are the first values and, where they have none, the others.
func coalesced(values, others map[string]any) map[string]any {
	merged := maps.Clone(others)
	if merged == nil {
		merged = map[string]any{}
	}
	for key, value := range values {
		own, isMap := value.(map[string]any)
		other, _ := others[key].(map[string]any)
		if isMap {
			value = coalesced(own, other)
		}
		merged[key] = value
	}
	return merged
}

// unpack reads the files of a packed chart that describe values. They lie in a directory of the chart's name.
func unpack(content []byte) map[string][]byte {
	files := map[string][]byte{}
	unpacked, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return files
	}
	archive := tar.NewReader(io.LimitReader(unpacked, largestFile))
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) || err != nil {
			return files
		}
		if _, name, inside := strings.Cut(path.Clean(header.Name), "/"); inside && describes(name) {
			files[name], _ = io.ReadAll(archive)
		}
	}
}
