//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"testing"
)

// ask is a message that asks for a name.
func ask(kind uint16, labels ...string) []byte {
	message := []byte{0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	for _, label := range labels {
		message = append(message, byte(len(label)))
		message = append(message, label...)
	}
	message = append(message, 0)
	return append(binary.BigEndian.AppendUint16(message, kind), 0, 1)
}

func cluster() *names {
	n := new(names)
	served := func(name, address, external string) service {
		one := service{Metadata: meta{Namespace: "demo", Name: name}}
		one.Spec.ClusterIP, one.Spec.ExternalName = address, external
		return one
	}
	n.services.set(map[string]service{
		"demo/hub": served("hub", "10.96.0.9", ""), "demo/pods": served("pods", "None", ""), "demo/none": served("none", "None", ""), "demo/away": served("away", "", "Hub.demo.svc.cluster.local."),
		"demo/circle": served("circle", "", "circle.demo.svc.cluster.local"), "demo/gone": served("gone", "", "nobody.demo.svc.cluster.local"),
	})
	slice := endpointSlice{Metadata: meta{Namespace: "demo", Name: "pods-1", Labels: map[string]string{"kubernetes.io/service-name": "pods"}}}
	ready := false
	slice.Endpoints = append(slice.Endpoints, struct {
		Addresses  []string `json:"addresses"`
		Hostname   string   `json:"hostname"`
		Conditions struct {
			Ready *bool `json:"ready"`
		} `json:"conditions"`
	}{Addresses: []string{"10.88.0.7"}, Hostname: "db-0"})
	slice.Endpoints = append(slice.Endpoints, slice.Endpoints[0])
	slice.Endpoints[1].Addresses, slice.Endpoints[1].Conditions.Ready = []string{"10.88.0.8"}, &ready
	n.slices.set(map[string]endpointSlice{"demo/pods-1": slice})
	return n
}

func TestNamesOfTheCluster(t *testing.T) {
	for _, c := range []struct {
		name    []string
		kind    uint16
		code    byte
		answers []string
	}{
		{[]string{"hub", "demo", "svc", "cluster", "local"}, kindA, noError, []string{"10.96.0.9"}},
		{[]string{"HUB", "demo", "svc", "Cluster", "local"}, kindA, noError, []string{"10.96.0.9"}},
		{[]string{"hub", "demo", "svc", "cluster", "local"}, kindAAAA, noError, nil},
		{[]string{"pods", "demo", "svc", "cluster", "local"}, kindA, noError, []string{"10.88.0.7"}},
		{[]string{"db-0", "pods", "demo", "svc", "cluster", "local"}, kindA, noError, []string{"10.88.0.7"}},
		{[]string{"db-1", "pods", "demo", "svc", "cluster", "local"}, kindA, noName, nil},
		{[]string{"x", "hub", "demo", "svc", "cluster", "local"}, kindA, noName, nil},
		{[]string{"none", "demo", "svc", "cluster", "local"}, kindA, noName, nil},
		{[]string{"hub", "other", "svc", "cluster", "local"}, kindA, noName, nil},
		{[]string{"hub", "cluster", "local"}, kindA, noName, nil},
		{[]string{"cluster", "local"}, kindA, noName, nil},
		{[]string{"away", "demo", "svc", "cluster", "local"}, kindA, noError, []string{"10.96.0.9"}},
		{[]string{"away", "demo", "svc", "cluster", "local"}, kindAAAA, noError, nil},
		{[]string{"gone", "demo", "svc", "cluster", "local"}, kindA, noName, nil},
		{[]string{"circle", "demo", "svc", "cluster", "local"}, kindA, serverFailed, nil},
	} {
		answer := cluster().answer(ask(c.kind, c.name...), 512)
		var got []string
		if len(answer) < headerLength || !bytes.Equal(answer[:2], []byte{0x12, 0x34}) || answer[3]&0xf != c.code {
			t.Errorf("%v: got % x", c.name, answer)
			continue
		}
		for at := len(ask(c.kind, c.name...)); at+16 <= len(answer); at += 16 {
			got = append(got, net.IP(answer[at+12:at+16]).String())
		}
		if int(answer[7]) != len(c.answers) || len(got) != len(c.answers) || len(got) > 0 && got[0] != c.answers[0] {
			t.Errorf("%v: got %v, want %v", c.name, got, c.answers)
		}
	}
}

// A program's own resolver understands what it is told, also of a Service that stands for another name.
func TestResolverUnderstandsTheAnswers(t *testing.T) {
	socket, err := net.ListenPacket("udp4", "127.0.0.1:0") //nolint:noctx // it ends with this test
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.Close() }()
	go (&keeper{names: *cluster()}).namesByUDP(socket)
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp4", socket.LocalAddr().String())
	}}
	for name, want := range map[string]string{"hub": "10.96.0.9", "away": "10.96.0.9", "db-0.pods": "10.88.0.7"} {
		found, err := resolver.LookupHost(t.Context(), name+".demo.svc.cluster.local.")
		if err != nil || len(found) != 1 || found[0] != want {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
}

func TestWhatIsNoQuestionGetsNoAnswer(t *testing.T) {
	good := ask(kindA, "hub", "demo", "svc", "cluster", "local")
	for length := range good {
		if answer := cluster().answer(good[:length], 512); answer != nil {
			t.Errorf("%d bytes: got % x", length, answer)
		}
	}
	answered := bytes.Clone(good)
	answered[2] |= 0x80
	if answer := cluster().answer(answered, 512); answer != nil {
		t.Errorf("an answer is answered: % x", answer)
	}
}

func TestAnswerThatIsTooLongIsAskedForByTCP(t *testing.T) {
	answer := cluster().answer(ask(kindA, "hub", "demo", "svc", "cluster", "local"), 40)
	if len(answer) < headerLength || answer[2]&2 == 0 || answer[7] != 0 {
		t.Errorf("got % x", answer)
	}
}

func TestBalancersOfTwoServicesHaveTwoAddresses(t *testing.T) {
	one, two := address("127.65", "demo-hub/proxy-public"), address("127.65", "demo-test/proxy-public")
	for _, got := range []string{one, two} {
		if ip := net.ParseIP(got); ip == nil || !ip.IsLoopback() {
			t.Errorf("got %s", got)
		}
	}
	if one == two || one != address("127.65", "demo-hub/proxy-public") {
		t.Errorf("got %s and %s", one, two)
	}
	for port, want := range map[int]string{80: "http://127.0.0.1", 443: "https://127.0.0.1", 8000: "http://127.0.0.1:8000"} {
		if got := reach(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}, port); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
