package e2e

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// webhookAuthoriser lays kubeconfigs ".tmp/admin.kubeconfig" and ".tmp/reader.kubeconfig" that lead to the sandbox's
// API server by way of a server that lists no rules, as an API server cannot which asks a cloud's own authoriser. It
// answers single questions. The reader is somebody who may only look.
func webhookAuthoriser(ts *testscript.TestScript, _ bool, _ []string) {
	server := httptest.NewServer(withoutRules(apiServer(ts)))
	ts.Defer(server.Close)
	for name, as := range map[string]string{"admin": "", "reader": ", as: only-looks"} {
		content := "apiVersion: v1\nkind: Config\ncurrent-context: cloud\nclusters: [{name: cloud, cluster: {server: '" + server.URL + "'}}]\n" +
			"contexts: [{name: cloud, context: {cluster: cloud, user: me}}]\nusers: [{name: me, user: {token: none" + as + "}}]\n"
		ts.Check(os.WriteFile(ts.MkAbs(".tmp/"+name+".kubeconfig"), []byte(content), 0o600))
	}
}

// apiServer is a way to the sandbox's API server that needs no credentials.
func apiServer(ts *testscript.TestScript) *httputil.ReverseProxy {
	ts.Check(ts.Exec(tool("kubectl"), "--kubeconfig", state(ts).Kubeconfig, "config", "view", "--raw", "--minify", "--flatten", "--output", "json"))
	var config struct {
		Clusters []struct{ Cluster struct{ Server string } }
		Users    []struct {
			User struct {
				Certificate []byte `json:"client-certificate-data"`
				Key         []byte `json:"client-key-data"`
			}
		}
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &config))
	certificate, err := tls.X509KeyPair(config.Users[0].User.Certificate, config.Users[0].User.Key)
	ts.Check(err)
	address, err := url.Parse(config.Clusters[0].Cluster.Server)
	ts.Check(err)
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(address)
			r.Out.Header.Del("Authorization")
		},
		Transport: &http.Transport{TLSClientConfig: &tls.Config{
			Certificates: []tls.Certificate{certificate}, InsecureSkipVerify: true, // #nosec G402 -- on this machine
		}},
	}
}

// withoutRules makes the list of all rules an empty one that says that it is not all.
func withoutRules(proxy *httputil.ReverseProxy) *httputil.ReverseProxy {
	proxy.ModifyResponse = func(response *http.Response) error {
		if !strings.HasSuffix(response.Request.URL.Path, "/selfsubjectrulesreviews") {
			return nil
		}
		const answer = `{"kind": "SelfSubjectRulesReview", "apiVersion": "authorization.k8s.io/v1", "spec": {},
			"status": {"resourceRules": [], "nonResourceRules": [], "incomplete": true, "evaluationError": "webhook authorizer does not support user rule resolution"}}`
		response.Body = io.NopCloser(bytes.NewReader([]byte(answer)))
		response.ContentLength = int64(len(answer))
		response.Header.Set("Content-Length", strconv.Itoa(len(answer)))
		response.Header.Set("Content-Type", "application/json")
		return nil
	}
	return proxy
}
