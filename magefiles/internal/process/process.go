// Package process starts programs. No other package does. A Cmd goes in; its output goes to the log line by line, prefixed and
// redacted, or is returned.
//
// A process belongs to a context. When the context ends, the process and its children get SIGTERM, and after a grace period
// SIGKILL; helm uses that time to record a failed release.
package process

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"hub-ops/magefiles/internal/redact"
)

// defaultGrace is how long a process may take to end after SIGTERM.
const defaultGrace = 20 * time.Second

// Cmd is one process to run.
type Cmd struct {
	Name   string   // program: a name on PATH or an absolute path
	Args   []string // arguments, handed over as they stand: no shell, no expansion
	Dir    string   // working directory; the current one if empty
	Env    []string // further KEY=value pairs, over the runner's environment; a KEY alone, or KEY*, takes what the runner has of that away
	Stdin  io.Reader
	Stdout io.Writer      // gets standard output raw instead of the log, if set
	Prefix string         // of each line in the log: the hub's name, as a rule
	Show   string         // the command as it is announced; empty: not announced
	Brief  string         // the same as people know it, where there is little room: see Briefly
	Quiet  bool           // keep output out of the log; it is in the error if the process fails
	Dies   syscall.Signal // what it gets if this run dies, even by SIGKILL: SIGTERM if 0. unshare ignores that while it has a child
}

// String returns the command as it is announced, or as it could be typed if it is not announced.
func (c Cmd) String() string {
	if c.Show != "" {
		return c.Show
	}
	return Quote(c.Name, c.Args...)
}

// Log takes finished lines, from several processes at once.
type Log interface {
	Command(prefix, command string)
	Line(prefix, line string)
}

// Briefly is a Log that has little room for commands.
type Briefly interface {
	Brief(prefix, brief, command string)
}

// Runner runs processes in one environment.
type Runner struct {
	Env    []string            // what every child gets
	Named  []string            // what every child gets, secret or not, because the operator says so
	Grants map[string][]string // by a program's name: variables that it alone gets
	Log    Log
	Redact *redact.Redactor
	Grace  time.Duration // between SIGTERM and SIGKILL; twenty seconds if zero
}

// Error is a process that failed. Command and Output are redacted.
type Error struct {
	Command string
	Output  string // the last lines of standard error and output, together
	Logged  bool   // the output is in the log
	Code    int    // exit code; -1 when it did not start or was killed
	Err     error
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %v", shorten(e.Command), e.Err)
	if cause := Cause(e.Output); cause != "" {
		text += ": " + cause
	}
	return text
}

// shorten keeps an error readable: a long command was announced before it ran.
func shorten(command string) string {
	const most = 160
	if len(command) <= most {
		return command
	}
	return strings.ToValidUTF8(command[:most], "") + " …"
}

func (e *Error) Unwrap() error { return e.Err }

// Run runs the process to its end; its output goes to the log.
func (r *Runner) Run(ctx context.Context, c Cmd) error {
	tail, masked := &tailBuffer{max: 16 << 10}, r.Redact.Stream()
	lines := &lineWriter{emit: func(line string) {
		line = masked(line)
		tail.add(line)
		if !c.Quiet {
			r.Log.Line(c.Prefix, line)
		}
	}}
	r.announce(c)
	if err := r.refuseSecrets(c); err != nil {
		return err
	}
	cmd := r.command(ctx, c)
	cmd.Stderr = lines
	cmd.Stdout = lines
	if c.Stdout != nil {
		cmd.Stdout = c.Stdout
	}
	err := cmd.Start()
	if err == nil {
		end := killInHurry(ctx, cmd.Process.Pid)
		err = cmd.Wait()
		end()
	}
	if ctx.Err() != nil && cmd.Process != nil {
		// Kill what is left of the group. The leader has ended, so an error here concerns nothing.
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
	lines.flush()
	if err == nil {
		return nil
	}
	return r.failure(ctx, c, tail.String(), err)
}

// announce says that a command is about to run.
func (r *Runner) announce(c Cmd) {
	if c.Show == "" {
		return
	}
	if log, can := r.Log.(Briefly); can && c.Brief != "" {
		log.Brief(c.Prefix, r.Redact.Mask(c.Brief), r.Redact.Mask(c.Show))
		return
	}
	r.Log.Command(c.Prefix, r.Redact.Mask(c.Show))
}

// Output runs the process and returns its standard output, which is not logged.
func (r *Runner) Output(ctx context.Context, c Cmd) ([]byte, error) {
	var out bytes.Buffer
	c.Stdout, c.Quiet = &out, true
	err := r.Run(ctx, c)
	return out.Bytes(), err
}

// Start starts a process that outlives this one, in a session of its own, its output in the file at logPath.
// It returns the process's ID.
func (r *Runner) Start(c Cmd, logPath string) (pid int, err error) {
	if err := r.refuseSecrets(c); err != nil {
		return 0, err
	}
	logFile, err := os.OpenFile(logPath, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600) // #nosec G304 -- the caller's own state directory
	if err != nil {
		return 0, fmt.Errorf("opening log: %w", err)
	}
	defer func() { _ = logFile.Close() }()
	// It must outlive any context of ours.
	cmd := exec.CommandContext(context.Background(), c.Name, c.Args...) // #nosec G204 -- running commands is what this package is for
	cmd.Dir, cmd.Env = c.Dir, r.environmentOf(c)
	cmd.Stdout, cmd.Stderr = logFile, logFile
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return 0, &Error{Command: Quote(c.Name, c.Args...), Code: -1, Err: err}
	}
	pid = cmd.Process.Pid
	return pid, cmd.Process.Release()
}

// LookPath finds a program on PATH.
func LookPath(name string) (string, error) { return exec.LookPath(name) }

func (r *Runner) command(ctx context.Context, c Cmd) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.Name, c.Args...) // #nosec G204 -- running commands is what this package is for
	cmd.Dir, cmd.Stdin = c.Dir, c.Stdin
	cmd.Env = r.environmentOf(c)
	// A group of its own: the terminal's Ctrl-C reaches us alone, and a signal from us reaches all of its children.
	cmd.SysProcAttr = withParent(&syscall.SysProcAttr{Setpgid: true}, cmp.Or(c.Dies, syscall.SIGTERM))
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = cmp.Or(r.Grace, defaultGrace)
	return cmd
}

func (r *Runner) failure(ctx context.Context, c Cmd, output string, err error) error {
	code := -1
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code = exit.ExitCode()
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return &Error{
		Command: r.Redact.Mask(c.String()),
		Output:  r.Redact.Mask(output), Logged: !c.Quiet, Code: code, Err: err,
	}
}

// Output returns what the failed process behind err printed last, or "".
func Output(err error) string {
	if failed := (*Error)(nil); errors.As(err, &failed) {
		return failed.Output
	}
	return ""
}
