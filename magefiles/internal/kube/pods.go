package kube

import (
	"context"
	"fmt"
	"strings"
)

// Pods is how many pods of a hub there are, and how many are ready.
type Pods struct{ Ready, All int }

func (p Pods) String() string { return fmt.Sprintf("%d/%d ready", p.Ready, p.All) }

// Pods counts the pods of each namespace, without those that are completed.
func (c *Client) Pods(ctx context.Context) (map[string]Pods, error) {
	rows, err := c.Table(ctx, "pods", "--all-namespaces")
	if err != nil {
		return nil, err
	}
	counts := map[string]Pods{}
	for _, row := range rows { // NAMESPACE NAME READY STATUS …
		if len(row) < 4 || row[3] == "Completed" {
			continue
		}
		ready, all, _ := strings.Cut(row[2], "/")
		pods := counts[row[0]]
		pods.All++
		if ready == all {
			pods.Ready++
		}
		counts[row[0]] = pods
	}
	return counts, nil
}
