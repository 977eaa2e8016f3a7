package kube

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/process"
)

// Log returns the last lines of the log of a pod's container.
func (c *Client) Log(ctx context.Context, namespace, pod, container string, lines int) ([]string, error) {
	return c.log(ctx, fmt.Sprintf("%s?container=%s&tailLines=%d", api.InNamespace("v1", namespace, "pods", pod, "log"), url.QueryEscape(container), lines))
}

// PreviousLog returns the last lines that the container logged before its latest restart.
func (c *Client) PreviousLog(ctx context.Context, namespace, pod, container string, lines int) ([]string, error) {
	return c.log(ctx, fmt.Sprintf("%s?container=%s&previous=true&tailLines=%d", api.InNamespace("v1", namespace, "pods", pod, "log"), url.QueryEscape(container), lines))
}

func (c *Client) log(ctx context.Context, path string) ([]string, error) {
	const patience, largest = 10 * time.Second, 64 << 10
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	body, err := c.Open(ctx, api.Request{Path: path, Accept: "*/*"})
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	text, err := io.ReadAll(io.LimitReader(body, largest))
	if err != nil || len(text) == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimRight(process.Uncoloured(string(text)), "\n"), "\n"), nil
}
