package ops

import (
	"context"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/kube"
)

// RemoveHub takes a hub from the cluster. Its claims and its namespace stay, unless DELETE_DATA names the hub.
func RemoveHub(name string) Verb {
	return func(ctx context.Context, s *Session) error {
		if s.Config.DeleteData != "" && s.Config.DeleteData != name {
			return exit.Input("DELETE_DATA=%s, and the hub to remove is %s: nothing was done", s.Config.DeleteData, name)
		}
		client, helmClient, err := s.toolsFor(ctx, true)
		if err != nil {
			return err
		}
		found, err := client.HasNamespace(ctx, name)
		if err != nil {
			return err
		}
		if !found {
			s.Console.Result("%s: nothing to remove, the cluster has no namespace %s", name, name)
			return nil
		}
		defer s.Console.Beat(heartbeat, "removing "+name)()
		return s.locked(ctx, client, name, func(ctx context.Context) error {
			return s.remove(ctx, client, helmClient, name)
		})
	}
}

func (s *Session) remove(ctx context.Context, client *kube.Client, helmClient *helm.Client, name string) error {
	if err := refuseWithUsers(ctx, client, name); err != nil {
		return err
	}
	claims, err := client.Claims(ctx, name)
	if err != nil {
		return err
	}
	release, err := client.Release(ctx, name)
	if err != nil {
		return err
	}
	if newest := release.Newest(); newest.Number > 0 && newest.Status != "uninstalled" {
		if err := s.uninstall(ctx, client, helmClient, name, newest.Number); err != nil {
			return err
		}
	}
	if s.Config.DeleteData != name || len(claims) == 0 {
		s.Console.Result("%s: removed; %s", name, kept(name, claims))
		return nil
	}
	return s.deleteData(ctx, client, name, claims)
}

// deleteData deletes every claim of the hub, after naming each with its size.
func (s *Session) deleteData(ctx context.Context, client *kube.Client, name string, claims []kube.Claim) error {
	for _, claim := range claims {
		s.Console.Problem(name, "DELETE_DATA: claim %s is deleted, with all that is on it", claim)
	}
	if err := refuseWithUsers(ctx, client, name); err != nil { // somebody may have come back meanwhile
		return err
	}
	if err := client.DeleteClaims(ctx, name, claims); err != nil {
		return err
	}
	s.Console.Result("%s: removed, with %d claims; the namespace stays", name, len(claims))
	return nil
}

// refuseWithUsers keeps a hub from being taken away under people who work on it.
func refuseWithUsers(ctx context.Context, client *kube.Client, name string) error {
	servers, err := client.UserServers(ctx, name)
	if err != nil || len(servers) == 0 {
		return err
	}
	const most = 3
	more := ""
	if len(servers) > most {
		more = " …"
	}
	return exit.Input("hub %s is not removed: %d user servers run (%s%s); stop them in the hub's admin page, or wait until they are culled", name, len(servers), strings.Join(servers[:min(most, len(servers))], ", "), more)
}

// kept names what is still there of a hub.
func kept(name string, claims []kube.Claim) string {
	if len(claims) == 0 {
		return "the namespace stays, there is no claim"
	}
	texts := make([]string, len(claims))
	for i, claim := range claims {
		texts[i] = claim.String()
	}
	return fmt.Sprintf("the namespace stays, and the data on %s; DELETE_DATA=%s deletes it", strings.Join(texts, ", "), name)
}
