package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/layout"
)

// keySecret is the name of the Secret that holds a namespace's key for the digest of its secret values, and the label by
// which all of them are found.
const (
	keySecret = "hub-ops-record-key" // #nosec G101 -- a name
	keyLabel  = "hub-ops.record-key"
)

// RecordKeys returns the key of each namespace that has one.
func (c *Client) RecordKeys(ctx context.Context) (map[string]history.Key, error) {
	var list struct {
		Items []struct {
			Metadata api.Metadata      `json:"metadata"`
			Data     map[string][]byte `json:"data"`
		} `json:"items"`
	}
	if err := c.Ask(ctx, api.Request{Path: "api/v1/secrets?labelSelector=" + keyLabel}, &list); err != nil {
		return nil, c.Unanswered(err)
	}
	keys := map[string]history.Key{}
	for _, item := range list.Items {
		keys[item.Metadata.Namespace] = item.Data["key"]
	}
	return keys, nil
}

// MakeRecordKey puts a new key into the namespace of a hub and returns it, or the one that is there: another hub of that namespace may have
// made it since it was asked for.
func (c *Client) MakeRecordKey(ctx context.Context, at layout.Address) (history.Key, error) {
	key := history.NewKey()
	secret, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Secret",
		"metadata": map[string]any{"name": keySecret, "labels": map[string]string{keyLabel: "v1"}},
		"data":     map[string][]byte{"key": key},
	})
	if err != nil {
		return nil, err
	}
	err = c.Once(ctx, api.Request{Method: http.MethodPost, Path: api.InNamespace("v1", at.Namespace, "secrets"), Body: secret, As: c.User(at.Hub)}, nil)
	if api.Code(err) == http.StatusConflict {
		keys, err := c.RecordKeys(ctx)
		return keys[at.Namespace], err
	}
	if err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("making the key of hub %s's record: %w", at.Hub, c.Plainly(err)))
	}
	return key, nil
}
