//go:build linux

package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

// inside are the addresses that only the node's network has.
const (
	apiInside   = "127.0.0.1:6443"
	proxyInside = "127.0.0.1:3128"
)

// keep starts the node's first process, and serves the node from outside of its namespaces. It ends with the node, and the node with it.
func keep(file string, plan *Plan) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	api, err := net.Listen("tcp4", plan.API) //nolint:noctx // it ends with this process
	if err != nil {
		return err
	}
	child, err := inNamespaces("node", file)
	if err != nil {
		return fmt.Errorf("starting the node: %w", err)
	}
	network, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", child.Pid))
	if err != nil {
		return err
	}
	k := &keeper{plan: plan, network: network}
	go relay(api, k.dialer(apiInside))
	go k.serveInside(ctx, plan.Registry, k.serveRegistry)
	go k.serveInside(ctx, proxyInside, proxyOf(http.ProxyFromEnvironment).serve)
	go k.serveNames(ctx)
	client, err := k.client()
	if err != nil {
		return err
	}
	log.Printf("keeping node %s, process %d", plan.Name, child.Pid)
	go k.serveClaims(ctx, client)
	go k.serveBalancers(ctx, client)
	if plan.Leads {
		go k.serveServices(ctx, client)
	}
	ended := make(chan error, 1)
	go func() {
		state, err := child.Wait()
		ended <- fmt.Errorf("the node has ended: %v %w", state, err)
	}()
	select {
	case <-ctx.Done():
		return child.Kill()
	case err := <-ended:
		return err
	}
}

// keeper serves a node.
type keeper struct {
	plan    *Plan
	network *os.File // of the node
	names   names
}
