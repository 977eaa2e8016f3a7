// Package session holds what one run has: its settings, its console, the runner that starts programs, and private directories,
// which are removed at the end. Package ops/run opens one session for each target of the command line, and passes it to
// all packages that work for it.
//
//	s, err := session.Open(root, os.Stdout, os.Stderr, func() {})
//	if err != nil {
//		return err
//	}
//	defer s.Close()
package session

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/term"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/redact"
	"hub-ops/magefiles/internal/scratch"
	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/ui"
)

// Session is one run. Its fields are read only.
type Session struct {
	Config  *config.Config
	Console *ui.Console
	Run     *process.Runner
	Tools   *toolchain.Box
	Scratch string // private directory, gone when the session is closed
	Private string // the same, in memory where that can be: for credentials and secret values

	checkout checkout
	mu       sync.Mutex
	closers  []func() // called at the end, the last one first
}

// Open opens the session of a run in the repository at root. Results go to stdout, everything else to stderr; unread is called when nobody
// reads one of them any more. Errors are bad input in hubops.yaml or the environment, and a machine without a place for private files.
func Open(root string, stdout, stderr *os.File, unread func()) (*Session, error) {
	settings, err := config.Open(root)
	if err != nil {
		return nil, err
	}
	person := term.IsTerminal(int(stderr.Fd())) && !settings.Event.InCI()
	console := ui.New(ui.Heard(stdout, unread), ui.Heard(stderr, unread), person && settings.NoColor == "")
	console.Person = person
	console.Folds = settings.Event.Provider
	console.Documents = settings.Output != ""
	masking := &redact.Redactor{}
	console.Mask = func(text string) string { return Called(masking.Mask(text)) }
	s, err := open(settings, console, masking)
	if err == nil && person && settings.NoColor == "" && !settings.Verbose && settings.Terminal != "" && settings.Terminal != "dumb" {
		s.watch(stdout, stderr)
	}
	return s, err
}

// At opens a session in another repository, on the same console. The sandbox's demonstration runs in it.
func (s *Session) At(root string) (*Session, error) {
	settings, err := s.Config.At(root)
	if err != nil {
		return nil, err
	}
	return open(settings, s.Console, s.Run.Redact)
}

// Beside opens a session in another repository, on the same console and with the same tools, against whatever that one's settings name.
func (s *Session) Beside(root string) (*Session, error) {
	settings, err := s.Config.Beside(root)
	if err != nil {
		return nil, err
	}
	return open(settings, s.Console, s.Run.Redact)
}

// OfBase opens a session in another commit of the repository, on the same console, to look at it: without any credential.
func (s *Session) OfBase(root string) (*Session, error) {
	settings, err := s.Config.OfBase(root)
	if err != nil {
		return nil, err
	}
	return open(settings, s.Console, s.Run.Redact)
}

func open(settings *config.Config, console *ui.Console, masking *redact.Redactor) (*Session, error) {
	masking.Add(settings.Secrets()...)
	masking.AddParts(settings.Unsecret()...)
	if err := refuseForeign(settings); err != nil {
		return nil, err
	}
	runner := &process.Runner{Env: settings.Environ, Named: settings.Named(), Grants: grants(settings), Log: console, Redact: masking}
	large, private, remove, err := scratch.New(settings.RuntimeDir)
	if err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	s := &Session{
		Config: settings, Console: console, Run: runner, Scratch: large, Private: private, closers: []func(){remove},
		Tools: &toolchain.Box{Run: runner, Console: console, Modules: toolchain.Modules(settings.ToolsDir), Cache: settings.CacheDir},
	}
	if err := s.linkDockerConfig(); err != nil {
		s.Close()
		return nil, exit.With(exit.Setup, err)
	}
	return s, nil
}

// linkDockerConfig keeps the directory for Docker's configuration in memory: the builders write a login to it.
func (s *Session) linkDockerConfig() error {
	docker := filepath.Join(s.Private, "docker")
	return errors.Join(os.Mkdir(docker, 0o700), os.Symlink(docker, filepath.Join(s.Scratch, "docker")))
}

// WithoutBuilding returns the same session, which builds no tool: one that is not there is an error. Close the first session, not
// the copy.
func (s *Session) WithoutBuilding() *Session {
	frozen := &Session{Config: s.Config, Console: s.Console, Run: s.Run, Scratch: s.Scratch, Private: s.Private}
	frozen.Tools = &toolchain.Box{Run: s.Run, Console: s.Console, Modules: s.Tools.Modules, Cache: s.Tools.Cache, Frozen: true}
	s.OnClose(frozen.Close)
	return frozen
}

// OnClose calls do when the session ends, in the reverse order of the calls of OnClose.
func (s *Session) OnClose(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closers = append(s.closers, do)
}

// Close ends what the session has started, removes its private directories, and unlocks the checkout.
func (s *Session) Close() {
	s.mu.Lock()
	closers := s.closers
	s.closers = nil
	s.mu.Unlock()
	for _, do := range slices.Backward(closers) {
		do()
	}
	s.checkout.unlock()
}
