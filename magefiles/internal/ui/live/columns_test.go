package live

import (
	"strings"
	"testing"
)

func TestATableFitsItsTerminal(t *testing.T) {
	columns := []Column{{"", 9}, {"HUB", 8}, {"PODS", 7}, {"CHART", 3}, {"BY", 1}, {"VERDICT", 9}}
	rows := [][]string{
		{"✗", "数学", "1/2", "jupyterhub-4.3.1", "travis-12", "stuck: pending-upgrade since 12m0s, begun by travis-12"},
		{"✓", "biology", "2/2", "jupyterhub-4.3.1", "ann@laptop", "unchanged"},
	}
	for columnsOf, want := range map[int]string{
		100: "   HUB      PODS  CHART             BY          VERDICT\n✗  数学     1/2   jupyterhub-4.3.1  travis-12   stuck: pending-upgrade since 12m0s, begun by travi…\n✓  biology  2/2   jupyterhub-4.3.1  ann@laptop  unchanged",
		60:  "   HUB      PODS  CHART             VERDICT\n✗  数学     1/2   jupyterhub-4.3.1  stuck: pending-upgrade…\n✓  biology  2/2   jupyterhub-4.3.1  unchanged",
		40:  "   HUB      PODS  VERDICT\n✗  数学     1/2   stuck: pending-upgra…\n✓  biology  2/2   unchanged",
		20:  "   HUB      VERDICT\n✗  数学     stuck:…\n✓  biology  unchan…",
	} {
		lines := SymbolsOf(true).Table(columns, rows, columnsOf)
		if got := strings.Join(lines, "\n"); got != want {
			t.Errorf("%d columns:\n%s\nwant\n%s", columnsOf, got, want)
		}
		for _, line := range lines {
			if Cells(line) >= columnsOf {
				t.Errorf("%d columns on a terminal of %d", Cells(line), columnsOf)
			}
		}
	}
}

func TestAWholeTableCutsNoReason(t *testing.T) {
	columns := []Column{{"HUB", 0}, {"IMAGE", 0}, {"STEP", Always}, {"DO", Always}, {"REASON", 0}}
	rows := [][]string{{"biology", "t0123456789ab", "build", "yes", "image missing in registry"}, {"", "", "deploy", "refused", "production hub; see https://example.org/a/b/c/d/e/f/g/h"}}
	for columnsOf, want := range map[int]string{
		80: "HUB      STEP    DO       REASON\nbiology  build   yes      image missing in registry\n         deploy  refused  production hub; see\n                          https://example.org/a/b/c/d/e/f/g/h",
		90: "HUB      IMAGE          STEP    DO       REASON\nbiology  t0123456789ab  build   yes      image missing in registry\n                        deploy  refused  production hub; see\n                                         https://example.org/a/b/c/d/e/f/g/h",
		50: "HUB      STEP    DO       REASON\nbiology  build   yes      image missing in\n                          registry\n         deploy  refused  production hub; see\n                          https://example.org/a/b\n                          /c/d/e/f/g/h",
		30: "HUB      STEP    DO\n    REASON\nbiology  build   yes\n    image missing in registry\n         deploy  refused\n    production hub; see\n    https://example.org/a/b/c\n    /d/e/f/g/h",
	} {
		lines := SymbolsOf(true).WholeTable(columns, rows, columnsOf)
		if got := strings.Join(lines, "\n"); got != want {
			t.Errorf("%d columns:\n%s\nwant\n%s", columnsOf, got, want)
		}
	}
}
