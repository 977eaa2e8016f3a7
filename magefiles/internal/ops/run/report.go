package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/journal"
	"hub-ops/magefiles/internal/process"
	reportrun "hub-ops/magefiles/internal/report/run"
	"hub-ops/magefiles/internal/version"
)

// reportName is the file of the last run's report, beside its log.
const reportName = "report.html"

// Report prints where the report of the last run is, and opens it where there is a desktop.
func Report(ctx context.Context) error {
	r := Of(ctx)
	file := r.Page(reportName)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return exit.Input("there is no report: no run has worked on hubs yet").Try("each build, push, deploy and rollout writes %s", file)
	} else if err != nil {
		return err
	}
	r.Console.Result("%s", file)
	r.OpenInBrowser(file)
	return nil
}

// factsName is the file of what the targets of a command line have come to so far: Mage runs one after the other, and each is a run of its own.
const factsName = "last.json"

// soFar is what that file holds.
type soFar struct {
	Process string // that has written it
	Facts   journal.Facts
}

// goOnFromBefore has the report of the run tell of the targets before it, too.
func (r *Run) goOnFromBefore() {
	content, err := os.ReadFile(r.Page(factsName))
	before := soFar{}
	if err == nil && json.Unmarshal(content, &before) == nil && before.Process == process.Itself() {
		r.Console.Journal.GoOn(before.Facts)
	}
}

// keepFacts leaves what the run has come to for the targets after it.
func (r *Run) keepFacts() error {
	content, err := json.Marshal(soFar{process.Itself(), document.Cleaned(r.Console.Journal.Facts(), r.Console.Shown)})
	if err == nil {
		_, err = r.KeepPage(factsName, string(content))
	}
	return err
}

// writeReport writes the report of a run that has worked on hubs, and returns where it is; "" if there is none. It fails no run.
func (r *Run) writeReport(ctx context.Context, ended error) string {
	notes := r.Console.Journal
	failure := journal.Failure{}
	if ended != nil {
		failure = fanout.FailureOf(ended)
	}
	notes.Finish(time.Now(), failure)
	if !notes.Facts().Worked() {
		return ""
	}
	file, err := r.KeepPage(reportName, r.reportPage(ctx))
	if err != nil {
		r.Console.Problem("", "there is no report of this run: %v", err)
		return ""
	}
	if err := r.keepFacts(); err != nil {
		r.Console.Problem("", "the report of the targets after these will not tell of these: %v", err)
	}
	return file
}

// reportStopped writes the report of a run that a target which it depends on has ended: Mage hands that on by a panic.
func (r *Run) reportStopped(ctx context.Context) {
	stopped := recover()
	if stopped == nil {
		return
	}
	err, _ := stopped.(error)
	if file := r.writeReport(ctx, exit.With(mg.ExitStatus(err), err)); file != "" {
		r.Console.Info("", "report: %s", file)
	}
	panic(stopped)
}

// reportPage makes the report from the journal, and from what is known of the run itself.
func (r *Run) reportPage(ctx context.Context) string {
	notes := r.Console.Journal
	about := reportrun.Run{Called: strings.Join(append([]string{"mage"}, os.Args[1:]...), " "), By: r.Name()}
	if repo, err := r.To.Git(ctx); err == nil {
		if head, err := repo.Head(ctx); err == nil {
			about.Repository = git.RepositoryName(head.Source)
			notes.About("Commit", fmt.Sprintf("%s of %s", head.Hash, head.Date))
		}
	}
	if branch := notes.Facts().Plan.Branch; branch != "" {
		notes.About("Branch", branch)
	}
	notes.About("Directory", r.Config.Root)
	notes.About("hub-ops", version.Text())
	if r.Config.BuildPage != "" {
		notes.About("Page of the build", r.Config.BuildPage)
	}
	about.Facts = notes.Facts()
	return reportrun.HTML(about, r.Console.Shown)
}
