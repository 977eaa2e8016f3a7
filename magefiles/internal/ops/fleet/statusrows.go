package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/ui"
	"hub-ops/magefiles/internal/ui/live"
)

// statusReport is what is known of the hubs of one cluster: as a document has it, and what people see beside that.
type statusReport struct {
	document.ClusterStatus
	hubs []hubStatus
}

// urgentFirst brings what needs attention to the top.
func (s *statusReport) urgentFirst() {
	slices.SortStableFunc(s.hubs, func(a, b hubStatus) int { return cmp.Compare(a.urgency, b.urgency) })
}

// urgency is how soon an operator should look at a hub.
type urgency int

const (
	broken  urgency = iota // it failed, is stuck, or not all of it runs
	differs                // a deploy changes it
	unasked                // nothing of the repository is about it
	well
)

// hubStatus is what is known of one hub.
type hubStatus struct {
	document.HubStatus
	newest    history.Revision // its number is 0 if there is none
	imageMade time.Time        // of the first that is built here; zero if nobody knows
	pods      kube.Pods
	chart     string // name and version; "" if nobody knows
	behind    string // commits of its own since it was deployed
	urgency   urgency
}

// unknownBehind is the number of commits in a document where nobody knows it.
const unknownBehind = -1

// tell puts into the document what a table shows of a hub that was deployed.
func (h *hubStatus) tell() {
	h.Chart, h.Users, h.DeployedBy, h.Deployed = h.chart, h.pods.Users, h.by(), at(h.newest.Begun)
	if h.Behind = unknownBehind; h.behind != "" && h.behind != "?" {
		h.Behind, _ = strconv.Atoi(h.behind)
	}
	if !ofTheEpoch(h.imageMade) {
		h.ImageMade = at(h.imageMade)
	}
	if took, known := h.newest.Took(); known {
		h.DeployedSeconds = took.Seconds()
	}
}

// at spells a time for machines; "" if nobody knows it.
func at(when time.Time) string {
	if when.IsZero() {
		return ""
	}
	return when.UTC().Format(time.RFC3339)
}

// ofTheEpoch reports whether nobody knows when something was made: images that are built to be the same each time are of 1970.
func ofTheEpoch(when time.Time) bool { return when.Unix() <= 0 }

// noImage is what stands for the image of a hub that was deployed without one.
const noImage = "none"

// notThere is what stands for the digest of an image that is gone.
const notThere = "not in the registry"

// rows are those of a table in a log: one for a hub, and one more for each image that it has beside the first.
func (s *statusReport) rows(now time.Time) [][]string {
	rows := [][]string{{"HUB", "RELEASE", "REVISION", "COMMIT", "IMAGE", "DIGEST", "PODS", "STATE", "CHART", "BEHIND", "IMAGE AGE", "USERS", "DEPLOYED", "TOOK", "BY"}}
	for _, h := range s.hubs {
		row := make([]string, len(rows[0]))
		row[0], row[1] = h.Hub, h.State
		if h.Revision > 0 {
			copy(row, []string{h.Hub, h.Status, strconv.Itoa(h.Revision), h.Commit, noImage, "", h.pods.String(), h.State})
			copy(row[8:], []string{h.chart, h.behind, age(now, h.imageMade), strconv.Itoa(h.pods.Users), ago(now, h.newest.Begun), h.took(), h.by()})
		}
		for i, image := range h.Images {
			if i > 0 {
				rows, row = append(rows, row), make([]string, len(row))
			}
			row[4], row[5] = shownTag(image), image.Digest
		}
		rows = append(rows, row)
	}
	return rows
}

func shownTag(image document.DeployedImage) string {
	if image.Key == "" {
		return image.Tag
	}
	return image.Key + ":" + image.Tag
}

// statusColumns are those of a terminal.
var statusColumns = []live.Column{
	{Keep: 20},
	{Head: "HUB", Keep: 20},
	{Head: "PODS", Keep: 19},
	{Head: "USERS", Keep: 16},
	{Head: "DEPLOYED", Keep: 15},
	{Head: "CHART", Keep: 13},
	{Head: "BEHIND", Keep: 12},
	{Head: "IMAGE", Keep: 10}, // its age
	{Head: "BY", Keep: 8},
	{Head: "TOOK", Keep: 6},
	{Head: "REVISION", Keep: 5},
	{Head: "COMMIT", Keep: 4},
	{Head: "VERDICT", Keep: 20},
}

// fitting are the rows for statusColumns.
func (s *statusReport) fitting(now time.Time) [][]string {
	marks := map[urgency]string{broken: "✗", differs: "·", unasked: "?", well: "✓"}
	var rows [][]string
	for _, h := range s.hubs {
		row := make([]string, len(statusColumns))
		row[0], row[1], row[len(row)-1] = marks[h.urgency], h.Hub, h.State
		if h.urgency == well { // since which revision is in a column of its own
			row[len(row)-1], _, _ = strings.Cut(h.State, " since revision")
		}
		if missing := h.missing(); missing != "" {
			row[len(row)-1] = missing + " is not in the registry; " + h.State
		}
		if h.Revision > 0 {
			copy(row[2:], []string{
				fmt.Sprintf("%d/%d", h.pods.Ready, h.pods.All), strconv.Itoa(h.pods.Users), ago(now, h.newest.Begun), h.chart, h.behind, age(now, h.imageMade),
				h.by(), h.took(), strconv.Itoa(h.Revision), h.Commit,
			})
		}
		rows = append(rows, row)
	}
	return rows
}

// sum says in one line how many hubs there are in which state.
func (s *statusReport) sum() string {
	counts := map[urgency]int{}
	for _, h := range s.hubs {
		counts[h.urgency]++
	}
	var parts []string
	for at, text := range []string{broken: "to look at first", differs: "to deploy", unasked: "not of this repository", well: "as the repository says"} {
		if n := counts[urgency(at)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, text))
		}
	}
	if len(parts) == 0 {
		return "no hubs"
	}
	return ui.Counted(len(s.hubs), "hub") + ": " + strings.Join(parts, ", ")
}

// missing is an image that the registry has no longer, "" if there is none.
func (h hubStatus) missing() string {
	for _, image := range h.Images {
		if image.Digest == notThere {
			return shownTag(image)
		}
	}
	return ""
}

// took is how long the deploy took, "" if it did not end.
func (h hubStatus) took() string {
	took, known := h.newest.Took()
	if !known {
		return ""
	}
	return live.Clock(took)
}

func (h hubStatus) by() string {
	if h.newest.Record.Run == history.None {
		return ""
	}
	return h.newest.Record.Run
}

// ago is how long ago something was: "3h ago".
func ago(now, then time.Time) string {
	if text := age(now, then); text != "" {
		return text + " ago"
	}
	return ""
}

// age is how old something is, in its largest unit; "" if nobody knows.
func age(now, then time.Time) string {
	const day = 24 * time.Hour
	old := now.Sub(then)
	switch {
	case ofTheEpoch(then):
		return ""
	case old < time.Minute:
		return "0m"
	case old < 2*time.Hour:
		return fmt.Sprintf("%dm", old/time.Minute)
	case old < 2*day:
		return fmt.Sprintf("%dh", old/time.Hour)
	}
	return fmt.Sprintf("%dd", old/day)
}

// chartOf is the chart that a hub is made from, as the repository has it: the first that its own chart depends on, or that itself.
func chartOf(h hub.Hub) string {
	switch {
	case h.Published != nil:
		return h.Published.Name + "-" + h.Published.Version
	case len(h.Chart.Dependencies) > 0:
		return h.Chart.Dependencies[0].Name + "-" + h.Chart.Dependencies[0].Version
	case h.Chart.Version == "":
		return ""
	}
	return h.Chart.Name + "-" + h.Chart.Version
}

// pathsOf are the files of a hub.
func pathsOf(h hub.Hub) []string {
	paths := slices.Concat(h.Values, h.Secrets)
	if h.ChartDir != "" {
		paths = append(paths, h.ChartDir)
	}
	for _, image := range h.Images {
		if image.Dir != "" {
			paths = append(paths, image.Dir)
		}
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	return paths
}
