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

func TestSomeHubsDiffer(t *testing.T) {
	c, err := load(t, "helm: {timeout: 5m}\nhubs:\n  'test-*': {helm: {force: false, timeout: 1m}, watch: {fail_after: 30s}}\n  test-b: {helm: {timeout: 2m}, health: {path: /x}}\n", "FAIL_AFTER=9")
	if err != nil {
		t.Fatal(err)
	}
	for hub, want := range map[string][4]any{
		"prod":   {true, 5 * time.Minute, 9 * time.Second, "{baseUrl}hub/health"},
		"test-a": {false, time.Minute, 9 * time.Second, "{baseUrl}hub/health"}, // the variable wins
		"test-b": {false, 2 * time.Minute, 9 * time.Second, "/x"},
	} {
		own := c.For(hub)
		if got := [4]any{own.Force, own.Timeout, own.FailAfter, own.HealthPath}; got != want {
			t.Errorf("%s: %v", hub, got)
		}
	}
	if !c.Force || c.Timeout != 5*time.Minute {
		t.Error("what is set for one hub is set for all")
	}
}

func TestAliasesAndMergesAreFollowed(t *testing.T) {
	c, err := load(t, "charts: &a [x, y]\nimage: {shared: *a}\nhubs:\n  a: &h {helm: {force: false}}\n  b: {<<: *h, watch: {fail_after: 30s}}\nbranches: {master: ['*'], staging: &s [b], next: *s}\n")
	if err != nil {
		t.Fatal(err)
	}
	if own := c.For("b"); !slices.Equal(c.Shared, []string{"x", "y"}) || own.Force || own.FailAfter != 30*time.Second || !slices.Equal(c.Branches[2].Hubs, []string{"b"}) {
		t.Errorf("shared %q, for b %+v, branches %+v", c.Shared, own, c.Branches)
	}
}

func TestBadSettingsSayWhere(t *testing.T) {
	for name, test := range map[string]struct{ yaml, env, want string }{
		"unknown key":     {"jobs: 1\nhelm:\n  focre: true\n", "", `hubops.yaml:3: unknown key "helm.focre"; the keys are force, wait, cleanup_on_fail, timeout, rollback, lock_timeout, checks, version`},
		"twice":           {"jobs: 1\njobs: 2\n", "", `hubops.yaml:2: `},
		"wrong type":      {"\njobs: many\n", "", `hubops.yaml:2: jobs: "many" is not a whole number`},
		"an address":      {"image: {repository: 'https://r.org/{hub}'}\n", "", `hubops.yaml:1: image.repository: "https://r.org/{hub}": it is written without https://, as registry.example.org:5050/group/{hub}`},
		"broken":          {"jobs: [\n", "", "hubops.yaml:"},
		"bad variable":    {"", "DEPLOY_WAIT=maybe", `DEPLOY_WAIT=maybe: "maybe" is neither 1 nor 0`},
		"one for all":     {"image: {repository: me/hub}\n", "", `hubops.yaml:1: image.repository: "me/hub": it must hold {hub}`},
		"provider":        {"", "CLUSTER_PROVIDER=doks", `CLUSTER_PROVIDER=doks: "doks": it can be none, gke, eks or aks`},
		"which cluster":   {"cluster: {provider: gke, name: a}\n", "", "not all of cluster.project, cluster.zone and cluster.name are set"},
		"half of EKS":     {"cluster: {provider: eks, name: c}\n", "", "cluster.provider (CLUSTER_PROVIDER) is eks, and not all of cluster.zone and cluster.name are set"},
		"option as AKS":   {"cluster: {provider: aks, group: --debug, name: c}\n", "", `cluster.group is "--debug", and Microsoft has no name like that`},
		"way out as EKS":  {"cluster: {provider: eks, zone: us-west-2, name: ../c}\n", "", `cluster.name is "../c", and Amazon has no name like that`},
		"option as GKE":   {"cluster: {provider: gke, project: p, zone: z, name: --account=x}\n", "", `cluster.name is "--account=x", and Google has no name like that`},
		"way out as GKE":  {"cluster: {provider: gke, project: ../p, zone: z, name: c}\n", "", `cluster.project is "../p"`},
		"shared way out":  {"image: {shared: [../../etc]}\n", "", `hubops.yaml:1: image.shared: "../../etc": it must be a directory of this repository`},
		"shared secrets":  {"image: {shared: [x, ./Secrets/old]}\n", "", `hubops.yaml:1: image.shared: "./Secrets/old": whoever has an image could read the secrets in there`},
		"shared root":     {"image: {shared: [/etc]}\n", "", `hubops.yaml:1: image.shared: "/etc"`},
		"option as arg":   {"image: {build_args: ['--secret=id=x']}\n", "", `hubops.yaml:1: image.build_args: "--secret=id=x": it must be like NAME=value`},
		"option as place": {"image: {platforms: ['--output=/']}\n", "", `hubops.yaml:1: image.platforms: "--output=/"`},
		"NUL":             {"jobs: 1\nbuilder: \x00\n", "", "hubops.yaml"},
		"no UTF-8":        {"builder: \xff\n", "", "hubops.yaml"},
		"a bomb":          {"charts: &a [*a]\n", "", `hubops.yaml:1: anchor "a" contains itself`},
		"too large":       {"builder: " + strings.Repeat("x", 6<<20) + "\n", "", "hubops.yaml: larger than 5 MiB"},
		"owners in CI":    {"", "CI=true\x00BRANCHES=staging=*", "in CI only hubops.yaml says which branch owns which hub"},
		"helm 2":          {"", "HELM=2", "Helm 2 ended in 2020 and is not supported"},
		"flat waves":      {"waves: [a, b]\n", "", "hubops.yaml:1: waves: expected a list (line 1)"},
		"two keys":        {"", "COSIGN_PRIVATE_KEY=k\x00COSIGN_KEY_FILE=f", "COSIGN_PRIVATE_KEY and COSIGN_KEY_FILE are both set"},
		"no upgrades":     {"cluster: {upgrades: 0}\n", "", "hubops.yaml:1: cluster.upgrades: it must be more than 0"},
		"for all only":    {"hubs:\n  a:\n    jobs: 3\n", "", "hubops.yaml:3: hubs.a.jobs cannot be set for some hubs only: that goes for layout.chart, layout.values, "},
		"of one hub":      {"hubs:\n  a: {helm: {timeout: 0}}\n", "", "hubops.yaml:2: hubs.a.helm.timeout: it must be more than 0"},
		"less than none":  {"", "FAIL_AFTER=-1s", "FAIL_AFTER=-1s: it cannot be negative"},
		"negative jobs":   {"jobs: -1\n", "", "hubops.yaml:1: jobs: it cannot be negative"},
		"compression":     {"image: {compression: lz4}\n", "", `hubops.yaml:1: image.compression: "lz4": it can be gzip or zstd`},
		"engine":          {"builder: kaniko\n", "", `hubops.yaml:1: builder: "kaniko": it can be docker, podman or buildkit`},
		"no https":        {"cluster: {server: 'http://192.0.2.7'}\n", "", "it must be like https://192.0.2.7"},
		"attested":        {"image: {attestations: [sbom, all]}\n", "", `"all": it can be provenance or sbom`},
		"deletes all":     {"", "ALLOW_DELETE=a,*", `ALLOW_DELETE=a,*: "*": it must be the name of a hub, and no pattern`},
		"any image":       {"", "ALLOW_IMAGE=*", `ALLOW_IMAGE=*: "*": it must be the whole digest of an image, sha256: and 64 digits`},
		"half a digest":   {"", "ALLOW_IMAGE=sha256:0123456789ab", `it must be the whole digest of an image`},
		"no such key":     {"hubs:\n  a: {helm: {focre: 1}}\n", "", "hubops.yaml:2: hubs.a.helm.focre cannot be set"},
		"hubs as list":    {"hubs: [a]\n", "", "hubops.yaml:1: hubs: expected names or patterns of hubs"},
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
	c, err := load(t, "", "REGISTRY_PASSWORD=hunter2hunter2", "PATH=/bin", "HELM_DEBUG=1", "HELM_KUBECONTEXT=x", "HELM_PLUGINS=/x", "HELM_REPOSITORY_CACHE=/x",
		"HELM_MAX_HISTORY=1", "HELM_NO_PLUGINS=1", "KUBECTL_KUBERC=true", "KUBERC=/x", "GIT_DIR=/x", "GIT_ICASE_PATHSPECS=1", "HELM_QPS=50")
	if err != nil {
		t.Fatal(err)
	}
	given := c.ForPrograms()
	got := slices.DeleteFunc(slices.Concat(c.Environ, given["git"], given["kubectl"], given["helm"]), func(pair string) bool { return strings.HasPrefix(pair, "XDG_") })
	if want := []string{"PATH=/bin", "KUBERC=off", "HELM_QPS=50"}; !slices.Equal(got, want) {
		t.Errorf("children get %q, want %q: what steers them is left out", got, want)
	}
	if got := c.Secrets(); !slices.Equal(got, []string{"hunter2hunter2"}) {
		t.Errorf("secrets: %q", got)
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
	f.Add("rounds: {steps: [[a], {hubs: [b], soak: 1h}], for: [chart]}\n")
	f.Fuzz(func(t *testing.T, yaml string) {
		if _, err := load(t, yaml); err != nil && exit.Code(err) != exit.BadInput {
			t.Errorf("%q: %v has exit code %d", yaml, err, exit.Code(err))
		}
	})
}

func TestHubsThatMayDeleteAreNamed(t *testing.T) {
	for _, text := range []string{"a", "b,a", "b a", " b , a ", "a,b c"} {
		c, err := load(t, "", "ALLOW_DELETE="+text)
		if err != nil || !c.MayDelete("a") || c.MayDelete("ab") || c.MayDelete("") {
			t.Errorf("%q: %v, %q", text, err, c.AllowDelete)
		}
	}
	if c, err := load(t, ""); err != nil || c.MayDelete("a") || c.MayDelete("") {
		t.Errorf("nothing is named: %v", err)
	}
}

func TestEmptiedIsWhatChildrenDoNotGet(t *testing.T) {
	for _, name := range []string{"AZURE_CLIENT_SECRET", "CI_REPOSITORY_URL", "HARMLESS"} {
		t.Setenv(name, "a value")
	}
	empty := Emptied([]string{"HARMLESS=a value", "PATH=/bin"})
	for name, want := range map[string]bool{"AZURE_CLIENT_SECRET": true, "CI_REPOSITORY_URL": true, "HARMLESS": false, "PATH": false} {
		if value, got := empty[name]; got != want || value != "" {
			t.Errorf("%s: emptied is %v, want %v", name, got, want)
		}
	}
}
