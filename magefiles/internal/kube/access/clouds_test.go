package access

import (
	"encoding/base64"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/redact"
)

// withToken is an API server that answers those who have the token, and its certificate as a kubeconfig has it.
func withToken(t *testing.T, token string) (address, certificate string) {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"major":"1","minor":"36","gitVersion":"v1.36.0"}`)
	}))
	t.Cleanup(server.Close)
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return server.URL, base64.StdEncoding.EncodeToString(block)
}

// standIns lays small programs that speak as those of the clouds do, first on PATH. What is in capitals they are told. They note what they are
// called with, and fail with a variable that is none of theirs.
func standIns(t *testing.T, replace map[string]string, programs map[string]string) (env []string, called func() string) {
	t.Helper()
	dir, record := t.TempDir(), filepath.Join(t.TempDir(), "called")
	var pairs []string
	for old, text := range replace {
		pairs = append(pairs, old, text)
	}
	for name, script := range programs {
		head := "#!/bin/sh\nset -e\necho " + name + " \"$@\" >>" + record + "\ntest -z \"$NOBODYS\"\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(head+strings.NewReplacer(pairs...).Replace(script)), 0o700); err != nil { // #nosec G306 -- a program
			t.Fatal(err)
		}
	}
	path := dir + ":" + os.Getenv("PATH")
	t.Setenv("PATH", path)
	t.Setenv("NOBODYS", "no child gets it")
	return []string{"PATH=" + path, "HOME=" + t.TempDir()}, func() string {
		text, _ := os.ReadFile(record) // #nosec G304 -- of the test
		return string(text)
	}
}

const kubeconfigForm = `apiVersion: v1
kind: Config
current-context: CONTEXT
clusters: [{name: "CLUSTER", cluster: {server: "SERVER", certificate-authority-data: "AUTHORITY"}}]
contexts: [{name: CONTEXT, context: {cluster: "CLUSTER", user: somebody}}]
users:
- name: somebody
  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, interactiveMode: IfAvailable, command: PROGRAM, args: [ARGS]}}
`

const credential = `echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{},"status":{"token":"TOKEN"}}'` + "\n"

// ask asks the cluster for its version, as every other package does.
func ask(t *testing.T, runner *process.Runner, kubectl string, a *Access) string {
	t.Helper()
	out, err := runner.Output(t.Context(), process.Cmd{Name: kubectl, Args: []string{"get", "--raw", "/version", "--context", a.Context}, Env: a.Env()})
	if err != nil {
		t.Fatalf("%v\n%s", err, process.Output(err))
	}
	return string(out)
}

func TestEKSAccessByAws(t *testing.T) {
	kubectl := pinnedKubectl(t)
	const token, arn = "token-of-aws", "arn:aws:eks:us-west-2:123456789012:cluster/hubs"
	address, certificate := withToken(t, token)
	file := strings.NewReplacer("CONTEXT", "hubs", "CLUSTER", arn, "PROGRAM", "aws", "ARGS", "--region, us-west-2, eks, get-token, --cluster-name, hubs, --output, json").Replace(kubeconfigForm)
	env, called := standIns(t, map[string]string{"TOKEN": token, "SERVER": address, "AUTHORITY": certificate}, map[string]string{"aws": `
test "$AWS_SECRET_ACCESS_KEY" = canary # or: Unable to locate credentials
case "$*" in
*update-kubeconfig*) test "$6" = hubs && test "$7" = --kubeconfig; cat >"$8" <<'END'
` + file + `END
;;
*get-token*) ` + credential + `;;
esac
`})
	runner := &process.Runner{Env: env, Log: noLog{t}, Redact: &redact.Redactor{}}
	e := EKS{Region: "us-west-2", Name: "hubs", Grants: []string{"AWS_SECRET_ACCESS_KEY=canary"}}
	access, err := e.Connect(t.Context(), runner, kubectl, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if access.Server != address || !access.Plugin || !e.Is(access.Cluster) || (EKS{Region: "us-east-1", Name: "hubs"}).Is(access.Cluster) || (EKS{Region: "us-west-2", Name: "hub"}).Is(access.Cluster) {
		t.Errorf("got %+v", access)
	}
	if got := ask(t, runner, kubectl, access); !strings.Contains(got, "v1.36.0") {
		t.Errorf("got %s", got)
	}
	if got := called(); !strings.HasPrefix(got, "aws eks update-kubeconfig --region us-west-2 --name hubs --kubeconfig ") || !strings.Contains(got, "aws --region us-west-2 eks get-token --cluster-name hubs") {
		t.Errorf("called: %s", got)
	}
	if _, err := os.Stat(filepath.Join(strings.TrimPrefix(env[1], "HOME="), ".kube", "config")); err == nil {
		t.Error("the operator's kubeconfig was written")
	}
	e.Grants = nil
	if _, err := e.Connect(t.Context(), runner, kubectl, t.TempDir()); err == nil {
		t.Error("it connects without credentials")
	}
}

func TestAKSAccessByAz(t *testing.T) {
	kubectl := pinnedKubectl(t)
	const token = "token-of-az"
	address, certificate := withToken(t, token)
	own := t.TempDir()
	for name, text := range map[string]string{"azureProfile.json": "{}", "msal_token_cache.json": "{}", "commands/log": "long"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(own, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(own, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := strings.NewReplacer("CONTEXT", "hubs", "CLUSTER", "hubs", "PROGRAM", "kubelogin", "ARGS", "get-token, --login, devicecode, --server-id, x").Replace(kubeconfigForm)
	env, called := standIns(t, map[string]string{"TOKEN": token, "SERVER": address, "AUTHORITY": certificate, "OPERATORS": own}, map[string]string{
		"az": `
test -f "$AZURE_CONFIG_DIR/msal_token_cache.json" && test "$AZURE_CONFIG_DIR" != OPERATORS && test ! -e "$AZURE_CONFIG_DIR/commands" # or: Please run 'az login'
case "$*" in
"aks get-credentials --resource-group group --name hubs --file "*) cat >"$8" <<'END'
` + file + `END
;;
"account get-access-token") echo TOKEN ;;
*) exit 2 ;;
esac
`,
		"kubelogin": `
case "$*" in
"convert-kubeconfig --login azurecli --kubeconfig "*) sed -i 's/devicecode/azurecli/' "$5" ;;
"get-token --login azurecli "*) test "$(az account get-access-token)" = TOKEN; ` + credential + `;;
*) exit 2 ;; # a person would have to log in by a browser
esac
`,
	})
	runner := &process.Runner{Env: env, Log: noLog{t}, Redact: &redact.Redactor{}}
	k := AKS{Subscription: "ours", Group: "group", Name: "hubs", Config: own}
	access, err := k.Connect(t.Context(), runner, kubectl, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if access.Server != address || !access.Plugin || !k.Is(access.Cluster) {
		t.Errorf("got %+v", access)
	}
	if got := ask(t, runner, kubectl, access); !strings.Contains(got, "v1.36.0") {
		t.Errorf("got %s", got)
	}
	if got := called(); !strings.Contains(got, "--overwrite-existing --subscription ours\n") || strings.Contains(got, "devicecode") {
		t.Errorf("called: %s", got)
	}
	if slices.ContainsFunc(access.Env(), func(pair string) bool { return strings.HasPrefix(pair, "AZURE_CONFIG_DIR="+own) }) {
		t.Error("az is to write to the operator's directory")
	}
}
