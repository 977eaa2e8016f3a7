package connect

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/rights"
)

// Confirm names the cluster and the account that an operator's own access leads to, before anything changes, and asks once.
// YES=1 answers for the operator. Without a terminal to ask on it is an error, and nothing is done.
func (c *Connections) Confirm(ctx context.Context) error {
	_, err := c.confirmed.Get(ctx, func(ctx context.Context) (struct{}, error) {
		c.asking.Lock() // one question at a time, where there are several clusters
		defer c.asking.Unlock()
		return struct{}{}, c.confirm(ctx)
	})
	return err
}

func (c *Connections) confirm(ctx context.Context) error {
	cluster, err := c.Cluster(ctx)
	if err != nil || cluster.sandbox || !c.session.Config.NoSetup {
		return err
	}
	settings, console, access := c.session.Config, c.session.Console, cluster.access
	account := rights.WhoAmI(ctx, cluster.Kube.Server)
	if account == "" {
		account = access.User
	}
	question := fmt.Sprintf("NO_SETUP=1: your own access leads to cluster %s (%s, context %s) as %s", access.Cluster, access.Server, access.Context, account)
	console.Info("", "%s", question)
	switch {
	case settings.Yes || settings.Event.InCI():
		return nil
	case !term.IsTerminal(int(os.Stdin.Fd())):
		return exit.Input("there is no terminal to confirm that at").Try("say YES=1 if it is meant")
	}
	defer console.Pause()()
	console.Info("", "go on there? [y/N]")
	select {
	case <-ctx.Done():
		return ctx.Err()
	case said := <-answer():
		if said == "y" || said == "yes" {
			return nil
		}
	}
	return exit.Input("not confirmed: nothing was done")
}

// Ask asks an operator whether something is meant. YES=1 answers for the operator. asked is false where there is no terminal to ask on, and then
// it is not meant.
func (c *Connections) Ask(ctx context.Context, question string) (meant, asked bool, err error) {
	if c.session.Config.Yes {
		return true, true, nil
	}
	if c.session.Config.Event.InCI() || !term.IsTerminal(int(os.Stdin.Fd())) {
		return false, false, nil
	}
	defer c.session.Console.Pause()()
	c.session.Console.Info("", "%s [y/N]", question)
	select {
	case <-ctx.Done():
		return false, true, ctx.Err()
	case said := <-answer():
		return said == "y" || said == "yes", true, nil
	}
}

// Agreed asks whether what was shown is meant. It is bad input if it is not, or if there is nobody to ask.
func (c *Connections) Agreed(ctx context.Context, question string) error {
	meant, asked, err := c.Ask(ctx, question)
	switch {
	case err != nil || meant:
		return err
	case !asked:
		return exit.Input("there is no terminal to confirm that at: nothing was done").Try("say YES=1 if it is meant")
	}
	return exit.Input("not confirmed: nothing was done")
}

// answer reads a line that the operator types. No answer means no.
func answer() <-chan string {
	said := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		said <- strings.ToLower(strings.TrimSpace(line))
	}()
	return said
}
