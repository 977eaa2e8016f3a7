package access

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/redact"
)

func TestAmazonsKeysAsItsToolsPrintThem(t *testing.T) {
	want := []string{"AWS_ACCESS_KEY_ID=i", "AWS_SECRET_ACCESS_KEY=s"}
	for content, token := range map[string]string{
		`{"AccessKey": {"UserName": "u", "AccessKeyId": "i", "Status": "Active", "SecretAccessKey": "s"}}`:                                                "",
		`{"Credentials": {"AccessKeyId": "i", "SecretAccessKey": "s", "SessionToken": "t"}}`:                                                              "AWS_SESSION_TOKEN=t",
		`{"AccessKeyId": "i", "SecretAccessKey": "s"}`:                                                                                                    "",
		"[default]\naws_access_key_id = i\naws_secret_access_key=s\n\n[other]\naws_access_key_id = j\naws_secret_access_key = x\naws_session_token = y\n": "",
		"# ours\n[ours]\nregion = us-west-2\naws_access_key_id=i\naws_secret_access_key = s\naws_session_token = t\n":                                     "AWS_SESSION_TOKEN=t",
	} {
		with := want
		if token != "" {
			with = append(slices.Clone(want), token)
		}
		if got := AmazonVariables([]byte(content)); !slices.Equal(got, with) || !slices.Contains(SecretsOf([]byte(content)), "s") {
			t.Errorf("%s: %q", content, got)
		}
	}
	for _, content := range []string{"", "{}", `{"AccessKeyId": "i"}`, `{"type": "service_account"}`, "[default]\naws_access_key_id = i\n[other]\naws_secret_access_key = s\n", "[default]\naws_access_key_id =\naws_secret_access_key =\n"} {
		if got := AmazonVariables([]byte(content)); got != nil {
			t.Errorf("%s: %q", content, got)
		}
	}
}

func TestPrincipalsAsTheToolsPrintThem(t *testing.T) {
	for content, subscription := range map[string]string{
		`{"appId": "i", "displayName": "d", "password": "s", "tenant": "t"}`:                                                "",
		`{"clientId": "i", "clientSecret": "s", "tenantId": "t", "subscriptionId": "u", "resourceManagerEndpointUrl": "x"}`: "u",
		`{"service_principal_id": "i", "service_principal_password": "s", "tenant_id": "t", "subscription_id": "u"}`:        "u",
		`{"user": "i", "tenant": "t", "client_secret": "s"}`:                                                                "", // hubploy's
	} {
		want := Principal{ID: "i", Secret: "s", Tenant: "t", Subscription: subscription}
		if got := PrincipalOf([]byte(content)); got != want || !got.Complete() || !slices.Contains(SecretsOf([]byte(content)), "s") {
			t.Errorf("%s: %+v", content, got)
		}
	}
	if got := PrincipalOf([]byte(`{"type": "service_account", "client_id": "7"}`)); got.Complete() {
		t.Errorf("got %+v", got)
	}
}

// az gets the secret by a file, which is gone afterwards, and a configuration in which nobody else is logged in.
func TestAKSAccessByAPrincipal(t *testing.T) {
	kubectl := pinnedKubectl(t)
	address, certificate := withToken(t, "x")
	file := strings.NewReplacer("CONTEXT", "hubs", "CLUSTER", "hubs", "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, interactiveMode: IfAvailable, command: PROGRAM, args: [ARGS]}}", "{token: x}").Replace(kubeconfigForm)
	env, called := standIns(t, map[string]string{"SERVER": address, "AUTHORITY": certificate}, map[string]string{"az": `
test "$AZURE_CLIENT_SECRET" = "" && test "$AZURE_CORE_ONLY_SHOW_ERRORS" = "" # another cluster's
case "$*" in
"login --service-principal --username id --tenant t --output none --password @"*) test "$(cat "${10#@}")" = canary; touch "$AZURE_CONFIG_DIR/in" ;;
"aks get-credentials --resource-group group --name hubs --file "*" --subscription ours") test -f "$AZURE_CONFIG_DIR/in"; cat >"$8" <<'END'
` + file + `END
;;
*) exit 2 ;;
esac
`})
	masking, scratch := &redact.Redactor{}, t.TempDir()
	masking.Add("canary")
	runner := &process.Runner{Env: append(env, "AZURE_CORE_ONLY_SHOW_ERRORS=1"), Grants: map[string][]string{"az": {"AZURE_CLIENT_SECRET=other"}}, Log: noLog{t}, Redact: masking}
	k := AKS{Group: "group", Name: "hubs", Principal: Principal{ID: "id", Secret: "canary", Tenant: "t", Subscription: "ours"}, Grants: []string{"AZURE_*"}}
	found, err := k.Connect(t.Context(), runner, kubectl, scratch)
	if err != nil {
		t.Fatal(err)
	}
	if found.Server != address || strings.Contains(called(), "canary") {
		t.Errorf("got %+v; called: %s", found, called())
	}
	if _, err := os.Stat(filepath.Join(scratch, "secret-of-principal")); err == nil {
		t.Error("the secret is still there")
	}
}

// An ARN tells the account. One that the settings name is the only one that will do.
func TestAClusterOfEKSIsKnownByItsAccount(t *testing.T) {
	const arn = "arn:aws:eks:us-west-2:123456789012:cluster/hubs"
	for account, want := range map[string]bool{"": true, "123456789012": true, "210987654321": false} {
		if got := (EKS{Region: "us-west-2", Name: "hubs", Account: account}).Is(arn); got != want {
			t.Errorf("%q: %t", account, got)
		}
	}
}
