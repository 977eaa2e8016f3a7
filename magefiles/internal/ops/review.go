package ops

import (
	"context"
	"errors"
	"slices"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/review"
)

// Review writes the plan that was printed where reviewers look: on the job's page, and in a pull request as a comment. Where that is not possible, one line says so,
// and the run goes on.
func Review(ctx context.Context) error {
	r := runOf(ctx)
	at := r.Config.Review
	if event := r.Config.Event; event.Kind == ci.PullRequest && event.Fork && slices.Contains([]string{"github", "gitlab"}, event.Provider) {
		r.Console.Info("", "the plan is not written as a comment: a run of a fork's content uses no token")
	}
	if at.Summary == "" && at.API == "" {
		return nil
	}
	if r.made == nil {
		return nil
	}
	text := review.Fit(review.Longest, document.Shown(r.made.document(r.Config), r.Console.Shown).Markdown())
	if at.Summary != "" {
		if err := review.Summarise(at.Summary, text); err != nil {
			r.Console.Info("", "the plan is not on the job's page: %v", err)
		}
	}
	r.comment(ctx, text)
	return ctx.Err()
}

// comment writes a text as the comment of the pull request.
func (r *run) comment(ctx context.Context, text string) {
	at, provider := r.Config.Review, r.Config.Event.Provider
	token, variable, right := r.Config.GitHubToken, "GITHUB_TOKEN", "give the job 'permissions: {pull-requests: write}'" // #nosec G101 -- the name of one
	if provider == "gitlab" {
		token, variable, right = r.Config.GitLabToken, "GITLAB_TOKEN", "make a project's access token with the scope api and the role of a reporter" // #nosec G101 -- likewise
	}
	if at.API == "" {
		return
	}
	if token == "" {
		r.Console.Info("", "the plan is not written as a comment: %s is not set", variable)
		return
	}
	service, err := review.To(at, provider, token)
	if err == nil {
		err = service.Comment(ctx, text)
	}
	if errors.Is(err, review.ErrNoRight) {
		err = exit.Try(err, "%s", right)
	}
	if err != nil {
		r.Console.Info("", "the plan is not written as a comment: %v", err)
		return
	}
	r.Console.Info("", "the plan is in the comment of the pull request")
}
