package redact

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestCredentialsInsideOfValues(t *testing.T) {
	const docker = `{"auths": {"ghcr.io": {"auth": "dXNlcjpodW50ZXIyLWdoY3I="}, "b.example": {"identitytoken": "identity-token-1", "email": "ann@example.org"}}}`
	const kubeconfig = "apiVersion: v1\nusers:\n- name: somebody\n  user:\n    token: kube-token-1\n    client-key-data: LS0tLS1CRUdJTiBLRVktLS0tLQo=\n"
	for value, want := range map[string][]string{
		"postgres://hub:s3cr3t%2Fpw@db/hub":                        {"s3cr3t%2Fpw", "s3cr3t/pw"},
		"postgres://hub:jupyterhub@db/hub?sslmode=require":         {"jupyterhub"},
		"postgres://jupyterhub:jupyterhub@db/hub":                  nil, // the password is the name
		"https://ghp_16charactersandmore@github.com/a/b.git":       {"ghp_16charactersandmore"},
		"https://x.blob.core.windows.net/c?sv=2024&sig=abc%2Fdefg": {"abc%2Fdefg", "abc/defg"},
		"hub:pa55word@tcp(db:3306)/hub":                            {"pa55word"},
		"host=db user=hub password='p4 ssw' dbname=hub":            {"p4 ssw"},
		"AccountName=a;AccountKey=Zm9vYmFy+/==;EndpointSuffix=x":   {"Zm9vYmFy+/=="},
		"Authorization: Bearer abcdef123":                          {"abcdef123"},
		"Basic dXNlcjpodW50ZXIyLWJhc2lj":                           {"dXNlcjpodW50ZXIyLWJhc2lj", "hunter2-basic"},
		docker:                                                     {"dXNlcjpodW50ZXIyLWdoY3I=", "hunter2-ghcr", "identity-token-1"},
		base64.StdEncoding.EncodeToString([]byte(docker)):          {"dXNlcjpodW50ZXIyLWdoY3I=", "hunter2-ghcr", "identity-token-1"},
		kubeconfig: {"kube-token-1", "LS0tLS1CRUdJTiBLRVktLS0tLQo=", "-----BEGIN KEY-----\n"},
		`{"private_key": "-----BEGIN KEY-----\nMIIE", "type": "service_account", "client_email": "a@example.org"}`: {"-----BEGIN KEY-----\nMIIE"},
		`{"url": "redis://:re-dis-pw@cache:6379/0"}`:                                                               {"re-dis-pw"},
		"config:\n  password: 12345678\n":                                                                          {"12345678"},
		"https://hub.example.org/hub":                                                                              nil,
		"correct-horse":                                                                                            nil,
		"a: b":                                                                                                     nil,
		"see https://example.org/@ann, or mail ann@example.org: x = y":                                             nil,
	} {
		got := parts(value)
		slices.Sort(got)
		slices.Sort(want)
		for _, text := range want {
			if !slices.Contains(got, text) {
				t.Errorf("%q: %q, want %q", value, got, want)
				break
			}
		}
		for _, text := range got {
			if !slices.Contains(want, text) {
				t.Errorf("%q: %q is no credential", value, text)
			}
		}
	}
}

// Helm and JSON have floating point alone.
func TestNumbersAreMaskedAsTheyArePrinted(t *testing.T) {
	for value, texts := range map[string][]string{
		"31337000000":          {"3.1337e+10", "31337000000", "3.1337e10", "31337000000.0"},
		"12345678901234567890": {"1.2345678901234567e+19", "12345678901234567000"},
		"0x7A120FF":            {"128000255", fmt.Sprint(float64(0x7A120FF))},
		"1_000_123":            {"1000123", "1.000123e+06"},
		"0.0000123456":         {"1.23456e-05", "1.23456e-5"},
	} {
		r := redactor(value)
		for _, text := range texts {
			if got := r.Mask("port: " + text + ","); !strings.HasPrefix(got, "port: "+mask) {
				t.Errorf("%s as %s: %q", value, text, got)
			}
		}
	}
}

// What a stream leaves out between words, and what only looks like an escape, hides nothing and masks nothing else.
func TestWordsAreNotPutTogether(t *testing.T) {
	r := redactor("enable", "hunter2", "c0ffee-c0ffee", "nsecret-x", "to be or not", `"a" "b"`)
	for text, want := range map[string]string{
		"seen able to":           "seen able to",
		`seen "able" to`:         `seen "able" to`,
		"hunter 2":               "hunter 2",
		"hunt'er2":               "hunt'er2",
		`hunt\er2`:               mask,
		"hunt\n  er2":            mask,
		"=%c0ffee-c0ffee":        "=%" + mask,
		`DOMAIN\nsecret-x`:       `DOMAIN\` + mask,
		`DOMAIN\u006esecret-x`:   "DOMAIN" + mask,
		"tobeornot":              "tobeornot",
		"to be\n  or not":        mask,
		`x "a" "b" y`:            "x " + mask + " y",
		`x \"a\" \"b\" y`:        "x " + mask + " y",
		"a b":                    "a b",
		"100% of the plan & all": "100% of the plan & all",
	} {
		if got := r.Mask(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
