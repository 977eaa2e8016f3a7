// Package published asks where charts are published which versions of one there are: an index.yaml, or the tags of a registry. Dependencies of
// package chart go in, versions with the links that the charts themselves name come out. Package ops/dependencies calls it.
//
//	source := published.Source{Registry: registry.Options}
//	versions, err := source.Versions(ctx, dependency)
package published

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/bump"
	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
)

// Source is how repositories are asked.
type Source struct {
	Registry func(ctx context.Context) []remote.Option // of requests to registries
}

// Versions are the versions of one chart in one repository.
type Versions struct {
	List  []string
	notes func(ctx context.Context, version string) string
}

// Notes returns a link to what is new in a version, as the chart names it; "" if it names none.
func (v Versions) Notes(ctx context.Context, version string) string { return v.notes(ctx, version) }

const (
	patience = time.Minute
	largest  = 100 << 20 // bytes of an index: that of a public repository with thousands of charts has a fifth
)

// Versions asks for the versions of a chart. The error says in one line why there is no answer.
func (s Source) Versions(ctx context.Context, dependency chart.Dependency) (Versions, error) {
	var versions Versions
	var err error
	switch where := dependency.Repository; {
	case strings.HasPrefix(where, "oci://"):
		versions, err = s.inRegistry(ctx, dependency)
	case strings.HasPrefix(where, "https://"), strings.HasPrefix(where, "http://"):
		versions, err = inIndex(ctx, dependency)
	default:
		err = exit.Input("%q is a name that only some machine's helm knows", where).Try("write the address of the repository")
	}
	if err == nil && len(versions.List) == 0 {
		err = errors.New("it has no such chart")
	}
	if err != nil {
		return versions, exit.Errorf(exit.Setup, "which versions of chart %s there are at %s is not known: %w", dependency.Name, hidden(dependency.Repository), err)
	}
	return versions, nil
}

// hidden is an address without the login that may be in it.
func hidden(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "an address that is none"
	}
	return parsed.Redacted()
}

// metadata is what is read of a chart: helm.sh/docs/topics/charts.
type metadata struct {
	Version     string            `json:"version"     yaml:"version"`
	Home        string            `json:"home"        yaml:"home"`
	Sources     []string          `json:"sources"     yaml:"sources"`
	Annotations map[string]string `json:"annotations" yaml:"annotations"`
}

func (m metadata) link() string { return bump.Notes(m.Annotations, m.Sources, m.Home) }

// inIndex reads the index of a repository: helm.sh/docs/topics/chart_repository.
func inIndex(ctx context.Context, dependency chart.Dependency) (Versions, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(dependency.Repository, "/")+"/index.yaml", http.NoBody)
	if err != nil {
		return Versions{}, err
	}
	request.Header.Set("User-Agent", "hub-ops")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return Versions{}, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return Versions{}, fmt.Errorf("it answers %s", answer.Status)
	}
	content, err := io.ReadAll(io.LimitReader(answer.Body, largest+1))
	switch {
	case err != nil:
		return Versions{}, err
	case len(content) > largest:
		return Versions{}, fmt.Errorf("its index has more than %d MiB", largest>>20)
	}
	return parseIndex(content, dependency.Name)
}

func parseIndex(content []byte, name string) (Versions, error) {
	var index struct {
		Entries map[string][]metadata `yaml:"entries"`
	}
	if err := yaml.Unmarshal(content, &index); err != nil {
		return Versions{}, errors.New("its index is no YAML that helm reads")
	}
	known := map[string]metadata{}
	versions := Versions{notes: func(_ context.Context, version string) string { return known[version].link() }}
	for _, entry := range index.Entries[name] {
		if _, twice := known[entry.Version]; !twice {
			known[entry.Version] = entry
			versions.List = append(versions.List, entry.Version)
		}
	}
	return versions, nil
}

// inRegistry lists the tags of a registry. helm writes a + of a version as an underscore, which tags can have: helm.sh/docs/topics/registries.
func (s Source) inRegistry(ctx context.Context, dependency chart.Dependency) (Versions, error) {
	repository, err := name.NewRepository(strings.TrimSuffix(strings.TrimPrefix(dependency.Repository, "oci://"), "/") + "/" + dependency.Name)
	if err != nil {
		return Versions{}, err
	}
	asking, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tags, err := remote.List(repository, s.Registry(asking)...)
	if err != nil {
		return Versions{}, err
	}
	versions := Versions{notes: func(ctx context.Context, version string) string { return s.notesOf(ctx, repository, version) }}
	for _, tag := range tags {
		versions.List = append(versions.List, strings.ReplaceAll(tag, "_", "+"))
	}
	return versions, nil
}

// notesOf reads the metadata that a chart in a registry has as its configuration.
func (s Source) notesOf(ctx context.Context, repository name.Repository, version string) string {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	image, err := remote.Image(repository.Tag(strings.ReplaceAll(version, "+", "_")), s.Registry(ctx)...)
	if err != nil {
		return ""
	}
	content, err := image.RawConfigFile()
	var found metadata
	if err != nil || json.Unmarshal(content, &found) != nil {
		return ""
	}
	return found.link()
}
