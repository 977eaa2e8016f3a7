package chart

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Vendored is a chart that lies in the directory charts of another one: unpacked, or as an archive.
type Vendored struct {
	Name    string
	Version string
	File    string // its archive, or its Chart.yaml: a file of the repository
	Archive bool
}

// vendored finds the charts in the directory charts of the chart at a place of a view. It takes those away that were left in the
// working tree by helm dependency update: an archive that Git does not track, of a chart that is fetched or packed for each deploy.
func (c *Charts) vendored(ctx context.Context, v view, place string, dependencies []Dependency) ([]Vendored, error) {
	charts := path.Join(place, "charts")
	var found []Vendored
	for _, name := range v.names() {
		below, inside := strings.CutPrefix(name, charts+"/")
		if !inside {
			continue
		}
		source, chart := v[name], (*Vendored)(nil)
		var err error
		switch dir, file := path.Split(below); {
		case dir == "" && path.Ext(file) == ".tgz":
			chart, err = c.packed(ctx, source)
		case strings.Count(below, "/") == 1 && file == "Chart.yaml" && !hidden(below):
			chart, err = c.unpacked(ctx, v, path.Dir(name))
		}
		switch {
		case err != nil:
			return nil, err
		case chart == nil:
		case chart.Archive && !c.files.Tracked(source) && slices.ContainsFunc(dependencies, func(d Dependency) bool { return d.Name == chart.Name && d.Repository != "" }):
			delete(v, name)
		default:
			found = append(found, *chart)
		}
	}
	return found, nil
}

// hidden reports whether helm passes over an entry of the directory charts.
func hidden(name string) bool { return strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") }

func (c *Charts) unpacked(ctx context.Context, v view, place string) (*Vendored, error) {
	chart, err := c.read(ctx, v, place)
	return &Vendored{Name: chart.Name, Version: chart.Version, File: v[path.Join(place, "Chart.yaml")]}, err
}

// packed reads which chart an archive holds. It is nil for one that this cannot read: helm says what is wrong with it.
func (c *Charts) packed(ctx context.Context, file string) (*Vendored, error) {
	contents, err := c.files.Read(ctx, file)
	if err != nil {
		return nil, err
	}
	name, version, is := Packed(contents[file])
	if !is {
		return nil, nil //nolint:nilnil // it holds no chart that helm takes either
	}
	return &Vendored{Name: name, Version: version, File: file, Archive: true}, nil
}

// AppVersion returns the version of what a vendored chart deploys, "" if it does not say.
func (c *Charts) AppVersion(ctx context.Context, v Vendored) (string, error) {
	contents, err := c.files.Read(ctx, v.File)
	if err != nil {
		return "", err
	}
	if v.Archive {
		packed, _ := Unpacked(contents[v.File])
		return packed.AppVersion, nil
	}
	var unpacked chartFile
	if err := yaml.Unmarshal(contents[v.File], &unpacked); err != nil {
		return "", nil //nolint:nilerr // whoever has read the chart has said so
	}
	return unpacked.AppVersion, nil
}

// Packed returns the name and version of a packed chart, and whether the archive holds one.
func Packed(content []byte) (name, version string, is bool) {
	chart, is := Unpacked(content)
	return chart.Name, chart.Version, is
}

// Unpacked reads the Chart.yaml of a packed chart, and reports whether the archive holds one.
func Unpacked(content []byte) (Chart, bool) {
	unzipped, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return Chart{}, false
	}
	const most = 100 << 20 // as helm has it
	archive := tar.NewReader(io.LimitReader(unzipped, most))
	for {
		header, err := archive.Next()
		if err != nil {
			return Chart{}, false
		}
		if strings.Count(header.Name, "/") != 1 || path.Base(header.Name) != "Chart.yaml" {
			continue
		}
		content, err := io.ReadAll(archive)
		var chart chartFile
		if err := errors.Join(err, yaml.Unmarshal(content, &chart)); err != nil {
			return Chart{}, false
		}
		return Chart(chart), true
	}
}
