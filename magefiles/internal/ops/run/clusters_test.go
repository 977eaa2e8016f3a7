package run

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
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// onClustersOf returns a run and a survey with one hub on each cluster.
func onClustersOf(out io.Writer, names ...string) (*Run, *survey.Survey) {
	settings, found := &config.Config{}, &survey.Survey{}
	for _, name := range names {
		settings.Clusters = append(settings.Clusters, config.Cluster{Name: name})
		found.Hubs = append(found.Hubs, hub.Hub{Name: name + "-a", At: layout.Address{Hub: name + "-a", Cluster: name}})
		found.Plan.Hubs, found.Facts.Hubs = append(found.Plan.Hubs, plan.Hub{Name: name + "-a"}), append(found.Facts.Hubs, plan.HubFacts{Name: name + "-a"})
	}
	s := &session.Session{Config: settings, Console: ui.New(out, io.Discard, false)}
	return &Run{Session: s, Surveyor: survey.New(s, connect.New(s))}, found
}

// Whatever a target does on one of several clusters, its error names the cluster, once; the code and what failed programs said stay.
func TestErrorsNameTheirCluster(t *testing.T) {
	away := exit.Errorf(exit.Setup, "no answer").Try("wait")
	for want, err := range map[string]error{
		"cluster west: no answer; wait":                                OnCluster("west", away),
		"cluster west: hub a: no answer; wait":                         OnCluster("west", fmt.Errorf("hub a: %w", away)),
		"cluster west: no answer; wait\ncluster west: no answer; wait": OnCluster("west", errors.Join(away, away)),
		"deploy: cluster east: no answer; wait":                        OnCluster("west", fmt.Errorf("deploy: %w", OnCluster("east", away))),
		"cluster west: no answer; wait\ncluster east: no answer; wait": OnCluster("east", errors.Join(OnCluster("west", away), away)),
		"no answer; wait": OnCluster("", away),
	} {
		if err.Error() != want || exit.Code(err) != exit.Setup || exit.Remedy(err) != "wait" {
			t.Errorf("got %q with %d, want %q", err, exit.Code(err), want)
		}
	}
	if OnCluster("west", nil) != nil {
		t.Error("an error where there is none")
	}
	r, found := onClustersOf(io.Discard, "west", "east")
	err := r.OnEach(t.Context(), found, func(context.Context, *survey.Survey) (Became, error) { return AllIsWell, away })
	if err == nil || err.Error() != "cluster west: no answer; wait\ncluster east: no answer; wait" {
		t.Errorf("got %v", err)
	}
}

func TestTheLastLinesSayWhatBecameOfEachCluster(t *testing.T) {
	var out strings.Builder
	r, found := onClustersOf(&out, "west", "east", "lab")
	err := r.OnEach(t.Context(), found, func(_ context.Context, part *survey.Survey) (Became, error) {
		switch part.Cluster {
		case "west":
			return AllIsWell, nil
		case "east":
			return AllIsWell, errors.New("away")
		}
		return NothingToDo, nil
	})
	if err == nil || !strings.HasSuffix(out.String(), "cluster west: all is well\ncluster east: failed\ncluster lab: nothing to do there\n") {
		t.Errorf("got %s%v", out.String(), err)
	}
}
