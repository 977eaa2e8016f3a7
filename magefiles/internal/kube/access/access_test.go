package access

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWithoutAKubeconfigThereIsNoCluster(t *testing.T) {
	dir := t.TempDir()
	there, missing := filepath.Join(dir, "config"), filepath.Join(dir, "missing")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for from, want := range map[Source]bool{
		{}:                    false,
		{Kubeconfig: missing}: false,
		{Kubeconfig: there}:   true,
		{Kubeconfig: missing + string(os.PathListSeparator) + there}: true,
		{Kubeconfig: missing, Content: "apiVersion: v1"}:             true,
	} {
		if err := from.Check(); (err == nil) != want {
			t.Errorf("%+v: %v", from, err)
		}
	}
}

// What a kubeconfig gives to a plugin is as secret as a token.
func TestWhatOfAUserIsSecret(t *testing.T) {
	for text, want := range map[string]string{
		`{"token": "a", "username": "me", "password": "b", "client-key-data": "c"}`:                                                                                   "a b c",
		`{"exec": {"command": "aws", "env": [{"name": "AWS_PROFILE", "value": "open"}, {"name": "AWS_SECRET_ACCESS_KEY", "value": "a"}]}}`:                            "a",
		`{"exec": {"command": "kubelogin", "args": ["get-token", "--client-id", "open", "--client-secret", "a", "--password=b", "--login", "spn", "client-secret"]}}`: "a b",
		`{"exec": {"command": "x", "args": ["--token"], "env": null}}`:                                                                                                "",
		`{"auth-provider": {"name": "oidc", "config": {"client-id": "open", "id-token": "a", "refresh-token": "b"}}}`:                                                 "a b",
	} {
		var found user
		if err := json.Unmarshal([]byte(text), &found); err != nil {
			t.Fatal(err)
		}
		secrets := slices.DeleteFunc(found.secrets(), func(secret string) bool { return secret == "" })
		slices.Sort(secrets)
		if got := strings.Join(secrets, " "); got != want {
			t.Errorf("%s: got %s", text, got)
		}
	}
}
