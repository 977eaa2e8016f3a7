package onehub

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hubshell"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/process"
)

// The containers of shells, by a label and a name that says when they were made. What a run that was killed together with its engine has left, the next
// one removes.
const (
	shells       = "hub-ops.shells"
	shellsName   = "hub-ops-shell-"
	longestShell = 48 * time.Hour
)

// Shell starts a shell in the image of a hub on this machine, as the hub would start a user's server, but for secrets and the network of the
// cluster. At a terminal a person has it; else it does what standard input says.
func Shell(ctx context.Context, name string) error {
	r := run.Of(ctx)
	if _, err := r.Surveyor.Hubs(ctx, name); err != nil {
		return err
	}
	if term.IsTerminal(int(os.Stdin.Fd())) && !term.IsTerminal(int(os.Stdout.Fd())) {
		return exit.Input("standard output is no terminal, so nobody could see a prompt").Try("give the commands to standard input: echo id | mage shell:hub %s", name)
	}
	found, err := r.Surveyor.Of(ctx, name)
	if err != nil {
		return err
	}
	h := found.Hubs[0]
	image := h.Main()
	if image.Name == "" || image.BuiltElsewhere() {
		return exit.Input("hub %s has no image of its own that is built here", name).Try("'mage plan' tells the images of each hub")
	}
	builder, err := r.To.Builder(ctx)
	if err != nil {
		return err
	}
	cli, isPodman, err := build.EngineOf(builder)
	if err != nil {
		return err
	}
	registry, err := r.To.Registry(ctx)
	if err != nil {
		return err
	}
	ref, err := registry.Reference(image.Name, found.Content(image).Tag())
	if err != nil {
		return err
	}
	started := shellImage{Run: r, cli: cli, hub: h, image: image, fact: found.FactsOf(h.Name).Image(image.Key), tag: ref.String()}
	reference, err := started.ready(ctx)
	if err != nil {
		return err
	}
	return shell(ctx, r, started, reference, isPodman)
}

// shell runs the image that the engine knows by a reference in a container, which is gone afterwards.
func shell(ctx context.Context, r *run.Run, started shellImage, reference string, isPodman bool) error {
	cli, h := started.cli, started.hub
	values, err := r.Surveyor.PlainValues(ctx, h)
	if err != nil {
		return err
	}
	inspected, err := cli.Inspect(ctx, reference)
	if err != nil {
		return exit.With(exit.Build, err)
	}
	if err := cli.RemoveOld(ctx, shells, shellsName, longestShell); err != nil {
		return exit.With(exit.Build, err)
	}
	how, left := hubshell.Of(values)
	for _, variable := range left {
		r.Console.Info(h.Name, "%s is not set: its value is secret, or the cluster has it", variable)
	}
	in := hubshell.Container{
		Image: inspected.ID, Name: engine.NameOf(shellsName, strings.ToLower(rand.Text())), Label: shells, Podman: isPodman,
		Terminal: term.IsTerminal(int(os.Stdin.Fd())),
	}
	defer cli.End(ctx, in.Name)
	r.Console.Info(h.Name, "a shell in %s: %s", started, how)
	command := process.Cmd{Name: cli.Program, Args: how.Arguments(in), Env: cli.Env, Prefix: h.Name}
	if in.Terminal {
		defer r.Console.Pause()()
		err = r.Run.Attached(ctx, command)
	} else {
		err = piped(ctx, r, command)
	}
	if err != nil && ctx.Err() == nil {
		failed, engineFails := (*process.Error)(nil), 125 // docs.docker.com/reference/cli/docker/container/run, "Exit status"
		switch {
		case !errors.As(err, &failed) || failed.Code <= 0 || failed.Code == engineFails:
		case in.Terminal:
			return nil // the last command of a person may have failed
		default:
			return exit.Errorf(exit.Other, "the shell in the image of hub %s ended with %d", h.Name, failed.Code)
		}
	}
	return err
}

// piped gives a command standard input, and prints what it writes as results.
func piped(ctx context.Context, r *run.Run, command process.Cmd) error {
	reader, writer := io.Pipe()
	command.Stdin, command.Stdout = os.Stdin, writer
	done := make(chan struct{})
	go func() {
		defer close(done)
		lines := bufio.NewReaderSize(reader, longestLine)
		for {
			line, err := lines.ReadSlice('\n')
			if len(line) > 0 {
				r.Console.Result("%s", strings.TrimRight(process.Uncoloured(string(line)), "\r\n"))
			}
			if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
				_, _ = io.Copy(io.Discard, reader)
				return
			}
		}
	}()
	err := r.Run.Run(ctx, command)
	_ = writer.Close()
	<-done
	return err
}
