package release

import (
	"context"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/release/claims"
)

// sharing says why what users have in the namespace of a hub may be another hub's; "" if it cannot. releases are those that helm has there.
func (r *Releases) sharing(ctx context.Context, at layout.Address, releases map[string]history.Release) string {
	hubs, err := r.surveyor.AddressesOn(ctx, r.cluster.Name())
	if err != nil {
		return "the repository cannot be read, so nobody knows whether another hub has the namespace too"
	}
	return claims.SharedBy(at, releases, hubs)
}

// deleteData deletes every claim of the hub, after naming each with its size, and names those that are not the hub's.
func (r *Releases) deleteData(ctx context.Context, at layout.Address, outcome string, divided claims.Divided) error {
	if err := r.awaitUnused(ctx, at, divided.Ours); err != nil {
		return err
	}
	for _, claim := range divided.Ours {
		r.session.Console.Problem(at.Hub, "DELETE_DATA: claim %s is deleted, with all that is on it", claim)
	}
	if err := r.checkNoUsers(ctx, at); err != nil { // a user may have come back meanwhile
		return err
	}
	if err := r.kube.DeleteClaims(ctx, at, divided.Ours, r.session.Config.For(at.Hub).Timeout); err != nil {
		return err
	}
	r.session.Console.Result("%s: %s; deleted %d claims; the namespace stays", at.Hub, outcome, len(divided.Ours))
	if len(divided.Others) == 0 {
		return nil
	}
	stay := claims.Names(divided.Others)
	if divided.Shared != "" {
		stay += "; " + divided.Shared
	}
	return exit.Input("%d claims in the namespace %s are not deleted, for nothing on them says that they are of hub %s: %s", len(divided.Others), at.Namespace, at.Hub, stay).
		Try("if they are not needed: %s", process.Quote("kubectl", "--context", r.kube.Context, "--namespace", at.Namespace, "delete", "persistentvolumeclaim", divided.Others[0].Name))
}

// awaitUnused waits until no pod uses the claims: those of the release that was removed end within their grace. A pod that stays is
// somebody's, and what it uses is not deleted.
func (r *Releases) awaitUnused(ctx context.Context, at layout.Address, claims []kube.Claim) error {
	const limit, pause = 20 * time.Second, time.Second
	for deadline := time.Now().Add(limit); ; {
		used, err := r.kube.UsedClaims(ctx, at)
		if err != nil {
			return err
		}
		claim, pod := inUse(claims, used)
		if pod == "" {
			return nil
		}
		if time.Now().After(deadline) {
			return exit.Input("no data of hub %s is deleted: pod %s runs, and uses claim %s", at.Hub, pod, claim).
				Try("end it, then call this again: %s", process.Quote("kubectl", "--context", r.kube.Context, "--namespace", at.Namespace, "get", "pod", pod, "--output", "wide"))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// inUse returns the first claim that a pod uses, and the pod.
func inUse(claims []kube.Claim, used map[string]string) (claim, pod string) {
	for _, one := range claims {
		if used[one.Name] != "" {
			return one.Name, used[one.Name]
		}
	}
	return "", ""
}
