package ops

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/access"
)

// confirm names the cluster and the account that an operator's own access leads to, before anything changes, and asks.
// YES=1 answers. Where nobody can be asked, nothing is done.
func (s *Session) confirm(ctx context.Context, client *kube.Client, access *access.Access) error {
	if !s.Config.NoSetup || s.sandbox != nil {
		return nil
	}
	account := client.WhoAmI(ctx)
	if account == "" {
		account = access.User
	}
	question := fmt.Sprintf("NO_SETUP=1: your own access leads to cluster %s (%s, context %s) as %s", access.Cluster, access.Server, access.Context, account)
	s.Console.Info("", "%s", question)
	switch {
	case s.Config.Yes || s.Config.Event.InCI():
		return nil
	case !term.IsTerminal(int(os.Stdin.Fd())):
		return exit.Input("nobody is there to confirm that: say YES=1 if it is meant")
	}
	s.Console.Info("", "go on there? [y/N]")
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n') // no answer is no
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case said := <-answer:
		if said == "y" || said == "yes" {
			return nil
		}
	}
	return exit.Input("not confirmed: nothing was done")
}
