//go:build linux

package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeAPI is an API server with some lists, which notes what is changed.
type fakeAPI struct {
	mu      sync.Mutex
	lists   map[string]string // items, by path
	changes []string          // method and path
	bodies  []string
}

func (f *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		body, _ := io.ReadAll(r.Body)
		f.mu.Lock()
		f.changes, f.bodies = append(f.changes, r.Method+" "+r.URL.Path), append(f.bodies, string(body))
		f.mu.Unlock()
		return
	}
	if r.URL.Query().Get("watch") != "" { // it ends at once, so that the list is read again
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	_, _ = fmt.Fprintf(w, `{"metadata":{"resourceVersion":"1"},"items":[%s]}`, f.lists[r.URL.Path])
}

func (f *fakeAPI) set(path, items string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lists[path] = items
}

// changed waits for a change, and returns its body.
func (f *fakeAPI) changed(t *testing.T, change string) string {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		f.mu.Lock()
		for i, made := range f.changes {
			if made == change {
				defer f.mu.Unlock()
				return f.bodies[i]
			}
		}
		f.mu.Unlock()
	}
	t.Fatalf("no %s among %v", change, f.changes)
	return ""
}

func serving(t *testing.T, lists map[string]string) (*fakeAPI, *keeper, *client) {
	t.Helper()
	api := &fakeAPI{lists: lists}
	server := httptest.NewTLSServer(api)
	t.Cleanup(server.Close)
	transport := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", server.Listener.Addr().String())
		},
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return api, &keeper{plan: &Plan{Files: t.TempDir(), Name: "node-0", Subnet: "127.65"}}, &client{&http.Client{Transport: transport}}
}

func TestClaimGetsADirectoryThatGoesWithIt(t *testing.T) {
	const volumesPath = "/api/v1/persistentvolumes"
	api, keeper, client := serving(t, map[string]string{
		"/apis/storage.k8s.io/v1/storageclasses": `{"metadata":{"name":"sandbox"},"provisioner":"hub-ops.sandbox/directory","reclaimPolicy":"Delete"},{"metadata":{"name":"other"},"provisioner":"example.org/x"}`,
		"/api/v1/persistentvolumeclaims": `{"metadata":{"namespace":"a","name":"db","uid":"u1"},"spec":{"storageClassName":"sandbox","accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"2Gi"}}},"status":{"phase":"Pending"}},` +
			`{"metadata":{"namespace":"a","name":"bound","uid":"u2"},"spec":{"storageClassName":"sandbox","volumeName":"x"},"status":{"phase":"Bound"}},` +
			`{"metadata":{"namespace":"a","name":"foreign","uid":"u3"},"spec":{"storageClassName":"other"},"status":{"phase":"Pending"}}`,
	})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go keeper.serveClaims(ctx, client)
	var made struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Capacity map[string]string `json:"capacity"`
			Local    map[string]string `json:"local"`
			ClaimRef map[string]string `json:"claimRef"`
		} `json:"spec"`
	}
	if err := json.Unmarshal([]byte(api.changed(t, "POST "+volumesPath)), &made); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(keeper.plan.Files, "volumes", "pvc-u1")
	if made.Spec.Capacity["storage"] != "2Gi" || made.Spec.Local["path"] != dir || made.Spec.ClaimRef["uid"] != "u1" || made.Spec.ClaimRef["name"] != "db" {
		t.Errorf("got %+v", made)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o777 {
		t.Errorf("%v, %v", info, err)
	}
	api.set("/api/v1/persistentvolumeclaims", "")
	api.set(volumesPath, `{"metadata":{"name":"pvc-u1","annotations":{"pv.kubernetes.io/provisioned-by":"hub-ops.sandbox/directory"}},"spec":{"persistentVolumeReclaimPolicy":"Delete"},"status":{"phase":"Released"}},`+
		`{"metadata":{"name":"foreign"},"spec":{"persistentVolumeReclaimPolicy":"Delete"},"status":{"phase":"Released"}}`)
	api.changed(t, "DELETE "+volumesPath+"/pvc-u1")
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the directory is left: %v", err)
	}
	api.mu.Lock()
	defer api.mu.Unlock()
	for _, change := range api.changes {
		if strings.Contains(change, "foreign") {
			t.Errorf("got %s", change)
		}
	}
}

func TestLoadBalancerGetsAnAddressOfThisMachine(t *testing.T) {
	api, keeper, client := serving(t, map[string]string{
		"/api/v1/services": `{"metadata":{"namespace":"a","name":"proxy-public","uid":"u1"},"spec":{"type":"LoadBalancer","clusterIP":"10.96.0.7","ports":[{"protocol":"TCP","port":28731}]}},` +
			`{"metadata":{"namespace":"a","name":"hub","uid":"u2"},"spec":{"type":"ClusterIP","clusterIP":"10.96.0.8","ports":[{"protocol":"TCP","port":8081}]}}`,
	})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go keeper.serveBalancers(ctx, client)
	at := address("127.65", "a/proxy-public")
	if body := api.changed(t, "PATCH /api/v1/namespaces/a/services/proxy-public/status"); !strings.Contains(body, `"ip":"`+at+`"`) || !strings.Contains(body, `"ipMode":"Proxy"`) {
		t.Errorf("got %s", body)
	}
	file, want := filepath.Join(keeper.plan.Files, "reach.json"), `{"a/proxy-public":["http://`+at+`:28731"]}`
	await(t, func() bool { content, _ := os.ReadFile(file); return string(content) == want })
	api.set("/api/v1/services", "")
	await(t, func() bool { content, _ := os.ReadFile(file); return string(content) == "{}" })
	if connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", at+":28731"); err == nil {
		_ = connection.Close()
		t.Error("the port is still open")
	}
}

func await(t *testing.T, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not within 20 seconds")
		}
	}
}
