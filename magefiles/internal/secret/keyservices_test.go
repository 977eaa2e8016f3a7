package secret

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

func TestKeyServicesOfAFile(t *testing.T) {
	for content, want := range map[string]string{
		"sops: {age: [{recipient: age1x}], pgp: [{fp: A}], mac: x}":                                       "",
		"sops: {hc_vault: [{vault_address: 'https://evil.example', engine_path: sops}]}":                  "hc_vault https://evil.example",
		"sops: {HC_Vault: [{Vault_Address: 'https://evil.example'}]}":                                     "hc_vault https://evil.example",
		"sops: {hc_vault: {vault_address: 'https://evil.example'}}":                                       "hc_vault https://evil.example",
		"sops: {key_groups: [{age: []}, {hc_vault: [{vault_address: 'https://evil.example'}]}]}":          "hc_vault https://evil.example",
		"sops: {key_groups: {hc_vault: [{vault_address: 'https://evil.example'}]}}":                       "hc_vault https://evil.example",
		"sops: {kms: [{arn: 'arn:aws:kms:a:1:key/x', aws_profile: p}], gcp_kms: [{resource_id: p/x}]}":    "kms arn:aws:kms:a:1:key/x, gcp_kms p/x",
		"sops: {azure_kv: [{vault_url: 'https://evil.example', name: x}], hckms: [{key_id: 'r:x'}]}":      "azure_kv https://evil.example, hckms r:x",
		"sops: {hc_vault: [{vault_address: 'https://a.example', VAULT_ADDRESS: 'https://evil.example'}]}": "hc_vault https://a.example, hc_vault https://evil.example",
		"sops: {hc_vault: []}":                                           "",
		"sops: {new_kms: [{address: x}]}":                                `line 1: "new_kms" is a key service that is not known`,
		"sops: {hc_vault: [{engine_path: x}]}":                           "line 1: a key of hc_vault without vault_address",
		"sops: {hc_vault: [[{vault_address: x}]]}":                       "line 1: a key of hc_vault without vault_address",
		"sops: {hc_vault: [{vault_address: {a: b}}]}":                    "line 1: a key of hc_vault without vault_address",
		"sops: {hc_vault: [{<<: {vault_address: x}, vault_address: y}]}": "line 1: an alias or a merge in SOPS's section",
		"a: &a {vault_address: x}\nsops: {hc_vault: [*a]}":               "line 2: an alias or a merge in SOPS's section",
		"sops: {age: []}\nsops: {hc_vault: [{vault_address: x}]}":        `the file:2: key "sops" stands twice`,
		"sops: {age: []}\n---\nsops: {hc_vault: [{vault_address: x}]}":   "the file: more than one YAML document",
		"b: &b {sops: {hc_vault: [{vault_address: x}]}}\n<<: *b\n":       "the file has no section sops of its own",
		"sops: [1]": "line 1: SOPS's section has no keys and values",
	} {
		services, err := KeyServices([]byte(content))
		var got []string
		for _, service := range services {
			got = append(got, service.Kind+" "+service.Address)
		}
		if err != nil {
			got = []string{err.Error()}
		}
		if text := strings.Join(got, ", "); text != want || err != nil && exit.Code(err) != exit.BadInput {
			t.Errorf("%s\ngot  %s\nwant %s", content, text, want)
		}
	}
}

func TestWhichKeyServicesAreAllowed(t *testing.T) {
	for _, test := range []struct {
		address, allowed string
		want             bool
	}{
		{"https://vault.example", "https://vault.example/", true},
		{"https://vault.example/", "https://vault.example", true},
		{"https://vault.example.evil.example", "https://vault.example", false},
		{"https://vault.example@evil.example", "https://vault.example", false},
		{"arn:aws:kms:eu:1:key/x", "arn:aws:kms:eu:1:*", true},
		{"arn:aws:kms:us:1:key/x", "arn:aws:kms:eu:1:*", false},
		{"", "", false},
		{"x", "*", false},
	} {
		if got := NotAllowed([]KeyService{{Address: test.address}}, []string{test.allowed}) == ""; got != test.want {
			t.Errorf("%q is allowed by %q: %v", test.address, test.allowed, got)
		}
	}
}
