package connect

import (
	"bytes"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/kube/access"
	"hub-ops/magefiles/internal/secret"
	"hub-ops/magefiles/internal/session/sessiontest"
)

const (
	// ours is the hubops.yaml of the owning branch, and theirs that of somebody who wants what the run has.
	ours   = "image: {repository: 'ours.example/x-{hub}'}\nsecrets: {key_services: ['https://ours.example']}\nbranches: {main: ['*'], staging: [a], trunk: [b]}\n"
	theirs = "image: {repository: 'theirs.example/x-{hub}'}\nsecrets: {key_services: ['https://theirs.example']}\nbranches: {theirs: ['*'], main: [a]}\n"
	// staging is that of another branch, which main names.
	staging = "image: {repository: 'staging.example/x-{hub}'}\nsecrets: {key_services: ['https://staging.example']}\n"

	noBranch = "this clone does not know the default branch of origin ('git remote set-head origin --auto' asks for it), so nobody knows whether the login is for theirs.example"
)

var (
	onTravis  = []string{"TRAVIS=true", "TRAVIS_REPO_SLUG=us/hubs", "TRAVIS_PULL_REQUEST=false", "TRAVIS_EVENT_TYPE=push"}
	inPull    = append(onTravis[:2:2], "TRAVIS_BRANCH=main", "TRAVIS_EVENT_TYPE=pull_request", "TRAVIS_PULL_REQUEST=7", "TRAVIS_PULL_REQUEST_SLUG=us/hubs")
	inPush    = append(onTravis[:4:4], "TRAVIS_BRANCH=main")
	ofTheirs  = append(onTravis[:4:4], "TRAVIS_BRANCH=theirs")
	ofFeature = append(onTravis[:4:4], "TRAVIS_BRANCH=feature")
)

// checkout is a clone in which somebody's hubops.yaml is checked out, and which knows all branches of its origin.
func checkout(t *testing.T, own string, origin map[string]string, environ []string) (*Connections, *bytes.Buffer) {
	t.Helper()
	return opened(t, sessiontest.Checkout(t, gittest.New(t, "README", "x"), own, origin), environ)
}

// opened is a run in a repository.
func opened(t *testing.T, repository *gittest.Repository, environ []string) (*Connections, *bytes.Buffer) {
	t.Helper()
	s, said := sessiontest.Open(t, repository, environ)
	return New(s), said
}

func TestALoginGoesToTheHostOfTheOwningBranch(t *testing.T) {
	owning := map[string]string{"main": ours, "staging": staging, "theirs": theirs, "feature": theirs}
	for name, test := range map[string]struct {
		own     string
		origin  map[string]string
		environ []string
		want    string // why there is no login
	}{
		"ours":                          {ours, owning, nil, ""},
		"of staging":                    {staging, owning, nil, ""},
		"theirs":                        {theirs, owning, nil, "image.repository names theirs.example, and hubops.yaml of origin/main names ours.example and staging.example"},
		"theirs in a pull request":      {theirs, owning, inPull, "image.repository names theirs.example, and"},
		"theirs pushed to feature":      {theirs, owning, ofFeature, "image.repository names theirs.example, and"},
		"theirs owns all, as it says":   {theirs, owning, ofTheirs, "image.repository names theirs.example, and"},
		"no file at origin":             {theirs, map[string]string{"main": ""}, nil, "image.repository names theirs.example, and hubops.yaml of origin/main names none"},
		"merged":                        {theirs, map[string]string{"main": theirs}, inPush, ""},
		"no origin":                     {theirs, nil, nil, ""},
		"no origin, in a pull request":  {theirs, nil, inPull, noBranch},
		"one branch, in a pull request": {theirs, map[string]string{"staging": staging}, inPull, noBranch},
		"one branch, here":              {theirs, map[string]string{"staging": staging}, nil, noBranch},
		"REGISTRY_HOST":                 {theirs, owning, []string{"REGISTRY_HOST=theirs.example"}, ""},
		"REGISTRY_HOST is another":      {ours, owning, []string{"REGISTRY_HOST=docker.io"}, "the login is for index.docker.io (REGISTRY_HOST), and image.repository names ours.example"},
		"Docker Hub":                    {"image: {repository: 'a/x-{hub}'}\n", owning, []string{"REGISTRY_HOST=docker.io"}, ""},
		"IMAGE_REPOSITORY":              {ours, owning, []string{"IMAGE_REPOSITORY=theirs.example/x-{hub}"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			to, said := checkout(t, test.own, test.origin, append([]string{"REGISTRY_USERNAME=me", "REGISTRY_PASSWORD=correct-horse"}, test.environ...))
			user, password, err := loginOf(t, to)
			if err != nil || (user == "me") != (test.want == "") || (password != "") != (test.want == "") {
				t.Errorf("got %q with %q, %v", user, password, err)
			}
			if got := said.String(); strings.Count(got, "\n") != min(1, len(test.want)) || !strings.Contains(got, test.want) {
				t.Errorf("said %q, want %q", got, test.want)
			}
		})
	}
}

func TestKeyServicesAreThoseOfTheOwningBranch(t *testing.T) {
	owning := map[string]string{"main": ours, "staging": staging, "theirs": theirs}
	for name, test := range map[string]struct {
		address string
		origin  map[string]string
		environ []string
		want    string
	}{
		"ours":                {"https://ours.example", owning, nil, ""},
		"of staging":          {"https://staging.example/", owning, nil, ""},
		"theirs":              {"https://theirs.example", owning, nil, "it asks for its key at https://theirs.example (hc_vault, line 3), which is not in secrets.key_services of hubops.yaml of origin/main: nothing was sent there; name it"},
		"theirs, as they say": {"https://theirs.example", owning, ofTheirs, "nothing was sent there"},
		"no origin":           {"https://theirs.example", nil, nil, ""},
		"no origin, not ours": {"https://ours.example", nil, nil, "which is not in secrets.key_services of hubops.yaml: nothing"},
		"one branch":          {"https://theirs.example", map[string]string{"staging": staging}, nil, "of nobody's settings: this clone does not know the default branch of origin"},
		"KEY_SERVICES":        {"https://theirs.example", owning, []string{"KEY_SERVICES=https://theirs.example"}, ""},
		"KEY_SERVICES alone":  {"https://ours.example", owning, []string{"KEY_SERVICES=https://theirs.example"}, "of KEY_SERVICES: nothing"},
		"VAULT_ADDR":          {"https://theirs.example", owning, []string{"VAULT_ADDR=https://theirs.example"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			to, _ := checkout(t, theirs, test.origin, test.environ)
			err := to.checkKeyServices(t.Context(), []secret.KeyService{{Kind: "hc_vault", Address: test.address, Line: 3}})
			if (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestATokenGoesToTheClusterOfTheOwningBranch(t *testing.T) {
	const cluster = "cluster: {provider: gke, project: ours, zone: z, name: c}\n"
	for name, test := range map[string]struct {
		project string
		origin  map[string]string
		environ []string
		want    string
	}{
		"ours":       {"ours", map[string]string{"main": ours + cluster}, nil, ""},
		"theirs":     {"theirs", map[string]string{"main": ours + cluster}, nil, "cluster names gke_theirs_z_c, which hubops.yaml of origin/main does not: nothing was sent there; push it first"},
		"no origin":  {"theirs", nil, nil, ""},
		"one branch": {"theirs", map[string]string{"staging": staging}, nil, "so nobody knows whether the cluster gke_theirs_z_c is yours: nothing was sent there; set CLUSTER_PROJECT"},
		"variables":  {"theirs", map[string]string{"main": ours + cluster}, []string{"CLUSTER_PROVIDER=gke", "CLUSTER_PROJECT=theirs", "CLUSTER_ZONE=z", "CLUSTER_NAME=c"}, ""},
		"one of all": {"theirs", map[string]string{"main": ours + cluster}, []string{"CLUSTER_NAME=c"}, "nothing was sent there"},
	} {
		t.Run(name, func(t *testing.T) {
			to, _ := checkout(t, theirs, test.origin, test.environ)
			settings := *to.session.Config
			settings.ClusterProvider, settings.ClusterProject, settings.ClusterZone, settings.ClusterName = "gke", test.project, "z", "c"
			err := to.checkNamed(t.Context(), &settings)
			if (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestThePublicKeyIsAskedForWhereTheOwningBranchSays(t *testing.T) {
	key := func(reference string) string { return "image: {cosign_key: '" + reference + "'}\n" }
	for name, test := range map[string]struct {
		own     string
		origin  map[string]string
		environ []string
		want    string
	}{
		"ours":      {"awskms:///alias/ours", map[string]string{"main": key("awskms:///alias/ours")}, nil, ""},
		"theirs":    {"awskms://theirs.example/alias/x", map[string]string{"main": key("awskms:///alias/ours")}, nil, "image.cosign_key names awskms://theirs.example/alias/x, and no hubops.yaml of an owning branch does (origin/main): nothing was sent there; push it first"},
		"a file":    {"cosign.pub", map[string]string{"main": key("awskms:///alias/ours")}, nil, ""},
		"no origin": {"awskms://theirs.example/alias/x", nil, nil, ""},
		"variable":  {"cosign.pub", map[string]string{"main": ""}, []string{"COSIGN_PUBLIC_KEY=awskms:///alias/x"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			to, _ := checkout(t, key(test.own), test.origin, test.environ)
			err := to.checkCosignKey(t.Context())
			if (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// A run that may not deploy starts no sops.
func TestOthersDecryptNothing(t *testing.T) {
	for name, environ := range map[string][]string{"pull request": inPull, "push to feature": ofFeature} {
		to, _ := checkout(t, ours, map[string]string{"main": ours}, environ)
		if _, err := to.decryptSOPS(t.Context(), []byte("sops: {age: []}\n")); err == nil || !strings.Contains(err.Error(), "decrypts nothing") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A kubeconfig calls a cluster of AKS by its name alone, which those of other resource groups can have too.
func TestAClusterOfAKSIsKnownByItsServer(t *testing.T) {
	found := &access.Access{Context: "here", Cluster: "hubs", Server: "https://here"}
	for name, test := range map[string]struct {
		server  string
		noSetup bool
		want    string
	}{
		"by the login":     {"", false, ""},
		"by its name":      {"", true, "context here of the kubeconfig leads to hubs at https://here, and of a cluster of AKS a kubeconfig has the name alone"},
		"by its server":    {"https://here", true, ""},
		"by another's":     {"https://there", true, "hubops.yaml says that the cluster is https://there"},
		"the login's, too": {"https://there", false, "hubops.yaml says that the cluster is https://there"},
	} {
		settings := &config.Config{ClusterProvider: "aks", ClusterGroup: "g", ClusterName: "hubs", ClusterServer: test.server, NoSetup: test.noSetup}
		if err := checkCluster(Destination{}, settings, found); (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}

// What the clone lacks is asked for: the login goes where the default branch says.
func TestALoginGoesToTheHostOfABranchThatTheCloneLacks(t *testing.T) {
	login := []string{"REGISTRY_USERNAME=me", "REGISTRY_PASSWORD=correct-horse"}
	all := map[string]string{"main": ours, "staging": staging + "branches: {staging: ['*']}\n", "theirs": theirs}
	for _, test := range []struct {
		branch  string
		environ []string
		want    string
	}{
		{"staging", append(onTravis[:4:4], "TRAVIS_BRANCH=staging"), ""},
		{"theirs", ofTheirs, "image.repository names theirs.example, and hubops.yaml of origin/main names ours.example"},
		{"theirs", inPull, "image.repository names theirs.example, and hubops.yaml of origin/main names ours.example"},
		{"theirs", nil, noBranch},
	} {
		to, said := opened(t, sessiontest.Clone(t, all, test.branch), append(login[:2:2], test.environ...))
		user, _, err := loginOf(t, to)
		if err != nil || (user == "me") != (test.want == "") || !strings.Contains(said.String(), test.want) {
			t.Errorf("%s in %q: got %q, %v, said %q", test.branch, test.environ, user, err, said)
		}
	}
}
