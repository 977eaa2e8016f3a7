package ops

import (
	"context"
	"io"
	"path/filepath"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/dev/bench"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/sandbox"
	"hub-ops/magefiles/internal/ui"
)

// BenchDiagnosis measures how long failing deploys take to tell their cause, on a sandbox of its own.
func BenchDiagnosis(ctx context.Context, s *Session) error {
	box := s.box()
	box.Dir = filepath.Join(s.Scratch, "box")
	state, err := box.Up(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = box.Down(context.WithoutCancel(ctx)) }()
	s.enter(state)
	_, access, err := s.cluster(ctx)
	if err != nil {
		return err
	}
	helm, err := s.helm(ctx, access)
	if err != nil {
		return err
	}
	root := filepath.Join(s.Scratch, "troubles")
	if err := bench.WriteTroubles(ctx, s.Run, root); err != nil {
		return exit.With(exit.Setup, err)
	}
	measured := &bench.Diagnosis{
		Run: s.Run, Console: s.Console, Root: root, Helm: helm.Path, Env: helm.Env,
		Deploy: func(ctx context.Context, name string, out io.Writer) error {
			return s.deployAt(ctx, state, root, name, out)
		},
	}
	defer s.Console.Beat(heartbeat, "measuring")()
	return measured.Measure(ctx)
}

// deployAt deploys a hub of another project to a sandbox, with its output to out.
func (s *Session) deployAt(ctx context.Context, state *sandbox.State, root, name string, out io.Writer) error {
	settings, err := config.Open(root)
	if err != nil {
		return err
	}
	settings.ToolsDir, settings.CacheDir = s.Config.ToolsDir, s.Config.CacheDir
	settings.Event = ci.Event{Kind: ci.Local}
	other, err := newSession(settings, ui.New(out, out, false), s.Run.Redact)
	if err != nil {
		return err
	}
	defer func() { other.close() }()
	other.enter(state)
	return DeployHub(name)(ctx, other)
}
