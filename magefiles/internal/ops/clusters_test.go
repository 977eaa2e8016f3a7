package ops

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// onClustersOf returns a run and a survey with one hub on each cluster.
func onClustersOf(out io.Writer, names ...string) (*run, *survey.Survey) {
	settings, found := &config.Config{}, &survey.Survey{}
	for _, name := range names {
		settings.Clusters = append(settings.Clusters, config.Cluster{Name: name})
		found.Hubs = append(found.Hubs, hub.Hub{Name: name + "-a", At: layout.Address{Hub: name + "-a", Cluster: name}})
		found.Plan.Hubs, found.Facts.Hubs = append(found.Plan.Hubs, plan.Hub{Name: name + "-a"}), append(found.Facts.Hubs, plan.HubFacts{Name: name + "-a"})
	}
	s := &session.Session{Config: settings, Console: ui.New(out, io.Discard, false)}
	return &run{Session: s, surveyor: survey.New(s, connect.New(s))}, found
}

func TestTheLastLinesSayWhatBecameOfEachCluster(t *testing.T) {
	var out strings.Builder
	r, found := onClustersOf(&out, "west", "east", "lab")
	err := r.onEach(t.Context(), found, func(ctx context.Context, part *survey.Survey) (became, error) {
		switch part.Cluster {
		case "west":
			return allIsWell, nil
		case "east":
			return allIsWell, errors.New("away")
		}
		return r.deployOn(ctx, part, fanout.All(), func(plan.Hub) plan.Step { return plan.Step{Reason: "not from here"} })
	})
	if err == nil || !strings.HasSuffix(out.String(), "cluster west: all is well\ncluster east: failed\ncluster lab: nothing to do there\n") {
		t.Errorf("got %s%v", out.String(), err)
	}
}
