package secret

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

func TestEveryValueIsSecret(t *testing.T) {
	got, err := Values("a.yaml", []byte("hub:\n  token: &t abc123\n  list: [x, {deep: y}, true, null]\n  again: *t\n  pin: 123456\n"))
	if err != nil || !slices.Equal(got, []string{"abc123", "x", "y", "abc123", "123456"}) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestCredentialsAreToldByTheirKeys(t *testing.T) {
	got, err := Credentials("a.yaml", []byte("hub: {clientId: abc123, clientSecret: def456, extra: [{apiKey: &k ghi789}, {again: *k}]}\ntokens: x\nauth: {a: jkl, b: [mno]}\nplain: &p pqr\napiToken: *p\nall: {<<: {password: stu}}\n"))
	if err != nil || !slices.Equal(got, []string{"def456", "ghi789", "jkl", "mno", "pqr", "stu"}) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestFilesThatAreNoValues(t *testing.T) {
	for content, want := range map[string]string{
		"- a\n":                            "a.yaml:1: expected Helm values",
		"a: 1\nb: 2\na: 3\n":               `a.yaml:3: key "a" stands twice`,
		"a: {b: 1, b: 2}\n":                `a.yaml:1: key "b" stands twice`,
		"a: \x00\n":                        "a.yaml:",
		"a: \xff\n":                        "a.yaml:",
		"a: b\n---\nc: d\n":                "more than one YAML document",
		strings.Repeat("a", 6<<20):         "larger than 5 MiB",
		"a: " + strings.Repeat("[", 20000): "a.yaml:",
	} {
		if _, err := Values("a.yaml", []byte(content)); err == nil || !strings.Contains(err.Error(), want) || exit.Code(err) != exit.BadInput {
			t.Errorf("%.20q: got %v, want %q", content, err, want)
		}
	}
}

// A bomb of aliases is refused before it grows.
func TestBombsAreRefused(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n")
	for name := byte('b'); name <= 'z'; name++ {
		alias := "*" + string(name-1)
		fmt.Fprintf(&bomb, "%c: &%c [%s%s]\n", name, name, strings.Repeat(alias+", ", 9), alias)
	}
	if values, err := Values("a.yaml", []byte(bomb.String())); exit.Code(err) != exit.BadInput || len(values) != 0 {
		t.Errorf("%d values, %v", len(values), err)
	}
}

func FuzzValues(f *testing.F) {
	f.Add([]byte("a: &a [*a, b]\n"))
	f.Add([]byte("sops: {mac: x}\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		FormOf(content)
		if _, err := Values("a.yaml", content); err != nil && exit.Code(err) != exit.BadInput {
			t.Errorf("%q: exit %d: %v", content, exit.Code(err), err)
		}
	})
}

func TestNoErrorQuotesASecret(t *testing.T) {
	for _, content := range []string{"password: *canary\n", "password: canary\n  - canary\n", "password: \"canary\nx: @canary\n", "canary: !!int canary\n? - canary"} {
		_, err := Values("a.yaml", []byte(content))
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: the error shows the value: %v", content, err)
		}
	}
	if _, err := Values("a.yaml", []byte("password: *canary\n")); err == nil || !strings.HasPrefix(err.Error(), "a.yaml") {
		t.Errorf("got %v, which does not name the file", err)
	}
}

// Only what SOPS or git-crypt has encrypted is not plain, whatever the file says of itself.
func TestFilesInPlainText(t *testing.T) {
	const sops = "\nsops: {mac: 'ENC[AES256_GCM,data:x]', lastmodified: '2024-01-01T00:00:00Z'}\n"
	for content, plain := range map[string]bool{
		"password: hunter2":    true,
		"":                     false,
		"# nothing yet":        false,
		"user:dckr_pat_x":      true, // secrets/dockerhub
		`{"private_key": "x"}`: true,
		"\x00GITCRYPT\x00x":    false,
		"password: 'ENC[AES256_GCM,data:x]'" + sops:                        false,
		"hub: {name: a, password: 'ENC[AES256_GCM,data:x]'}" + sops:        false, // encrypted_regex
		"password: hunter2" + sops:                                         true,  // it matches nothing
		"hub: {password: hunter2}\nother: 'ENC[AES256_GCM,data:x]'" + sops: true,
		"hub: [{apiToken: ['ENC[AES256_GCM,data:x]', plain]}]" + sops:      true,
		"a: b" + sops:                                      true,
		"password: hunter2\nsops: {}":                      true,
		"enabled: true" + sops:                             false,
		"password: ''\na: 'ENC[AES256_GCM,data:x]'" + sops: false,
		`{"private_key": "ENC[AES256_GCM,data:x]", "private_key_id": "1", "sops": {"mac": ""}}`: false,
	} {
		if got := IsPlain([]byte(content)); got != plain {
			t.Errorf("%q: plain is %v", content, got)
		}
	}
}
