package secret

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/yamlnode"
)

// Recipients are the keys that a file of SOPS is encrypted for, and that ask no service.
type Recipients struct{ Age, PGP []string }

// RecipientsOf returns those of an encrypted file. Bad input is one with groups of keys, or with keys that a service keeps.
func RecipientsOf(content []byte) (to Recipients, err error) {
	services, err := KeyServices(content)
	if err != nil {
		return to, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil || len(document.Content) == 0 {
		return to, exit.Input("the file is no YAML")
	}
	section := yamlnode.At(document.Content[0], sopsSection)
	if groups := yamlnode.At(section, "key_groups"); len(services) > 0 || groups != nil && len(groups.Content) > 0 {
		return to, exit.Input("its keys are in groups, or kept by a service")
	}
	for kind, into := range map[string]*[]string{"age": &to.Age, "pgp": &to.PGP} {
		list := yamlnode.At(section, kind)
		for i := 0; list != nil && list.Kind == yaml.SequenceNode && i < len(list.Content); i++ {
			if one := yamlnode.At(list.Content[i], map[string]string{"age": "recipient", "pgp": "fp"}[kind]); one != nil && one.Value != "" {
				*into = append(*into, one.Value)
			}
		}
	}
	if len(to.Age)+len(to.PGP) == 0 {
		return to, exit.Input("it names no key")
	}
	if at := slices.IndexFunc(to.Age, isPlugin); at >= 0 {
		return to, exit.Input("its key %.40s is that of a plugin of age, which may ask a service", to.Age[at])
	}
	return to, nil
}

// rules are the keys of a .sops.yaml by which SOPS encrypts and asks no service: config/config.go of sops. It reads any other one of a file of its
// own time as well, so that this is a list of what is known to be well.
var rules = []string{
	"creation_rules", "path_regex", "filename_regex", "age", "pgp", "key_groups", "merge", "shamir_threshold",
	"encrypted_suffix", "unencrypted_suffix", "encrypted_regex", "unencrypted_regex", "encrypted_comment_regex", "unencrypted_comment_regex", "mac_only_encrypted",
	"stores", "indent", "json", "json_binary", "yaml",
}

// RulesAsk returns the first thing in a .sops.yaml by which SOPS may ask a service, for people: a key that is not known to ask none, or something
// behind which one could be; "" if there is none. Who encrypts by such a rule sends the operator's credentials to where the file says.
func RulesAsk(content []byte) (what string, err error) {
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return "", exit.Input(".sops.yaml: %w", err)
	}
	if at := unclear(&document); at != nil {
		return fmt.Sprintf("an anchor, an alias or a merge in line %d", at.Line), nil
	}
	return asks(&document), nil
}

// isPlugin reports whether a recipient of age is a plugin's: for age1NAME1… SOPS runs age-plugin-NAME of the PATH, which may ask whom it likes
// (age/keysource.go of sops). An own key has no "1" after the first: BIP 173.
func isPlugin(recipient string) bool {
	return strings.HasPrefix(recipient, "age1") && strings.Count(recipient, "1") > 1
}

// recipients are those of an entry "age": a list, or a text with commas.
func recipients(value *yaml.Node) (all []*yaml.Node) {
	if value.Kind == yaml.SequenceNode {
		return value.Content
	}
	for one := range strings.SplitSeq(value.Value, ",") {
		if one = strings.TrimSpace(one); one != "" {
			all = append(all, &yaml.Node{Kind: yaml.ScalarNode, Value: one, Line: value.Line})
		}
	}
	return all
}

func asks(node *yaml.Node) string {
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 && child.Value == "age" {
			for _, one := range recipients(node.Content[i+1]) {
				if isPlugin(strings.TrimSpace(one.Value)) {
					return fmt.Sprintf("%.40q in line %d", one.Value, one.Line)
				}
			}
		}
		if node.Kind == yaml.MappingNode && i%2 == 0 && !asksNone(child, node.Content[i+1]) {
			return fmt.Sprintf("%q in line %d", child.Value, child.Line)
		}
		if what := asks(child); what != "" {
			return what
		}
	}
	return ""
}

// asksNone reports whether a key is one of those that ask no service. "merge" is a list of groups of keys.
func asksNone(key, value *yaml.Node) bool {
	isPlain := key.Kind == yaml.ScalarNode && key.ShortTag() == "!!str"
	return isPlain && slices.Contains(rules, key.Value) && (key.Value != "merge" || value.Kind == yaml.SequenceNode)
}
