package ops

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/access"
)

// access gets the run credentials of its own for GKE; with NO_SETUP=1, and for any other cluster, it takes a copy of the
// operator's.
func (s *Session) access(ctx context.Context, kubectl string) (*access.Access, error) {
	c := s.Config
	gke := access.GKE{Project: c.ClusterProject, Zone: c.ClusterZone, Name: c.ClusterName, Endpoint: c.GKEEndpoint}
	connect := func() (*access.Access, error) {
		return access.Isolate(ctx, s.Run, kubectl, access.Source{
			Kubeconfig: c.Kubeconfig, Context: c.KubeContext, Content: c.KubeconfigContent, CloudSDK: c.CloudSDK,
		}, s.Private)
	}
	if c.ClusterProvider == "gke" && !c.NoSetup {
		connect = func() (*access.Access, error) { return s.accessToGKE(ctx, kubectl, gke) }
	}
	access, err := connect()
	if err != nil {
		return nil, err
	}
	if access.Plugin {
		access.Grants = c.Grant(config.Clouds...)
	}
	return access, s.rightCluster(access, gke)
}

func (s *Session) accessToGKE(ctx context.Context, kubectl string, gke access.GKE) (_ *access.Access, err error) {
	if gke.Key, gke.KeyName, err = s.gkeKey(ctx); err != nil {
		return nil, err
	}
	if s.Config.GKEAuth == "gcloud" {
		return gke.ConnectByGcloud(ctx, s.Run, kubectl, s.Private)
	}
	return gke.Connect(ctx, s.Private, func(token string) { s.Run.Redact.Add(token) })
}

// gkeKey returns the key for GKE, decrypted, and where it is from: nil if there is none.
func (s *Session) gkeKey(ctx context.Context) (key []byte, name string, err error) {
	defer func() { s.Run.Redact.Add(access.SecretsOf(key)...) }()
	if s.Config.GKEKey != "" {
		return access.Decoded(s.Config.GKEKey), "GKE_KEY", nil
	}
	name = s.Config.GKEKeyFile
	vault := s.vault()
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

// rightCluster refuses a cluster that is not the one in hubops.yaml, whatever context was chosen and however.
func (s *Session) rightCluster(access *access.Access, gke access.GKE) error {
	c := s.Config
	switch {
	case s.sandbox != nil:
		return nil
	case c.ClusterServer != "" && access.Server != c.ClusterServer:
		return exit.Input("hubops.yaml says that the cluster is %s, and context %s of the kubeconfig leads to %s: choose another with KUBE_CONTEXT", c.ClusterServer, access.Context, access.Server)
	case c.ClusterServer == "" && c.ClusterProvider == "gke" && access.Cluster != gke.Context():
		return exit.Input("hubops.yaml names the cluster %s, and context %s of the kubeconfig leads to %s: choose another with KUBE_CONTEXT, or say with cluster.server that it is the one", gke.Context(), access.Context, access.Cluster)
	}
	return nil
}
