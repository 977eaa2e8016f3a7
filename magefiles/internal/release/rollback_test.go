package release

import (
	"testing"

	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/session/sessiontest"
	"hub-ops/magefiles/internal/survey"
)

// A diagnosis of a rollback looks for lines in the hub's own chart and values, whatever the layout.
func TestTheHubOfARollbackIsTheRepositorys(t *testing.T) {
	repository := gittest.New(t, "hubs/course.yaml", "{}\n", "charts/shared/Chart.yaml", "apiVersion: v2\nname: shared\nversion: 0.1.0\n", "charts/shared/templates/x.yaml", "{}\n")
	repository = sessiontest.Checkout(t, repository, "layout: {hubs: 'hubs/{hub}.yaml', values: ['hubs/{hub}.yaml'], chart: charts/shared, image: ''}\n", nil)
	s, _ := sessiontest.Open(t, repository, nil)
	r := &Releases{session: s, surveyor: survey.New(s, connect.New(s))}
	at := layout.Address{Hub: "course", Release: "old", Namespace: "old"}
	if h := r.hubAt(t.Context(), at); h.ChartDir != "charts/shared" || len(h.Values) != 1 || h.At != at {
		t.Errorf("got %+v", h)
	}
	if h := r.hubAt(t.Context(), layout.Plain("gone")); h.ChartDir != "" || h.Name != "gone" || h.At != layout.Plain("gone") {
		t.Errorf("one that is gone: got %+v", h)
	}
}
