package kube

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/process"
)

// Forward leads a port of this machine, of which only this machine's users know, to a port of a service. The API server's own proxy to services
// takes the Authorization header of a request for itself, so nobody can log in to a hub through it. stop ends it.
func (c *Client) Forward(ctx context.Context, at layout.Address, service, port string) (address string, stop func(), err error) {
	const patience = 20 * time.Second
	background, cancel := context.WithCancel(context.WithoutCancel(ctx)) // an interrupted run still removes what it has started
	listening, ended := &listener{found: make(chan struct{})}, make(chan error, 1)
	args := []string{"port-forward", "--namespace", at.Namespace, "--address", "127.0.0.1", "service/" + service, ":" + port, "--context", c.Context}
	var running sync.WaitGroup
	running.Go(func() {
		ended <- c.Run.Run(background, process.Cmd{
			Name: c.Path, Args: args, Env: c.Env, Stdout: listening, Quiet: true, Prefix: at.Hub, Show: process.Quote("kubectl", args...),
		})
	})
	stop = func() {
		cancel()
		running.Wait()
	}
	select {
	case <-listening.found:
		return listening.address, stop, nil
	case err = <-ended:
		err = errors.New(cmp.Or(process.Cause(process.Output(err)), "kubectl port-forward has ended"))
	case <-ctx.Done():
		err = ctx.Err()
	case <-time.After(patience):
		err = fmt.Errorf("kubectl port-forward leads nowhere after %s", patience)
	}
	stop()
	return "", nil, exit.Errorf(exit.Rollout, "service %s of hub %s is not reached: %w", service, at.Hub, err)
}

// listener reads from what kubectl port-forward prints where it listens.
type listener struct {
	printed bytes.Buffer
	address string
	found   chan struct{}
}

var forwarding = regexp.MustCompile(`Forwarding from (127\.0\.0\.1:\d+) ->`)

func (l *listener) Write(p []byte) (int, error) {
	if l.address == "" {
		l.printed.Write(p)
		if match := forwarding.FindSubmatch(l.printed.Bytes()); match != nil {
			l.address = string(match[1])
			close(l.found)
		}
	}
	return len(p), nil
}
