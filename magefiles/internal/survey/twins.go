package survey

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/twin"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/ui"
)

// strangers are the releases of a cluster that no hub of the repository has, read when somebody first asks for them.
type strangers struct {
	mu    sync.Mutex
	known bool
	found []twin.Release
}

// Charts are the names of a hub's chart, and of those that it depends on.
func Charts(h hub.Hub) []string {
	names := []string{h.Chart.Name}
	for _, dependency := range h.Chart.Dependencies {
		if !slices.Contains(names, dependency.Name) {
			names = append(names, dependency.Name)
		}
	}
	return names
}

// Strangers reads the releases that no hub of the repository has, for who is about to install one: it may be there under another name.
func (s *Surveyor) Strangers(ctx context.Context, fleet *Fleet) ([]twin.Release, error) {
	fleet.strangers.mu.Lock()
	defer fleet.strangers.mu.Unlock()
	if fleet.strangers.known {
		return fleet.strangers.found, nil
	}
	addresses, err := s.AddressesOn(ctx, fleet.cluster)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{} // what the hubs of the repository have or would have
	for _, at := range addresses {
		taken[at.Key()] = true
	}
	to, err := s.to.Destination(ctx)
	if err != nil {
		return nil, err
	}
	var all []history.Release
	for key, release := range fleet.releases {
		gone := release.Newest().Number == 0 || release.Newest().Status == "uninstalled"
		another := to.Sandbox != nil && release.Recorded().Number > 0 // many repositories share a sandbox
		if !gone && !another && !taken[key] {
			all = append(all, release)
		}
	}
	fleet.strangers.found, err = fleet.read(ctx, all)
	fleet.strangers.known = err == nil
	return fleet.strangers.found, err
}

// read reads what helm keeps of the newest revision of releases. What is gone meanwhile is left out, and what helm could not read either: it is nobody's of
// this repository. That the API server does not give one is an error, for that could be the hub.
func (f *Fleet) read(ctx context.Context, releases []history.Release) ([]twin.Release, error) {
	const atOnce = 8
	read := make([]*twin.Release, len(releases))
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, release := range releases {
		group.Go(func() error {
			at := layout.Address{Hub: release.Name, Release: release.Name, Namespace: release.Namespace}
			kept, err := f.client.Stored(asking, at, release.Newest().Number)
			if api.Code(err) == http.StatusNotFound {
				return nil
			}
			if err != nil {
				return err
			}
			stored, err := history.Decode(kept.Data)
			if err != nil {
				return nil //nolint:nilerr // see above
			}
			if objects, err := stored.Objects(at.Namespace); err == nil {
				read[i] = &twin.Release{Address: at, Charts: stored.ChartNames(), Objects: objects}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var found []twin.Release
	for _, one := range read {
		if one != nil {
			found = append(found, *one)
		}
	}
	slices.SortFunc(found, func(a, b twin.Release) int { return strings.Compare(a.Key(), b.Key()) })
	return found, nil
}

// TwinRemedy says which setting names a release as that of the hub, and which variable says that it is another one.
func TwinRemedy(found layout.Address, hub string) string {
	return fmt.Sprintf("if that is the hub, say so in hubops.yaml, hubs: {%s: {layout: {release: %s, namespace: %s}}}; if there are to be two, ALLOW_SECOND=%s",
		hub, found.Release, found.Namespace, hub)
}

// TwinNotes returns a sentence for each hub that would be installed and whose chart somebody else's releases have too, unless those answer
// elsewhere than the hub is to. Whether one of the others is the hub, a deploy finds out when it has rendered the chart.
func (s *Surveyor) TwinNotes(ctx context.Context, v *Survey) ([]string, error) {
	var notes []string
	for _, h := range v.Hubs {
		if v.Fleet.Release(h.At).Current().Number > 0 || !v.Of(h.Name).Deploy.Do || s.session.Config.MayHaveTwo(h.Name) {
			continue
		}
		strangers, err := s.Strangers(ctx, v.Fleet)
		if err != nil && ctx.Err() == nil {
			notes = append(notes, fmt.Sprintf("hub %s: nobody knows whether the cluster has it under another name: %s", h.Name, exit.Cause(err)))
			continue
		}
		if err != nil {
			return nil, err
		}
		hosts, err := s.Hosts(ctx, h)
		if err != nil {
			return nil, err
		}
		if note := twinNote(h, hosts, strangers); note != "" {
			notes = append(notes, note)
		}
	}
	return notes, nil
}

// Hosts are those at which a hub is to answer, by its values that are not secret.
func (s *Surveyor) Hosts(ctx context.Context, h hub.Hub) ([]string, error) {
	files, err := s.PlainValues(ctx, h)
	if err != nil {
		return nil, err
	}
	var hosts []string
	for _, file := range files {
		values := map[string]any{}
		if file.Top != nil && file.Top.Decode(&values) == nil { // what is no mapping, helm refuses
			hosts = append(hosts, twin.Hosts(values)...)
		}
	}
	return hosts, nil
}

func twinNote(h hub.Hub, hosts []string, strangers []twin.Release) string {
	own := twin.Release{Address: h.At, Charts: Charts(h)}
	var names []string
	var last layout.Address
	for _, stranger := range strangers {
		if own.SharedChart(stranger) != "" && !stranger.AnswersElsewhere(hosts) {
			names, last = append(names, stranger.Named()), stranger.Address
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("%s was never deployed, and the cluster has release %s of its chart: %s", h.Name, names[0], TwinRemedy(last, h.Name))
	}
	return fmt.Sprintf("%s was never deployed, and the cluster has %d releases of its chart that are no hub's here (%s): if one is the hub, say so in hubops.yaml, hubs: {%s: {layout: {release: …, namespace: …}}}",
		h.Name, len(names), ui.Some(names), h.Name)
}
