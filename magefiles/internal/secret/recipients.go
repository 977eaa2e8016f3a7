package secret

import (
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
	return to, nil
}

// RulesAsk returns the first kind of key in a .sops.yaml that a service keeps; "" if there is none. Who encrypts by such a rule sends the
// operator's credentials to where the file says.
func RulesAsk(content []byte) (kind string, err error) {
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return "", exit.Input(".sops.yaml: %w", err)
	}
	var walk func(node *yaml.Node)
	walk = func(node *yaml.Node) {
		for i, child := range node.Content {
			if node.Kind == yaml.MappingNode && i%2 == 0 {
				name := strings.ToLower(child.Value)
				if names := []string{"kms", "gcp_kms", "hckms", "azure_keyvault", "azure_kv", "hc_vault", "hc_vault_transit_uri", "vault", "hc_vault_uris"}; kind == "" && slices.Contains(names, name) {
					kind = child.Value
				}
			}
			walk(child)
		}
	}
	walk(&document)
	return kind, nil
}
