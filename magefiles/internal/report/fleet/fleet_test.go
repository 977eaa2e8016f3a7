package fleet

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/dev/browser"
	"hub-ops/magefiles/internal/ui"
)

var now = time.Date(2026, 9, 30, 12, 0, 0, 0, time.UTC)

// sample is a fleet of so many hubs with ten deploys each.
func sample(hubs int) Fleet {
	fleet := Fleet{Made: now, Repository: "us/hubs", Clusters: []string{"cluster https://203.0.113.7 (context gke_us_west)"}}
	names := []string{"astronomy", "biology-gpu", "chemistry", "data-science-for-everybody", "数学入門", "earth-lab", "statistics", "workshop-2026"}
	for i := range hubs {
		name := names[i%len(names)]
		if i >= len(names) {
			name = fmt.Sprintf("%s-%d", name, i)
		}
		for n := range 10 {
			d := Deploy{
				Hub: name, Revision: n + 1, At: now.Add(-time.Duration((9-n)*(60+7*(i%9))+i%24) * time.Hour), Took: time.Duration(35+(i*37+n*23)%190) * time.Second,
				Status: "superseded", By: fmt.Sprintf("travis-%d", 100+10*n+i%9), Commit: "0123456789ab", Size: int64(900+(i%5)*420+n*(20+i%3*15)) * 1e6,
			}
			if (i*7+n)%17 == 3 {
				d.Failed, d.Status, d.Took = true, "failed", 0
			}
			fleet.Deploys = append(fleet.Deploys, d)
		}
	}
	return fleet
}

func same(text string) string { return text }

func html(t *testing.T, fleet Fleet, shown func(string) string) string {
	t.Helper()
	return HTML(fleet, shown)
}

func TestThePageTellsOfAFleet(t *testing.T) {
	page := html(t, sample(8), same)
	for _, want := range []string{"<b>8</b> hubs", "<b>80</b> deploys", "<b>5</b> failed", `<option value="h0">astronomy</option>`, "body:has(option[value=h0]:checked) .k:not(.h0)", `class="dot k h0"`, `class="size k h7"`} {
		if !strings.Contains(page, want) {
			t.Errorf("it lacks %s", want)
		}
	}
	if strings.Contains(page, "<script") || strings.Contains(page, " style=") || strings.Contains(page, "NaN") || strings.Contains(page, "-9223372036854775808") {
		t.Error("it has a script, a style that its policy forbids, or a number that is none")
	}
	empty := html(t, Fleet{Made: now}, same)
	if !strings.Contains(empty, "No hub of this repository was deployed yet.") {
		t.Error("a fleet without deploys")
	}
	html(t, Fleet{Made: now, Deploys: []Deploy{{Hub: "a", At: now.Add(time.Hour)}, {Hub: "b", At: now.AddDate(-3, 0, 0), Failed: true}}}, same)
}

func TestForeignTextIsShownAndMasked(t *testing.T) {
	const foreign = "<script>alert(1)</script>\x1b[2J s3cret"
	fleet := sample(2)
	fleet.Deploys[9].Hub, fleet.Deploys[19].By, fleet.Deploys[2].Cluster = foreign, foreign, foreign
	fleet.Problems, fleet.Clusters, fleet.Repository = []string{foreign}, []string{foreign}, foreign
	page := html(t, fleet, func(text string) string { return ui.Visible(strings.ReplaceAll(text, "s3cret", "***")) })
	for _, wrong := range []string{"<script", "\x1b", "s3cret"} {
		if strings.Contains(page, wrong) {
			t.Errorf("it has %q", wrong)
		}
	}
}

func TestFiveHundredHubsMakeAPageThatAPhoneCanLoad(t *testing.T) {
	const most = 2 << 20 // bytes
	page := html(t, sample(500), same)
	if len(page) > most {
		t.Errorf("%d bytes", len(page))
	}
	t.Logf("%d bytes", len(page))
}

func TestOneHubIsShownWithoutAScript(t *testing.T) {
	b := browser.For(t)
	if _, err := b.Visit(browser.Page(t, html(t, sample(8), same))); err != nil {
		t.Fatal(err)
	}
	var rows int
	if err := b.Evaluate(`document.getElementById("hub").selectedIndex = 3; [...document.querySelectorAll("tbody tr.k")].filter((e) => e.checkVisibility()).length + 100 * document.getElementById("days").checkVisibility()`, &rows); err != nil || rows != 1 {
		t.Errorf("%v: %d rows are shown", err, rows)
	}
}

func TestReadersCanUseThePage(t *testing.T) {
	b := browser.For(t)
	for _, hubs := range []int{0, 1, 8, 40} {
		b.Sound(t, browser.Page(t, html(t, sample(hubs), same)))
	}
	if file := os.Getenv("SAMPLE_PAGE"); file != "" { // for whoever works on the page's looks
		if err := os.WriteFile(file, []byte(html(t, sample(24), same)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
