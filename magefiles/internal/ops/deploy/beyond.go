package deploy

import (
	"context"
	"slices"
	"sync"

	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/survey"
)

// own are the parts that the run is about.
func (d *rounds) own() []*roundsPart {
	return slices.DeleteFunc(slices.Clone(d.parts), func(p *roundsPart) bool { return p.beyond })
}

// lookBeyond asks after hubs that the run is not about, as with CLUSTER, and that decide what its hubs may have. Nothing is changed there, and a
// cluster that does not answer fails nothing: what waits for it says why.
func (d *rounds) lookBeyond(ctx context.Context) error {
	var (
		parts    []*survey.Survey
		mu       sync.Mutex
		releases = map[*survey.Survey]*release.Releases{}
	)
	for _, part := range d.parts {
		parts = append(parts, part.Survey)
	}
	beyond, err := d.Surveyor.Beyond(ctx, d.found, parts, !d.named, func(ctx context.Context, part *survey.Survey) error {
		one, err := d.releases(ctx, part)
		if err != nil {
			return err
		}
		mu.Lock()
		releases[part] = one
		mu.Unlock()
		return d.Surveyor.AskClusterToDeploy(ctx, part)
	})
	if err != nil {
		return err
	}
	for _, part := range beyond {
		d.parts = append(d.parts, &roundsPart{Survey: part, beyond: true, releases: releases[part]})
	}
	return d.join()
}
