package ops

import (
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/plan"
)

// back returns a hub, whose deploy has failed, to the last revision that was healthy, if ROLLBACK=1 asks for that, and
// else tells what state it is in. The deploy has failed all the same.
func (d *deployment) back(ctx context.Context, h hub.Hub) error {
	if ctx.Err() != nil {
		return nil
	}
	release, err := d.kube.Release(ctx, h.Name)
	if !d.Config.For(h.Name).Rollback {
		if err == nil {
			d.Console.Problem(h.Name, "%s", stateOf(release, d.survey.factsOf(h.Name).Release.Revision))
		}
		return nil
	}
	if err != nil {
		return err
	}
	target := release.Healthy(release.Newest().Number)
	if target.Number == 0 {
		d.Console.Problem(h.Name, "no earlier revision was healthy: there is nothing to go back to")
		return nil
	}
	if err := d.imageIsThere(ctx, d.cosign, h.Name, target.Record); err != nil {
		return err
	}
	_, err = d.changeAndWatch(ctx, d.watch, d.kube, h, func(ctx context.Context) error {
		return d.rollBackTo(ctx, d.kube, d.helm, h.Name, target.Number)
	})
	if err != nil {
		return fmt.Errorf("going back to revision %d: %w", target.Number, err)
	}
	d.Console.Problem(h.Name, "rolled back to revision %d, of commit %s", target.Number, target.Record.Commit)
	return nil
}

// rollBackTo has helm return to a revision, and waits until everything is ready. A rollback that is ended, because it
// cannot succeed or somebody interrupts, is recorded as failed: helm does that for upgrades, and leaves a rollback pending.
func (s *Session) rollBackTo(ctx context.Context, client *kube.Client, helmClient *helm.Client, name string, revision int) error {
	err := helmClient.Rollback(ctx, name, revision, true, s.Config.For(name).Timeout)
	if err == nil || ctx.Err() == nil {
		return err
	}
	const patience = 20 * time.Second
	recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if unrecorded := s.recordFailure(recording, client, name); unrecorded != nil {
		s.Console.Problem(name, "the release stays pending until the next deploy: %v", unrecorded)
	}
	return err
}

// recordFailure makes a pending revision one that has failed.
func (s *Session) recordFailure(ctx context.Context, client *kube.Client, name string) error {
	release, err := client.Release(ctx, name)
	if newest := release.Newest(); err != nil || !plan.Pending(newest.Status) {
		return err
	}
	revision := release.Newest().Number
	stored, err := storedRelease(ctx, client, name, revision)
	if err != nil {
		return err
	}
	if err := stored.Fail("Rollback ended by " + s.runName()); err != nil {
		return err
	}
	data, err := stored.Encode()
	if err != nil {
		return err
	}
	return client.SetStored(ctx, name, revision, data, "failed")
}
