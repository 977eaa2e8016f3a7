package ops

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/term"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/redact"
	"hub-ops/magefiles/internal/sandbox"
	"hub-ops/magefiles/internal/scratch"
	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/ui"
)

// Session is what a verb works with: the settings, and the places it may write to.
type Session struct {
	Config  *config.Config
	Console *ui.Console
	Run     *process.Runner
	Tools   *toolchain.Box
	Scratch string         // private directory, gone when the session is closed
	Private string         // the same, in memory where that can be: for credentials and secret values
	sandbox *sandbox.State // that this run works against; nil: the real registry and cluster
	known   *survey        // of all hubs, when a run of several verbs shares one
	close   func()
}

func open(root string, stdout, stderr *os.File) (*Session, error) {
	settings, err := config.Open(root)
	if err != nil {
		return nil, err
	}
	console := ui.New(stdout, stderr, term.IsTerminal(int(stderr.Fd())) && settings.NoColor == "" && !settings.Event.InCI())
	console.Folds = settings.Event.Provider
	redact := &redact.Redactor{}
	console.Mask = redact.Mask
	return newSession(settings, console, redact)
}

func newSession(settings *config.Config, console *ui.Console, redact *redact.Redactor) (*Session, error) {
	redact.Add(settings.Secrets()...)
	s := &Session{Config: settings, Console: console, Run: &process.Runner{Env: settings.Environ, Grants: grants(settings), Log: console, Redact: redact}}
	s.Tools = &toolchain.Box{Run: s.Run, Console: console, Modules: settings.ToolsDir, Cache: settings.CacheDir}
	var err error
	if s.Scratch, s.Private, s.close, err = scratch.New(settings.RuntimeDir); err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	// What the builders keep there is a login.
	docker := filepath.Join(s.Private, "docker")
	return s, errors.Join(os.Mkdir(docker, 0o700), os.Symlink(docker, filepath.Join(s.Scratch, "docker")))
}

// at opens a session on another repository, with the same console.
func (s *Session) at(root string) (*Session, error) {
	settings, err := config.Open(root)
	if err != nil {
		return nil, err
	}
	// Where there is a relative path among the settings, it is relative to the first root.
	settings.ToolsDir, settings.CacheDir, settings.SandboxDir = s.Config.ToolsDir, s.Config.CacheDir, s.Config.SandboxDir
	settings.CosignPublicKey = "" // that of the private key, if there is one
	other, err := newSession(settings, s.Console, s.Run.Redact)
	if err == nil && s.sandbox != nil {
		other.enter(s.sandbox)
	}
	return other, err
}

func (s *Session) box() *sandbox.Sandbox {
	return &sandbox.Sandbox{Dir: s.Config.SandboxDir, Root: s.Config.Root, Run: s.Run, Console: s.Console, Tools: s.Tools}
}

func (s *Session) registry() image.Registry {
	registry := image.Registry{
		Template: s.Config.ImageRepository, Username: s.Config.RegistryUsername, Password: s.Config.RegistryPassword,
		Anonymous: !s.Config.Event.Trusted(),
	}
	if s.sandbox != nil {
		registry = image.Registry{Template: s.Config.ImageRepository, Host: s.sandbox.Registry}
	}
	return registry
}
