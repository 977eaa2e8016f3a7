package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/exit"
)

func load(t *testing.T, yaml string, environ ...string) (*Config, error) {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, File), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(root, append(environ, "XDG_CACHE_HOME="+root))
}

func TestEnvironmentWinsOverFileOverDefault(t *testing.T) {
	c, err := load(t, "jobs: 2\nhelm: {timeout: 5m, force: false}\nbranches:\n  main: ['*']\n", "JOBS=7", "DEPLOY_TIMEOUT=90")
	if err != nil {
		t.Fatal(err)
	}
	if c.Jobs != 7 || c.Timeout != 90*time.Second || c.Force || !c.Wait || c.Branches[0].Name != "main" {
		t.Errorf("got %+v", c)
	}
}

func TestBadSettingsSayWhere(t *testing.T) {
	for name, test := range map[string]struct{ yaml, env, want string }{
		"unknown key":     {"jobs: 1\nhelm:\n  focre: true\n", "", `hubops.yaml:3: unknown key "helm.focre"; the keys are force, wait, cleanup_on_fail, timeout, rollback, lock_timeout, checks, version`},
		"twice":           {"jobs: 1\njobs: 2\n", "", `hubops.yaml:2: `},
		"wrong type":      {"\njobs: many\n", "", `hubops.yaml:2: jobs: "many" is not a whole number`},
		"broken":          {"jobs: [\n", "", "hubops.yaml:"},
		"bad variable":    {"", "DEPLOY_WAIT=maybe", `DEPLOY_WAIT=maybe: "maybe" is neither 1 nor 0`},
		"one for all":     {"image: {repository: me/hub}\n", "", "it must hold {hub}"},
		"provider":        {"", "CLUSTER_PROVIDER=eks", "it can be none or gke"},
		"which cluster":   {"cluster: {provider: gke, name: a}\n", "", "cluster.project, cluster.zone and cluster.name must say which"},
		"owners in CI":    {"", "CI=true\x00BRANCHES=staging=*", "in CI only hubops.yaml says which branch owns which hub"},
		"helm 2":          {"", "HELM=2", "Helm 2 ended in 2020 and is not supported"},
		"flat waves":      {"waves: [a, b]\n", "", "hubops.yaml:1: waves: expected a list (line 1)"},
		"no upgrades":     {"cluster: {upgrades: 0}\n", "", "cluster.upgrades (CLUSTER_UPGRADES) must be 1 or more"},
		"list for scalar": {"jobs: [1]\n", "", "hubops.yaml:1: jobs: expected a single value"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, test.yaml, strings.Split(test.env, "\x00")...)
			if err == nil || !strings.Contains(err.Error(), test.want) || exit.Code(err) != exit.BadInput {
				t.Errorf("got %v (exit %d), want %q (exit %d)", err, exit.Code(err), test.want, exit.BadInput)
			}
		})
	}
}

func TestChildrenDoNotSeeSecrets(t *testing.T) {
	c, err := load(t, "", "REGISTRY_PASSWORD=hunter2hunter2", "PATH=/bin", "HELM_DEBUG=1", "HELM_KUBECONTEXT=x")
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(c.Environ, "HELM_DEBUG=1") || slices.Contains(c.Environ, "HELM_KUBECONTEXT=x") {
		t.Errorf("children are steered: %q", c.Environ)
	}
	if slices.Contains(c.Environ, "REGISTRY_PASSWORD=hunter2hunter2") || !slices.Contains(c.Environ, "PATH=/bin") {
		t.Errorf("children get %q", c.Environ)
	}
	if got := c.Secrets(); !slices.Equal(got, []string{"hunter2hunter2"}) {
		t.Errorf("secrets: %q", got)
	}
}

func TestCredentialsAreForWhoMayUseThem(t *testing.T) {
	environ := []string{
		"REGISTRY_USERNAME=a", "REGISTRY_PASSWORD=for-registry", "GKE_KEY=for-cluster", "GIT_CRYPT_KEY=for-secrets",
		"AWS_SECRET_ACCESS_KEY=of-a-cloud", "SLACK_WEBHOOK=of-somebody", "SSH_AUTH_SOCK=/a/socket", "GOOGLE_APPLICATION_CREDENTIALS=/a/file",
	}
	travis := []string{"TRAVIS=true", "TRAVIS_BRANCH=master", "TRAVIS_PULL_REQUEST=false", "TRAVIS_EVENT_TYPE=push", "TRAVIS_REPO_SLUG=us/hubs"}
	pull := []string{"TRAVIS_EVENT_TYPE=pull_request", "TRAVIS_PULL_REQUEST=1"}
	for name, test := range map[string]struct {
		event                    []string
		registry, cluster, cloud string
	}{
		"local":        {nil, "for-registry", "for-cluster", "AWS_SECRET_ACCESS_KEY=of-a-cloud"},
		"push":         {travis, "for-registry", "for-cluster", "AWS_SECRET_ACCESS_KEY=of-a-cloud"},
		"other branch": {append(travis, "TRAVIS_BRANCH=feature"), "for-registry", "", "AWS_SECRET_ACCESS_KEY=of-a-cloud"},
		"own pull":     {append(append(travis, pull...), "TRAVIS_PULL_REQUEST_SLUG=us/hubs"), "for-registry", "", "AWS_SECRET_ACCESS_KEY=of-a-cloud"},
		"fork":         {append(append(travis, pull...), "TRAVIS_PULL_REQUEST_SLUG=them/hubs", "HOME=/home/of-us"), "", "", ""},
		"unknown CI":   {[]string{"CI=1"}, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := load(t, "", append(test.event, environ...)...)
			if err != nil {
				t.Fatal(err)
			}
			if c.RegistryPassword != test.registry || c.GKEKey != test.cluster || (c.GitCryptKey != "") != (test.cluster != "") {
				t.Errorf("registry %q, cluster %q, git-crypt %q", c.RegistryPassword, c.GKEKey, c.GitCryptKey)
			}
			if got := strings.Join(c.Grant(Clouds...), " "); got != test.cloud {
				t.Errorf("granted %q, want %q", got, test.cloud)
			}
			if children := strings.Join(c.Environ, " "); strings.Contains(children, "for-") || strings.Contains(children, "of-a") || strings.Contains(children, "of-somebody") || !strings.Contains(children, "/a/socket") || !strings.Contains(children, "/a/file") {
				t.Errorf("children get %s", children)
			}
			if len(c.Secrets()) != 5 {
				t.Errorf("masked are %q", c.Secrets())
			}
			if name == "fork" && c.DockerConfig != "" {
				t.Errorf("a fork reads %s", c.DockerConfig)
			}
		})
	}
}

func TestDebugIsRefusedInCI(t *testing.T) {
	if _, err := load(t, "", "CI=true", "HELM_DEBUG=1"); err == nil || exit.Code(err) != exit.BadInput {
		t.Errorf("got %v", err)
	}
}

func TestWavesAreListsOrAVariable(t *testing.T) {
	want := [][]string{{"a", "test-*"}, {"*"}}
	for _, given := range [][]string{{"waves: [[a, 'test-*'], ['*']]\n"}, {"", "WAVES=a test-*,*"}, {"waves: [[b]]\n", "WAVES=a test-* , *"}} {
		c, err := load(t, given[0], given[1:]...)
		if err != nil || !slices.EqualFunc(c.Waves, want, slices.Equal[[]string]) {
			t.Errorf("%q: %q, %v", given, c.Waves, err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("jobs: 2\n")
	f.Add("branches: {a: [b]}\nhelm: {timeout: 1}\n")
	f.Add("a: &a [*a]\n")
	f.Fuzz(func(t *testing.T, yaml string) {
		if _, err := load(t, yaml); err != nil && exit.Code(err) != exit.BadInput {
			t.Errorf("%q: %v has exit code %d", yaml, err, exit.Code(err))
		}
	})
}
