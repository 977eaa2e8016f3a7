package kube

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/layout"
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

// Logged is which part of the log of a container is wanted.
type Logged struct {
	Pod, Container string
	Previous       bool          // of the one before its latest restart
	Follow         bool          // and what it says from now on
	Since          time.Duration // of this age at most; 0: see Lines
	Lines          int           // the last ones, if Since is 0
}

// OpenLog opens the log of a container, which the caller closes. Errors say what the API server refuses.
func (c *Client) OpenLog(ctx context.Context, at layout.Address, wanted Logged) (io.ReadCloser, error) {
	query := url.Values{"container": {wanted.Container}}
	if wanted.Since > 0 {
		query.Set("sinceSeconds", strconv.Itoa(max(1, int(wanted.Since.Seconds()))))
	} else {
		query.Set("tailLines", strconv.Itoa(wanted.Lines))
	}
	if wanted.Previous {
		query.Set("previous", "true")
	} else if wanted.Follow {
		query.Set("follow", "true")
	}
	body, err := c.Open(ctx, api.Request{Path: api.InNamespace("v1", at.Namespace, "pods", wanted.Pod, "log") + "?" + query.Encode(), Accept: "*/*"})
	if err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("reading the log of %s/%s of hub %s: %w", wanted.Pod, wanted.Container, at.Hub, c.Plainly(err)))
	}
	return body, nil
}

// PodsOf are the pods of a hub's namespace.
func (c *Client) PodsOf(ctx context.Context, at layout.Address) ([]*diagnosis.Object, error) {
	var list struct{ Items []*diagnosis.Object }
	if err := c.Ask(ctx, api.Request{Path: api.InNamespace("v1", at.Namespace, "pods")}, &list); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("listing the pods of hub %s: %w", at.Hub, c.Plainly(err)))
	}
	return list.Items, nil
}

// Credentials are the values of the Secrets in a hub's namespace, for masking: of all but helm's own, which hold releases.
func (c *Client) Credentials(ctx context.Context, at layout.Address) (values []string, err error) {
	var list struct {
		Items []struct {
			Data map[string][]byte `json:"data"`
		} `json:"items"`
	}
	if err := c.Ask(ctx, api.Request{Path: api.InNamespace("v1", at.Namespace, "secrets") + "?fieldSelector=type%21%3Dhelm.sh%2Frelease.v1"}, &list); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("reading the secrets of hub %s: %w", at.Hub, c.Plainly(err)))
	}
	for _, item := range list.Items {
		for _, value := range item.Data {
			values = append(values, string(value))
		}
	}
	return values, nil
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
	if err != nil {
		return nil, err
	}
	return logLines(string(text))
}

// logLines are the lines of a log. A kubelet that has removed the log of a container says so in place of it, and calls that a success.
func logLines(text string) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	lines := strings.Split(strings.TrimRight(process.Uncoloured(text), "\n"), "\n")
	if len(lines) == 1 && strings.HasPrefix(lines[0], "unable to retrieve container logs for ") {
		return nil, errors.New("the node has it no more")
	}
	return lines, nil
}
