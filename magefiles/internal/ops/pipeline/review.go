package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/preview"
	"hub-ops/magefiles/internal/review"
	"hub-ops/magefiles/internal/ui"
)

// reviewed is what reviewers are told of a run.
type reviewed struct {
	*run.Run
	made   *planned
	plan   string        // in Markdown
	intro  string        // what objects are compared with, or why they are not; "" for a run of no pull request
	diffs  []review.Part // of the hubs that change
	images []preview.Growth
}

// Review writes the plan that was printed where reviewers look: on the job's page, and in a pull request as a comment, there with what changes in each hub. Where
// that is not possible, one line says so, and the run goes on.
func Review(ctx context.Context) error {
	r := run.Of(ctx)
	at, event := r.Config.Review, r.Config.Event
	if event.Kind == ci.PullRequest && event.Fork && slices.Contains([]string{"github", "gitlab"}, event.Provider) {
		r.Console.Info("", "the plan is not written as a comment: a run of a fork's content uses no token")
	}
	made := run.KeptBy[printed](r).planned
	if at.Summary == "" && at.API == "" || made == nil {
		return nil
	}
	if r.Config.Share.Number > 1 {
		return nil // the job of the first share tells of all
	}
	t := run.KeptBy[reviewed](r)
	*t = reviewed{Run: r, made: made, plan: document.Shown(made.document(r.Config), r.Console.Shown).Markdown()}
	if event.Kind == ci.PullRequest {
		t.compare(ctx)
	}
	Summarise(r, t.text(r.Console.Shown, review.LongestSummary))
	t.comment(ctx)
	return ctx.Err()
}

// ReviewBuilt adds to the comment what the builder knows of the images that were built since.
func ReviewBuilt(ctx context.Context) error {
	r := run.Of(ctx)
	t := run.KeptBy[reviewed](r)
	if len(t.images) == 0 {
		return nil
	}
	builder, err := r.To.Builder(ctx)
	if err != nil || !preview.Engine(ctx, t.images, builder) {
		return ctx.Err() // nothing is known that was not
	}
	Summarise(r, "\n"+document.Grown(t.grown(r.Console.Shown)))
	t.comment(ctx)
	return ctx.Err()
}

// previewing is how long a run may take to find out what changes: it renders each hub that does, three times.
const previewing = 10 * time.Minute

// compare finds what the pull request changes in each hub, against the commit that it is to be merged into.
func (t *reviewed) compare(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, previewing)
	defer cancel()
	defer t.Console.Beat(ui.Heartbeat, "finding out what changes")()
	before, err := t.base(ctx)
	if err == nil {
		var diffs []document.Diff
		if diffs, err = preview.Diffs(ctx, before, t.side()); err == nil {
			t.intro = "Objects are compared with those of commit " + document.Code(fmt.Sprintf("%.12s", before.Found.Head.Hash)) +
				", into which this is to be merged. Both are rendered without secret values and without the cluster, so what a chart looks up there is not known.\n"
			if len(diffs) == 0 {
				t.intro = "No hub changes against commit " + document.Code(fmt.Sprintf("%.12s", before.Found.Head.Hash)) + ".\n"
			}
			for _, diff := range diffs {
				diff = document.Shown(diff, t.Console.Shown)
				t.diffs = append(t.diffs, review.Part{Text: diff.Markdown(), Brief: diff.Brief()})
			}
			t.images = preview.Images(ctx, before, t.side())
		}
	}
	if err != nil {
		cause := t.Console.Shown(exit.Cause(err))
		t.Console.Info("", "what changes in each hub is not known: %v", err)
		t.intro = "What changes in each hub is not known: " + document.Words(cause) + "\n"
	}
}

// side is this run's own commit.
func (t *reviewed) side() preview.Side {
	return preview.Side{Session: t.Session, To: t.To, Surveyor: t.Surveyor, Found: t.made.found}
}

// base is the commit that the pull request is to be merged into.
func (t *reviewed) base(ctx context.Context) (preview.Side, error) {
	event := t.Config.Event
	commit, err := t.made.found.Repo.Base(ctx, event.Branch, event.Base)
	if err != nil {
		return preview.Side{}, err
	}
	return t.side().At(ctx, commit)
}

// grown is the growth of images, masked.
func (t *reviewed) grown(shown func(string) string) []document.GrownImage {
	var grown []document.GrownImage
	for _, image := range t.images {
		one := image.Document()
		one.Hub, one.Image = shown(one.Hub), shown(one.Image)
		grown = append(grown, one)
	}
	return grown
}

// text is all of it, as far as it fits.
func (t *reviewed) text(shown func(string) string, longest int) string {
	var parts []review.Part
	if t.intro != "" {
		parts = append(parts, review.Part{Text: t.intro})
	}
	if table := document.Grown(t.grown(shown)); table != "" {
		parts = append(parts, review.Part{Text: table})
	}
	return review.Fit(longest, t.plan, append(parts, t.diffs...)...)
}

// Summarise adds a text to the job's page.
func Summarise(r *run.Run, text string) {
	if r.Config.Review.Summary == "" {
		return
	}
	if err := review.Summarise(r.Config.Review.Summary, text); err != nil {
		r.Console.Info("", "the plan is not on the job's page: %v", err)
	}
}

// comment writes what reviewers are told as the comment of the pull request.
func (t *reviewed) comment(ctx context.Context) {
	at, provider := t.Config.Review, t.Config.Event.Provider
	token, variable, right := t.Config.GitHubToken, "GITHUB_TOKEN", "give the job 'permissions: {pull-requests: write}'" // #nosec G101 -- the name of one
	if provider == "gitlab" {
		token, variable, right = t.Config.GitLabToken, "GITLAB_TOKEN", "make a project's access token with the scope api and the role of a reporter" // #nosec G101 -- likewise
	}
	if at.API == "" {
		return
	}
	if token == "" {
		t.Console.Info("", "the plan is not written as a comment: %s is not set", variable)
		return
	}
	service, err := review.To(at, provider, token)
	if err == nil {
		err = service.Comment(ctx, t.text(t.Console.Shown, review.Longest(provider)))
	}
	if errors.Is(err, review.ErrNoRight) {
		err = exit.Try(err, "%s", right)
	}
	if err != nil {
		t.Console.Info("", "the plan is not written as a comment: %v", err)
		return
	}
	t.Console.Info("", "the plan is in the comment of the pull request")
}
