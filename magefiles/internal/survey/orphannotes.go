package survey

import (
	"context"
	"fmt"
	"slices"
)

// OrphanNotes tells of releases whose hubs the repository does not hold. In the sandbox they may be another repository's.
func (s *Surveyor) OrphanNotes(ctx context.Context, v *Survey) (sentences []string, err error) {
	to, err := s.to.Destination(ctx)
	if err != nil || to.Sandbox != nil {
		return nil, err
	}
	names, err := s.Names(ctx)
	if err != nil {
		return nil, err
	}
	for _, at := range v.Orphans() {
		if slices.Contains(names, at.Hub) {
			sentences = append(sentences, fmt.Sprintf("release %s is in the cluster, and was hub %s's, which has another now: remove it with helm, when nobody needs its data any more", at.Named(), at.Hub))
			continue
		}
		pick := ""
		if at.Cluster != "" {
			pick = "CLUSTER=" + at.Cluster + " "
		}
		sentences = append(sentences, fmt.Sprintf("%s is in the cluster, and no longer in the repository: '%smage remove:hub %s' removes it, and keeps its data", at.Hub, pick, at.Hub))
	}
	return sentences, nil
}
