package adopt

import (
	"iter"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

func keysOf(values map[string]any) iter.Seq[string] { return maps.Keys(values) }

// findKeyServices reads .sops.yaml: who holds the keys of the secret files.
func (f *Found) findKeyServices(t *tree) {
	if len(f.Layout.Secrets) == 0 {
		return
	}
	for _, rule := range mappings(t.mapping(".sops.yaml"), "creation_rules") {
		for _, key := range []string{"gcp_kms", "kms", "azure_keyvault", "hc_vault_transit_uri"} {
			for service := range strings.SplitSeq(textAt(rule, key), ",") {
				if service = strings.TrimSpace(service); service != "" && !slices.Contains(f.KeyServices, service) {
					f.KeyServices = append(f.KeyServices, service)
				}
			}
		}
	}
	if len(f.KeyServices) > 0 {
		f.decide("secrets.key_services: sops may ask %s for keys, as .sops.yaml says: is that yours?", cut(f.KeyServices))
	}
}

// decideOthers notes what no form knows and a run would stumble over.
func (f *Found) decideOthers(t *tree) {
	f.decideUnencrypted(t)
	f.decideClusters(t)
	f.decideLogins(t)
}

// decideUnencrypted names secret files that lie there for everybody to read.
func (f *Found) decideUnencrypted(t *tree) {
	var plain []string
	for _, place := range f.Hubs {
		located, err := f.Layout.Locate(place.Names)
		if err != nil {
			continue
		}
		for _, file := range located.Secrets {
			if values := t.mapping(file.Path); len(values) > 0 && values["sops"] == nil && !slices.Contains(plain, file.Path) {
				plain = append(plain, file.Path)
			}
		}
	}
	if len(plain) > 0 {
		f.decide("%s: secret values that are not encrypted: encrypt them with git-crypt or SOPS", cut(plain))
	}
}

// decideClusters names the files that lead to clusters, where there are several.
func (f *Found) decideClusters(t *tree) {
	var found []string
	for _, name := range t.Names {
		if base := path.Base(name); strings.Contains(base, "kubeconfig") && isYAML(name) && !under(name, "docs") {
			found = append(found, name)
		}
	}
	if len(found) > 1 {
		f.decide("%s lead to %d clusters: hub-ops reaches the one of KUBECONFIG in a run", cut(found), len(found))
	}
}

// googles matches a registry of Google's.
var googles = regexp.MustCompile(`^([a-z0-9-]+\.)?(gcr\.io|pkg\.dev)/`)

// accounts are names of files with the key of an account of Google's.
var accounts = []string{"gke-key.json", "gcloud-service-key.json", "gke-auth-key.json"}

// decideLogins names accounts that a run would look for under another name.
func (f *Found) decideLogins(t *tree) {
	for _, name := range t.Names {
		if slices.Contains(accounts, path.Base(name)) && name != "secrets/gke-auth-key.json" {
			switch {
			case !f.hasKeys():
				f.decide("%s and its like are keys of accounts: give the one that deploys to CI as GKE_KEY", name)
			case googles.MatchString(f.Image.Repository):
				f.decide("%s and its like are keys of accounts: give the one that pushes images to CI as GKE_KEY", name)
			}
			return
		}
	}
}
