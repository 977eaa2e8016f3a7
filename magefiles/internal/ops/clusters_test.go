package ops

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/exit"
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

// Whatever a target does on one of several clusters, its error names the cluster, once; the code and what failed programs said stay.
func TestErrorsNameTheirCluster(t *testing.T) {
	away := exit.Errorf(exit.Setup, "no answer").Try("wait")
	for want, err := range map[string]error{
		"cluster west: no answer; wait":                                onCluster("west", away),
		"cluster west: hub a: no answer; wait":                         onCluster("west", fmt.Errorf("hub a: %w", away)),
		"cluster west: no answer; wait\ncluster west: no answer; wait": onCluster("west", errors.Join(away, away)),
		"deploy: cluster east: no answer; wait":                        onCluster("west", fmt.Errorf("deploy: %w", onCluster("east", away))),
		"cluster west: no answer; wait\ncluster east: no answer; wait": onCluster("east", errors.Join(onCluster("west", away), away)),
		"no answer; wait": onCluster("", away),
	} {
		if err.Error() != want || exit.Code(err) != exit.Setup || exit.Remedy(err) != "wait" {
			t.Errorf("got %q with %d, want %q", err, exit.Code(err), want)
		}
	}
	if onCluster("west", nil) != nil {
		t.Error("an error where there is none")
	}
	r, found := onClustersOf(io.Discard, "west", "east")
	err := r.onEach(t.Context(), found, func(context.Context, *survey.Survey) (became, error) { return allIsWell, away })
	if err == nil || err.Error() != "cluster west: no answer; wait\ncluster east: no answer; wait" {
		t.Errorf("got %v", err)
	}
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
