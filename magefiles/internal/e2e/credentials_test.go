package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/dev/programs"
)

// TestCredentialHelpersOfTheClouds pushes to registries whose logins only a credential helper knows, as Amazon's (ECR) and
// Azure's (ACR) have it, and builds on an image from there. The helper needs a variable of its cloud, which it gets, and
// nothing else that is secret.
func TestCredentialHelpersOfTheClouds(t *testing.T) {
	t.Parallel()
	programs.Need(t.Context(), t, "docker")
	for helper, needs := range map[string]string{"ecr-login": "AWS_SECRET_ACCESS_KEY", "acr-env": "AZURE_CLIENT_SECRET"} {
		t.Run(helper, func(t *testing.T) {
			t.Parallel()
			found := new(findings)
			w := newWatched(t, "cloud-"+strings.Split(helper, "-")[0], found)
			notes := w.installHelper(helper, needs)
			host := w.lockedRegistry()
			w.write(w.home, ".docker/config.json", `{"credHelpers": {"`+host+`": "`+helper+`"}}`)
			w.env = append(w.env, "SANDBOX=0", "IMAGE_REPOSITORY="+host+"/x-{hub}", "KUBECONFIG="+os.DevNull)
			w.hub("base", "user-images/HUB/Dockerfile", "FROM scratch\nCOPY x /\n", "user-images/HUB/x", w.name)
			w.hub("top", "user-images/HUB/Dockerfile", "FROM "+host+"/x-"+w.name+"-base:hub-ops-cache\nCOPY y /\n", "user-images/HUB/y", "y")
			w.commitAll()
			home := listing(w.home)
			defer w.sample()()
			if _, out := w.mage([]string{"check"}); !strings.Contains(out, "takes images for "+host) {
				t.Errorf("check:\n%s", out)
			}
			w.pushes("base")
			w.pushes("top")
			if code, out := w.mage([]string{"push:hub", w.name + "-top"}, needs+"=", "REBUILD=1"); code != 3 || !strings.Contains(out, host) {
				t.Errorf("without %s: exit code %d\n%s", needs, code, out)
			}
			w.compare(home, "pushes")
			calls, err := os.ReadFile(notes)
			if err != nil || strings.Count(string(calls), "get ") < 3 {
				t.Errorf("the helper was called so: %s, %v", calls, err)
			}
			for line := range strings.Lines(string(calls)) {
				if names := strings.Fields(line); names[0] != "get" || strings.Contains(line, "GITHUB_TOKEN") || strings.Contains(line, "GIT_CRYPT_KEY") {
					t.Errorf("the helper was called with %s", line)
				}
			}
			for _, text := range append(append(found.codes, found.leaks...), found.homes...) {
				t.Error(text)
			}
		})
	}
}

func (w *watched) pushes(hub string) {
	w.t.Helper()
	code, out := w.mage([]string{"push:hub", w.name + "-" + hub})
	if where := w.shown(out); code != 0 || where != "" {
		w.t.Errorf("push of %s: exit code %d, shows %q\n%s", hub, code, where, out)
	}
}

// installHelper makes this program the helper, and returns the file in which it notes its calls.
func (w *watched) installHelper(name, needs string) (notes string) {
	w.t.Helper()
	program, err := os.Executable()
	if err != nil {
		w.t.Fatal(err)
	}
	bin := w.t.TempDir()
	if err := os.Symlink(program, filepath.Join(bin, helperPrefix+name)); err != nil {
		w.t.Fatal(err)
	}
	notes = filepath.Join(bin, "notes")
	for _, name := range []string{needs, "GITHUB_TOKEN", "GIT_CRYPT_KEY", "PASSWORD_OF_REGISTRY"} {
		w.canaries[name] = "canary-of-" + w.name + "-" + strings.ToLower(name)
	}
	for _, name := range []string{needs, "GITHUB_TOKEN", "GIT_CRYPT_KEY"} {
		w.env = append(w.env, name+"="+w.canaries[name])
	}
	password := filepath.Join(bin, "password")
	w.write(bin, "password", w.canaries["PASSWORD_OF_REGISTRY"])
	w.env = append(w.env, "PATH="+bin+":"+os.Getenv("PATH"), "HUBOPS_ENV=HELPER_*", "HELPER_NOTES="+notes, "HELPER_NEEDS="+needs, "HELPER_KNOWS="+password)
	w.needed = append(w.needed, "docker", "docker-buildx", helperPrefix+name)
	return notes
}

// lockedRegistry starts a registry that wants the password that the helper knows.
func (w *watched) lockedRegistry() string {
	inner := memoryRegistry()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "a" || password != w.canaries["PASSWORD_OF_REGISTRY"] {
			rw.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			rw.WriteHeader(http.StatusUnauthorized)
			return
		}
		inner.ServeHTTP(rw, r)
	}))
	w.t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func (w *watched) commitAll() {
	w.must("git", "init", "--quiet", "--initial-branch", "master")
	w.must("git", "add", "--all")
	w.must("git", "commit", "--quiet", "--message", "a commit")
}

const helperPrefix = "docker-credential-"

// credentialHelper speaks the protocol of github.com/docker/docker-credential-helpers: the server on standard input, the
// login on standard output, in JSON.
func credentialHelper() int {
	server, err := io.ReadAll(os.Stdin)
	names := make([]string, 0, len(os.Environ()))
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		names = append(names, name)
	}
	notes, openErr := os.OpenFile(os.Getenv("HELPER_NOTES"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil || openErr != nil {
		return 1
	}
	_, _ = fmt.Fprintln(notes, strings.Join(os.Args[1:], " "), strings.Join(names, " "))
	_ = notes.Close()
	password, err := os.ReadFile(os.Getenv("HELPER_KNOWS"))
	if err != nil || os.Getenv(os.Getenv("HELPER_NEEDS")) == "" {
		fmt.Println("credentials not found in native keychain")
		return 1
	}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]string{"ServerURL": string(server), "Username": "a", "Secret": string(password)})
	return 0
}
