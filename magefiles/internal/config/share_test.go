package config

import (
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/share"
)

func TestTheShareOfARun(t *testing.T) {
	for text, want := range map[string]share.Share{"SHARE=": {}, "SHARE=3/8": {Number: 3, Of: 8}, "SHARE=1/2 SHARES=1:a,b+2:c": {Number: 1, Of: 2}} {
		c, err := Load(t.TempDir(), strings.Fields(text))
		if err != nil || c.Share != want {
			t.Errorf("%s: %v, %v", text, c.Share, err)
		}
	}
	for text, says := range map[string]string{
		"SHARE=9/8": `SHARE=9/8: "9/8" is no share`, "SHARES=1:a": "SHARES is set, and SHARE is not", "SHARE=1/2 SHARES=3:a": `"3:a" names no hubs of one of 2 shares`,
		"SHARE=1/2 SHARES=1:a+2:a": "hub \"a\" is in share 1 and in share 2", "MATRIX_JOBS=0": "must be more than 0", "MATRIX_FOR=jenkins": "github, gitlab or travis",
	} {
		if _, err := Load(t.TempDir(), strings.Fields(text)); exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// What is only looked at gets no credential, whatever the run itself has; and each stays masked.
func TestAnotherCommitGetsNoCredential(t *testing.T) {
	environ := []string{
		"CI=true", "TRAVIS=true", "TRAVIS_EVENT_TYPE=push", "TRAVIS_PULL_REQUEST=false", "TRAVIS_BRANCH=main", "REGISTRY_USERNAME=us", "REGISTRY_PASSWORD=correct-horse",
		"GIT_CRYPT_KEY=aGVsbG8gd29ybGQ=", "AWS_SECRET_ACCESS_KEY=battery-staple",
	}
	root := t.TempDir()
	c, err := Load(root, environ)
	if err != nil {
		t.Fatal(err)
	}
	c.Branches = OwningAll("main")
	c.dropCredentials()
	if c.RegistryPassword != "" || c.GitCryptKey != "" || len(c.Grant("AWS_")) > 0 || c.Event.Trusted() || c.Deploying() {
		t.Errorf("it has %q, %q, %q", c.RegistryPassword, c.GitCryptKey, c.Grant("AWS_"))
	}
	for _, secret := range []string{"correct-horse", "battery-staple"} {
		if !slices.Contains(c.Secrets(), secret) {
			t.Errorf("%s is not masked", secret)
		}
	}
}
