package kube

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"hub-ops/magefiles/internal/diagnosis"
)

// Terminates reports whether the namespace is being deleted. That it cannot be asked, or is not there, is no answer.
func (p *Proxy) Terminates(ctx context.Context, namespace string) bool {
	var object diagnosis.Object
	return p.get(ctx, "api/v1/namespaces/"+namespace, &object) == nil && object.Status.Phase == "Terminating"
}

// Autoscaled reports whether something adds nodes to the cluster: the cluster autoscaler, which keeps its state in a
// ConfigMap, or Karpenter, which has an API. It is true when that cannot be asked.
func (p *Proxy) Autoscaled(ctx context.Context) bool {
	for _, path := range []string{"api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status", "apis/karpenter.sh"} {
		err := p.get(ctx, path, new(json.RawMessage))
		if status := (*StatusError)(nil); !errors.As(err, &status) || status.Code != http.StatusNotFound {
			return true
		}
	}
	return false
}

// Nodes lists the cluster's nodes, nil if they cannot be listed.
func (p *Proxy) Nodes(ctx context.Context) []*diagnosis.Object {
	var list struct{ Items []*diagnosis.Object }
	if p.get(ctx, "api/v1/nodes", &list) != nil {
		return nil
	}
	return append([]*diagnosis.Object{}, list.Items...)
}

// StorageClasses lists the cluster's classes, nil if they cannot be listed.
func (p *Proxy) StorageClasses(ctx context.Context) []string {
	var list struct{ Items []diagnosis.Object }
	if p.get(ctx, "apis/storage.k8s.io/v1/storageclasses", &list) != nil {
		return nil
	}
	names := []string{}
	for _, class := range list.Items {
		names = append(names, class.Metadata.Name)
	}
	return names
}
