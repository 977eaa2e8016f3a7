package kube

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/record"
)

// keySecret is the name of the Secret that holds a namespace's key for the digest of its secret values, and the label by
// which all of them are found.
const (
	keySecret = "hub-ops-record-key" // #nosec G101 -- a name
	keyLabel  = "hub-ops.record-key"
)

// RecordKeys returns the key of each namespace that has one.
func (c *Client) RecordKeys(ctx context.Context) (map[string]record.Key, error) {
	const columns = `jsonpath={range .items[*]}{.metadata.namespace}{" "}{.data.key}{"\n"}{end}`
	out, err := c.output(ctx, "get", "secrets", "--all-namespaces", "--selector", keyLabel, "--output", columns, "--request-timeout", "30s")
	if err != nil {
		return nil, c.unanswered(err)
	}
	keys := map[string]record.Key{}
	for line := range strings.Lines(string(out)) {
		namespace, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		if key, err := base64.StdEncoding.DecodeString(text); err == nil {
			keys[namespace] = key
		}
	}
	return keys, nil
}

// MakeRecordKey puts a new key into the namespace and returns it. It fails if there is one already.
func (c *Client) MakeRecordKey(ctx context.Context, namespace string) (record.Key, error) {
	key := record.NewKey()
	manifest, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Secret",
		"metadata": map[string]any{"name": keySecret, "namespace": namespace, "labels": map[string]string{keyLabel: "v1"}},
		"data":     map[string][]byte{"key": key},
	})
	if err != nil {
		return nil, err
	}
	if _, err := c.send(ctx, "create", manifest, "name"); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("making the key of hub %s's record: %w", namespace, err))
	}
	return key, nil
}
