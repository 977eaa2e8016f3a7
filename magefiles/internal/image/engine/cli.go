// Package engine starts the commands docker and podman, as far as both have the same: it asks for an image, makes containers
// that only show files, copies files out of them, and streams what a command writes. Packages build and source call it.
//
//	docker := &engine.CLI{Run: runner, Scratch: scratch, Program: "docker"}
//	image, err := docker.Inspect(ctx, "registry.example/a:t1")
package engine

import (
	"context"
	"io"
	"strings"
	"time"

	"hub-ops/magefiles/internal/process"
)

// AnswerTime is how long an engine may take to answer a question.
const AnswerTime = 30 * time.Second

// CLI is the command line that Docker and Podman have in common.
type CLI struct {
	Run     *process.Runner
	Scratch string   // private directory for build contexts and saved images
	Program string   // docker or podman
	Env     []string // further KEY=value pairs of the program
}

// Start runs the command, whose output is shown line by line for a hub. show is the command as people see it; "" hides it.
func (c *CLI) Start(ctx context.Context, hub, show string, args ...string) error {
	return c.Run.Run(ctx, process.Cmd{Name: c.Program, Args: args, Prefix: hub, Show: show, Env: c.Env})
}

// Output runs the command, and returns what it wrote to standard output.
func (c *CLI) Output(ctx context.Context, args ...string) (string, error) {
	out, err := c.Run.Output(ctx, process.Cmd{Name: c.Program, Args: args, Env: c.Env})
	return strings.TrimSpace(string(out)), err
}

// Stream returns what the program writes. It is ended when that is closed.
func (c *CLI) Stream(ctx context.Context, args ...string) io.ReadCloser {
	ctx, cancel := context.WithCancel(ctx)
	reader, writer := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		writer.CloseWithError(c.Run.Run(ctx, process.Cmd{Name: c.Program, Args: args, Env: c.Env, Stdout: writer, Quiet: true}))
	}()
	return WithEnd(reader, func() {
		cancel()
		_ = reader.Close()
		<-ended
	})
}

// WithEnd returns what is read, and is ended when it is closed.
func WithEnd(r io.Reader, end func()) io.ReadCloser { return &streamed{r, end} }

// streamed is what a program writes.
type streamed struct {
	io.Reader
	end func()
}

func (s *streamed) Close() error {
	s.end()
	return nil
}
