package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// resourceTable remembers what the API server calls the kinds of each version of its API.
type resourceTable struct {
	mu       sync.Mutex
	versions map[string][]resource // by path
}

type resource struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	Namespaced bool   `json:"namespaced"`
}

// PathOf is the path of all objects of a kind, in the namespace if the kind is namespaced: apps/v1, Deployment and
// course give apis/apps/v1/namespaces/course/deployments. known is false if the API server has no such kind. It asks
// once for each version of the API.
func (s *Server) PathOf(ctx context.Context, version, kind, namespace string) (path string, known bool, err error) {
	found, known, err := s.resourceOf(ctx, version, kind)
	switch {
	case err != nil || !known:
		return "", false, err
	case found.Namespaced:
		return InNamespace(version, namespace, found.Name), true, nil
	}
	return root(version) + "/" + found.Name, true, nil
}

// Namespaced reports whether objects of a kind are in namespaces. known is false if the API server has no such kind.
func (s *Server) Namespaced(ctx context.Context, version, kind string) (namespaced, known bool, err error) {
	found, known, err := s.resourceOf(ctx, version, kind)
	return found.Namespaced, known, err
}

func (s *Server) resourceOf(ctx context.Context, version, kind string) (found resource, known bool, err error) {
	resources, err := s.resourcesOf(ctx, root(version))
	if err != nil {
		return resource{}, false, err
	}
	at := slices.IndexFunc(resources, func(r resource) bool { return r.Kind == kind && !strings.Contains(r.Name, "/") })
	if at < 0 {
		return resource{}, false, nil
	}
	return resources[at], true, nil
}

func (s *Server) resourcesOf(ctx context.Context, path string) ([]resource, error) {
	s.resources.mu.Lock()
	defer s.resources.mu.Unlock()
	if known, found := s.resources.versions[path]; found {
		return known, nil
	}
	var list struct {
		Resources []resource `json:"resources"`
	}
	if err := s.Ask(ctx, Request{Path: path}, &list); Code(err) == http.StatusNotFound {
		return nil, nil // a chart may bring it later in this run
	} else if err != nil {
		return nil, err
	}
	if s.resources.versions == nil {
		s.resources.versions = map[string][]resource{}
	}
	s.resources.versions[path] = list.Resources
	return list.Resources, nil
}

// Versions lists the versions of all groups of the API beside the core group, as apps/v1.
func (s *Server) Versions(ctx context.Context) ([]string, error) {
	var list struct {
		Groups []struct {
			Versions []struct {
				GroupVersion string `json:"groupVersion"`
			} `json:"versions"`
		} `json:"groups"`
	}
	if err := s.Ask(ctx, Request{Path: "apis"}, &list); err != nil {
		return nil, err
	}
	var versions []string
	for _, group := range list.Groups {
		for _, version := range group.Versions {
			versions = append(versions, version.GroupVersion)
		}
	}
	return versions, nil
}
