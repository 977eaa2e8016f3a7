package survey

import (
	"context"
	"path"
	"slices"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/hub"
)

// Tree returns the chart of a hub, with all that it depends on.
func (s *Surveyor) Tree(ctx context.Context, h hub.Hub) (*chart.Tree, error) {
	if h.Published != nil {
		return chart.Published(*h.Published), nil
	}
	charts, err := s.to.Charts(ctx)
	if err != nil {
		return nil, err
	}
	return charts.Tree(ctx, h.ChartDir)
}

// prefetch reads the charts of hubs, so that Git is asked once for all. What is wrong with one is found out when it is needed.
func (s *Surveyor) prefetch(ctx context.Context, hubs []hub.Hub) error {
	files, err := s.to.Files(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, h := range hubs {
		if tree, err := s.Tree(ctx, h); err == nil {
			names = append(names, tree.Sources()...)
		}
	}
	_, err = files.Read(ctx, names...)
	return err
}

// Uncommitted lists the files of a hub's chart, and of its values, that are not deployed as HEAD has them.
func (s *Surveyor) Uncommitted(ctx context.Context, h hub.Hub) ([]string, error) {
	files, err := s.to.Files(ctx)
	if err != nil {
		return nil, err
	}
	tree, err := s.Tree(ctx, h)
	if err != nil {
		return nil, err
	}
	names := append(tree.Sources(), h.Values...)
	if len(tree.Fetched()) > 0 {
		names = append(names, chart.PinsFile)
	}
	changed, err := files.Uncommitted(ctx, names...)
	for _, dir := range tree.Dirs() {
		changed = append(changed, files.Removed(dir)...)
	}
	slices.Sort(changed)
	return slices.Compact(changed), err
}

// Ignored lists the files in the directories of a chart that Git ignores, and that would be a part of it otherwise: archives in its
// directory charts are not, because a deploy fetches them.
func (s *Surveyor) Ignored(ctx context.Context, tree *chart.Tree) ([]string, error) {
	files, err := s.to.Files(ctx)
	if err != nil || len(tree.Dirs()) == 0 {
		return nil, err
	}
	ignored, err := files.Ignored(ctx, tree.Dirs()...)
	return slices.DeleteFunc(ignored, func(name string) bool {
		return path.Base(path.Dir(name)) == "charts" && path.Ext(name) == ".tgz"
	}), err
}
