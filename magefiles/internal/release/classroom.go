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
		if err := r.checkKnown(ctx, at); err != nil {
			return room, err
		}
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

// keepingRoom has helm change a release, and then brings back what the hub keeps for a time: helm sets what the release has. Where helm itself waits
// for its pods that is once they are ready, for it would wait for the placeholders too.
// That the room cannot be seen is told, and is no reason to change nothing.
func (r *Releases) keepingRoom(ctx context.Context, at layout.Address, change func() error) error {
	before, _, err := r.kube.Room(ctx, at)
	if err != nil {
		r.session.Console.Problem(at.Hub, "whether it keeps room for users is not known: %v", err)
	}
	err = change()
	r.keepRoomOn(ctx, at, before)
	return err
}

// keepRoomOn brings back what is kept until a time that has not come, and ends what has. A failure is told: the change is done.
func (r *Releases) keepRoomOn(ctx context.Context, at layout.Address, before kube.Room) {
	if !before.Kept {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endsWithin) // an interrupted deploy keeps it too
	defer cancel()
	now, found, err := r.kube.Room(ctx, at)
	if err != nil {
		r.session.Console.Problem(at.Hub, "%d placeholders were to be kept: %v", before.Count, err)
		return
	}
	if !found {
		return // a chart without them
	}
	own, console := now.Replicas, r.session.Console
	if now.Replicas == before.Replicas { // helm has left it alone
		own = before.Before
	}
	if time.Now().Before(before.Until) {
		if err = r.kube.KeepRoom(ctx, at, now, before.Count, own, before.Until); err == nil {
			console.Note(at.Hub, "%d placeholders are kept until %s, as scale:hub was told", before.Count, before.Until.Local().Format(time.RFC1123))
		}
	} else if err = r.kube.EndRoom(ctx, at, now, own); err == nil {
		console.Note(at.Hub, "the time of %d placeholders has ended: back to %d", before.Count, own)
	}
	if err != nil {
		console.Problem(at.Hub, "%v", err)
	}
}

// EndRooms takes back the placeholders of those hubs of a survey that this event may change whose time has ended, deployed or not.
func (r *Releases) EndRooms(ctx context.Context, found *survey.Survey) {
	rooms, err := r.kube.Rooms(ctx)
	if err != nil {
		r.session.Console.Info("", "whether the time of placeholders has ended is not known: %v", err)
	}
	for _, room := range rooms {
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
