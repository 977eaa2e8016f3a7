package connect

import (
	"testing"

	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/helm"
)

// A chart is the same on all clusters, so it is fetched once in a run, and not once for each.
func TestClustersShareFetchedCharts(t *testing.T) {
	to, _ := opened(t, gittest.New(t, "README", "x"), []string{"SANDBOX=0"})
	west, failed := to.On("west").chartDependencies(t.Context(), &helm.Client{})
	if failed != nil {
		t.Fatal(failed)
	}
	east, failed := to.On("east").chartDependencies(t.Context(), &helm.Client{})
	if failed != nil {
		t.Fatal(failed)
	}
	if west.Cache == nil || west.Cache != east.Cache || west.Client == east.Client {
		t.Errorf("west keeps charts in %p, east in %p; their clients are %p and %p", west.Cache, east.Cache, west.Client, east.Client)
	}
	if west.Once == nil || west.Once != east.Once {
		t.Error("each packs charts of the repository, and tells which are not pinned")
	}
	if west.Cache.Dir == "" {
		t.Error("they are kept in no directory")
	}
}
