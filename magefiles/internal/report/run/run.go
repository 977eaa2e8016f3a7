// Package run makes the page of one run: time line, plan with reasons, images, failures with their diagnosis, environment. It is pure: the facts of
// the run go in, the page comes out. Every text of the facts is masked before anything is made of it, and escaped when it is written.
package run

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/journal"
	"hub-ops/magefiles/internal/report"
	"hub-ops/magefiles/internal/ui/live"
)

// Run is what is known of a run.
type Run struct {
	journal.Facts
	Called     string // the command line
	Repository string // owner/name; "" if there is no origin
	By         string // travis-12, or ann@laptop
}

// Page is what is shown: texts and numbers alone.
type Page struct {
	Title, Kicker string
	Under         []string
	State         string // good or bad
	Cards         []report.Card
	Failures      []failure
	Line          line
	Plan          planned
	Images        []image
	Topics        []topic
	About         []journal.About
}

// HTML makes the page. shown masks secrets, and writes out characters that would do something else than be seen.
func HTML(run Run, shown func(string) string) string { return Of(document.Cleaned(run, shown)).html() }

// Of shapes the page of a run.
func Of(run Run) Page {
	if run.Ended.IsZero() {
		run.Ended = run.Began
		for _, work := range run.Works {
			run.Ended = later(run.Ended, work.Began, work.Ended)
		}
	}
	topics := newTopics()
	done, failed := outcomes(run)
	page := Page{
		Kicker: joined(" · ", run.Repository, run.Called), State: "good", About: run.About,
		Under: under(run), Failures: failures(run, topics), Line: lineOf(run), Plan: plannedOf(run, topics), Images: imagesOf(run.Images),
	}
	page.Title = headline(run, done, failed)
	if failed > 0 || run.Failure.ExitCode != 0 {
		page.State = "bad"
	}
	if run.Failure.ExitCode != 0 && len(page.Failures) == 0 {
		page.Failures = []failure{oneFailure("", "", run.Failure, topics)}
	}
	page.Cards = cards(run, done, failed)
	page.Topics = topics.sorted()
	return page
}

// headline says in a line how the run ended.
func headline(run Run, done, failed int) string {
	switch {
	case run.Failure.ExitCode == exit.Interrupted:
		return "Interrupted after " + live.Clock(run.Ended.Sub(run.Began))
	case failed > 0:
		return fmt.Sprintf("%s failed, %d done", hubs(failed), done)
	case run.Failure.ExitCode != 0:
		return fmt.Sprintf("Failed, with exit code %d", run.Failure.ExitCode)
	case done == 0:
		return "Nothing had to be done"
	}
	return hubs(done) + " done"
}

func hubs(n int) string {
	if n == 1 {
		return "1 hub"
	}
	return fmt.Sprintf("%d hubs", n)
}

// outcomes counts hubs that something was done to, and that failed.
func outcomes(run Run) (done, failed int) {
	bad := map[string]bool{}
	for _, work := range run.Works {
		bad[work.Hub] = bad[work.Hub] || work.Failed != ""
	}
	for _, failed := range bad {
		if !failed {
			done++
		}
	}
	return done, len(bad) - done
}

// under are the things that stand below the headline.
func under(run Run) []string {
	var parts []string
	if run.Plan.Event != "" {
		parts = append(parts, run.Plan.Event)
	}
	if run.Plan.Commit != "" {
		parts = append(parts, fmt.Sprintf("commit %.12s", run.Plan.Commit))
	}
	parts = append(parts, run.Began.UTC().Format("2006-01-02 15:04:05 UTC"))
	if run.By != "" {
		parts = append(parts, "by "+run.By)
	}
	return parts
}

func cards(run Run, done, failed int) []report.Card {
	left := map[string]bool{}
	for _, one := range run.LeftOut {
		left[one.Hub] = true
	}
	for _, work := range run.Works {
		delete(left, work.Hub)
	}
	all := []report.Card{{Number: strconv.Itoa(done), Says: "done"}, {Number: strconv.Itoa(failed), Says: "failed"}, {Number: strconv.Itoa(len(left)), Says: "left alone"}, {Number: live.Clock(run.Ended.Sub(run.Began)), Says: "in all"}}
	if done > 0 {
		all[0].State = "is-good"
	}
	if failed > 0 {
		all[1].State = "is-bad"
	}
	var sent int64
	for _, image := range run.Images {
		sent += image.Sent
	}
	if len(run.Images) > 0 {
		all = append(all, report.Card{Number: live.Bytes(sent), Says: "sent to the registry"})
	}
	return all
}

// joined is the parts that there are.
func joined(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), between)
}

func later(times ...time.Time) (last time.Time) {
	for _, at := range times {
		if at.After(last) {
			last = at
		}
	}
	return last
}
