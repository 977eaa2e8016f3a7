package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/process"
)

// Try runs the script as a step of a build that is built on the image, and exports nothing. The container of a step ends with the build, and
// the build with buildctl, which ends with this process.
func (k *BuildKit) Try(ctx context.Context, t Trial, out io.Writer) error {
	dir, digest, made := k.layouts().Find(t.Reference)
	if !made {
		return fmt.Errorf("%w: %s", source.ErrNoImage, t.Reference)
	}
	if err := t.checkID(digest); err != nil {
		return err
	}
	built, err := k.Built(ctx, t.Reference)
	if err != nil {
		return err
	}
	if len(built) == 0 {
		return fmt.Errorf("%w: %s", source.ErrNoImage, t.Reference)
	}
	scratch, err := os.MkdirTemp(k.Scratch, "try-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	step, err := json.Marshal(append(append([]string{}, built[0].Config.Entrypoint...), "/bin/sh", "-c", t.Script))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(scratch, "Dockerfile"), []byte("FROM tried\nRUN --network=none "+string(step)+"\n"), 0o600); err != nil {
		return err
	}
	return k.tryOn(ctx, t.Platform, scratch, dir, digest, out)
}

// tryOn runs the step on one platform.
func (k *BuildKit) tryOn(ctx context.Context, platform, scratch, dir, digest string, out io.Writer) error {
	trace := filepath.Join(scratch, "trace")
	args := []string{
		"--addr", k.Address, "build", "--progress", "plain", "--trace", trace, "--frontend", "dockerfile.v0", "--no-cache",
		"--local", "context=" + scratch, "--local", "dockerfile=" + scratch,
		"--oci-layout", "tried=" + dir, "--opt", "context:tried=oci-layout://tried@" + digest, "--opt", "platform=" + platform,
	}
	failed := k.Run.Run(ctx, process.Cmd{Name: k.Path, Args: args, Env: []string{"DOCKER_CONFIG=" + k.config(), noEpoch}, Quiet: true})
	if err := printed(trace, out); err != nil && failed == nil {
		return err
	}
	if failed != nil && ctx.Err() == nil {
		return fmt.Errorf("buildctl build: %w", briefly(failed))
	}
	return failed
}

// printed hands on what the steps of a build printed, from the trace that buildctl writes: documents of SolveStatus, in client/graph.go of
// BuildKit's source.
func printed(trace string, out io.Writer) error {
	file, err := os.Open(trace) // #nosec G304 -- our own
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	for documents := json.NewDecoder(file); ; {
		var status struct {
			Logs []struct {
				Data []byte `json:"data"`
			} `json:"logs"`
		}
		if err := documents.Decode(&status); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading what buildctl tells: %w", err)
		}
		for _, log := range status.Logs {
			if _, err := out.Write(log.Data); err != nil {
				return err
			}
		}
	}
}
