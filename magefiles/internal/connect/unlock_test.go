package connect

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	cryptKey = "AEdJVENSWVBUS0VZAAAAAgAAAAAAAAABAAAABAAAAAAAAAADAAAAIIXeMyXdgj3+rNgSO2Z7fTrSbRsD80Bxohors6beg45NAAAABQAAAEAzWh4XSrHHJyCmVOQDxcHnXIpf2uQ+QYCvSPVjSl1iw55cappRNCBkNxqiaAWoZZGJ98ZaJb6f+fxsNURT89uAAAAAAA=="
	locked   = "AEdJVENSWVBUAB14OqXauB8EiDe5GYI5mFTMu0sG6kYO/9E7w8QvCyxTEjSjhpOhnLJ6y9XMyRYSQocT9BOsWDCAg01AXvcU"
)

func decoded(t *testing.T, text string) []byte {
	t.Helper()
	content, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// The clone is unlocked, and hubops.yaml allows the file: what may not deploy shows others what it renders.
func TestAFileOfAChartIsDecryptedForADeployAlone(t *testing.T) {
	const name, refused = "hub-charts/a/x", "hub-charts/a/x: locked by git-crypt, and a run that may not deploy decrypts nothing of a chart: "
	const allowing = "lint: {allow: ['locked-file:hub-charts/a/x']}\n"
	for title, test := range map[string]struct {
		own     string
		environ []string
		want    string
	}{
		"here":                     {ours + allowing, nil, ""},
		"of the branch":            {ours + allowing, inPush, ""},
		"a pull request":           {ours + allowing, inPull, refused},
		"a branch that owns none":  {ours + allowing, ofFeature, refused},
		"one that says it owns":    {theirs + allowing, ofTheirs, refused},
		"what nobody allows, here": {ours, nil, "whoever can read the release would have what is in it"},
	} {
		t.Run(title, func(t *testing.T) {
			to, _ := checkout(t, test.own, map[string]string{"main": ours, "theirs": theirs, "feature": theirs}, test.environ)
			keys := filepath.Join(to.session.Config.Root, ".git/git-crypt/keys")
			if err := os.MkdirAll(keys, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(keys, "default"), decoded(t, cryptKey), 0o600); err != nil {
				t.Fatal(err)
			}
			plain, err := to.unlockOfChart(t.Context(), name, decoded(t, locked))
			if test.want == "" && (err != nil || !strings.Contains(string(plain), "canary")) || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %q, %v; want %q", plain, err, test.want)
			}
		})
	}
}
