package secret

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/yamldoc"
	"hub-ops/magefiles/internal/yamlnode"
)

// KeyService is where sops asks for the key of a file, and what gets the operator's token by that.
type KeyService struct {
	Kind    string // as the file has it: "hc_vault"
	Address string // of a Vault or an Azure Key Vault; of other clouds the name of the key, which has its region
	Line    int
}

// addresses are the keys of SOPS's section that name a service, each with the key that says which: stores/stores.go of sops.
var addresses = map[string]string{
	"kms": "arn", "gcp_kms": "resource_id", "hckms": "key_id", "azure_kv": "vault_url", "hc_vault": "vault_address",
}

// sopsSection is the key of SOPS's section.
const sopsSection = "sops"

// KeyServices returns the services that a file of SOPS has sops ask, in order. age and PGP ask none. Bad input is a section that could be
// read in two ways, or that names a service which is not known. sops takes names in any case, and one key without a list.
func KeyServices(content []byte) ([]KeyService, error) {
	if _, err := yamldoc.ParseSecret("the file", content); err != nil { // which takes one document, and each key once
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil || len(document.Content) == 0 {
		return nil, exit.Input("the file is no YAML")
	}
	section := yamlnode.At(document.Content[0], sopsSection)
	if section == nil {
		return nil, exit.Input("the file has no section %s of its own", sopsSection)
	}
	if at := unclear(section); at != nil {
		return nil, exit.Input("line %d: an alias or a merge in SOPS's section", at.Line)
	}
	return servicesIn(section)
}

// unclear returns an alias or a merge, which programs resolve in different ways.
func unclear(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode || node.Anchor != "" || node.Tag == "!!merge" {
		return node
	}
	for _, child := range node.Content {
		if at := unclear(child); at != nil {
			return at
		}
	}
	return nil
}

func servicesIn(section *yaml.Node) ([]KeyService, error) {
	if section.Kind != yaml.MappingNode {
		return nil, exit.Input("line %d: SOPS's section has no keys and values", section.Line)
	}
	var found []KeyService
	for i := 0; i+1 < len(section.Content); i += 2 {
		kind, value := strings.ToLower(section.Content[i].Value), section.Content[i+1]
		if value.Kind == yaml.ScalarNode || kind == "age" || kind == "pgp" {
			continue
		}
		for _, item := range items(value) {
			services, err := servicesOf(kind, item)
			if err != nil {
				return nil, err
			}
			found = append(found, services...)
		}
	}
	return found, nil
}

// servicesOf returns those of one entry: of a key, or of a group of keys.
func servicesOf(kind string, item *yaml.Node) ([]KeyService, error) {
	if kind == "key_groups" {
		return servicesIn(item)
	}
	field, known := addresses[kind]
	if !known {
		return nil, exit.Input("line %d: %q is a key service that is not known", item.Line, kind)
	}
	var found []KeyService
	for i := 0; item.Kind == yaml.MappingNode && i+1 < len(item.Content); i += 2 {
		if key, value := item.Content[i], item.Content[i+1]; strings.EqualFold(key.Value, field) && value.Kind == yaml.ScalarNode {
			found = append(found, KeyService{Kind: kind, Address: value.Value, Line: value.Line})
		}
	}
	if len(found) == 0 {
		return nil, exit.Input("line %d: a key of %s without %s", item.Line, kind, field)
	}
	return found, nil
}

func items(value *yaml.Node) []*yaml.Node {
	if value.Kind == yaml.SequenceNode {
		return value.Content
	}
	return []*yaml.Node{value}
}

// NotAllowed returns the first of the services that no entry allows, "" if all are. An entry is an address, or the beginning of one
// and "*".
func NotAllowed(services []KeyService, allowed []string) string {
	for _, service := range services {
		if !allows(allowed, service.Address) {
			return fmt.Sprintf("%s (%s, line %d)", service.Address, service.Kind, service.Line)
		}
	}
	return ""
}

func allows(allowed []string, address string) bool {
	for _, entry := range allowed {
		prefix, open := strings.CutSuffix(entry, "*")
		if entry != "" && strings.TrimSuffix(entry, "/") == strings.TrimSuffix(address, "/") || open && prefix != "" && strings.HasPrefix(address, prefix) {
			return true
		}
	}
	return false
}
