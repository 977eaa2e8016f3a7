package access

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// amazonKey is an access key as Amazon's tools print it.
type amazonKey struct {
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
}

// sharedCredentials matches a line of the file in which aws itself keeps keys.
var sharedCredentials = regexp.MustCompile(`(?m)^[ \t]*(aws_access_key_id|aws_secret_access_key|aws_session_token|\[)[ \t]*(?:=[ \t]*(\S+))?`)

// keyOf reads what "aws iam create-access-key" prints, or "aws sts assume-role", or the key alone; or the first profile of a file that aws keeps,
// which is what hubploy copies to ~/.aws/credentials.
func keyOf(content []byte) amazonKey {
	if !json.Valid(content) {
		return sharedKey(content)
	}
	var file struct {
		AccessKey, Credentials amazonKey
		amazonKey
	}
	_ = json.Unmarshal(content, &file) // if it is none, the key is empty
	return cmp.Or(file.AccessKey, file.Credentials, file.amazonKey)
}

func sharedKey(content []byte) (key amazonKey) {
	for _, line := range sharedCredentials.FindAllStringSubmatch(string(content), -1) {
		switch line[1] {
		case "aws_access_key_id":
			key.AccessKeyID = line[2]
		case "aws_secret_access_key":
			key.SecretAccessKey = line[2]
		case "aws_session_token":
			key.SessionToken = line[2]
		case "[":
			if key != (amazonKey{}) {
				return key // the next profile begins
			}
		}
	}
	return key
}

// AmazonVariables returns the variables by which aws takes the key in a file; nil if it has none.
func AmazonVariables(content []byte) []string {
	key := keyOf(content)
	if key.AccessKeyID == "" || key.SecretAccessKey == "" {
		return nil
	}
	variables := []string{"AWS_ACCESS_KEY_ID=" + key.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + key.SecretAccessKey}
	if key.SessionToken != "" {
		variables = append(variables, "AWS_SESSION_TOKEN="+key.SessionToken)
	}
	return variables
}

// Principal is a service principal of Microsoft's, by which programs log in.
type Principal struct {
	ID, Secret, Tenant string
	TokenFile          string // instead of a secret, where CI has an identity of its own
	Subscription       string // "" for the login's own
}

// Complete reports whether az can log in by it.
func (p Principal) Complete() bool {
	return p.ID != "" && p.Tenant != "" && (p.Secret != "" || p.TokenFile != "")
}

// PrincipalOf reads what "az ad sp create-for-rbac" prints, with --sdk-auth or without, or what Terraform's modules or hubploy call the same.
func PrincipalOf(content []byte) Principal {
	var file struct {
		AppID, Password, Tenant                          string
		ClientID, ClientSecret, TenantID, SubscriptionID string
		PrincipalID                                      string `json:"service_principal_id"`
		PrincipalPassword                                string `json:"service_principal_password"`
		TheTenant                                        string `json:"tenant_id"`
		TheSubscription                                  string `json:"subscription_id"`
		User                                             string // hubploy's
		TheSecret                                        string `json:"client_secret"`
	}
	_ = json.Unmarshal(content, &file) // if it is none, the principal is not complete
	return Principal{
		ID: cmp.Or(file.AppID, file.ClientID, file.PrincipalID, file.User), Secret: cmp.Or(file.Password, file.ClientSecret, file.PrincipalPassword, file.TheSecret),
		Tenant: cmp.Or(file.Tenant, file.TenantID, file.TheTenant), Subscription: cmp.Or(file.SubscriptionID, file.TheSubscription),
	}
}

// logIn lets az log in by the principal, in its private configuration. Secrets reach it by files, because command lines can be read by others:
// learn.microsoft.com/cli/azure/use-azure-cli-successfully-tips#use-file-input.
func (p Principal) logIn(ctx context.Context, runner *process.Runner, az string, env []string, scratch string) error {
	args := []string{"login", "--service-principal", "--username", p.ID, "--tenant", p.Tenant, "--output", "none"}
	if p.Secret != "" {
		file := filepath.Join(scratch, "secret-of-principal")
		if err := os.WriteFile(file, []byte(p.Secret), 0o600); err != nil {
			return err
		}
		defer func() { _ = os.Remove(file) }()
		args = append(args, "--password", "@"+file)
	} else {
		args = append(args, "--federated-token", "@"+p.TokenFile)
	}
	if err := runner.Run(ctx, process.Cmd{Name: az, Args: args, Env: env, Show: process.Quote("az", args...)}); err != nil {
		return exit.With(exit.Setup, fmt.Errorf("logging in to Azure by a service principal: %w", err))
	}
	return nil
}
