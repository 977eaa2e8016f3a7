package kube

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Pods is how many pods of a hub there are, and how many are ready.
type Pods struct {
	Ready, All int
	Users      int    // of these are servers of users
	Unready    int    // of the others are not ready, placeholders for users left out
	Chart      string // that a pod says it is made from: jupyterhub-4.3.1; "" if none does
}

// chartLabel matches the label that charts give their objects: name and version.
var chartLabel = regexp.MustCompile(`^[a-z][a-z0-9-]*-\d+\.\d+\.\d+`)

func (p Pods) String() string { return fmt.Sprintf("%d/%d ready", p.Ready, p.All) }

// Pods counts the pods of each namespace, without those that are completed.
func (c *Client) Pods(ctx context.Context) (map[string]Pods, error) {
	rows, err := c.Table(ctx, "pods", "--all-namespaces", "--label-columns", "component,helm.sh/chart,chart")
	if err != nil {
		return nil, err
	}
	counts := map[string]Pods{}
	for _, row := range rows { // NAMESPACE NAME READY STATUS … and those of the labels that there are
		if len(row) < 4 || row[3] == "Completed" {
			continue
		}
		ready, all, _ := strings.Cut(row[2], "/")
		pods := counts[row[0]]
		pods.All++
		guest := slices.Contains(row, userServer) || slices.Contains(row, placeholder)
		switch {
		case ready == all:
			pods.Ready++
		case !guest:
			pods.Unready++
		}
		for _, label := range row[4:] {
			switch {
			case label == userServer:
				pods.Users++
			case chartLabel.MatchString(label):
				pods.Chart = label
			}
		}
		counts[row[0]] = pods
	}
	return counts, nil
}
