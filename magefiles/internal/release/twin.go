package release

import (
	"context"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/twin"
	"hub-ops/magefiles/internal/survey"
)

// checkTwin refuses to install a hub that the cluster has under another name, unless ALLOW_SECOND names it. Users would get an empty hub, and
// their data would stay with the other one. What cannot be rendered yet is looked at again, under the hub's lock.
func (d *deploy) checkTwin(ctx context.Context) error {
	if d.alone || d.release.Current().Number > 0 || len(d.rendering.after) == 0 {
		return nil
	}
	strangers, err := d.surveyor.Strangers(ctx, d.found.Fleet)
	switch {
	case err != nil && (ctx.Err() != nil || !d.session.Config.MayHaveTwo(d.hub.Name)):
		return exit.Try(err, "the hub may be there under another name, so it is not installed before this is known; ALLOW_SECOND=%s installs it all the same", d.hub.Name)
	case err != nil:
		d.session.Console.Problem(d.hub.Name, "ALLOW_SECOND: nobody knows whether the cluster has it under another name: %v", err)
	}
	own := twin.Release{Address: d.hub.At, Charts: survey.Charts(d.hub), Objects: d.rendering.after}
	for _, stranger := range strangers {
		why := own.Same(stranger)
		switch {
		case why == "":
			continue
		case !d.session.Config.MayHaveTwo(d.hub.Name):
			return exit.Input("hub %s is not installed: release %s %s", d.hub.Name, stranger.Named(), why).Try("%s", survey.TwinRemedy(stranger.Address, d.hub.Name))
		}
		d.session.Console.Problem(d.hub.Name, "ALLOW_SECOND: release %s %s, and stays as it is", stranger.Named(), why)
	}
	d.alone = true
	return nil
}
