package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/process"
)

// Repo2docker is the program that builds an image from environment.yml or requirements.txt: repo2docker.readthedocs.io. It asks the Docker engine.
const Repo2docker = "jupyter-repo2docker"

// byRepo2docker has repo2docker build an image, and puts the labels on it that every image carries: by a build that changes nothing else. The user
// is the one as whom the public chart runs a user's server; the files lie beside the home directory, because a hub mounts the user's own over that.
// It runs in an empty directory: it executes a repo2docker_config.py of the one that it runs in.
func (d *Docker) byRepo2docker(ctx context.Context, b Build, from content.Exported) error {
	unlabelled := b.Reference + "-repo2docker"
	args := []string{
		"--no-run", "--user-id", "1000", "--user-name", "jovyan", "--target-repo-dir", "/srv/repo", "--Repo2Docker.platform=" + b.Content.BuiltFor()[0],
		"--image-name", unlabelled,
	}
	for _, arg := range b.Args() {
		args = append(args, "--build-arg", arg)
	}
	args = append(args, from.Context)
	if err := os.MkdirAll(from.Dockerfile, 0o700); err != nil {
		return err
	}
	if err := d.Run.Run(ctx, process.Cmd{Name: Repo2docker, Args: args, Dir: from.Dockerfile, Prefix: b.Hub, Show: process.Quote(Repo2docker, args...), Env: d.Env}); err != nil {
		return exit.With(exit.Build, fmt.Errorf("building the image of hub %s by repo2docker %s: %w", b.Hub, b.Content.Repo2docker, err))
	}
	defer func() { _, _ = d.Output(context.WithoutCancel(ctx), "image", "rm", unlabelled) }() // which takes the name away alone
	if err := os.WriteFile(filepath.Join(from.Dockerfile, "Dockerfile"), []byte("FROM "+unlabelled+"\n"), 0o600); err != nil {
		return err
	}
	label := []string{"build", "--tag", b.Reference, "--platform", b.Content.BuiltFor()[0]}
	for _, one := range b.labels() {
		label = append(label, "--label", one)
	}
	if d.BuildKit {
		label = append(label, "--progress", "plain", "--load")
	}
	if err := d.Start(ctx, b.Hub, process.Quote("docker", label...), append(label, from.Dockerfile)...); err != nil {
		return exit.With(exit.Build, fmt.Errorf("putting labels on the image of hub %s: %w", b.Hub, err))
	}
	return nil
}

// onlyDocker refuses an image that repo2docker is to build where the builder is another than Docker.
func onlyDocker(b Build, builder Builder) error {
	if b.Content.Repo2docker == "" {
		return nil
	}
	return exit.Input("%s has no Dockerfile, and repo2docker builds with Docker alone; the builder is %s", b.Content.Context.Path(), builder).
		Try("set BUILDER=docker, or write a Dockerfile")
}
