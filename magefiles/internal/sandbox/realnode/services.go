//go:build linux

package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync/atomic"
)

// entrance is where the node listens in place of a service.
type entrance struct {
	listener net.Listener
	pods     atomic.Pointer[[]string] // host:port of those that are ready
}

// dialer dials one of the pods, by chance, and the others if that one does not answer.
func (e *entrance) dialer(k *keeper) dial {
	return func() (connection net.Conn, err error) {
		pods := slices.Clone(*e.pods.Load())
		rand.Shuffle(len(pods), func(i, j int) { pods[i], pods[j] = pods[j], pods[i] }) // #nosec G404 -- no secret
		err = errors.New("no pod is ready")
		for _, pod := range pods {
			if connection, err = k.dialer(pod)(); err == nil {
				return connection, nil
			}
		}
		return nil, err
	}
}

// serveServices leads connections to services, in place of kube-proxy where that finds no program that writes rules of the kernel. All addresses
// of services are the node's own (see makeNetwork), so it listens on those that have a pod: the kernel refuses the others, as it does by
// kube-proxy's rules. TCP is led, without regard to a service's sessionAffinity.
func (k *keeper) serveServices(ctx context.Context, c *client) {
	var services mirror[service]
	var endpoints mirror[endpointSlice]
	changed := newBell()
	go services.follow(ctx, c, "/api/v1/services", changed.ring)
	go endpoints.follow(ctx, c, "/apis/discovery.k8s.io/v1/endpointslices", changed.ring)
	open := map[string]*entrance{}
	changed.heard(ctx, func() {
		wanted := podsOf(services.all(), endpoints.all())
		for at, entrance := range open {
			if len(wanted[at]) == 0 {
				_ = entrance.listener.Close()
				delete(open, at)
			}
		}
		for at, pods := range wanted {
			tell("leading to "+at, k.enter(open, at, pods))
		}
	})
}

// enter listens on a service's address, or tells the entrance that is there which pods are ready now.
func (k *keeper) enter(open map[string]*entrance, at string, pods []string) error {
	if e := open[at]; e != nil {
		e.pods.Store(&pods)
		return nil
	}
	e := new(entrance)
	e.pods.Store(&pods)
	err := inNetwork(k.network, func() (err error) {
		e.listener, err = net.Listen("tcp4", at) //nolint:noctx // it is closed with the service
		return err
	})
	if err != nil {
		return err
	}
	open[at] = e
	go relay(e.listener, e.dialer(k))
	return nil
}

// podsOf returns the pods that are ready behind each address and port of a service, by these. A service that has none is not there.
func podsOf(services []service, endpoints []endpointSlice) map[string][]string {
	found := map[string][]string{}
	for _, s := range services {
		address, err := netip.ParseAddr(s.Spec.ClusterIP)
		if err != nil || !address.Is4() { // "None", or of an ExternalName
			continue
		}
		for _, port := range s.Spec.Ports {
			if port.Protocol != "TCP" {
				continue
			}
			at := net.JoinHostPort(s.Spec.ClusterIP, strconv.Itoa(port.Port))
			for _, slice := range endpoints {
				if slice.of(s) {
					found[at] = append(found[at], slice.ready(port.Name, s.Spec.Unready)...)
				}
			}
			if len(found[at]) == 0 {
				delete(found, at)
			}
		}
	}
	return found
}

// of reports whether the slice is of a service.
func (e endpointSlice) of(s service) bool {
	return e.Metadata.Namespace == s.Metadata.Namespace && e.Metadata.Labels["kubernetes.io/service-name"] == s.Metadata.Name
}

// ready returns the pods, as host:port, that are ready behind a port of the slice's service. unready says that the others count as well.
func (e endpointSlice) ready(port string, unready bool) (pods []string) {
	for _, own := range e.Ports {
		if own.Name != port {
			continue
		}
		for _, endpoint := range e.Endpoints {
			if is := endpoint.Conditions.Ready; is != nil && !*is && !unready {
				continue
			}
			for _, address := range endpoint.Addresses {
				pods = append(pods, net.JoinHostPort(address, strconv.Itoa(own.Port)))
			}
		}
	}
	return pods
}
