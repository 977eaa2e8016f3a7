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
		"unknown key":     {"jobs: 1\nhelm:\n  focre: true\n", "", `hubops.yaml:3: unknown key "helm.focre"; the keys are force, wait, cleanup_on_fail, timeout, lock_timeout, checks, version`},
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
