package kube

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/manifest"
)

// dryRuns is how many objects of a hub are asked about at a time.
const dryRuns = 4

// Admit asks the API server whether it would take what a chart renders: schema, admission, immutable fields, rights.
// Nothing is stored. The error has a line for each object that is refused.
func (c *Client) Admit(ctx context.Context, hub string, documents []manifest.Document) error {
	var objects []applied
	for _, document := range documents {
		found, err := objectsIn(hub, document.Source, []byte(document.Text))
		if err != nil {
			return exit.With(exit.Helm, fmt.Errorf("hub %s: %s: %w", hub, document.Source, err))
		}
		objects = append(objects, found...)
	}
	refusals := make([]error, len(objects))
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(dryRuns)
	for i, object := range objects {
		group.Go(func() (err error) {
			refusals[i], err = c.admit(asking, object)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return exit.With(exit.Setup, fmt.Errorf("asking the API server whether it would take hub %s: %w", hub, err))
	}
	if err := errors.Join(refusals...); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("the API server refuses hub %s: %w", hub, err))
	}
	return nil
}

// applied is an object as it is sent to be applied.
type applied struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Metadata   struct {
		Name         string `yaml:"name"`
		Namespace    string `yaml:"namespace"`
		GenerateName string `yaml:"generateName"`
	} `yaml:"metadata"`
	Items  []yaml.Node `yaml:"items"` // of a List
	source string
	body   []byte // YAML, which the API server reads too
}

func (a applied) String() string {
	text := strings.ToLower(a.Kind) + "/" + a.Metadata.Name
	if a.source != "" {
		text += " (" + a.source + ")"
	}
	return text
}

// objectsIn finds the objects of a document: one, those of a List, or none.
func objectsIn(hub, source string, body []byte) ([]applied, error) {
	object := applied{source: source, body: body}
	if err := yaml.Unmarshal(body, &object); err != nil {
		return nil, err
	}
	if object.Kind == "" {
		return nil, nil
	}
	if object.Metadata.Namespace == "" {
		object.Metadata.Namespace = hub
	}
	if object.Kind != "List" {
		return []applied{object}, nil
	}
	var objects []applied
	for i := range object.Items {
		item, err := yaml.Marshal(&object.Items[i])
		if err != nil {
			return nil, err
		}
		found, err := objectsIn(hub, source, item)
		if err != nil {
			return nil, err
		}
		objects = append(objects, found...)
	}
	return objects, nil
}

// admit asks about one object.
func (c *Client) admit(ctx context.Context, object applied) (refusal, err error) {
	proxy, err := c.Proxy(ctx)
	if err != nil {
		return nil, err
	}
	path, known, err := proxy.pathOf(ctx, object.APIVersion, object.Kind, object.Metadata.Namespace)
	if err != nil || !known { // it may be defined by the chart itself; if not, helm finds out before it changes anything
		return nil, err
	}
	// The fields are helm's anyway: whoever else has written one gives way, as it does to helm.
	request := call{
		method: http.MethodPatch, kind: "application/apply-patch+yaml", body: object.body,
		path: path + "/" + object.Metadata.Name + "?" + url.Values{
			"dryRun": {"All"}, "fieldManager": {"helm"}, "force": {"true"}, "fieldValidation": {"Ignore"},
		}.Encode(),
	}
	if object.Metadata.Name == "" { // the API server makes one up
		request.method, request.kind, request.path = http.MethodPost, "application/yaml", path+"?dryRun=All"
	}
	if err = proxy.ask(ctx, request, nil); err == nil || harmless(err) {
		return nil, nil
	}
	if away(err) {
		return nil, err
	}
	if plain := c.plainly(err); plain != err { //nolint:errorlint // it has become another, or has not
		return fmt.Errorf("%w%s", plain, inBrackets(object.source)), nil
	}
	return fmt.Errorf("%s: %w", object, err), nil
}

func inBrackets(source string) string {
	if source == "" {
		return ""
	}
	return " (" + source + ")"
}

// harmless reports whether a refusal is only a dry run's: an object that refers to another one of the same release, which
// is not there yet, and entries that stand twice in a list, which helm's own way of sending them allows.
func harmless(err error) bool {
	return code(err) == http.StatusNotFound || strings.Contains(said(err), "duplicate entries for key")
}

// kindTable remembers what the API server calls the kinds of a version of its API.
type kindTable struct {
	mu       sync.Mutex
	versions map[string][]apiResource
}

type apiResource struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	Namespaced bool   `json:"namespaced"`
}

// pathOf is the path of all objects of a kind in a namespace, if the kind is in namespaces; known is false if the API
// server does not know the kind.
func (p *Proxy) pathOf(ctx context.Context, version, kind, namespace string) (path string, known bool, err error) {
	root := "apis/" + version
	if !strings.Contains(version, "/") {
		root = "api/" + version
	}
	resources, err := p.resources(ctx, root)
	if err != nil {
		return "", false, err
	}
	at := slices.IndexFunc(resources, func(r apiResource) bool { return r.Kind == kind && !strings.Contains(r.Name, "/") })
	switch {
	case at < 0:
		return "", false, nil
	case resources[at].Namespaced:
		return root + "/namespaces/" + namespace + "/" + resources[at].Name, true, nil
	}
	return root + "/" + resources[at].Name, true, nil
}

func (p *Proxy) resources(ctx context.Context, root string) ([]apiResource, error) {
	p.kinds.mu.Lock()
	defer p.kinds.mu.Unlock()
	if known, found := p.kinds.versions[root]; found {
		return known, nil
	}
	var list struct {
		Resources []apiResource `json:"resources"`
	}
	if err := p.ask(ctx, call{path: root}, &list); err != nil && code(err) != http.StatusNotFound {
		return nil, err
	}
	if p.kinds.versions == nil {
		p.kinds.versions = map[string][]apiResource{}
	}
	p.kinds.versions[root] = list.Resources
	return list.Resources, nil
}
