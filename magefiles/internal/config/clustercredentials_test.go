package config

import (
	"slices"
	"strings"
	"testing"
)

const ownCredentials = `
cluster: {provider: gke, project: p, name: hubs, credentials: {file: "keys/{cluster}.json"}}
clusters:
  west: {zone: w}
  east: {zone: e, credentials: {prefix: EAST_}}
  lab: {provider: eks, zone: us-west-2, account: "123456789012", credentials: {profile: "lab-{cluster}"}}
  own: {provider: none, credentials: {file: keys/kubeconfig}}
`

func TestEachClusterHasItsCredentials(t *testing.T) {
	c, err := load(t, ownCredentials, "EAST_GKE_KEY=k", "EAST_AWS_PROFILE=p", "EAST_EMPTY=", "WEST_GKE_KEY=other", "GKE_KEY=common")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]Credentials{
		"west": {File: "keys/west.json"}, "east": {Prefix: "EAST_"}, "lab": {Profile: "lab-lab"}, "own": {File: "keys/kubeconfig"},
	} {
		if got := c.On(name).Credentials; got != want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := c.CredentialFiles(); !slices.Equal(got, []string{"keys/west.json", "keys/kubeconfig"}) {
		t.Errorf("files %q", got)
	}
	if !c.SecretPlaces().Hold("keys/west.json") || c.SecretPlaces().Hold("keys/readme") {
		t.Error("the files are no places of secrets")
	}
	if got := c.Prefixed("EAST_"); !slices.Equal(got, []string{"AWS_PROFILE=p", "GKE_KEY=k"}) {
		t.Errorf("variables %q", got)
	}
	if !slices.Contains(c.Secrets(), "k") {
		t.Error("the key is not masked")
	}
	published, err := c.PublishedBy("x", []byte(ownCredentials))
	want := []string{
		"that of a kubeconfig (credentials: file keys/{cluster}.json)", "gke_p_w_hubs (credentials: file keys/west.json)", "gke_p_e_hubs (credentials: variables EAST_…)",
		"eks_123456789012_us-west-2_hubs (credentials: profile lab-lab)", "that of a kubeconfig (credentials: file keys/kubeconfig)",
	}
	if err != nil || !slices.Equal(published.Logins, want) {
		t.Errorf("published %q, %v", published.Logins, err)
	}
	for _, name := range c.ClusterNames() {
		if got := c.On(name); published.Named[name] != got.ClusterIdentity() || !slices.Contains(published.Logins, got.Login()) {
			t.Errorf("%s is %s, published %s", name, got.ClusterIdentity(), published.Named[name])
		}
	}
}

// A run that may not deploy has none of the secrets.
func TestOthersHaveNoCredentialsOfClusters(t *testing.T) {
	c, err := load(t, ownCredentials, "TRAVIS=true", "TRAVIS_REPO_SLUG=us/hubs", "TRAVIS_BRANCH=main", "TRAVIS_EVENT_TYPE=pull_request", "TRAVIS_PULL_REQUEST=7", "TRAVIS_PULL_REQUEST_SLUG=us/hubs", "EAST_GKE_KEY=k")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Prefixed("EAST_"); got != nil {
		t.Errorf("got %q", got)
	}
}

func TestBadCredentialsOfClusters(t *testing.T) {
	const two = "cluster: {provider: gke, project: p, name: n}\nclusters:\n  a: {zone: x, credentials: "
	for yaml, want := range map[string]string{
		two + "key}\n":                                             "hubops.yaml:3: clusters.a.credentials: expected one of {file: …}, {profile: …} and {prefix: …}",
		two + "{file: x, prefix: A_}}\n":                           "expected one of",
		two + "{key: x}}\n":                                        `unknown key "key"; they are named by one of file, profile and prefix`,
		two + "{file: [x]}}\n":                                     "file: expected a single value",
		two + "{file: ../x}}\n":                                    `file: "../x": it must be a file of this repository`,
		two + "{prefix: west}}\n":                                  `prefix: "west": it has capital letters`,
		two + "{prefix: AWS_}}\n":                                  "prefix: AWS_: programs of all clusters get variables that begin so: choose another",
		two + "{prefix: AZURE_WEST_}}\n":                           "prefix: AZURE_WEST_: programs of all clusters",
		two + "{prefix: WEST}}\n":                                  "ends with _, as WEST_ does",
		two + "{profile: --x}}\n":                                  `profile: "--x": no profile is called so`,
		two + "{profile: x}}\n":                                    "hubops.yaml:3: clusters.a: cluster.credentials has a profile, which is Amazon's, and cluster.provider (CLUSTER_PROVIDER) is gke",
		two + "{file: 'x-{hub}'}}\n":                               "cluster.credentials: file x-{hub}: only {cluster} stands for something there",
		"cluster: {credentials: {file: '{cluster}'}}\n":            "where clusters has several",
		"cluster: {provider: eks, zone: r, name: n, account: 7}\n": `cluster.account is "7", and Amazon has no name like that; it is the number of the account, twelve digits in quotes`,
		"cluster: {credentials: {prefix: A_}}\nclusters:\n  a: {server: 'https://a'}\n  b: {}\n":                                      "hubops.yaml:4: clusters.b: it has the credentials of a (line 3)",
		"cluster: {provider: eks, zone: r, name: n}\nclusters:\n  a: {credentials: {profile: a}}\n  b: {credentials: {profile: b}}\n": "hubops.yaml:4: clusters.b: it has the project, zone, group and name of a (line 3)",
	} {
		if _, err := load(t, yaml); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot %v, want %q", yaml, err, want)
		}
	}
	for _, yaml := range []string{
		"cluster: {provider: eks, zone: r, name: n}\nclusters:\n  a: {account: '111111111111'}\n  b: {account: '222222222222'}\n",
		"clusters:\n  a: {credentials: {prefix: A_}}\n  b: {credentials: {prefix: B_}}\n",
		"clusters:\n  a: {context: x, credentials: {prefix: A_}}\n  b: {context: x, credentials: {prefix: B_}}\n",
	} {
		if _, err := load(t, yaml); err != nil {
			t.Errorf("%s\n%v", yaml, err)
		}
	}
}
