package onehub

import (
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/classroom"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/release"
)

// Scale has a hub keep room for so many users until a time, after showing what that changes and asking. Deploys keep it until then, and the first
// one after it takes it back.
func Scale(ctx context.Context, name string, placeholders int, end string) error {
	r := run.Of(ctx)
	if err := classroom.CheckCount(placeholders); err != nil {
		return err
	}
	until, err := classroom.End(end, time.Now())
	if err != nil {
		return err
	}
	pass, err := r.Enter(ctx, "scale", name)
	if err != nil {
		return err
	}
	return r.OnReleasesOf(ctx, name, func(releases *release.Releases) error {
		room, err := releases.Room(ctx, pass)
		if err != nil {
			return err
		}
		when := until.Format(time.RFC1123)
		r.Console.Result("%s: placeholders %d -> %d, until %s", name, room.Replicas, placeholders, when)
		if room.Kept {
			r.Console.Result("%s: in place of %d until %s", name, room.Count, room.Until.Local().Format(time.RFC1123))
		}
		r.Console.Result("%s: deploys keep them until then; nothing runs that would end them by itself: the first 'mage deploy' after that goes back to %d", name, release.OwnRoom(room))
		if err := r.To.Agreed(ctx, fmt.Sprintf("keep room for %d users of hub %s?", placeholders, name)); err != nil {
			return err
		}
		if err := releases.KeepRoom(ctx, pass, placeholders, until); err != nil {
			return err
		}
		r.Console.Result("%s: %d placeholders until %s; their pods come as nodes do", name, placeholders, when)
		return nil
	})
}
