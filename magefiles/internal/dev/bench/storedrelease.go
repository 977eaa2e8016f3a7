package bench

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"time"
)

// storedRelease returns what helm keeps of a release that it has installed: JSON, packed by gzip, in base64 (pkg/storage/driver/util.go in its
// source). Its manifest is empty.
func storedRelease(name string) ([]byte, error) {
	now := time.Now().Format(time.RFC3339)
	content, err := json.Marshal(map[string]any{
		"name": name, "namespace": name, "version": 1, "manifest": "", "config": map[string]any{"version": "first"},
		"info":  map[string]any{"first_deployed": now, "last_deployed": now, "deleted": "", "description": "Install complete", "status": "deployed"},
		"chart": map[string]any{"metadata": map[string]any{"name": name, "version": "0.1.0", "apiVersion": "v2"}, "values": map[string]any{"version": "first"}},
	})
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	if _, err := writer.Write(content); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return []byte(base64.StdEncoding.EncodeToString(packed.Bytes())), nil
}
