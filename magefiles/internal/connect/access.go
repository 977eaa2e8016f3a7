package connect

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/access"
)

// access gets credentials for the cluster: of the run's own for one of a cloud, and a copy of the operator's kubeconfig with NO_SETUP=1 and
// for any other cluster.
func (c *Connections) access(ctx context.Context, to Destination, kubectl string) (*access.Access, error) {
	settings := c.settings(to)
	private, err := c.private()
	if err != nil {
		return nil, err
	}
	if logsIn(settings) || hasOwn(settings) {
		if err := c.checkNamed(ctx, settings); err != nil {
			return nil, err
		}
	}
	if logsIn(settings) {
		found, err := c.logIn(ctx, settings, kubectl, private)
		if err != nil {
			return nil, err
		}
		return found, checkCluster(to, settings, found)
	}
	from, own := kubeconfig(settings), []string(nil)
	if hasOwn(settings) {
		if from, own, err = c.ownKubeconfig(ctx, settings); err != nil {
			return nil, err
		}
	}
	found, err := access.Isolate(ctx, c.session.Run, kubectl, from, private)
	if err != nil {
		return nil, err
	}
	if found.Plugin || hasOwn(settings) {
		found.Grants = ownClouds(settings, own, config.Clouds...)
	}
	return found, checkCluster(to, settings, found)
}

// logIn gets credentials from the cloud that the cluster is in. A plugin gets the variables of this cloud alone.
func (c *Connections) logIn(ctx context.Context, settings *config.Config, kubectl, private string) (*access.Access, error) {
	switch settings.ClusterProvider {
	case "eks":
		return c.accessToEKS(ctx, settings, kubectl, private)
	case "aks":
		return c.accessToAKS(ctx, settings, kubectl, private)
	}
	found, err := c.accessToGKE(ctx, settings, kubectl, private)
	if err == nil && (found.Plugin || hasOwn(settings)) {
		found.Grants = ownClouds(settings, nil, config.Clouds...)
	}
	return found, err
}

func (c *Connections) accessToEKS(ctx context.Context, settings *config.Config, kubectl, private string) (*access.Access, error) {
	eks, own := eksOf(settings), []string(nil)
	if hasOwn(settings) {
		var err error
		if own, err = c.ownEKS(ctx, settings); err != nil {
			return nil, err
		}
	}
	eks.Grants = ownClouds(settings, own, "AWS_")
	return eks.Connect(ctx, c.session.Run, kubectl, private)
}

func (c *Connections) accessToAKS(ctx context.Context, settings *config.Config, kubectl, private string) (*access.Access, error) {
	aks := aksOf(settings)
	if hasOwn(settings) {
		if err := c.ownAKS(ctx, settings, &aks); err != nil {
			return nil, err
		}
	}
	aks.Grants = ownClouds(settings, nil, "AZURE_", "AAD_")
	return aks.Connect(ctx, c.session.Run, kubectl, private)
}

func gkeOf(s *config.Config) access.GKE {
	return access.GKE{Project: s.ClusterProject, Zone: s.ClusterZone, Name: s.ClusterName, Endpoint: s.GKEEndpoint}
}

func eksOf(s *config.Config) access.EKS {
	return access.EKS{Region: s.ClusterZone, Name: s.ClusterName, Account: s.ClusterAccount}
}

func aksOf(s *config.Config) access.AKS {
	return access.AKS{Subscription: s.ClusterProject, Group: s.ClusterGroup, Name: s.ClusterName, Config: s.AzureConfig}
}

// logsIn reports whether the run logs in to the cluster itself, and takes no kubeconfig of the operator's.
func logsIn(settings *config.Config) bool {
	return settings.ClusterProvider != "none" && !settings.NoSetup
}

func kubeconfig(s *config.Config) access.Source {
	return access.Source{Kubeconfig: s.Kubeconfig, Context: s.KubeContext, Content: s.KubeconfigContent, CloudSDK: s.CloudSDK}
}

// accessToGKE logs in to GKE. The token is renewed for as long as the session is open.
func (c *Connections) accessToGKE(ctx context.Context, settings *config.Config, kubectl, private string) (_ *access.Access, err error) {
	s, gke := c.session, gkeOf(settings)
	if gke.Key, gke.KeyName, err = c.gkeKey(ctx, settings); err != nil {
		return nil, err
	}
	if hasOwn(settings) {
		gke.Grants = ownClouds(settings, nil)
	}
	if settings.GKEAuth == "gcloud" {
		return gke.ConnectByGcloud(ctx, s.Run, kubectl, private)
	}
	// A rollback after an interruption still needs a token.
	open, end := context.WithCancel(context.WithoutCancel(ctx))
	s.OnClose(end)
	return gke.Connect(open, private, func(token string) { s.Run.Redact.Add(token) })
}

// checkNamed refuses a cluster that only the checkout names, because its API server gets the token.
func (c *Connections) checkNamed(ctx context.Context, settings *config.Config) error {
	_, err := c.namedBy(ctx, settings)
	return err
}

// namedBy is checkNamed that returns the branch which names the cluster; none where the checkout's own word counts, or variables'.
func (c *Connections) namedBy(ctx context.Context, settings *config.Config) (by config.Published, err error) {
	if settings.ClusterGiven && !settings.Credentials.Own() {
		return by, nil
	}
	published, from, err := c.Published(ctx)
	if err != nil || from == "" {
		return by, err
	}
	if c.name != "" && len(published) > 0 && len(published[0].Named) > 0 {
		return published[0], c.checkCalled(settings, published[0], from)
	}
	id := settings.Login()
	for _, branch := range published {
		if slices.Contains(branch.Logins, id) || settings.ClusterGiven && slices.Contains(branch.Credentials, settings.Credentials) {
			return branch, nil
		}
	}
	given := "set " + settings.ClusterVariables()
	if len(published) == 0 {
		return by, exit.Input("%s, so nobody knows whether the cluster %s is yours: nothing was sent there", from, id).Try("%s", given)
	}
	return by, exit.Input("cluster names %s, which hubops.yaml of %s does not: nothing was sent there", id, from).Try("push it first, or %s for this run if it is yours", given)
}

// checkCalled is checkNamed for one of several clusters: by its name, because another one's credentials would go to a cluster that is called
// otherwise.
func (c *Connections) checkCalled(settings *config.Config, first config.Published, from string) error {
	published, named := first.Named[c.name]
	switch {
	case !named:
		return exit.Input("clusters names %s, which hubops.yaml of %s does not: nothing was sent there", c.name, from).Try("push it there first")
	case published != settings.ClusterIdentity():
		return exit.Input("clusters.%s is %s, and in hubops.yaml of %s it is %s: nothing was sent there", c.name, settings.ClusterIdentity(), from, published).
			Try("push it there first, or take what is there")
	}
	return nil
}

// gkeKey returns the key for GKE, decrypted, and the file or variable that it is from; nil if there is none.
func (c *Connections) gkeKey(ctx context.Context, settings *config.Config) (key []byte, name string, err error) {
	if hasOwn(settings) {
		return c.ownGKE(ctx, settings)
	}
	return c.commonKey(ctx)
}

// commonKey is gkeKey for all clusters that have none of their own.
func (c *Connections) commonKey(ctx context.Context) (key []byte, name string, err error) {
	settings := c.session.Config
	if settings.GKEKey != "" {
		key = access.Decoded(settings.GKEKey)
		c.session.Run.Redact.Add(access.SecretsOf(key)...)
		return key, "GKE_KEY", nil
	}
	return c.readKey(ctx, settings.GKEKeyFile)
}

// readKey returns the key in a file, decrypted, and what the file is called; nil if there is no such file.
func (c *Connections) readKey(ctx context.Context, name string) (key []byte, shown string, err error) {
	defer func() { c.session.Run.Redact.Add(access.SecretsOf(key)...) }()
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
func checkCluster(to Destination, settings *config.Config, found *access.Access) error {
	is := map[string]func(cluster string) bool{
		"gke": func(cluster string) bool { return cluster == gkeOf(settings).Context() }, "eks": eksOf(settings).Is, "aks": aksOf(settings).Is,
	}[settings.ClusterProvider]
	switch {
	case to.Sandbox != nil:
		return nil
	case settings.ClusterServer != "" && found.Server != settings.ClusterServer:
		return exit.Input("hubops.yaml says that the cluster is %s, and context %s of the kubeconfig leads to %s", settings.ClusterServer, found.Context, found.Server).Try("choose another with KUBE_CONTEXT")
	case settings.ClusterServer == "" && settings.ClusterProvider == "aks" && settings.NoSetup:
		return exit.Input("NO_SETUP=1: context %s of the kubeconfig leads to %s at %s, and of a cluster of AKS a kubeconfig has the name alone: another resource group can have one of that name", found.Context, found.Cluster, found.Server).
			Try("set cluster.server (CLUSTER_SERVER) to the address that 'az aks show' prints, if that is it")
	case settings.ClusterServer == "" && is != nil && !is(found.Cluster):
		return exit.Input("hubops.yaml names the cluster %s, and context %s of the kubeconfig leads to %s", settings.ClusterID(), found.Context, found.Cluster).Try("choose another with KUBE_CONTEXT, or say with cluster.server that it is the one")
	}
	return nil
}
