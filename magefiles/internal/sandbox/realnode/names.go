//go:build linux

package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// zone is what names in the cluster end with.
const zone = "cluster.local"

type endpointSlice struct {
	Metadata  meta `json:"metadata"`
	Endpoints []struct {
		Addresses  []string `json:"addresses"`
		Hostname   string   `json:"hostname"`
		Conditions struct {
			Ready *bool `json:"ready"`
		} `json:"conditions"`
	} `json:"endpoints"`
	Ports []struct {
		Name string `json:"name"`
		Port int    `json:"port"`
	} `json:"ports"`
}

func (e endpointSlice) key() string { return e.Metadata.key() }

// names knows what names there are: github.com/kubernetes/dns, docs/specification.md.
type names struct {
	services mirror[service]
	slices   mirror[endpointSlice]
}

// serveNames answers questions for names on the node's address, by UDP and by TCP.
func (k *keeper) serveNames(ctx context.Context) {
	client, err := k.client()
	if err != nil {
		log.Printf("serving names: %v", err)
		return
	}
	go k.names.services.follow(ctx, client, "/api/v1/services", func() {})
	go k.names.slices.follow(ctx, client, "/apis/discovery.k8s.io/v1/endpointslices", func() {})
	at := net.JoinHostPort(k.plan.Address, "53")
	go k.serveInside(ctx, at, k.namesByTCP)
	for ctx.Err() == nil {
		var socket net.PacketConn
		err := inNetwork(k.network, func() (err error) {
			socket, err = net.ListenPacket("udp4", at) //nolint:noctx // it ends with this process
			return err
		})
		if err == nil {
			k.namesByUDP(socket)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (k *keeper) namesByUDP(socket net.PacketConn) {
	const most = 512 // bytes of an answer: RFC 1035, 4.2.1
	for {
		packet := make([]byte, 4096)
		n, from, err := socket.ReadFrom(packet)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		go func() {
			if answer := k.names.answer(packet[:n], most); answer != nil {
				_, _ = socket.WriteTo(answer, from)
			}
		}()
	}
}

func (k *keeper) namesByTCP(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = connection.Close() }()
			for {
				_ = connection.SetDeadline(time.Now().Add(patience))
				var length [2]byte
				if _, err := io.ReadFull(connection, length[:]); err != nil {
					return
				}
				packet := make([]byte, int(length[0])<<8|int(length[1]))
				if _, err := io.ReadFull(connection, packet); err != nil {
					return
				}
				answer := k.names.answer(packet, 1<<16-1)
				if answer == nil {
					return
				}
				if _, err := connection.Write(append([]byte{byte(len(answer) >> 8), byte(len(answer))}, answer...)); err != nil { // #nosec G115 -- its two bytes
					return
				}
			}
		}()
	}
}

// mostAliases is how many Services that stand for others a name may lead through.
const mostAliases = 8

// answer answers a question in at most so many bytes, nil what is none.
func (n *names) answer(packet []byte, most int) []byte {
	question, err := readQuestion(packet)
	if err != nil {
		return nil
	}
	code, records := n.look(question.kind, question.name, mostAliases)
	answer := question.answer(code, records)
	if len(answer) > most {
		return question.truncated()
	}
	return answer
}

// look finds what a name has. A name of the cluster that has nothing of the kind that is asked for is there nevertheless. A Service that stands for
// another name has what that has: who asks follows no alias by himself.
func (n *names) look(kind uint16, name string, aliases int) (code byte, records []record) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	inside, local := strings.CutSuffix(name, "."+zone)
	if name != zone && !local {
		return elsewhere(kind, name)
	}
	path, found := strings.CutSuffix(inside, ".svc")
	if !found {
		return noName, nil
	}
	labels := strings.Split(path, ".")
	slices.Reverse(labels) // namespace, service, host of a pod
	if len(labels) < 2 || len(labels) > 3 {
		return noName, nil
	}
	for _, service := range n.services.all() {
		if service.Metadata.Namespace != labels[0] || service.Metadata.Name != labels[1] {
			continue
		}
		switch external := service.Spec.ExternalName; {
		case external != "" && aliases == 0:
			return serverFailed, nil
		case external != "":
			return n.look(kind, external, aliases-1)
		}
		host := ""
		if len(labels) == 3 {
			host = labels[2]
		}
		addresses := n.addresses(service, host)
		if len(addresses) == 0 && (host != "" || service.Spec.ClusterIP == "None") {
			return noName, nil
		}
		if kind == kindA || kind == kindAny {
			records = addresses
		}
		return noError, records
	}
	return noName, nil
}

// addresses are a service's: its own, or those of its pods if it has none.
func (n *names) addresses(s service, host string) (found []record) {
	if s.Spec.ClusterIP != "None" {
		if address, err := netip.ParseAddr(s.Spec.ClusterIP); err == nil && address.Is4() && host == "" {
			return []record{{kindA, address.AsSlice()}}
		}
		return nil
	}
	for _, slice := range n.slices.all() {
		if !slice.of(s) {
			continue
		}
		for _, endpoint := range slice.Endpoints {
			ready := endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready || s.Spec.Unready
			if !ready || host != "" && endpoint.Hostname != host {
				continue
			}
			for _, text := range endpoint.Addresses {
				if address, err := netip.ParseAddr(text); err == nil && address.Is4() {
					found = append(found, record{kindA, address.AsSlice()})
				}
			}
		}
	}
	return found
}

// elsewhere asks this machine for a name that is none of the cluster.
func elsewhere(kind uint16, name string) (code byte, records []record) {
	if kind != kindA && kind != kindAAAA {
		return noError, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, map[bool]string{true: "ip4", false: "ip6"}[kind == kindA], name+".")
	if failed := (*net.DNSError)(nil); errors.As(err, &failed) && failed.IsNotFound {
		return noName, nil
	}
	if err != nil {
		return serverFailed, nil
	}
	for _, address := range addresses {
		records = append(records, record{cmp.Or(kind, kindA), address.Unmap().AsSlice()})
	}
	return noError, records
}
