package run

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/dev/browser"
	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/journal"
	"hub-ops/magefiles/internal/ui"
)

var start = time.Date(2026, 9, 1, 8, 30, 0, 0, time.UTC)

func at(seconds float64) time.Time {
	return start.Add(time.Duration(seconds * float64(time.Second)))
}

// sample is a run of so many hubs, of which some fail and some are left alone.
func sample(hubs int) Run {
	j := journal.New(start)
	doc := document.Plan{Version: 1, Kind: document.PlanKind, Event: "push to main", Branch: "main", Commit: "0123456789abcdef0123456789abcdef01234567"}
	names := []string{"astronomy", "biology-gpu", "chemistry", "data-science-for-everybody-in-the-first-year", "数学入門", "earth-lab", "statistics", "workshop-2026"}
	for i := range hubs {
		hub := names[i%len(names)]
		if i >= len(names) {
			hub = fmt.Sprintf("%s-%d", hub, i)
		}
		push(j, hub, float64(i%9)*3)
		deploy(j, hub, 40+float64(i%7)*4, i%8)
		doc.Hubs = append(doc.Hubs, document.PlannedHub{
			Hub: hub, Images: []document.PlannedImage{{Tag: "t0123456789ab", Build: document.Step{Do: true, Is: "yes", Reason: "context changed: environment.yml"}, Push: document.Step{Do: true, Is: "yes", Reason: "image missing in registry"}}},
			Build: document.Step{Do: true, Is: "yes"}, Push: document.Step{Do: true, Is: "yes"}, Deploy: document.Step{Do: true, Is: "yes", Reason: "changed since revision 12: chart, image"},
		})
	}
	for i := range 2 * hubs {
		hub := fmt.Sprintf("course-%03d", i)
		j.LeaveOut(hub, "deploy", "unchanged since revision 4")
		no := document.Step{Is: "no", Reason: "unchanged since revision 4"}
		doc.Hubs = append(doc.Hubs, document.PlannedHub{Hub: hub, Build: no, Push: no, Deploy: no})
	}
	j.Plan(doc)
	j.About("Cluster", "cluster https://203.0.113.7 (context gke_us_west)")
	j.About("Helm", "v4.0.1")
	j.About("hub-ops", "hub-ops 0123456789ab, not modified, go1.26, linux/amd64")
	j.Finish(at(131), journal.Failure{Cause: "one failed", ExitCode: exit.Rollout})
	return Run{Facts: j.Facts(), Called: "mage ci", Repository: "us/hubs", By: "travis-12"}
}

func push(j *journal.Journal, hub string, from float64) {
	j.Begin(hub, "build", "context changed: environment.yml", at(from))
	j.End(hub, "build", "built registry.example.edu/us/"+hub+":t0123456789ab in 11.2s", "", at(from+11.2))
	j.Begin(hub, "push", "image missing in registry", at(from+12))
	image := journal.Image{Name: hub, Reference: "registry.example.edu/us/" + hub + ":t0123456789ab", Digest: "sha256:" + strings.Repeat("0a", 32), Size: 1_830e6, Before: 1_750e6, Sent: 310e6, Took: 21 * time.Second}
	for i, size := range []int64{30e6, 190e6, 520e6, 4e3, 780e6, 240e6, 70e6} {
		sent := i > 4
		by := []string{"debian:12", "RUN apt-get install python3", "RUN conda env create --file environment.yml", "COPY a /", "RUN conda install pytorch", "RUN pip install --requirement requirements.txt", "COPY notebooks /srv"}[i]
		image.Layers = append(image.Layers, journal.ImageLayer{Digest: "sha256:" + strings.Repeat(strconv.Itoa(i), 64), By: by, Size: size, New: sent, Sent: sent})
		if sent {
			j.Layer(hub, journal.Layer{Number: i + 1, Of: 7, Began: at(from + 13 + float64(i-5)*4), Ended: at(from + 20 + float64(i-5)*7), Read: 3 * size, Sent: size})
		}
	}
	j.Image(image)
	j.End(hub, "push", "pushed registry.example.edu/us/"+hub+": 1.8 GB image, 1.5 GB already there, 310 MB sent in 21s", "", at(from+33))
}

// deploy is the deploy of a hub; the second and the third of eight fail, in different ways.
func deploy(j *journal.Journal, hub string, from float64, which int) {
	j.Begin(hub, "deploy", "changed since revision 12: chart, image", at(from))
	for i, stage := range []string{"wait", "check", "helm", "rollout", "settle"} {
		j.Stage(hub, stage, at(from+[]float64{1, 4, 6, 14, 36}[i]))
		if stage == "helm" {
			j.Pod(hub, "hub-7d9c5b6f4-x2x7p", false, false, at(from+9))
			j.Pod(hub, "hub-7d9c5b6f4-x2x7p", true, false, at(from+12))
			j.Pod(hub, "proxy-5c9f7d4b8-9zqkt", true, false, at(from+9))
		}
		if stage == "rollout" {
			j.Pod(hub, "proxy-5c9f7d4b8-9zqkt", true, true, at(from+19))
			if which == 1 {
				fail(j, hub, at(from+34))
				return
			}
			j.Pod(hub, "hub-7d9c5b6f4-x2x7p", true, true, at(from+35))
		}
	}
	if which == 2 {
		j.End(hub, "deploy", "", "hub "+hub+": helm: another operation is in progress", at(from+37))
		j.Fail(hub, "deploy", at(from+37), journal.Failure{Cause: "hub " + hub + ": helm: another operation is in progress", Remedy: "wait for it, or see 'mage status'", ExitCode: exit.Helm})
		return
	}
	j.End(hub, "deploy", "deployed, 2 workloads rolled out, in 46.1s", "", at(from+46.1))
}

func fail(j *journal.Journal, hub string, now time.Time) {
	cause := "hub " + hub + " cannot become ready: deployment/hub, container hub: its image is not in the registry"
	j.End(hub, "deploy", "", cause, now)
	j.Fail(hub, "deploy", now, journal.Failure{Cause: cause, ExitCode: exit.Rollout, Diagnoses: []journal.Diagnosis{{
		Name: diagnosis.Kinds()[0].Name, Subject: "deployment/hub, container hub", Cause: "its image is not in the registry", Place: "hub-charts/" + hub + "/values.yaml:12",
		Advice: "build and push it: mage push:hub " + hub, Evidence: []string{"Failed to pull image \"registry.example.edu/us/hub:4.2\": not found"}, Log: []string{"Traceback (most recent call last):", "  File \"/srv/jupyterhub_config.py\", line 12, in <module>", "KeyError: 'OAUTH_CLIENT_ID'"},
	}}})
}

func same(text string) string { return text }

func html(t *testing.T, run Run, shown func(string) string) string {
	t.Helper()
	return HTML(run, shown)
}

func TestThePageTellsOfARun(t *testing.T) {
	page := html(t, sample(8), same)
	for _, want := range []string{
		`<h1 class="bad">2 hubs failed, 6 done</h1>`, "<span>commit 0123456789ab</span>", "<span>by travis-12</span>", "<b>16</b> left alone",
		`<a href="#means-image-missing">image missing in registry</a>`, `id="means-image-missing"`, "helm: another operation is in progress",
		"16 × unchanged since revision 4", "+80 MB (+5 %) against the one before", "5 of 7 layers reused", "310 MB sent in 21s", "KeyError: &#39;OAUTH_CLIENT_ID&#39;",
		"<dt>Helm</dt><dd>v4.0.1</dd>", "layer 6 of 7, 240 MB", "hub-7d9c5b6f4-x2x7p", `<a href="#means-` + diagnosis.Kinds()[0].Name + `">`,
	} {
		if !strings.Contains(strings.ReplaceAll(page, "&#43;", "+"), want) {
			t.Errorf("it lacks %s", want)
		}
	}
	if strings.Contains(page, "<script") || strings.Contains(page, " style=") {
		t.Error("it has a script, or a style that its policy forbids")
	}
}

func TestARunThatFailsBeforeAnyHubSaysSo(t *testing.T) {
	j := journal.New(start)
	j.LeaveOut("a", "build", "unchanged")
	j.Finish(at(2), journal.Failure{Cause: "no cluster answers", Remedy: "look at KUBECONFIG", ExitCode: exit.Setup})
	page := html(t, Run{Facts: j.Facts()}, same)
	for _, want := range []string{"Failed, with exit code 3", "The run failed", "no cluster answers", "look at KUBECONFIG", `<a href="#means-3">3</a>`} {
		if !strings.Contains(page, want) {
			t.Errorf("it lacks %s:\n%s", want, page)
		}
	}
	empty := html(t, Run{Facts: journal.New(start).Facts()}, same)
	if !strings.Contains(empty, "Nothing had to be done") {
		t.Error("a run without hubs")
	}
}

// What somebody else wrote is text and nothing else, whatever place of the run it is in.
func TestForeignTextIsShownAndMasked(t *testing.T) {
	const foreign = "<script>alert(1)</script>\x1b[2J\u202e s3cret"
	run := sample(3)
	run.Works[0].Outcome, run.Works[0].Hub, run.Works[1].Failed = foreign, foreign, foreign
	run.Works[2].Failures = []journal.Failure{{Cause: foreign, Remedy: foreign, Diagnoses: []journal.Diagnosis{{Name: foreign, Subject: foreign, Cause: foreign, Place: foreign, Advice: foreign, Evidence: []string{foreign}, Log: []string{foreign}}}}}
	run.Images[0].Name, run.Images[0].Layers[0].By, run.Images[0].Reference = foreign, foreign, foreign
	run.Plan.Hubs[0].Hub, run.Plan.Hubs[1].Deploy.Reason, run.Plan.Problems = foreign, foreign, []string{foreign}
	run.LeftOut[0].Why, run.About[0].Text, run.Called, run.By = foreign, foreign, foreign, foreign
	run.Failure.Cause = foreign
	page := html(t, run, func(text string) string { return ui.Visible(strings.ReplaceAll(text, "s3cret", "***")) })
	for _, wrong := range []string{"<script", "\x1b", "\u202e", "s3cret"} {
		if strings.Contains(page, wrong) {
			t.Errorf("it has %q", wrong)
		}
	}
	if n := strings.Count(page, `&lt;script&gt;alert(1)&lt;/script&gt;\x1b[2J\u202e ***`); n < 12 {
		t.Errorf("it is shown %d times", n)
	}
}

func TestFiveHundredHubsMakeAPageThatAPhoneCanLoad(t *testing.T) {
	const most = 2 << 20 // bytes
	page := html(t, sample(500), same)
	if len(page) > most {
		t.Errorf("%d bytes", len(page))
	}
	for _, want := range []string{"the 20 slowest", "63 hubs failed in this way", "1000 × unchanged"} {
		if !strings.Contains(page, want) {
			t.Errorf("it lacks %s", want)
		}
	}
	t.Logf("%d bytes", len(page))
}

func TestTheAxisEndsWithATick(t *testing.T) {
	for long, want := range map[time.Duration]string{
		0: "[0:00]", 3 * time.Second: "[0:00 0:01 0:02]", 131 * time.Second: "[0:00 0:30 1:00 1:30 2:00]", 3 * time.Hour: "[0:00 30:00 1:00:00 1:30:00 2:00:00 2:30:00]",
	} {
		on, ticks, _ := newScale(start, long)
		if got := fmt.Sprint(ticks); got != want || on.long < long {
			t.Errorf("%s: %s, until %s", long, got, on.long)
		}
	}
}

func TestReadersCanUseThePage(t *testing.T) {
	b := browser.For(t)
	for _, hubs := range []int{0, 1, 8, 40} {
		b.Sound(t, browser.Page(t, html(t, sample(hubs), same)))
	}
	if file := os.Getenv("SAMPLE_PAGE"); file != "" { // for whoever works on the page's looks
		if err := os.WriteFile(file, []byte(html(t, sample(8), same)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
