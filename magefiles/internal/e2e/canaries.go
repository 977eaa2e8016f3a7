package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// plant plants thirty secrets and more, and finds out in which forms one could show.
func (w *watched) plant() {
	w.plantFiles()
	if w.bad {
		w.plantBad()
	}
	w.plantVariables()
	if len(w.canaries) < 30 {
		w.t.Fatalf("%d canaries", len(w.canaries))
	}
	for _, canary := range w.canaries {
		quoted, _ := json.Marshal(canary)
		w.forms = append(w.forms, base64.StdEncoding.EncodeToString([]byte(canary)), url.QueryEscape(canary), string(quoted[1:len(quoted)-1]))
	}
}

// secretTemplate puts every secret value into the cluster, and into what helm prints.
const secretTemplate = `apiVersion: v1
kind: Secret
metadata: {name: hub}
stringData:
{{- range $name, $value := .Values.secrets }}
  {{ $name }}: {{ $value | quote }}
{{- end }}
`

// podTemplate is a pod with the hub's image, if it has one, that fails, and says one of the values in doing so.
const podTemplate = `{{ $image := dig "jupyterhub" "singleuser" "image" (dict "name" "hub" "tag" "1") (merge (dict) .Values) -}}
apiVersion: apps/v1
kind: Deployment
metadata: {name: hub}
spec:
  selector: {matchLabels: {component: hub}}
  template:
    metadata:
      labels: {component: hub}
      annotations: {{ if .Values.fails }}{hub-ops.sandbox/fails: CrashLoopBackOff, hub-ops.sandbox/after: 100ms, hub-ops.sandbox/message: {{ .Values.secrets.a | quote }}}{{ else }}{}{{ end }}
    spec: {containers: [{name: hub, image: "{{ $image.name }}:{{ $image.tag }}"}]}
`

// one plants one canary.
func (w *watched) one(where, shape string) string {
	w.canaries[where] = fmt.Sprintf(shape, strings.ReplaceAll(where, " ", "-"))
	return w.canaries[where]
}

// values is a file of canaries.
func (w *watched) values(hub string, names ...string) string {
	var text strings.Builder
	text.WriteString("secrets:\n")
	for i, name := range names {
		shape := []string{"canary-%s", `canary/<%s>&'"+`, "canary %s with words", "Zm9v%sYmFy/+=="}[i%4]
		quoted, _ := json.Marshal(w.one(hub+" "+name, shape))
		text.WriteString("  " + name + ": " + string(quoted) + "\n")
	}
	return text.String()
}

// plantFiles writes hubs whose secret values are kept in each way, the key of a service account, and a login of Docker's.
func (w *watched) plantFiles() {
	w.hub("good", "CHART/templates/x.yaml", secretTemplate, "CHART/templates/pod.yaml", podTemplate,
		"CHART/templates/NOTES.txt", "{{ toYaml .Values.secrets }} {{ toJson .Values.secrets | b64enc }}\n",
		"user-images/HUB/Dockerfile", "FROM scratch\nCOPY x /\n", "user-images/HUB/x", w.name,
		"secrets/HUB.yaml", w.values("good", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"))
	w.write(w.tmp, "plain.yaml", w.values("sops", "a", "b", "c", "d"))
	w.hub("sops", "CHART/values.yaml", "ingress: {hosts: [hub.example.org]}\n", "CHART/templates/x.yaml", secretTemplate, "CHART/templates/pod.yaml", podTemplate,
		"secrets/HUB.yaml", string(w.must(tool("sops"), "encrypt", "--age", "age1vmg6nex0lmz06e70scc6y544mnv3kp00r3ma9qlj6aywsmm67eusjqyref", filepath.Join(w.tmp, "plain.yaml"))))
	if err := os.Remove(filepath.Join(w.tmp, "plain.yaml")); err != nil {
		w.t.Fatal(err)
	}
	locked, _ := base64.StdEncoding.DecodeString(lockedFile)
	w.hub("crypt", "CHART/templates/x.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: hub}\nstringData: {token: {{ .Values.jupyterhub.hub.token }}}\n",
		"CHART/templates/pod.yaml", podTemplate, "secrets/HUB.yaml", string(locked))
	w.canaries["locked"] = "canary-of-git-crypt"
	w.write(w.root, "hubops.yaml", strings.ReplaceAll("branches: {master: ['*']}\nlint: {allow: ['plain-secret:secrets/gke-auth-key.json', 'plain-secret:secrets/HUB-good.yaml', 'plain-secret:secrets/HUB-fails.yaml', 'plain-secret:secrets/HUB-crash.yaml']}\n", "HUB", w.name))
	w.write(w.root, "secrets/gke-auth-key.json", `{"type": "service_account", "client_email": "a@b", "token_uri": "http://127.0.0.1:1/", "private_key": "`+w.one("key file", "-canary-%s-")+`"}`)
	w.write(w.home, ".docker/config.json", `{"auths": {"registry.example.org": {"auth": "`+base64.StdEncoding.EncodeToString([]byte("user:"+w.one("docker login", "canary-%s")))+`"}}}`)
}

// plantBad writes hubs that can only fail, each in another way.
func (w *watched) plantBad() {
	w.hub("image", "CHART/templates/x.yaml", secretTemplate, "user-images/HUB/Dockerfile", "FROM scratch\nCOPY none /\n")
	w.hub("fails", "CHART/templates/x.yaml", `{{ fail (printf "%s %s" .Values.secrets.a (b64enc .Values.secrets.b)) }}`, "secrets/HUB.yaml", w.values("fails", "a", "b"))
	w.hub("crash", "CHART/templates/x.yaml", secretTemplate, "CHART/templates/pod.yaml", podTemplate, "CHART/values.yaml", "fails: true\n", "secrets/HUB.yaml", w.values("crash", "a", "b"))
	w.hub("plain", "CHART/templates/x.yaml", secretTemplate, "secrets/HUB.yaml", w.values("plain", "a", "b"))
}

// What git-crypt 0.7.0 made of a value, and its key.
const (
	lockedFile = "AEdJVENSWVBUAB14OqXauB8EiDe5GYI5mFTMu0sG6kYO/9E7w8QvCyxTEjSjhpOhnLJ6y9XMyRYSQocT9BOsWDCAg01AXvcU"
	lockedKey  = "AEdJVENSWVBUS0VZAAAAAgAAAAAAAAABAAAABAAAAAAAAAADAAAAIIXeMyXdgj3+rNgSO2Z7fTrSbRsD80Bxohors6beg45NAAAABQAAAEAzWh4XSrHHJyCmVOQDxcHnXIpf2uQ+QYCvSPVjSl1iw55cappRNCBkNxqiaAWoZZGJ98ZaJb6f+fxsNURT89uAAAAAAA=="
	ageKey     = "AGE-SECRET-KEY-1M6FSWYNRYVNVGQKNZAMKRY7PFWAPCG9Z27U5ACNMMCAZ2PMHF7HQJVYZ40"
)

// plantVariables sets every variable that holds a credential of ours, and some that belong to others. What makes programs
// talkative is on.
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
	w.env = append(w.env, "REGISTRY_USERNAME=a", "CI_REPOSITORY_URL=https://ci:"+w.canaries["GITHUB_TOKEN"]+"@git.example.org/x.git",
		"HELM_DEBUG=1", "MAGEFILE_DEBUG=1", "HELM_REPOSITORY_CACHE="+w.home+"/.cache/helm", "HELM_REPOSITORY_CONFIG="+w.home+"/.config/helm/repositories.yaml")
}

// lookAtPages looks into the pages that the last run has written, which may be another project's: all share a cache.
func (w *watched) lookAtPages(what string) {
	for _, name := range []string{"report.html", "fleet.html"} {
		content, err := os.ReadFile(filepath.Join(stage.cache, ".hub-ops", name))
		if err != nil {
			continue
		}
		page := html.UnescapeString(string(content))
		w.found.saw(strings.Contains(page, w.name+"-"))
		if where := w.shown(string(content) + page); where != "" {
			w.found.add(&w.found.leaks, "after %s %s has %s:\n%s", what, name, where, page)
		}
	}
}

// searchFiles looks into everything below the directories that a run may write to. The cluster's and the registry's own
// store hold secrets by design; what was planted is where it was planted.
func (w *watched) searchFiles() {
	for _, dir := range []string{w.tmp, w.memory, filepath.Join(stage.cache, "locks"), filepath.Join(stage.cache, "images"), filepath.Join(stage.cache, ".hub-ops")} {
		_ = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return nil //nolint:nilerr // another run's, gone meanwhile
			}
			content, _ := os.ReadFile(name)
			if where := w.shown(string(bytes.ToValidUTF8(content, nil))); where != "" {
				w.found.add(&w.found.leaks, "%s holds %s", name, where)
			}
			return nil
		})
	}
}
