package connect

import (
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/kube/access"
	"hub-ops/magefiles/internal/session/sessiontest"
)

const twoKeys = "cluster: {provider: gke, project: p, name: n}\nclusters:\n  west: {zone: w, credentials: {prefix: WEST_}}\n  east: {zone: e, credentials: {file: keys/east.json}}\n"

// on returns the connections to a cluster, and its settings.
func on(to *Connections, cluster string) (*Connections, *config.Config) {
	return to.On(cluster), to.session.Config.On(cluster)
}

// Each cluster gets its own credentials, and a run's common ones only clusters that have none.
func TestTheKeyOfAClusterIsItsOwn(t *testing.T) {
	repository := gittest.New(t, "keys/east.json", `{"type": "service_account", "private_key": "canary-of-east"}`, "keys/yaml.json", "type: service_account\nprivate_key: canary-of-yaml\n", "keys/file", "of a file")
	all := twoKeys + "  yaml: {zone: y, credentials: {file: keys/yaml.json}}\n  file: {zone: f, credentials: {prefix: FILE_}}\n  gone: {zone: g, credentials: {file: keys/gone.json}}\n  unset: {zone: u, credentials: {prefix: UNSET_}}\n  common: {zone: c}\n"
	to, _ := opened(t, sessiontest.Checkout(t, repository, all, nil), []string{"GKE_KEY=common", "WEST_GKE_KEY=of west", "FILE_GKE_KEY_FILE=keys/file"})
	for cluster, want := range map[string][3]string{
		"west": {"of west", "WEST_GKE_KEY"}, "east": {`{"type": "service_account", "private_key": "canary-of-east"}`, "keys/east.json"},
		"yaml": {`{"private_key":"canary-of-yaml","type":"service_account"}`, "keys/yaml.json"}, "file": {"of a file", "keys/file"}, "common": {"common", "GKE_KEY"},
		"gone":  {"", "", "cluster.credentials of gone: file keys/gone.json: there is no such file; commit it, encrypted"},
		"unset": {"", "", "cluster.credentials of unset: variables UNSET_…: neither UNSET_GKE_KEY nor UNSET_GKE_KEY_FILE is set; set one of them"},
	} {
		at, settings := on(to, cluster)
		key, name, err := at.gkeKey(t.Context(), settings)
		if err != nil {
			if want[2] == "" || !strings.Contains(err.Error(), want[2]) || exit.Code(err) != exit.Setup {
				t.Errorf("%s: %v", cluster, err)
			}
			continue
		}
		if string(key) != want[0] || name != want[1] || want[2] != "" {
			t.Errorf("%s: %s, %s", cluster, key, name)
		}
	}
	if got := to.session.Run.Redact.Mask("canary-of-yaml"); strings.Contains(got, "canary") {
		t.Error("the key is not masked")
	}
}

func TestAmazonsCredentialsOfAClusterAreItsOwn(t *testing.T) {
	repository := gittest.New(t, "keys/a.json", `{"AccessKey": {"AccessKeyId": "i", "SecretAccessKey": "s"}}`, "keys/bad.json", "{}")
	all := "cluster: {provider: eks, zone: r, account: '123456789012'}\nclusters:\n  a: {name: a, credentials: {file: keys/a.json}}\n  b: {name: b, credentials: {profile: us}}\n  c: {name: c, credentials: {prefix: C_}}\n" +
		"  d: {name: d, credentials: {prefix: D_}}\n  e: {name: e, credentials: {file: keys/bad.json}}\n  f: {name: f}\n"
	to, _ := opened(t, sessiontest.Checkout(t, repository, all, nil), []string{
		"AWS_SECRET_ACCESS_KEY=common", "AWS_PROFILE=common", "AWS_CA_BUNDLE=/ca", "C_AWS_ACCESS_KEY_ID=ci", "C_AWS_SECRET_ACCESS_KEY=cs", "C_GKE_KEY=k", "AZURE_CLIENT_SECRET=z",
	})
	for cluster, want := range map[string][]string{
		"a": {"AWS_ACCESS_KEY_ID=i", "AWS_SECRET_ACCESS_KEY=s"}, "b": {"AWS_PROFILE=us"}, "c": {"AWS_ACCESS_KEY_ID=ci", "AWS_SECRET_ACCESS_KEY=cs"},
	} {
		at, settings := on(to, cluster)
		own, err := at.ownEKS(t.Context(), settings)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(own)
		if got := ownClouds(settings, own, "AWS_"); !slices.Equal(own, want) || !slices.Equal(got, slices.Concat(othersClouds, []string{"AWS_CA_BUNDLE=/ca"}, want)) {
			t.Errorf("%s: %q, with all %q", cluster, own, got)
		}
		if eks := eksOf(settings); eks.Account != "123456789012" {
			t.Errorf("%s: account %s", cluster, eks.Account)
		}
	}
	for cluster, want := range map[string]string{
		"d": "variables D_…: no variable is called D_AWS_…; set D_AWS_ACCESS_KEY_ID and", "e": "file keys/bad.json: it has no AccessKeyId and SecretAccessKey; write what 'aws iam create-access-key' prints",
	} {
		at, settings := on(to, cluster)
		if _, err := at.ownEKS(t.Context(), settings); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", cluster, err)
		}
	}
	if _, settings := on(to, "f"); !slices.Equal(ownClouds(settings, nil, "AWS_"), []string{"AWS_SECRET_ACCESS_KEY=common"}) {
		t.Errorf("f: %q", ownClouds(settings, nil, "AWS_"))
	}
	to.session.Config.NoSetup = true
	if _, settings := on(to, "b"); hasOwn(settings) {
		t.Error("with NO_SETUP=1 the operator's own access is taken")
	}
}

func TestMicrosoftsLoginOfAClusterIsItsOwn(t *testing.T) {
	repository := gittest.New(t, "keys/a.json", `{"appId": "i", "password": "s", "tenant": "t"}`, "keys/bad.json", "{}")
	all := "cluster: {provider: aks, group: g}\nclusters:\n  a: {name: a, credentials: {file: keys/a.json}}\n  b: {name: b, credentials: {prefix: B_}}\n  c: {name: c, credentials: {prefix: C_}}\n" +
		"  d: {name: d, credentials: {prefix: D_}}\n  e: {name: e, credentials: {file: keys/bad.json}}\n"
	to, _ := opened(t, sessiontest.Checkout(t, repository, all, nil), []string{"B_AZURE_CLIENT_ID=bi", "B_AZURE_CLIENT_SECRET=bs", "B_AZURE_TENANT_ID=bt", "C_AZURE_CONFIG_DIR=/c", "D_AZURE_CLIENT_ID=di"})
	for cluster, want := range map[string]struct {
		principal access.Principal
		config    string
		err       string
	}{
		"a": {access.Principal{ID: "i", Secret: "s", Tenant: "t"}, "", ""},
		"b": {access.Principal{ID: "bi", Secret: "bs", Tenant: "bt"}, "", ""},
		"c": {access.Principal{}, "/c", ""},
		"d": {access.Principal{ID: "di"}, "", "set D_AZURE_CLIENT_ID, D_AZURE_CLIENT_SECRET and D_AZURE_TENANT_ID, or D_AZURE_CONFIG_DIR"},
		"e": {access.Principal{}, "", "write what 'az ad sp create-for-rbac' prints"},
	} {
		at, settings := on(to, cluster)
		aks := aksOf(settings)
		err := at.ownAKS(t.Context(), settings, &aks)
		if (err == nil) != (want.err == "") || err != nil && !strings.Contains(err.Error(), want.err) {
			t.Errorf("%s: %v", cluster, err)
		}
		if err == nil && (aks.Principal != want.principal || aks.Config != want.config) {
			t.Errorf("%s: %+v", cluster, aks)
		}
	}
}

func TestTheKubeconfigOfAClusterIsItsOwn(t *testing.T) {
	repository := gittest.New(t, "keys/a", "of a")
	all := "clusters:\n  a: {credentials: {file: keys/a}}\n  b: {credentials: {prefix: B_}}\n  c: {credentials: {prefix: C_}}\n  d: {credentials: {file: keys/d}}\n"
	to, _ := opened(t, sessiontest.Checkout(t, repository, all, nil), []string{"KUBECONFIG_CONTENT=common", "B_KUBECONFIG_CONTENT=of b", "B_AWS_SECRET_ACCESS_KEY=bs"})
	for cluster, want := range map[string]string{"a": "of a", "b": "of b", "c": "neither C_KUBECONFIG_CONTENT nor C_KUBECONFIG is set", "d": "file keys/d: there is no such file; commit it, encrypted"} {
		at, settings := on(to, cluster)
		from, own, err := at.ownKubeconfig(t.Context(), settings)
		got := from.Content
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) || cluster == "b" && !slices.Equal(own, []string{"AWS_SECRET_ACCESS_KEY=bs"}) {
			t.Errorf("%s: %s, %q", cluster, got, own)
		}
	}
}

// A branch gives no cluster the credentials of another one, and calls no cluster what another one is called: not for a plan, either.
func TestWhichCredentialsAClusterGetsTheDefaultBranchSays(t *testing.T) {
	const one = "cluster: {provider: gke, project: p, name: n, zone: z"
	for name, test := range map[string]struct {
		cluster, own, main string
		environ            []string
		want               string
	}{
		"as main says":            {"west", twoKeys, twoKeys, nil, ""},
		"another's":               {"west", strings.Replace(twoKeys, "{prefix: WEST_}", "{file: keys/east.json}", 1), twoKeys, nil, `clusters.west is gke, project "p", zone "w", name "n", credentials "file keys/east.json", and in hubops.yaml of origin/main it is gke, project "p", zone "w", name "n", credentials "variables WEST_…": nothing was sent there`},
		"those of the run":        {"west", strings.Replace(twoKeys, ", credentials: {prefix: WEST_}", "", 1), twoKeys, nil, "nothing was sent there"},
		"under another's name":    {"west", strings.NewReplacer("zone: w", "zone: e", "zone: e", "zone: w").Replace(twoKeys), twoKeys, nil, `clusters.west is gke, project "p", zone "e"`},
		"one that is new":         {"north", twoKeys + "  north: {zone: x}\n", twoKeys, nil, "clusters names north, which hubops.yaml of origin/main does not: nothing was sent there; push it there first"},
		"new, by variables":       {"north", twoKeys + "  north: {zone: x}\n", twoKeys, []string{"CLUSTER=north", "CLUSTER_PROVIDER=gke", "CLUSTER_PROJECT=p", "CLUSTER_ZONE=x", "CLUSTER_NAME=n"}, ""},
		"another's, by variables": {"west", strings.Replace(twoKeys, "{prefix: WEST_}", "{file: keys/east.json}", 1), twoKeys, []string{"CLUSTER=west", "CLUSTER_PROVIDER=gke", "CLUSTER_PROJECT=p", "CLUSTER_ZONE=x", "CLUSTER_NAME=n"}, "nothing was sent there"},
		"the only cluster's":      {"", one + ", credentials: {prefix: A_}}\n", one + ", credentials: {prefix: A_}}\n", nil, ""},
		"others, of the only one": {"", one + ", credentials: {prefix: A_}}\n", one + "}\n", nil, "cluster names gke_p_z_n (credentials: variables A_…), which hubops.yaml of origin/main does not"},
		"only one, by variables":  {"", one + ", credentials: {prefix: A_}}\n", one + ", credentials: {prefix: A_}}\n", []string{"CLUSTER_PROVIDER=gke", "CLUSTER_PROJECT=p", "CLUSTER_ZONE=x", "CLUSTER_NAME=n"}, ""},
		"a kubeconfig of its own": {"", "cluster: {credentials: {file: x}}\n", "cluster: {credentials: {file: x}}\n", nil, ""},
		"another kubeconfig":      {"", "cluster: {credentials: {file: y}}\n", "cluster: {credentials: {file: x}}\n", nil, "nothing was sent there"},
		"clusters are a branch's": {"west", twoKeys, one + "}\n", nil, "nothing was sent there"},
	} {
		t.Run(name, func(t *testing.T) {
			to, _ := checkout(t, test.own, map[string]string{"main": "branches: {main: ['*']}\n" + test.main}, test.environ)
			at, settings := on(to, test.cluster)
			err := at.checkNamed(t.Context(), settings)
			if (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) || exit.Code(err) != exit.BadInput) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// A branch lays no other file where the default branch has the credentials of a cluster.
func TestAFileOfCredentialsIsTheDefaultBranchs(t *testing.T) {
	const settings = "branches: {main: ['*']}\nclusters:\n  a: {credentials: {file: keys/a}}\n  b: {credentials: {file: keys/b}}\n  c: {credentials: {file: keys/c}}\n"
	repository := gittest.New(t, "keys/a", "of a", "keys/b", "of b")
	sessiontest.Checkout(t, repository, settings, map[string]string{"main": settings})
	repository.Write("keys/a", "of b")
	repository.Write("keys/c", "of c")
	repository.Commit()
	to, _ := opened(t, repository, nil)
	for cluster, want := range map[string]string{"a": "of a", "b": "of b", "c": "cluster.credentials of c: file keys/c: origin/main has no such file; push it there, encrypted"} {
		at, own := on(to, cluster)
		from, _, err := at.ownKubeconfig(t.Context(), own)
		got := from.Content
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %s", cluster, got)
		}
	}
}
