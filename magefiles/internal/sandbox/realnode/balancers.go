//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
)

type service struct {
	Metadata meta `json:"metadata"`
	Spec     struct {
		Type         string `json:"type"`
		ClusterIP    string `json:"clusterIP"`
		ExternalName string `json:"externalName"`
		Ports        []struct {
			Name     string `json:"name"`
			Protocol string `json:"protocol"`
			Port     int    `json:"port"`
		} `json:"ports"`
		Unready bool `json:"publishNotReadyAddresses"`
	} `json:"spec"`
	Status struct {
		LoadBalancer struct {
			Ingress []struct {
				IP string `json:"ip"`
			} `json:"ingress"`
		} `json:"loadBalancer"`
	} `json:"status"`
}

func (s service) key() string { return s.Metadata.key() }

// balancer is what leads from this machine to a service.
type balancer struct {
	uid       string
	to        string // cluster address and ports
	address   string
	listeners []net.Listener
	reach     []string // URLs
}

func (b *balancer) close() {
	for _, listener := range b.listeners {
		_ = listener.Close()
	}
}

// serveBalancers gives each Service of type LoadBalancer an address of this machine's loopback, and leads its ports to the service.
func (k *keeper) serveBalancers(ctx context.Context, c *client) {
	var services mirror[service]
	changed := newBell()
	open := map[string]*balancer{}
	go services.follow(ctx, c, "/api/v1/services", changed.ring)
	changed.heard(ctx, func() {
		wanted := map[string]bool{}
		for _, service := range services.all() {
			if service.Spec.Type != "LoadBalancer" || service.Spec.ClusterIP == "" || service.Metadata.DeletionTimestamp != nil {
				continue
			}
			wanted[service.key()] = true
			tell("balancing "+service.key(), k.balance(ctx, c, open, service))
		}
		for key, balancer := range open {
			if !wanted[key] {
				balancer.close()
				delete(open, key)
			}
		}
		tell("writing addresses down", k.writeReach(open))
	})
}

// balance opens a service's ports, unless they are open, and tells the service its address.
func (k *keeper) balance(ctx context.Context, c *client, open map[string]*balancer, s service) error {
	to := fmt.Sprint(s.Spec.ClusterIP, s.Spec.Ports)
	b := open[s.key()]
	if b == nil || b.uid != s.Metadata.UID || b.to != to {
		if b != nil {
			b.close()
		}
		delete(open, s.key())
		b = &balancer{uid: s.Metadata.UID, to: to}
		if err := k.open(b, s); err != nil {
			b.close()
			return err
		}
		open[s.key()] = b
	}
	if has := s.Status.LoadBalancer.Ingress; len(has) == 1 && has[0].IP == b.address {
		return nil
	}
	status := map[string]any{"loadBalancer": map[string]any{"ingress": []any{map[string]string{"ip": b.address, "ipMode": "Proxy"}}}}
	path := "/api/v1/namespaces/" + s.Metadata.Namespace + "/services/" + s.Metadata.Name + "/status"
	return c.change(ctx, http.MethodPatch, path, asPatch, map[string]any{"status": status})
}

// open listens on the service's ports. Where somebody has a port already on all addresses of this machine, another one is taken.
func (k *keeper) open(b *balancer, s service) error {
	b.address = address(k.plan.Subnet, s.key())
	for _, port := range s.Spec.Ports {
		if port.Protocol != "TCP" {
			log.Printf("balancing %s: port %d is %s, which is not led here", s.key(), port.Port, port.Protocol)
			continue
		}
		listener, err := net.Listen("tcp4", net.JoinHostPort(b.address, strconv.Itoa(port.Port))) //nolint:noctx // it is closed with the service
		if err != nil {
			listener, err = net.Listen("tcp4", net.JoinHostPort(b.address, "0")) //nolint:noctx // likewise
		}
		if err != nil {
			return err
		}
		b.listeners = append(b.listeners, listener)
		b.reach = append(b.reach, reach(listener.Addr().(*net.TCPAddr), port.Port))
		go relay(listener, k.dialer(net.JoinHostPort(s.Spec.ClusterIP, strconv.Itoa(port.Port))))
	}
	return nil
}

// address is one of the subnet, the same each time for a service.
func address(subnet, service string) string {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(service))
	sum := hash.Sum32()
	return fmt.Sprintf("%s.%d.%d", subnet, sum>>8&0xff, 1+sum%254)
}

// reach is what to give a browser.
func reach(at *net.TCPAddr, port int) string {
	scheme := map[bool]string{false: "http", true: "https"}[port == 443]
	if at.Port == map[string]int{"http": 80, "https": 443}[scheme] {
		return scheme + "://" + at.IP.String()
	}
	return scheme + "://" + at.String()
}

// writeReach writes down how each service is reached, for whoever asks for the sandbox's status.
func (k *keeper) writeReach(open map[string]*balancer) error {
	reach := map[string][]string{}
	for key, balancer := range open {
		reach[key] = balancer.reach
	}
	content, err := json.Marshal(reach)
	if err != nil {
		return err
	}
	file := filepath.Join(k.plan.Files, "reach.json")
	if was, err := os.ReadFile(file); err == nil && string(was) == string(content) { // #nosec G304 -- of the sandbox
		return nil
	}
	if err := os.WriteFile(file+".part", content, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".part", file)
}
