package pipeline

import (
	"cmp"
	"context"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/ui"
)

// Gates prints which event may do what to the hubs of this repository: one row for each event and owner, as the gate itself decides.
func Gates(ctx context.Context) error {
	r := run.Of(ctx)
	repository, err := ownership(ctx, r)
	if err != nil {
		return err
	}
	cases, err := repository.Cases()
	if err != nil {
		return err
	}
	columns, err := plan.Columns(cases, func(e plan.Effect) bool { return e != plan.Nothing })
	if err != nil {
		return err
	}
	header := []string{"EVENT", "HUBS"}
	for _, column := range columns {
		header = append(header, column.Title())
	}
	rows := [][]string{append(header, "CREDENTIALS", "REASON")}
	for i, c := range cases {
		made, err := plan.Make(c.Facts())
		if err != nil {
			return err
		}
		row := []string{c.Name, hubsOf(c, repository)}
		for _, column := range columns {
			row = append(row, column.May[i].Word())
		}
		rows = append(rows, append(row, c.Access(), made.Hubs[0].Gate.Reason))
	}
	r.Console.Table(rows)
	return nil
}

// ownership collects what the gate would know in CI: what the clone knows of origin, or, without one, what the checkout says itself.
func ownership(ctx context.Context, r *run.Run) (plan.Repository, error) {
	names, err := r.Surveyor.Names(ctx)
	if err != nil {
		return plan.Repository{}, err
	}
	if len(names) == 0 {
		return plan.Repository{}, exit.Input("no hub here that an event could be about")
	}
	branches, err := r.To.Branches(ctx)
	if err != nil {
		return plan.Repository{}, err
	}
	owners, standard, err := r.To.PublishedOwners(ctx)
	if err != nil {
		return plan.Repository{}, err
	}
	if standard == "" {
		owners = plan.Owners{Branches: branches, From: "origin"}
		r.Console.Info("", "this clone does not know the default branch of origin, which decides: taken to say what the checkout says")
		if len(branches) > 0 {
			standard = branches[0].Name
		}
	}
	return plan.Repository{
		Hubs: names, Branches: branches, Owners: owners, Default: cmp.Or(standard, "the default branch"), Resumes: r.Config.Resumes(),
	}, nil
}

// hubsOf names the hubs of a row.
func hubsOf(c plan.Case, repository plan.Repository) string {
	if len(c.Hubs) == len(repository.Hubs) {
		return "all"
	}
	return ui.Some(c.Hubs)
}
