package secret

import (
	"testing"

	"hub-ops/magefiles/internal/exit"
)

func TestRulesThatMayAskAService(t *testing.T) {
	const bad = "no YAML"
	for content, want := range map[string]string{
		"": "",
		"creation_rules: [{path_regex: 'secrets/.*', age: age1x, encrypted_regex: '^(kms)$', mac_only_encrypted: true}]":             "",
		"creation_rules: [{filename_regex: x, pgp: [A], key_groups: [{age: [a], merge: [{pgp: [B]}]}], shamir_threshold: 2}]":        "",
		"stores: {json: {indent: 2}, json_binary: {indent: 2}, yaml: {indent: 2}}":                                                   "",
		"creation_rules: [{age: a, unencrypted_suffix: x, encrypted_suffix: x, unencrypted_regex: x}, {encrypted_comment_regex: x}]": "",
		"creation_rules: [{unencrypted_comment_regex: x, age: kms}]":                                                                 "",
		"creation_rules: [{kms: 'arn:aws:kms:a:1:key/x'}]":                                                                           `"kms" in line 1`,
		"creation_rules:\n  - age: a\n    hc_vault_transit_uri: https://evil.example\n":                                              `"hc_vault_transit_uri" in line 3`,
		"creation_rules: [{KMS: x}]":                                                                      `"KMS" in line 1`,
		"creation_rules: [{key_groups: [{merge: [{hc_vault: [x]}]}]}]":                                    `"hc_vault" in line 1`,
		"creation_rules: [{key_groups: [{merge: {age: [x]}}]}]":                                           `"merge" in line 1`,
		"creation_rules: [{new_kms: x}]":                                                                  `"new_kms" in line 1`,
		"destination_rules: [{path_regex: x, vault_path: y}]":                                             `"destination_rules" in line 1`,
		"creation_rules: [{!!binary a21z: x}]":                                                            `"a21z" in line 1`,
		"creation_rules: [{!!binary YWdl: x}]":                                                            `"YWdl" in line 1`,
		"creation_rules: [{!own age: x}]":                                                                 `"age" in line 1`,
		"creation_rules: [{? [age] : x}]":                                                                 `"" in line 1`,
		"a: &a kms\ncreation_rules: [{*a : x}]":                                                           "an anchor, an alias or a merge in line 1",
		"creation_rules:\n  - &age {age: a}\n":                                                            "an anchor, an alias or a merge in line 2",
		"creation_rules:\n  - {<<: {age: a}}\n":                                                           "an anchor, an alias or a merge in line 2",
		"creation_rules:\n  - {'<<': {age: a}}\n":                                                         `"<<" in line 2`,
		"creation_rules: [{age: 'age1x, age1kms1x'}]":                                                     `"age1kms1x" in line 1`,
		"creation_rules:\n  - key_groups:\n      - age:\n          - age1x\n          - age1yubikey1qx\n": `"age1yubikey1qx" in line 5`,
		"creation_rules: [*a]":                                                                            bad,
		"creation_rules: [":                                                                               bad,
	} {
		what, err := RulesAsk([]byte(content))
		if err != nil {
			what = bad
		}
		if what != want || err != nil && exit.Code(err) != exit.BadInput {
			t.Errorf("%s\ngot  %s, %v\nwant %s", content, what, err, want)
		}
	}
}
