package ops

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"

	"hub-ops/magefiles/internal/auth"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/image"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/run"
	"hub-ops/magefiles/internal/sandbox"
	"hub-ops/magefiles/internal/scratch"
	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/ui"
)

// Session is what a verb works with: the settings, and the places it may write to.
type Session struct {
	Config  *config.Config
	Console *ui.Console
	Run     *run.Runner
	Tools   *toolchain.Box
	Scratch string         // private directory, gone when the session is closed
	sandbox *sandbox.State // that this run works against; nil: the real registry and cluster
	close   func()
}

func open(root string, stdout, stderr *os.File) (*Session, error) {
	settings, err := config.Load(root, os.Environ())
	if err != nil {
		return nil, err
	}
	console := ui.New(stdout, stderr, term.IsTerminal(int(stderr.Fd())) && !settings.NoColor && !settings.Event.InCI())
	console.Folds = settings.Event.Provider
	return newSession(settings, console)
}

func newSession(settings *config.Config, console *ui.Console) (*Session, error) {
	redact := &run.Redactor{}
	redact.Add(settings.Secrets()...)
	s := &Session{Config: settings, Console: console, Run: &run.Runner{Env: settings.Environ, Log: console, Redact: redact}}
	s.Tools = &toolchain.Box{Run: s.Run, Console: console, Modules: settings.ToolsDir, Cache: settings.CacheDir}
	var err error
	if s.Scratch, s.close, err = scratch.New(); err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	return s, nil
}

// at opens a session on another repository, with the same console.
func (s *Session) at(root string) (*Session, error) {
	settings, err := config.Load(root, os.Environ())
	if err != nil {
		return nil, err
	}
	settings.ToolsDir = s.Config.ToolsDir
	return newSession(settings, s.Console)
}

// sayOnce keeps the several targets of one run from repeating where they go.
var sayOnce sync.Once

// aim turns to the sandbox if one is up. One that was started and no longer answers is an error: a run that was meant
// for it must not fall through to the real cluster.
func (s *Session) aim(ctx context.Context) error {
	if !s.Config.Sandbox || s.sandbox != nil {
		return nil
	}
	box := s.box()
	state, err := box.Current()
	if err != nil || state == nil {
		return err
	}
	if err := box.Check(ctx, state); err != nil {
		return exit.With(exit.Setup, errors.Join(errors.New("the sandbox is up no longer: start it with sandbox:up, end it with sandbox:down, or leave it alone with SANDBOX=0"), err))
	}
	s.sandbox = state
	s.Config.ClusterProvider, s.Config.Kubeconfig, s.Config.KubeContext = "none", state.Kubeconfig, ""
	sayOnce.Do(func() {
		s.Console.Info("", "sandbox: all goes to registry %s and the cluster of %s, and nowhere else (SANDBOX=0 leaves it alone)", state.Registry, state.Kubeconfig)
	})
	return nil
}

func (s *Session) box() *sandbox.Sandbox {
	return &sandbox.Sandbox{Dir: s.Config.SandboxDir, Run: s.Run, Console: s.Console, Tools: s.Tools}
}

func (s *Session) registry() image.Registry {
	registry := image.Registry{Template: s.Config.ImageRepository, Username: s.Config.RegistryUsername, Password: s.Config.RegistryPassword}
	if s.sandbox != nil {
		registry = image.Registry{Template: s.Config.ImageRepository, Host: s.sandbox.Registry}
	}
	return registry
}

// cluster returns a client for the one cluster that this run can reach.
func (s *Session) cluster(ctx context.Context) (*kube.Client, *auth.Access, error) {
	if err := s.aim(ctx); err != nil {
		return nil, nil, err
	}
	kubectl, err := s.kubectl(ctx)
	if err != nil {
		return nil, nil, err
	}
	access, err := s.access(ctx, kubectl)
	if err != nil {
		return nil, nil, err
	}
	return &kube.Client{Run: s.Run, Path: kubectl, Env: access.Env()}, access, nil
}

// access fetches credentials of its own for GKE; with NO_SETUP=1, and for any other cluster, it takes a copy of the
// operator's.
func (s *Session) access(ctx context.Context, kubectl string) (*auth.Access, error) {
	c := s.Config
	if c.ClusterProvider != "gke" || c.NoSetup {
		return auth.Isolate(ctx, s.Run, kubectl, auth.Source{Kubeconfig: c.Kubeconfig, Context: c.KubeContext}, s.Scratch)
	}
	cluster := auth.GKE{Project: c.ClusterProject, Zone: c.ClusterZone, Name: c.ClusterName, KeyFile: c.GKEKeyFile, Endpoint: c.GKEEndpoint}
	access, token, err := cluster.Connect(ctx, s.Scratch)
	s.Run.Redact.Add(token)
	return access, err
}

// kubectl is the one on PATH if it fits. The sandbox's control plane is newer than most: it gets the one of its version.
func (s *Session) kubectl(ctx context.Context) (string, error) {
	if s.sandbox == nil {
		return s.Tools.Find(ctx, "kubectl")
	}
	paths, err := s.Tools.Ensure(ctx, "kubectl")
	return paths["kubectl"], err
}

func (s *Session) helm(ctx context.Context, access *auth.Access) (*helm.Client, error) {
	names := map[string][]string{"3": {"helm3"}, "4": {"helm"}, "": {"helm", "helm3"}}[s.Config.HelmVersion]
	path, err := s.Tools.Find(ctx, names...)
	if err != nil {
		return nil, err
	}
	return helm.New(ctx, s.Run, path, access.Env())
}

// where names the cluster and the registry of this run, for people.
func (s *Session) where(access *auth.Access) string {
	place := "cluster " + access.Server + " (context " + access.Context + ")"
	if s.sandbox != nil {
		place = "the sandbox's " + place
	}
	return strings.TrimSpace(place)
}
