package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/process"
)

// Trial is a script that an image is to run once, to see what it can do.
type Trial struct {
	Hub       string
	Reference string // of an image that the builder has
	ID        string // of that image: another one that the reference names is not tried; "": any is
	Nonce     string // a word of its own, which names the container
	Script    string // for sh -c: it is given to the image's entry point, as a hub gives it a user's server
	Memory    int64  // bytes that it may use; BuildKit knows no such limit
	Platform  string // of an image for several: BuildKit alone makes those
}

// Trier runs scripts in images: as the user that the image has, without a network. What the script prints goes to out. An error says why it
// did not come to its end; the caller's context limits its time. The container is gone afterwards, and soon after if this process is killed.
type Trier interface {
	Try(ctx context.Context, t Trial, out io.Writer) error
}

// The containers of trials, by a label and a name that says when they were made. None lasts so long; whatever is left of a run that was killed together
// with its engine is removed by the next.
const (
	tries        = "hub-ops.tries"
	triesName    = "hub-ops-try-"
	longestTrial = 2 * time.Hour
	mostRunning  = 1024 // processes in a container
)

// watching ends the script when its standard input does: when whoever holds the other end has died.
const watching = "exec 3<&0 </dev/null\n(while read -r line <&3; do :; done; kill -TERM $$) >/dev/null 2>&1 &\nexec 3<&-\n"

// Try runs the script in a container of the engine.
func (d *Docker) Try(ctx context.Context, t Trial, out io.Writer) error {
	return tryIn(ctx, &d.CLI, t, out)
}

// Try runs the script in a container of podman.
func (p *Podman) Try(ctx context.Context, t Trial, out io.Writer) error {
	return tryIn(ctx, &p.CLI, t, out, limits()...)
}

// limits are podman's options for what a container may open and start: podman itself would raise what this process may, and is not let on every
// machine.
func limits() []string {
	const processes = "nproc=4096:4096"
	var files unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &files); err != nil || files.Max > 1<<20 {
		files.Max = 1 << 20 // what podman gives
	}
	return []string{"--ulimit", processes, "--ulimit", fmt.Sprintf("nofile=%d:%d", files.Max, files.Max)}
}

func tryIn(ctx context.Context, c *engine.CLI, t Trial, out io.Writer, options ...string) error {
	image, err := c.Inspect(ctx, t.Reference)
	if err != nil {
		return err
	}
	if err := t.checkID(WithAlgorithm(image.ID)); err != nil {
		return err
	}
	if err := c.RemoveOld(ctx, tries, triesName, longestTrial); err != nil {
		return err
	}
	container := engine.NameOf(triesName, t.Nonce)
	defer c.End(ctx, container)
	held, end, err := os.Pipe() // the script lives as long as this process holds its end
	if err != nil {
		return err
	}
	defer func() { _ = errors.Join(end.Close(), held.Close()) }()
	args := []string{
		"run", "--rm", "--interactive", "--name", container, "--label", tries,
		"--network", "none", "--log-driver", "none", "--security-opt", "no-new-privileges", "--pids-limit", strconv.Itoa(mostRunning),
		"--memory", strconv.FormatInt(t.Memory, 10), "--memory-swap", strconv.FormatInt(t.Memory, 10),
	}
	args = append(append(args, options...), image.ID, "/bin/sh", "-c", watching+t.Script)
	err = c.Run.Run(ctx, process.Cmd{Name: c.Program, Args: args, Env: c.Env, Stdin: held, Stdout: out, Prefix: t.Hub, Quiet: true})
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%s run: %w", c.Program, briefly(err))
	}
	return err
}

// briefly leaves the script out of the error of a command that has it among its arguments.
func briefly(err error) error {
	failed := (*process.Error)(nil)
	if !errors.As(err, &failed) {
		return err
	}
	if cause := process.Cause(failed.Output); cause != "" {
		return fmt.Errorf("%w: %s", failed.Err, cause)
	}
	return failed.Err
}
