package connect

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/access"
)

// access gets credentials for the cluster: of the run's own for GKE, and a copy of the operator's kubeconfig with NO_SETUP=1 and
// for any other cluster.
func (c *Connections) access(ctx context.Context, to Destination, kubectl string) (*access.Access, error) {
	settings := to.settings
	gke := access.GKE{Project: settings.ClusterProject, Zone: settings.ClusterZone, Name: settings.ClusterName, Endpoint: settings.GKEEndpoint}
	connect := func() (*access.Access, error) {
		return access.Isolate(ctx, c.session.Run, kubectl, access.Source{
			Kubeconfig: settings.Kubeconfig, Context: settings.KubeContext, Content: settings.KubeconfigContent, CloudSDK: settings.CloudSDK,
		}, c.session.Private)
	}
	if settings.ClusterProvider == "gke" && !settings.NoSetup {
		connect = func() (*access.Access, error) { return c.accessToGKE(ctx, kubectl, gke) }
	}
	found, err := connect()
	if err != nil {
		return nil, err
	}
	if found.Plugin {
		found.Grants = settings.Grant(config.Clouds...)
	}
	return found, checkCluster(to, found, gke)
}

// accessToGKE logs in to GKE. The token is renewed for as long as the session is open.
func (c *Connections) accessToGKE(ctx context.Context, kubectl string, gke access.GKE) (_ *access.Access, err error) {
	s := c.session
	if err := c.checkGKE(ctx, gke); err != nil {
		return nil, err
	}
	if gke.Key, gke.KeyName, err = c.gkeKey(ctx); err != nil {
		return nil, err
	}
	if s.Config.GKEAuth == "gcloud" {
		return gke.ConnectByGcloud(ctx, s.Run, kubectl, s.Private)
	}
	// A rollback after an interruption still needs a token.
	open, end := context.WithCancel(context.WithoutCancel(ctx))
	s.OnClose(end)
	return gke.Connect(open, s.Private, func(token string) { s.Run.Redact.Add(token) })
}

// checkGKE refuses a cluster that only the checkout names, because its API server gets the token.
func (c *Connections) checkGKE(ctx context.Context, gke access.GKE) error {
	if c.session.Config.ClusterGiven {
		return nil
	}
	published, from, err := c.published(ctx)
	if err != nil || from == "" {
		return err
	}
	for _, branch := range published {
		if branch.GKE == [3]string{gke.Project, gke.Zone, gke.Name} {
			return nil
		}
	}
	if len(published) == 0 {
		return exit.Input("%s, so nobody knows whether the cluster %s is yours: nothing was sent there", from, gke.Context()).Try("set CLUSTER_PROJECT, CLUSTER_ZONE and CLUSTER_NAME")
	}
	return exit.Input("cluster names %s, which hubops.yaml of %s does not: nothing was sent there", gke.Context(), from).
		Try("push it first, or set CLUSTER_PROJECT, CLUSTER_ZONE and CLUSTER_NAME for this run if it is yours")
}

// gkeKey returns the key for GKE, decrypted, and the file or variable that it is from; nil if there is none.
func (c *Connections) gkeKey(ctx context.Context) (key []byte, name string, err error) {
	settings := c.session.Config
	defer func() { c.session.Run.Redact.Add(access.SecretsOf(key)...) }()
	if settings.GKEKey != "" {
		return access.Decoded(settings.GKEKey), "GKE_KEY", nil
	}
	name = settings.GKEKeyFile
	vault := c.Vault()
	if inside, err := filepath.Rel(vault.Root, name); err == nil && filepath.IsLocal(inside) {
		name = inside
	} else {
		vault.Root, name = filepath.Dir(name), filepath.Base(name)
	}
	key, err = vault.Read(ctx, filepath.ToSlash(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, name, nil
	}
	return key, name, err
}

// checkCluster refuses a cluster that is not the one in hubops.yaml, however the context was chosen.
func checkCluster(to Destination, found *access.Access, gke access.GKE) error {
	settings := to.settings
	switch {
	case to.Sandbox != nil:
		return nil
	case settings.ClusterServer != "" && found.Server != settings.ClusterServer:
		return exit.Input("hubops.yaml says that the cluster is %s, and context %s of the kubeconfig leads to %s", settings.ClusterServer, found.Context, found.Server).Try("choose another with KUBE_CONTEXT")
	case settings.ClusterServer == "" && settings.ClusterProvider == "gke" && found.Cluster != gke.Context():
		return exit.Input("hubops.yaml names the cluster %s, and context %s of the kubeconfig leads to %s", gke.Context(), found.Context, found.Cluster).Try("choose another with KUBE_CONTEXT, or say with cluster.server that it is the one")
	}
	return nil
}
