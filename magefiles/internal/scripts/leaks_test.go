package scripts

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// secretTemplate puts every secret value into the cluster, and into what helm prints.
const secretTemplate = `apiVersion: v1
kind: Secret
metadata: {name: hub}
stringData:
{{- range $name, $value := .Values.secrets }}
  {{ $name }}: {{ $value | quote }}
{{- end }}
`

// TestNoSecretLeaks plants canaries wherever a secret can be, runs every target that could get at one, in success and in
// failure, and looks for them in all that was written: output, files, arguments and environments of processes.
func TestNoSecretLeaks(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.plantFiles()
	w.plantVariables()
	if len(w.canaries) != 30 {
		t.Fatalf("%d canaries", len(w.canaries))
	}
	for _, canary := range w.canaries {
		quoted, _ := json.Marshal(canary)
		w.forms = append(w.forms, base64.StdEncoding.EncodeToString([]byte(canary)), url.QueryEscape(canary), string(quoted[1:len(quoted)-1]))
	}
	w.must("git", "init", "--quiet", "--initial-branch", "master")
	w.must("git", "add", "--all")
	w.must("git", "commit", "--quiet", "--message", "a commit")
	refusing := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("WWW-Authenticate", `Basic realm="test"`)
		rw.WriteHeader(http.StatusUnauthorized)
	}))
	defer refusing.Close()
	elsewhere := []string{"SANDBOX=0", "IMAGE_REPOSITORY=" + strings.TrimPrefix(refusing.URL, "http://") + "/x-{hub}", "KUBECONFIG=" + os.DevNull}
	google := append(slices.Clone(elsewhere), "CLUSTER_PROVIDER=gke", "CLUSTER_PROJECT=p", "CLUSTER_ZONE=z", "CLUSTER_NAME=c", "GKE_ENDPOINT=http://127.0.0.1:1")
	forkPull := []string{"CI=true", "TRAVIS=true", "TRAVIS_EVENT_TYPE=pull_request", "TRAVIS_PULL_REQUEST=1", "TRAVIS_PULL_REQUEST_SLUG=them/hubs", "TRAVIS_REPO_SLUG=us/hubs", "TRAVIS_BRANCH=master"}
	push := []string{"CI=true", "TRAVIS=true", "TRAVIS_EVENT_TYPE=push", "TRAVIS_PULL_REQUEST=false", "TRAVIS_BRANCH=master"}
	kept := listing(t, w.root)
	for _, run := range []struct {
		args string
		env  []string
		code int
	}{
		{"setup", nil, 0},
		{"setup", elsewhere, 3},
		{"setup", google, 3},
		{"setup:check", nil, 0},
		{"setup:check", elsewhere, 3},
		{"plan", nil, 0},
		{"plan", elsewhere, 0},
		{"plan", forkPull, 0},
		{"build:hub leak-good", nil, 0},
		{"build:hub leak-bad", nil, 4},
		{"build", nil, 4},
		{"push:hub leak-good", nil, 0},
		{"push:hub leak-good", elsewhere, 3},
		{"push", nil, 4},
		{"deploy:hub leak-good", nil, 0},
		{"deploy:hub leak-sops", nil, 0},
		{"deploy:hub leak-crypt", nil, 0},
		{"deploy:hub leak-plain", nil, 2},
		{"deploy:hub leak-fails", nil, 6},
		{"deploy:hub leak-good", google, 3},
		{"deploy:hub leak-good", elsewhere, 3},
		{"deploy", nil, 5},
		{"rollout:hub leak-good", nil, 7},
		{"rollout", nil, 7},
		{"status", nil, 0},
		{"status", elsewhere, 3},
		{"ci", push, 2},
		{"ci", append(push, "LINT_ALLOW=plain-secret"), 4},
		{"ci", append(forkPull, "LINT_ALLOW=plain-secret"), 4},
		{"ci:gates", nil, 0},
		{"lint:hubs", nil, 2},
		{"docs", nil, 0},
		{"sandbox:status", nil, 0},
		{"diff:hub leak-good", nil, 0},
		{"diff:hub leak-sops", nil, 0},
		{"images:prune", nil, 0},
		{"rollback:hub leak-good", nil, 2},
		{"remove:hub leak-crypt", nil, 0},
	} {
		code, out := w.mage(strings.Fields(run.args), run.env...)
		if code != run.code {
			t.Errorf("mage %s: exit code %d, want %d\n%s", run.args, code, run.code, out)
		}
		if where := w.shown(out); where != "" {
			t.Errorf("mage %s prints %s:\n%s", run.args, where, out)
		}
	}
	if now := listing(t, w.root); strings.Join(now, "\n") != strings.Join(kept, "\n") {
		t.Errorf("the project was\n%s\nand is\n%s", strings.Join(kept, "\n"), strings.Join(now, "\n"))
	}
	w.searchFiles()
}

// plantFiles writes hubs whose secret values are kept in each way, the key of a service account, and a login of Docker's.
func (w *watched) plantFiles() {
	plant := func(where, shape string) string {
		w.canaries[where] = fmt.Sprintf(shape, strings.ReplaceAll(where, " ", "-"))
		return w.canaries[where]
	}
	file := func(hub string, names ...string) string {
		var text strings.Builder
		text.WriteString("secrets:\n")
		for i, name := range names {
			shape := []string{"canary-%s", `canary/<%s>&'"+`, "canary %s with words", "Zm9v%sYmFy/+=="}[i%4]
			quoted, _ := json.Marshal(plant(hub+" "+name, shape))
			text.WriteString("  " + name + ": " + string(quoted) + "\n")
		}
		return text.String()
	}
	w.hub("leak-good", "CHART/templates/x.yaml", secretTemplate, "CHART/templates/NOTES.txt", "{{ toYaml .Values.secrets }} {{ toJson .Values.secrets | b64enc }}\n",
		"user-images/leak-good/Dockerfile", "FROM scratch\nCOPY x /\n", "user-images/leak-good/x", "x",
		"secrets/leak-good.yaml", file("good", "a", "b", "c", "d", "e", "f"))
	w.hub("leak-bad", "CHART/templates/x.yaml", secretTemplate, "user-images/leak-bad/Dockerfile", "FROM scratch\nCOPY none /\n")
	w.hub("leak-fails", "CHART/templates/x.yaml", `{{ fail (printf "%s %s" .Values.secrets.a (b64enc .Values.secrets.b)) }}`, "secrets/leak-fails.yaml", file("fails", "a", "b"))
	w.hub("leak-plain", "CHART/templates/x.yaml", secretTemplate, "secrets/leak-plain.yaml", file("plain", "a", "b"))
	w.hub("leak-sops", "CHART/templates/x.yaml", secretTemplate)
	w.write(w.tmp, "plain.yaml", file("sops", "a", "b", "c", "d"))
	w.write(w.root, "secrets/leak-sops.yaml", string(w.must(tool("sops"), "encrypt", "--age", "age1vmg6nex0lmz06e70scc6y544mnv3kp00r3ma9qlj6aywsmm67eusjqyref", filepath.Join(w.tmp, "plain.yaml"))))
	if err := os.Remove(filepath.Join(w.tmp, "plain.yaml")); err != nil {
		w.t.Fatal(err)
	}
	w.hub("leak-crypt", "CHART/templates/x.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: hub}\nstringData: {token: {{ .Values.jupyterhub.hub.token }}}\n")
	locked, _ := base64.StdEncoding.DecodeString(lockedFile)
	w.write(w.root, "secrets/leak-crypt.yaml", string(locked))
	w.canaries["locked"] = "canary-of-git-crypt"
	w.write(w.root, "hubops.yaml", "branches: {master: ['*']}\nlint: {allow: ['plain-secret:secrets/leak-good.yaml', 'plain-secret:secrets/leak-fails.yaml']}\n")
	w.write(w.root, "secrets/gke-auth-key.json", `{"type": "service_account", "client_email": "a@b", "token_uri": "http://127.0.0.1:1/", "private_key": "`+plant("key file", "-canary-%s-")+`"}`)
	w.write(w.home, ".docker/config.json", `{"auths": {"registry.example.org": {"auth": "`+base64.StdEncoding.EncodeToString([]byte("user:"+plant("docker login", "canary-%s")))+`"}}}`)
}

// What git-crypt 0.7.0 made of a value, and its key.
const (
	lockedFile = "AEdJVENSWVBUAB14OqXauB8EiDe5GYI5mFTMu0sG6kYO/9E7w8QvCyxTEjSjhpOhnLJ6y9XMyRYSQocT9BOsWDCAg01AXvcU"
	lockedKey  = "AEdJVENSWVBUS0VZAAAAAgAAAAAAAAABAAAABAAAAAAAAAADAAAAIIXeMyXdgj3+rNgSO2Z7fTrSbRsD80Bxohors6beg45NAAAABQAAAEAzWh4XSrHHJyCmVOQDxcHnXIpf2uQ+QYCvSPVjSl1iw55cappRNCBkNxqiaAWoZZGJ98ZaJb6f+fxsNURT89uAAAAAAA=="
	ageKey     = "AGE-SECRET-KEY-1M6FSWYNRYVNVGQKNZAMKRY7PFWAPCG9Z27U5ACNMMCAZ2PMHF7HQJVYZ40"
)

// plantVariables sets every variable that holds a credential of ours, and some that belong to others.
func (w *watched) plantVariables() {
	for _, name := range []string{
		"REGISTRY_PASSWORD", "GITHUB_TOKEN", "DOCKER_PASSWORD", "AWS_SECRET_ACCESS_KEY", "AZURE_CLIENT_SECRET", "SLACK_WEBHOOK", "SOME_API_KEY",
		"OAUTH_CLIENT_SECRET", "NPM_TOKEN", "DATABASE_PASSWORD",
	} {
		w.canaries[name] = "canary-of-" + strings.ToLower(name) + "/&="
		w.env = append(w.env, name+"="+w.canaries[name])
	}
	w.canaries["SOPS_AGE_KEY"], w.canaries["GIT_CRYPT_KEY"], w.canaries["GKE_KEY"] = ageKey, lockedKey, `{"type": "service_account", "private_key": "canary-of-gke-key"}`
	for _, name := range []string{"SOPS_AGE_KEY", "GIT_CRYPT_KEY", "GKE_KEY"} {
		w.env = append(w.env, name+"="+w.canaries[name])
	}
	w.env = append(w.env, "REGISTRY_USERNAME=a")
}

// searchFiles looks into everything below the directories that a run may write to. The cluster's and the registry's own
// store hold secrets by design; what was planted is where it was planted.
func (w *watched) searchFiles() {
	for _, dir := range []string{w.tmp, w.memory, filepath.Join(stage.cache, "locks"), filepath.Join(stage.cache, "images")} {
		_ = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return nil //nolint:nilerr // another run's, gone meanwhile
			}
			content, _ := os.ReadFile(name)
			if where := w.shown(string(bytes.ToValidUTF8(content, nil))); where != "" {
				w.t.Errorf("%s holds %s", name, where)
			}
			return nil
		})
	}
}
