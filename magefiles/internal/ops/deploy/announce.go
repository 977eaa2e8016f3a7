package deploy

import (
	"context"
	"fmt"
	"slices"

	"hub-ops/magefiles/internal/announce"
	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/git"
)

// announce tells what a deploy has done, if anybody is to be told. What fails is a line.
func (d *deploying) announce(ctx context.Context, doc document.Deploy) {
	settings := d.Config
	if settings.AnnounceWebhook == "" && settings.GrafanaURL == "" || ctx.Err() != nil {
		return
	}
	if to, err := d.To.Destination(ctx); err != nil || to.Sandbox != nil { // a sandbox is for trials
		return
	}
	told := toldOf(document.Shown(doc, d.Console.Shown), settings.AnnounceOn)
	if len(told.Deployed)+len(told.Failed)+len(told.NotBegun) == 0 {
		return
	}
	told.Run, told.Page = d.Console.Shown(d.Name()), d.Console.Shown(settings.BuildPage)
	if repo, err := d.To.Git(ctx); err == nil {
		if head, err := repo.Head(ctx); err == nil {
			told.Repository = d.Console.Shown(git.RepositoryName(head.Source))
		}
	}
	if settings.AnnounceWebhook != "" {
		if err := announce.Webhook(ctx, settings.AnnounceWebhook, settings.AnnounceForm, told); err != nil {
			d.Console.Info("", "the webhook was not told of this deploy: %v", err)
		}
	}
	if settings.GrafanaURL != "" {
		if err := announce.Grafana(ctx, settings.GrafanaURL, settings.GrafanaToken, told); err != nil {
			d.Console.Info("", "Grafana was not told of this deploy: %v", err)
		}
	}
}

// toldOf is what is told of a deploy: on has deploys, failures, or both. A hub that was not begun, for another one failed or its cluster cannot be
// used, has not failed: nobody need look at it. It is told beside those that have, for it does not have its change either. Where the branch has
// moved on nothing is wrong: the newer commit's run deploys it.
func toldOf(doc document.Deploy, on []string) announce.Deploy {
	told := announce.Deploy{Commit: fmt.Sprintf("%.12s", doc.Commit), Deployed: []string{}, Failed: []string{}, Why: []string{}, NotBegun: []string{}}
	for _, h := range doc.Hubs {
		switch {
		case h.Is == document.Done && slices.Contains(on, "deploys"):
			told.Deployed = append(told.Deployed, h.Hub)
		case h.Is == document.Failed && slices.Contains(on, "failures"):
			told.Failed = append(told.Failed, h.Hub)
			told.Why = append(told.Why, fmt.Sprintf("%s: %.300s", h.Hub, h.Text))
		case h.Is == document.NotBegun && slices.Contains(on, "failures") && doc.Stopped == "":
			told.NotBegun = append(told.NotBegun, h.Hub)
		}
	}
	return told
}
