package release

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/process"
)

// ownership divides the claims of a namespace.
type ownership struct{ ours, others []kube.Claim }

// ownClaims tells the claims of a hub from those of others. In a namespace that hub-ops has made, all are the hub's, except those
// that helm has marked as another release's. In one that was there before, only those are whose marks say so: helm's of this
// release, or KubeSpawner's of a user.
func ownClaims(claims []kube.Claim, namespace kube.Namespace) ownership {
	var found ownership
	for _, claim := range claims {
		if claim.Helm || claim.Other == "" && (claim.User || namespace.Made != "") {
			found.ours = append(found.ours, claim)
		} else {
			found.others = append(found.others, claim)
		}
	}
	return found
}

// deleteData deletes every claim of the hub, after naming each with its size, and names those that are not the hub's.
func (r *Releases) deleteData(ctx context.Context, name, outcome string, claims ownership) error {
	if err := r.awaitUnused(ctx, name, claims.ours); err != nil {
		return err
	}
	for _, claim := range claims.ours {
		r.session.Console.Problem(name, "DELETE_DATA: claim %s is deleted, with all that is on it", claim)
	}
	if err := r.checkNoUsers(ctx, name); err != nil { // a user may have come back meanwhile
		return err
	}
	if err := r.kube.DeleteClaims(ctx, name, claims.ours, r.session.Config.For(name).Timeout); err != nil {
		return err
	}
	r.session.Console.Result("%s: %s; deleted %d claims; the namespace stays", name, outcome, len(claims.ours))
	if len(claims.others) == 0 {
		return nil
	}
	return exit.Input("%d claims in the namespace %s are not deleted, for nothing on them says that they are of hub %s: %s", len(claims.others), name, name, claimNames(claims.others)).
		Try("if they are not needed: %s", process.Quote("kubectl", "--context", r.kube.Context, "--namespace", name, "delete", "persistentvolumeclaim", claims.others[0].Name))
}

// awaitUnused waits until no pod uses the claims: those of the release that was removed end within their grace. A pod that stays is
// somebody's, and what it uses is not deleted.
func (r *Releases) awaitUnused(ctx context.Context, name string, claims []kube.Claim) error {
	const limit, pause = 20 * time.Second, time.Second
	for deadline := time.Now().Add(limit); ; {
		used, err := r.kube.UsedClaims(ctx, name)
		if err != nil {
			return err
		}
		claim, pod := inUse(claims, used)
		if pod == "" {
			return nil
		}
		if time.Now().After(deadline) {
			return exit.Input("no data of hub %s is deleted: pod %s runs, and uses claim %s", name, pod, claim).
				Try("end it, then call this again: %s", process.Quote("kubectl", "--context", r.kube.Context, "--namespace", name, "get", "pod", pod, "--output", "wide"))
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

func claimNames(claims []kube.Claim) string {
	texts := make([]string, len(claims))
	for i, claim := range claims {
		texts[i] = claim.String()
	}
	return strings.Join(texts, ", ")
}

// listed names the first of many.
func listed(names []string) string {
	const most = 3
	text := strings.Join(names[:min(most, len(names))], ", ")
	if len(names) > most {
		text = fmt.Sprintf("%s and %d more", text, len(names)-most)
	}
	return text
}
