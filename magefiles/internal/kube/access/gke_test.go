package access

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// serveGoogle serves Google's token endpoint and the one call of the GKE API.
func serveGoogle(t *testing.T, status int) (address string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" || strings.Count(r.FormValue("assertion"), ".") != 2 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"access_token": "ya29.short-lived", "token_type": "Bearer", "expires_in": 3600}`)
	})
	mux.HandleFunc("POST /sts", func(w http.ResponseWriter, r *http.Request) { // RFC 8693
		if r.FormValue("subject_token") != "eyJ.of.ci" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"access_token": "ya29.short-lived", "issued_token_type": "urn:ietf:params:oauth:token-type:access_token", "token_type": "Bearer", "expires_in": 3600}`)
	})
	mux.HandleFunc("GET /v1/projects/p/locations/z/clusters/c", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer ya29.short-lived" || status != http.StatusOK {
			w.WriteHeader(status)
			_, _ = fmt.Fprint(w, `{"error": {"code": 403, "message": "Required \"container.clusters.get\" permission"}}`)
			return
		}
		_, _ = fmt.Fprintf(w, `{"name": "c", "zone": "z", "status": "RUNNING", "endpoint": "192.0.2.7", "masterAuth": {"clusterCaCertificate": %q}}`, base64.StdEncoding.EncodeToString([]byte("PEM")))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// key returns the key of a service account whose tokens come from the address.
func key(t *testing.T, address string) []byte {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	content, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "p", "private_key_id": "1", "client_email": "ci@p.iam.gserviceaccount.com",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "token_uri": address + "/token",
	})
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestGKEAccessIsOneClusterAndAShortLivedToken(t *testing.T) {
	address := serveGoogle(t, http.StatusOK)
	scratch := t.TempDir()
	var secrets []string
	access, err := GKE{Project: "p", Zone: "z", Name: "c", Key: key(t, address), Endpoint: address}.
		Connect(t.Context(), scratch, func(token string) { secrets = append(secrets, token) })
	if err != nil || !slices.Equal(secrets, []string{"ya29.short-lived"}) {
		t.Fatalf("tokens %q: %v", secrets, err)
	}
	if token, err := os.ReadFile(filepath.Join(scratch, "token")); err != nil || string(token) != secrets[0] {
		t.Errorf("token %q, %v", token, err)
	}
	if access.Server != "https://192.0.2.7" || access.Context != "gke_p_z_c" {
		t.Errorf("got %+v", access)
	}
	info, err := os.Stat(access.Kubeconfig)
	if err != nil || info.Mode().Perm() != 0o600 || filepath.Dir(access.Kubeconfig) != scratch {
		t.Errorf("kubeconfig %s: %v, %v", access.Kubeconfig, info, err)
	}
	content, err := os.ReadFile(access.Kubeconfig)
	if err != nil || !strings.Contains(string(content), `"certificate-authority-data":"UEVN"`) || strings.Contains(string(content), "PRIVATE KEY") {
		t.Errorf("kubeconfig: %s, %v", content, err)
	}
}

// A workload identity federation trades a token of the CI system for one of Google's: no key is kept anywhere.
func TestGKEAccessByWorkloadIdentityFederation(t *testing.T) {
	address := serveGoogle(t, http.StatusOK)
	subject := filepath.Join(t.TempDir(), "token-of-ci")
	if err := os.WriteFile(subject, []byte("eyJ.of.ci"), 0o600); err != nil {
		t.Fatal(err)
	}
	description := fmt.Sprintf(`{"type": "external_account", "audience": "//iam.googleapis.com/x", "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
		"token_url": %q, "credential_source": {"file": %q}}`, address+"/sts", subject)
	access, err := GKE{Project: "p", Zone: "z", Name: "c", Key: []byte(description), Endpoint: address}.Connect(t.Context(), t.TempDir(), func(string) {})
	if err != nil || access.Server != "https://192.0.2.7" {
		t.Errorf("got %+v, %v", access, err)
	}
}

// Application Default Credentials are used where there is no key: here those of a person, who has logged in.
func TestGKEAccessByApplicationDefaultCredentials(t *testing.T) {
	address := serveGoogle(t, http.StatusOK)
	file := filepath.Join(t.TempDir(), "application_default_credentials.json")
	if err := os.WriteFile(file, key(t, address), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", file)
	var secrets []string
	g := GKE{Project: "p", Zone: "z", Name: "c", KeyName: "secrets/gke-auth-key.json", Endpoint: address}
	access, err := g.Connect(t.Context(), t.TempDir(), func(secret string) { secrets = append(secrets, secret) })
	if err != nil || access.Server != "https://192.0.2.7" {
		t.Errorf("got %+v, %v", access, err)
	}
	private := slices.ContainsFunc(secrets, func(secret string) bool { return strings.HasPrefix(secret, "-----BEGIN PRIVATE KEY") })
	if !private || secrets[len(secrets)-1] != "ya29.short-lived" {
		t.Errorf("secret are %d values: %v", len(secrets), private)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", file+".none")
	if _, err := g.Connect(t.Context(), t.TempDir(), func(string) {}); err == nil || exit.Code(err) != exit.Setup ||
		!strings.Contains(err.Error(), "no way into GKE: there is no secrets/gke-auth-key.json, and no Application Default Credentials") {
		t.Errorf("got %v", err)
	}
}

// strictGoogle serves a token endpoint that looks at the clock of whoever asks, as Google's does, and answers with the
// token's lifetime in seconds.
func strictGoogle(t *testing.T, clock time.Duration) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		parts := strings.Split(r.FormValue("assertion"), ".")
		if len(parts) != 3 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		var claims struct{ Iat, Exp int64 }
		content, err := base64.RawURLEncoding.DecodeString(parts[1])
		now := time.Now().Add(clock).Unix()
		if err != nil || json.Unmarshal(content, &claims) != nil || claims.Iat > now+60 || claims.Exp < now {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprint(w, `{"error": "invalid_grant", "error_description": "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."}`)
			return
		}
		_, _ = fmt.Fprint(w, `{"access_token": "ya29.short-lived", "token_type": "Bearer", "expires_in": 3600}`)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// A machine whose clock is wrong gets no token, and is told that it may be the clock.
func TestClockThatIsWrong(t *testing.T) {
	google := serveGoogle(t, http.StatusOK)
	for clock, works := range map[time.Duration]bool{0: true, 30 * time.Second: true, -30 * time.Second: true, 2 * time.Hour: false, -2 * time.Hour: false} {
		_, err := GKE{Project: "p", Zone: "z", Name: "c", Key: key(t, strictGoogle(t, clock)+"/x"), KeyName: "GKE_KEY", Endpoint: google}.Connect(t.Context(), t.TempDir(), func(string) {})
		if works && err != nil {
			t.Errorf("%s: %v", clock, err)
		}
		if !works && (err == nil || exit.Code(err) != exit.Setup || !strings.Contains(err.Error(), "reasonable timeframe") ||
			!strings.Contains(err.Error(), "this machine's clock right?") || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: got %v", clock, err)
		}
	}
}

func TestGKERefusals(t *testing.T) {
	open, closed := serveGoogle(t, http.StatusOK), serveGoogle(t, http.StatusForbidden)
	for name, test := range map[string]struct {
		key            []byte
		endpoint, want string
		code           int
	}{
		"not allowed":  {key(t, closed), closed, `asking GKE for cluster c of project p in z: 403 Forbidden: Required "container.clusters.get" permission`, exit.Setup},
		"no API":       {key(t, open), "http://127.0.0.1:1", "asking GKE for cluster c", exit.Setup},
		"old key":      {key(t, open+"/nowhere"), open, "getting a token from Google", exit.Setup},
		"another file": {[]byte(`{"type": "hunter2"}`), open, "GKE_KEY: no key of a Google service account", exit.BadInput},
		"half a key":   {[]byte(`{"type": "service_account", "private_key": "hunter2"}`), open, "getting a token from Google", exit.Setup},
		"a person":     {[]byte(`{"type": "authorized_user", "refresh_token": "hunter2"}`), open, "no key of a Google service account", exit.BadInput},
		"no JSON":      {[]byte("hunter2"), open, "no key of a Google service account", exit.BadInput},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := GKE{Project: "p", Zone: "z", Name: "c", Key: test.key, KeyName: "GKE_KEY", Endpoint: test.endpoint}.
				Connect(t.Context(), t.TempDir(), func(string) {})
			if err == nil || !strings.Contains(err.Error(), test.want) || exit.Code(err) != test.code || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v (exit %d), want %q (exit %d)", err, exit.Code(err), test.want, test.code)
			}
		})
	}
}
