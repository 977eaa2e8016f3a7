package release

import (
	"context"

	"hub-ops/magefiles/internal/history"
)

// lintChart has helm lint the chart with the values of the upgrade, unless an earlier deploy has linted the same code: see renderLinted. What
// lint finds and helm renders all the same for this cluster, such as a template whose name ends in .json or one that looks something up, is a
// warning.
func (d *deploy) lintChart(ctx context.Context) error {
	if !d.settings.Checks || d.lintedBefore() {
		return nil
	}
	found := d.helm.Lint(ctx, d.upgrade)
	if found == nil || ctx.Err() != nil {
		return found
	}
	if _, err := d.dryRun(ctx); err != nil {
		return found
	}
	d.session.Console.Note(d.hub.Name, "warning: %v", found)
	return nil
}

// lintedBefore reports whether the deployed revision has the code of this chart, and of those that it depends on: only values have changed.
func (d *deploy) lintedBefore() bool {
	was := d.release.Deployed().Record
	return was.Complete() && len(was.Kinds(d.record, []history.Kind{history.ChartKind})) == 0
}

// renderLinted is render. In the error of a chart that was not linted now, because its code has not changed, is all that lint finds.
func (d *deploy) renderLinted(ctx context.Context) error {
	refused := d.render(ctx)
	if refused == nil || !d.settings.Checks || !d.lintedBefore() || ctx.Err() != nil {
		return refused
	}
	if found := d.helm.Lint(ctx, d.upgrade); found != nil && ctx.Err() == nil {
		return found
	}
	return refused
}
