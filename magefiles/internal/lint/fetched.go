package lint

import (
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/chart"
)

// Fetched checks the charts that a hub fetches, at any depth. line finds the line of a Chart.yaml that has a text.
func Fetched(fetched []chart.Fetched, pins chart.Pins, line func(file, text string) (string, int)) []Finding {
	var findings []Finding
	for _, f := range fetched {
		file, at := line(f.File, f.Repository)
		if strings.HasPrefix(strings.ToLower(f.Repository), "http://") {
			findings = append(findings, Finding{PlainHTTP, file, at, true, fmt.Sprintf("%s comes from %s: whoever is on the way there can change it; use https://, or oci://", f.Name, f.Repository)})
		}
		if _, pinned := pins.Of(f.Resolved, f.Version); f.Exact && !pinned {
			findings = append(findings, Finding{ChartUnpinned, file, at, !pins.There, fmt.Sprintf("%s %s of %s is not in %s, so whoever publishes it can change it: run 'mage charts:pin', and commit that file", f.Name, f.Version, f.Repository, chart.PinsFile)})
		}
	}
	return findings
}
