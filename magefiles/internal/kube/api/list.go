package api

import (
	"context"
	"net/http"
	"net/url"
)

// Metadata is what all objects have in common.
type Metadata struct {
	Namespace   string            `json:"namespace"`
	Name        string            `json:"name"`
	UID         string            `json:"uid"`
	Version     string            `json:"resourceVersion"`
	Created     string            `json:"creationTimestamp"` // RFC 3339 in UTC, so it sorts as text
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	Owners      []Owner           `json:"ownerReferences"`
	Writes      []Write           `json:"managedFields"`
}

// Write is the last time that somebody wrote to an object in one way: kubernetes.io/docs/reference/using-api/server-side-apply.
type Write struct {
	Time string `json:"time"` // by the API server's clock, in RFC 3339
}

// Changed is when the object was last written to, by the API server's clock; "" if it does not say that.
func (m Metadata) Changed() string {
	last := ""
	for _, write := range m.Writes {
		last = max(last, write.Time)
	}
	return last
}

// Owner is an object that another one belongs to: kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents.
type Owner struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
}

// List returns the metadata of all objects at a path that match a label selector. The objects themselves stay in the
// cluster: no value of a Secret is read.
func (s *Server) List(ctx context.Context, path, selector string) ([]Metadata, error) {
	const page = "500"
	query := url.Values{"labelSelector": {selector}, "limit": {page}}
	var all []Metadata
	for {
		var part struct {
			Metadata struct {
				Continue string `json:"continue"`
			} `json:"metadata"`
			Items []struct {
				Metadata Metadata `json:"metadata"`
			} `json:"items"`
		}
		err := s.Ask(ctx, Request{Path: path + "?" + query.Encode(), Accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}, &part)
		if Code(err) == http.StatusGone && query.Has("continue") { // the list took too long: begin again
			query.Del("continue")
			all = nil
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, item := range part.Items {
			all = append(all, item.Metadata)
		}
		if part.Metadata.Continue == "" {
			return all, nil
		}
		query.Set("continue", part.Metadata.Continue)
	}
}
