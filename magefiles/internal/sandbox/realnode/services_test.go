//go:build linux

package main

import (
	"context"
	"io"
	"net"
	"os"
	"reflect"
	"strconv"
	"testing"

	"hub-ops/magefiles/internal/dev/programs"
)

const (
	servicesPath  = "/api/v1/services"
	endpointsPath = "/apis/discovery.k8s.io/v1/endpointslices"
)

// decodeAll reads objects as they come from an API server that has these lists.
func decodeAll(t *testing.T, lists map[string]string) ([]service, []endpointSlice) {
	t.Helper()
	_, _, client := serving(t, lists)
	var services mirror[service]
	var slices mirror[endpointSlice]
	for _, err := range []error{services.once(t.Context(), client, servicesPath, func() {}), slices.once(t.Context(), client, endpointsPath, func() {})} {
		if err != io.EOF { //nolint:errorlint // the fake watch ends at once
			t.Fatal(err)
		}
	}
	return services.all(), slices.all()
}

func TestServiceIsLedToThePodsThatAreReady(t *testing.T) {
	const ready, unready = `{"addresses":["10.88.0.5"],"conditions":{"ready":true}}`, `{"addresses":["10.88.0.6"],"conditions":{"ready":false}}`
	slice := func(name, of, endpoints string) string {
		return `{"metadata":{"namespace":"a","name":"` + name + `","labels":{"kubernetes.io/service-name":"` + of + `"}},"endpoints":[` + endpoints + `],` +
			`"ports":[{"name":"","port":8081},{"name":"metrics","port":9090}]}`
	}
	spec := func(name, spec string) string {
		return `{"metadata":{"namespace":"a","name":"` + name + `"},"spec":{` + spec + `}}`
	}
	services, slices := decodeAll(t, map[string]string{
		servicesPath: spec("hub", `"clusterIP":"10.96.0.8","ports":[{"protocol":"TCP","port":80},{"name":"metrics","protocol":"TCP","port":90},{"name":"dns","protocol":"UDP","port":53}]`) + "," +
			spec("none", `"clusterIP":"10.96.0.9","ports":[{"protocol":"TCP","port":80}]`) + "," +
			spec("early", `"clusterIP":"10.96.0.10","publishNotReadyAddresses":true,"ports":[{"protocol":"TCP","port":80}]`) + "," +
			spec("headless", `"clusterIP":"None","ports":[{"protocol":"TCP","port":80}]`) + "," + spec("elsewhere", `"externalName":"example.org"`),
		endpointsPath: slice("hub-1", "hub", ready+","+unready) + "," + slice("hub-2", "hub", `{"addresses":["10.88.0.7"],"conditions":{}}`) + "," +
			slice("none-1", "none", unready) + "," + slice("early-1", "early", unready) + "," + slice("headless-1", "headless", ready),
	})
	want := map[string][]string{
		"10.96.0.8:80":  {"10.88.0.5:8081", "10.88.0.7:8081"},
		"10.96.0.8:90":  {"10.88.0.5:9090", "10.88.0.7:9090"},
		"10.96.0.10:80": {"10.88.0.6:8081"},
	}
	if got := podsOf(services, slices); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestServiceIsRefusedUntilAPodIsReadyAndAfterwards(t *testing.T) {
	programs.Need(t.Context(), t, programs.Root) // which enters networks
	pod, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pod.Close() })
	go func() {
		for {
			connection, err := pod.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(connection, "hello")
			_ = connection.Close()
		}
	}()
	const at = "127.66.0.8:28732"
	port := strconv.Itoa(pod.Addr().(*net.TCPAddr).Port)
	slice := func(addresses string) string {
		return `{"metadata":{"namespace":"a","name":"hub-1","labels":{"kubernetes.io/service-name":"hub"}},"endpoints":[` + addresses + `],"ports":[{"port":` + port + `}]}`
	}
	api, keeper, client := serving(t, map[string]string{
		servicesPath:  `{"metadata":{"namespace":"a","name":"hub"},"spec":{"clusterIP":"127.66.0.8","ports":[{"protocol":"TCP","port":28732}]}}`,
		endpointsPath: slice(""),
	})
	if keeper.network, err = os.Open("/proc/self/ns/net"); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	go keeper.serveServices(ctx, client)
	says := func() string {
		connection, err := new(net.Dialer).DialContext(t.Context(), "tcp4", at)
		if err != nil {
			return "refused"
		}
		defer func() { _ = connection.Close() }()
		said, _ := io.ReadAll(connection)
		return string(said)
	}
	if got := says(); got != "refused" {
		t.Errorf("without a pod: got %q", got)
	}
	// The first pod is gone without a word, as one on a node that is lost: the other is asked.
	api.set(endpointsPath, slice(`{"addresses":["127.66.0.9"]},{"addresses":["127.0.0.1"]}`))
	await(t, func() bool { return says() == "hello" })
	for range 8 {
		if got := says(); got != "hello" {
			t.Errorf("got %q", got)
		}
	}
	api.set(endpointsPath, slice(""))
	await(t, func() bool { return says() == "refused" })
}
