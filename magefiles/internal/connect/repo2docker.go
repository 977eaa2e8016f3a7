package connect

import (
	"context"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/process"
)

// Repo2docker returns the version of the repo2docker that is installed, which is a part of the content of what it builds. recipe is the file that
// wants it.
func (c *Connections) Repo2docker(ctx context.Context, recipe string) (string, error) {
	version, err := c.repo2docker.Get(ctx, func(ctx context.Context) (string, error) {
		if _, err := process.LookPath(build.Repo2docker); err != nil {
			return "", exit.Errorf(exit.Setup, "%s is built by repo2docker, and that is not installed", recipe).
				Try("run 'pip install jupyter-repo2docker==<version>', one version wherever you build, or write a Dockerfile")
		}
		out, err := c.session.Run.Output(ctx, process.Cmd{Name: build.Repo2docker, Args: []string{"--version"}})
		if err != nil {
			return "", exit.Errorf(exit.Setup, "repo2docker does not say which version it is: %w", err)
		}
		return strings.TrimSpace(string(out)), nil
	})
	if err == nil && version == "" {
		err = exit.Errorf(exit.Setup, "repo2docker does not say which version it is")
	}
	return version, err
}
