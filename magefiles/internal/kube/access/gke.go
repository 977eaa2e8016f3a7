package access

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"

	"hub-ops/magefiles/internal/exit"
)

// GKE is a cluster of Google Kubernetes Engine, and the key for it.
type GKE struct {
	Project, Zone, Name string
	Key                 []byte   // of a service account, or of a workload identity federation; Application Default Credentials if nil
	KeyName             string   // the file or variable of the key, for people
	Endpoint            string   // of the GKE API: https://container.googleapis.com
	Grants              []string // variables for gcloud, if that logs in
}

// GoogleEndpoint is the GKE API.
const GoogleEndpoint = "https://container.googleapis.com"

// cloudPlatform is the scope that the GKE API and the clusters' own API ask for.
const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform"

// Context names the cluster as gcloud does.
func (g GKE) Context() string { return "gke_" + g.Project + "_" + g.Zone + "_" + g.Name }

// account returns the account that the key belongs to, if the key names it.
func (g GKE) account() string {
	var key struct {
		Email string `json:"client_email"`
	}
	if json.Unmarshal(g.Key, &key) != nil || key.Email == "" {
		return "the account of " + g.KeyName
	}
	return key.Email
}

// SecretsOf returns what to mask of a key: all of it, and each part that is secret by itself.
func SecretsOf(key []byte) []string {
	var fields struct {
		PrivateKey   string `json:"private_key"`
		ClientSecret string `json:"client_secret"`
		RefreshToken string `json:"refresh_token"`
	}
	_ = json.Unmarshal(key, &fields) // if it is no key, Connect reports that
	amazon := keyOf(key)
	return []string{string(key), fields.PrivateKey, fields.ClientSecret, fields.RefreshToken, amazon.SecretAccessKey, amazon.SessionToken, PrincipalOf(key).Secret}
}

// Connect gets a short-lived token and the cluster's address, and writes a kubeconfig of both below scratch. No gcloud
// is needed, and nothing of the operator's is read but the key. Until ctx ends the token is renewed before it runs out,
// in a file that kubectl and helm read again; each token, and every credential that was found, is told to secret first.
// The call is projects.locations.clusters.get, of cloud.google.com/kubernetes-engine/docs/reference/rest.
func (g GKE) Connect(ctx context.Context, scratch string, secret func(token string)) (*Access, error) {
	source, err := g.tokens(ctx, secret)
	if err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	a := &Access{Kubeconfig: filepath.Join(scratch, "kubeconfig"), scratch: scratch, Context: g.Context(), Cluster: g.Context(), User: g.account()}
	k := &keeper{source: source, file: filepath.Join(scratch, "token"), secret: secret}
	expiry, err := k.renew()
	if err != nil {
		return nil, exit.Errorf(exit.Setup, "getting a token from Google: %w", err).Try("is the key still valid, and this machine's clock right?")
	}
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cluster, err := g.describe(limited, oauth2.NewClient(limited, source))
	if err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("asking GKE for cluster %s of project %s in %s: %w", g.Name, g.Project, g.Zone, err))
	}
	a.Server = "https://" + cluster.Endpoint
	go k.keep(ctx, expiry)
	return a, a.write(cluster.MasterAuth.ClusterCACertificate, k.file)
}

// keeper renews a token in a file before it runs out.
type keeper struct {
	source oauth2.TokenSource
	file   string
	secret func(token string)
}

func (k *keeper) renew() (expiry time.Time, err error) {
	token, err := k.source.Token()
	if err != nil {
		return time.Time{}, inOneLine(err)
	}
	k.secret(token.AccessToken)
	part := k.file + ".part"
	if err := os.WriteFile(part, []byte(token.AccessToken), 0o600); err != nil {
		return time.Time{}, err
	}
	return token.Expiry, os.Rename(part, k.file)
}

// inOneLine returns the reason in a token endpoint's refusal: RFC 6749, 5.2.
func inOneLine(err error) error {
	refused := (*oauth2.RetrieveError)(nil)
	if !errors.As(err, &refused) || refused.Response == nil {
		return err
	}
	var answer struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	if json.Unmarshal(refused.Body, &answer) != nil || answer.Error == "" {
		return errors.New(refused.Response.Status)
	}
	return fmt.Errorf("%s: %s: %s", refused.Response.Status, answer.Error, answer.Description)
}

// keep renews the token shortly before it runs out: the library's token source does so ten seconds before. It repeats a renewal
// that fails; if none succeeds, the request that needs the token fails.
func (k *keeper) keep(ctx context.Context, expiry time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(max(time.Until(expiry)-5*time.Second, 5*time.Second)):
		}
		if renewed, err := k.renew(); err == nil {
			expiry = renewed
		}
	}
}

// tokens reads the key, or else finds what Application Default Credentials there are. Of the kinds that Google knows, a
// key can be a service account's or the description of a workload identity federation (cloud.google.com/iam/docs:
// workload-identity-federation): a person's own credentials are nobody's to commit.
func (g GKE) tokens(ctx context.Context, secret func(string)) (oauth2.TokenSource, error) {
	if g.Key == nil {
		found, err := google.FindDefaultCredentials(ctx, cloudPlatform)
		if err != nil {
			return nil, fmt.Errorf("no way into GKE: there is no %s, and no Application Default Credentials: %w", g.KeyName, err)
		}
		for _, value := range SecretsOf(found.JSON) {
			secret(value)
		}
		return found.TokenSource, nil
	}
	var key struct {
		Type google.CredentialsType `json:"type"`
	}
	if err := json.Unmarshal(g.Key, &key); err != nil || key.Type != google.ServiceAccount && key.Type != google.ExternalAccount {
		return nil, exit.Input("%s: no key of a Google service account, and no workload identity federation", g.KeyName)
	}
	credentials, err := google.CredentialsFromJSONWithType(ctx, g.Key, key.Type, cloudPlatform)
	if err != nil {
		// The library's error can quote the key.
		return nil, exit.Input("%s: a %s that Google's library does not understand", g.KeyName, key.Type)
	}
	return credentials.TokenSource, nil
}

type gkeCluster struct {
	Endpoint   string `json:"endpoint"`
	MasterAuth struct {
		ClusterCACertificate string `json:"clusterCaCertificate"` // base64 of PEM
	} `json:"masterAuth"`
}

func (g GKE) describe(ctx context.Context, client *http.Client) (*gkeCluster, error) {
	address := fmt.Sprintf("%s/v1/projects/%s/locations/%s/clusters/%s", g.Endpoint, url.PathEscape(g.Project), url.PathEscape(g.Zone), url.PathEscape(g.Name))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.New(refusal(response.Status, body))
	}
	cluster := new(gkeCluster)
	if err := json.Unmarshal(body, cluster); err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	if _, err := base64.StdEncoding.DecodeString(cluster.MasterAuth.ClusterCACertificate); err != nil || cluster.Endpoint == "" {
		return nil, errors.New("the answer names no endpoint or no certificate")
	}
	return cluster, nil
}

// refusal returns the message in Google's error: cloud.google.com/apis/design/errors.
func refusal(status string, body []byte) string {
	var answer struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &answer) == nil && answer.Error.Message != "" {
		return status + ": " + answer.Error.Message
	}
	return status
}

// write makes the kubeconfig of one cluster and one token.
func (a *Access) write(certificate, tokenFile string) error {
	name := func(kind string, fields map[string]any) []any {
		return []any{map[string]any{"name": a.Context, kind: fields}}
	}
	data, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": a.Context,
		"clusters": name("cluster", map[string]any{"server": a.Server, "certificate-authority-data": certificate}),
		"users":    name("user", map[string]any{"tokenFile": tokenFile}),
		"contexts": name("context", map[string]any{"cluster": a.Context, "user": a.Context}),
	})
	if err != nil {
		return err
	}
	return os.WriteFile(a.Kubeconfig, data, 0o600)
}
