package config

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// commonCredentials are names of variables that hold credentials in many a shell and CI system.
var commonCredentials = strings.Fields(`
	DOCKER_AUTH_CONFIG PGPASSWORD MYSQL_PWD SLACK_WEBHOOK_URL GH_PAT CI_JOB_JWT CI_JOB_JWT_V2 KUBE_CONFIG KUBE_CONFIG_DATA KUBECONFIG_BASE64 DATABASE_URL REDIS_URL
	SENTRY_DSN SSHPASS AZURE_STORAGE_CONNECTION_STRING X_API_TOKEN_PROD DEPLOY_PASSWORD_STAGING GITHUB_TOKEN GH_TOKEN CI_JOB_TOKEN NPM_TOKEN NODE_AUTH_TOKEN
	AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AZURE_CLIENT_SECRET AZURE_PASSWORD GOOGLE_CREDENTIALS ARM_CLIENT_SECRET DOCKER_PASSWORD DOCKERHUB_TOKEN DOCKER_HUB_PAT
	CODECOV_TOKEN SONAR_TOKEN VAULT_TOKEN CONSUL_HTTP_TOKEN HELM_REPO_PASSWORD GIT_PASSWORD SSH_PRIVATE_KEY SSH_PRIVATE_KEY_PROD SIGNING_KEY_V2 OPENAI_API_KEY
	OPENAI_API_KEY_DEV STRIPE_SECRET_KEY JWT_SECRET SESSION_SECRET_OLD SMTP_PASS SMTP_PASSWORD PGPASSWORD_RO TF_VAR_db_password TF_TOKEN_app_terraform_io BASIC_AUTH
	DISCORD_WEBHOOK TEAMS_WEBHOOK_URL SOPS_AGE_KEY GPG_PASSPHRASE GPG_PRIVATE_KEY CLOUDFLARE_API_TOKEN ACTIONS_RUNTIME_TOKEN ACTIONS_ID_TOKEN_REQUEST_TOKEN
	SYSTEM_ACCESSTOKEN TWINE_PASSWORD CARGO_REGISTRY_TOKEN GEM_HOST_API_KEY MONGODB_URI AMQP_URL COSIGN_PASSWORD JUPYTERHUB_API_TOKEN CONFIGPROXY_AUTH_TOKEN`)

// openVariables are names that have the word of a credential, and hold none.
var openVariables = strings.Fields(`
	PWD OLDPWD SSH_AUTH_SOCK GOOGLE_APPLICATION_CREDENTIALS AWS_ACCESS_KEY_ID AWS_SHARED_CREDENTIALS_FILE AWS_WEB_IDENTITY_TOKEN_FILE SOPS_AGE_KEY_FILE GPG_KEY
	PASSWORD_STORE_DIR GIT_ASKPASS SSH_ASKPASS SSH_ASKPASS_REQUIRE KUBECONFIG HUBOPS_KUBECONFIG KUBE_CONTEXT TOKENIZERS_PARALLELISM TOKEN_TTL PATH KEYBOARD_LAYOUT
	XDG_SESSION_ID REGISTRY_AUTH_FILE REGISTRY_USERNAME GIT_CRYPT_KEY_FILE GKE_KEY_FILE`)

// everyChilds returns what some child gets, whatever its name.
func everyChilds(c *Config) []string {
	all := slices.Concat(c.Environ, c.Named())
	for _, given := range c.ForPrograms() {
		all = append(all, given...)
	}
	return all
}

func TestNoChildGetsWhatLooksSecret(t *testing.T) {
	var environ []string
	for _, name := range slices.Concat(commonCredentials, openVariables) {
		environ = append(environ, name+"=value-of-"+name)
	}
	c, err := load(t, "", environ...)
	if err != nil {
		t.Fatal(err)
	}
	children := strings.Join(everyChilds(c), "\n")
	for _, name := range commonCredentials {
		if strings.Contains(children+"\n", "=value-of-"+name+"\n") {
			t.Errorf("%s reaches a child", name)
		}
		if !slices.Contains(c.Secrets(), "value-of-"+name) {
			t.Errorf("%s is not masked", name)
		}
	}
	for _, name := range openVariables {
		if slices.Contains(c.Secrets(), "value-of-"+name) {
			t.Errorf("%s is masked", name)
		}
	}
}

// Whatever a variable is called: a child gets it because it is on that child's list, or not at all.
func TestChildrenGetTheirOwn(t *testing.T) {
	t.Chdir(t.TempDir())
	for pair, who := range map[string][]string{
		"LC_ALL=C": {"everybody"}, "HTTPS_PROXY=http://proxy": {"everybody"}, "SSL_CERT_FILE=/a/file": {"everybody"}, "TZ=UTC": {"everybody"},
		"HARMLESS=1": nil, "HELM_PLUGINS=/a": nil, "HELM_DRIVER=sql": nil, "GIT_DIR=/a": nil, "GIT_INDEX_FILE=/a": nil, "HELM_KUBECONTEXT=a": nil, "MYSTERY=swordfish": nil,
		"GOFLAGS=-mod=mod": {"go"}, "SSH_AUTH_SOCK=/a/socket": {"buildctl", "cosign", "docker", "git", "go", "helm", "kubectl", "podman", "skopeo", "sops"},
		"DOCKER_HOST=unix:///a": {"docker", "jupyter-repo2docker", "podman", "skopeo"}, "KUBECONFIG=/a/file": {"helm", "kubectl"}, "AZURE_TENANT_ID=a": {"az", "buildctl", "cosign", "docker", "gcloud", "helm", "kubectl", "kubelogin", "podman", "skopeo", "sops"}, "AWS_PROFILE=a": {"aws", "buildctl", "cosign", "docker", "gcloud", "helm", "kubectl", "podman", "skopeo", "sops"},
		"SOPS_AGE_KEY_FILE=/a/file": {"sops"}, "VAULT_ADDR=https://a": {"cosign", "sops"}, "HELM_MAX_HISTORY=3": nil, "KUBECTL_EXTERNAL_DIFF=x": nil, "GIT_ICASE_PATHSPECS=1": nil, "HELM_QPS=3": {"helm"},
		"MINE_A=1": {"everybody"}, "MINE_TOKEN=of-mine": {"everybody"},
	} {
		c, err := load(t, "", "HUBOPS_ENV=MINE_*", pair)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		if slices.Contains(slices.Concat(c.Environ, c.Named()), pair) {
			got = append(got, "everybody")
		}
		for program, given := range c.ForPrograms() {
			if program != ProjectsTests && slices.Contains(given, pair) {
				got = append(got, program)
			}
		}
		if slices.Sort(got); !slices.Equal(got, who) {
			t.Errorf("%s reaches %q, want %q", pair, got, who)
		}
	}
}

// A loose name whose value is a file of this machine holds no secret.
func TestNamesOfFilesAreNoSecret(t *testing.T) {
	file := t.TempDir() + "/kubeconfig"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]bool{file: false, file + "-gone": true, "apiVersion: v1": true} {
		if got := isCredential("KUBE_CONFIG", value); got != want {
			t.Errorf("KUBE_CONFIG=%s is a credential: %v, want %v", value, got, want)
		}
	}
}

// The name of a setting of Git is none, whatever it is called: without it Git does not run.
func TestNamesOfGitsSettingsAreNoSecret(t *testing.T) {
	if isCredential("GIT_CONFIG_KEY_0", "user.useConfigOnly") || !isCredential("GIT_CONFIG_KEY", "x") {
		t.Error("GIT_CONFIG_KEY_0 is no credential, and GIT_CONFIG_KEY looks like one")
	}
}

func TestThisProcessKeepsWhatProgramsNeed(t *testing.T) {
	environ := []string{"AWS_SECRET_ACCESS_KEY=a-key", "PGPASSWORD=a-password", "HARMLESS_TOO=1", "DOCKER_HOST=unix:///a", "TRAVIS=true", "TRAVIS_EVENT_TYPE=cron"}
	for _, deploys := range []bool{true, false} {
		given := environ
		if deploys {
			given = environ[:4:4]
		}
		for _, pair := range given {
			name, value, _ := strings.Cut(pair, "=")
			t.Setenv(name, value)
		}
		c, err := load(t, "", given...)
		if err != nil {
			t.Fatal(err)
		}
		c.keepToPrograms(given)
		for name, want := range map[string]bool{"AWS_SECRET_ACCESS_KEY": deploys, "PGPASSWORD": false, "HARMLESS_TOO": false, "DOCKER_HOST": true} {
			if _, got := os.LookupEnv(name); got != want {
				t.Errorf("deploys is %v: %s is kept: %v", deploys, name, got)
			}
		}
	}
}
