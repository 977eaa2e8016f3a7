package release

import (
	"context"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
)

// Room tells how the hub of the pass keeps room for users. Bad input is a hub that is not deployed, is not ours, or has a chart without placeholders.
func (r *Releases) Room(ctx context.Context, pass plan.Pass) (room kube.Room, err error) {
	at, err := r.whereIs(ctx, pass.Hub())
	if err != nil {
		return room, err
	}
	if err := r.to.Confirm(ctx); err != nil {
		return room, err
	}
	return r.room(ctx, at)
}

func (r *Releases) room(ctx context.Context, at layout.Address) (room kube.Room, err error) {
	release, err := r.kube.Release(ctx, at)
	if err != nil {
		return room, err
	}
	if release.Newest().Number == 0 {
		return room, exit.Input("hub %s is not deployed: it keeps no room", at.Hub).Try("deploy it first, with deploy:hub %s", at.Hub)
	}
	if err := r.checkOurs(ctx, release, at, "scaled"); err != nil {
		return room, err
	}
	room, found, err := r.kube.Room(ctx, at)
	if err == nil && !found {
		err = exit.Input("hub %s has no placeholders: its release has no StatefulSet of component user-placeholder", at.Hub).
			Try("set scheduling.podPriority.enabled and scheduling.userPlaceholder.enabled in its values, and deploy it")
	}
	return room, err
}

// KeepRoom has a hub keep room for so many users until a time. The release stays as it is.
func (r *Releases) KeepRoom(ctx context.Context, pass plan.Pass, count int, until time.Time) error {
	at, err := r.whereIs(ctx, pass.Hub())
	if err != nil {
		return err
	}
	return r.locked(ctx, at, pass, func(ctx context.Context) error {
		room, err := r.room(ctx, at) // it may have changed meanwhile
		if err != nil {
			return err
		}
		return r.kube.KeepRoom(ctx, at, room, count, OwnRoom(room), until)
	})
}

// OwnRoom is how many placeholders the release itself has.
func OwnRoom(room kube.Room) int {
	if room.Kept {
		return room.Before
	}
	return room.Replicas
}

// endsWithin is how long an interrupted deploy may take to keep the placeholders.
const endsWithin = 20 * time.Second

// keptRoom is what a hub keeps for a time before it is upgraded: helm sets what the release has. That it cannot be seen is no reason to deploy nothing.
func (d *deploy) keptRoom(ctx context.Context) kube.Room {
	room, _, err := d.kube.Room(ctx, d.hub.At)
	if err != nil {
		return kube.Room{}
	}
	return room
}

// keepRoomOn brings back after an upgrade what is kept until a time that has not come, and ends what has. A failure is told: the deploy is done.
func (d *deploy) keepRoomOn(ctx context.Context, before kube.Room) {
	if !before.Kept {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endsWithin) // an interrupted deploy keeps it too
	defer cancel()
	now, found, err := d.kube.Room(ctx, d.hub.At)
	if err != nil {
		d.session.Console.Problem(d.hub.Name, "%d placeholders were to be kept: %v", before.Count, err)
		return
	}
	if !found {
		return // a chart without them
	}
	own, console := now.Replicas, d.session.Console
	if now.Replicas == before.Count { // helm has left it alone
		own = before.Before
	}
	if time.Now().Before(before.Until) {
		if err = d.kube.KeepRoom(ctx, d.hub.At, now, before.Count, own, before.Until); err == nil {
			console.Note(d.hub.Name, "%d placeholders are kept until %s, as scale:hub was told", before.Count, before.Until.Local().Format(time.RFC1123))
		}
	} else if err = d.kube.EndRoom(ctx, d.hub.At, now, own); err == nil {
		console.Note(d.hub.Name, "the time of %d placeholders has ended: back to %d", before.Count, own)
	}
	if err != nil {
		console.Problem(d.hub.Name, "%v", err)
	}
}

// EndRooms takes back the placeholders of those hubs of a survey that this event may change whose time has ended, deployed or not.
func (r *Releases) EndRooms(ctx context.Context, found *survey.Survey) {
	for _, room := range r.kube.Rooms(ctx) {
		if time.Now().Before(room.Until) {
			continue
		}
		for _, h := range found.Hubs {
			planned := found.Of(h.Name)
			if h.At.Namespace != room.Namespace || h.At.Release != room.Release || planned.May.Refused || !planned.May.Do || planned.Pass.Hub() == "" { // another job has it, or another event

				continue
			}
			err := r.locked(ctx, h.At, planned.Pass, func(ctx context.Context) error {
				now, err := r.room(ctx, h.At)
				if err != nil || !now.Kept || time.Now().Before(now.Until) {
					return err
				}
				return r.kube.EndRoom(ctx, h.At, now, now.Before)
			})
			if err != nil {
				r.session.Console.Problem(h.Name, "the time of its placeholders has ended, and they are still there: %v", err)
				continue
			}
			r.session.Console.Result("%s: the time of %d placeholders has ended: back to %d", h.Name, room.Count, room.Before)
		}
	}
}
