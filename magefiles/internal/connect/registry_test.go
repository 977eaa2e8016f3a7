package connect

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/redact"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

func TestLoginWhereNoVariableGivesOne(t *testing.T) {
	for name, test := range map[string]struct{ file, content, repository, user, password, want string }{
		"one line":          {hub.LoginFile, "me:to:ken\n", "a/x-{hub}", "me", "to:ken", ""},
		"two lines":         {hub.LoginFile, "me\ntoken-12\n", "a/x-{hub}", "me", "token-12", ""},
		"no token":          {hub.LoginFile, "correct-horse\n", "a/x-{hub}", "", "", "secrets/dockerhub: no user name and token; write it like user:token"},
		"locked, no key":    {hub.LoginFile, "\x00GITCRYPT\x00abcdefghijklm", "a/x-{hub}", "", "", ""},
		"Google's registry": {"secrets/gke-auth-key.json", `{"a": "b"}`, "europe-docker.pkg.dev/p/x-{hub}", "_json_key", `{"a": "b"}`, ""},
		"another registry":  {"secrets/gke-auth-key.json", `{"a": "b"}`, "quay.io/p/x-{hub}", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			if err := os.Mkdir(filepath.Join(root, "secrets"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, test.file), []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := config.Load(root, []string{"HOME=" + root, "IMAGE_REPOSITORY=" + test.repository})
			if err != nil {
				t.Fatal(err)
			}
			masking := &redact.Redactor{}
			to := New(&session.Session{Config: c, Run: &process.Runner{Redact: masking}, Console: ui.New(io.Discard, io.Discard, false)})
			user, password, err := loginOf(t, to)
			if (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if test.want == "" && (user != test.user || password != test.password) {
				t.Errorf("got %q with %q", user, password)
			}
			if c.RegistryUsername != "" || c.RegistryPassword != "" {
				t.Errorf("the settings have changed: %q with %q", c.RegistryUsername, c.RegistryPassword)
			}
			if shown := masking.Mask(password); password != "" && shown == password {
				t.Errorf("%q is not masked", password)
			}
		})
	}
}

// loginOf is the login that a run has for the registry.
func loginOf(t *testing.T, to *Connections) (user, password string, err error) {
	t.Helper()
	images, err := to.withLogin(t.Context(), registry.Registry{})
	return images.Username, images.Password, err
}
