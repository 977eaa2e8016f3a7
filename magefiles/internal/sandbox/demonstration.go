package sandbox

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox/hubimage"
)

// demo is the demonstration project, the chart that its hubs depend on, and the program in their images. REGISTRY
// stands for the registry's address, HUBIMAGE for the image of a JupyterHub, SPAWN for whether a user's server is tried, LINK for an option of COPY.
//
//go:embed all:demo
var demo embed.FS

// demoHubs are the hubs whose image contexts get the program.
var demoHubs = []string{"demo-hub", "demo-test"}

// Password lets people into the hubs of the demonstration, under any name.
const Password = "course-of-2026"

// Demonstration is the project that shows what hub-ops does.
type Demonstration struct {
	Root       string
	JupyterHub bool // its hubs are JupyterHubs; otherwise a small program stands in their place
}

// Demonstration makes the demonstration project, a small Git repository with two hubs, in the sandbox's directory, and
// puts the chart that they depend on into the sandbox's registry. If the project is there, it is left as it is.
func (s *Sandbox) Demonstration(ctx context.Context, state *State, helmClient *helm.Client) (made Demonstration, err error) {
	made.Root = s.path("demonstration")
	if _, err := os.Stat(made.Root); err == nil {
		_, err := os.Stat(filepath.Join(made.Root, "user-images", demoHubs[0], "hello"))
		made.JupyterHub = errors.Is(err, fs.ErrNotExist)
		return made, nil
	}
	if made.JupyterHub, err = s.hubImage(ctx, state); err != nil {
		return made, err
	}
	part := made.Root + ".part"
	if err := os.RemoveAll(part); err != nil {
		return made, err
	}
	for _, tree := range trees(made.JupyterHub) {
		if err := writeTree(tree, part, words(state, made.JupyterHub)); err != nil {
			return made, err
		}
	}
	if !made.JupyterHub {
		if err := s.addProgram(ctx, part); err != nil {
			return made, err
		}
	}
	if err := s.commit(ctx, part); err != nil {
		return made, err
	}
	if err := s.publishChart(ctx, state, helmClient); err != nil {
		return made, err
	}
	return made, os.Rename(part, made.Root)
}

// What the hubs of a demonstration can be.
const (
	JupyterHub = "jupyterhub"
	Program    = "program" // a small one in its place
)

// hubImage puts the image of a JupyterHub into the sandbox's registry, if there is to be one.
func (s *Sandbox) hubImage(ctx context.Context, state *State) (there bool, err error) {
	image := s.HubImage()
	var why string
	switch {
	case s.Hub == Program:
		why = "SANDBOX_HUB=" + Program
	case !state.RunsContainers():
		why = "nodes are played, and run nothing"
	default:
		why = image.Missing(ctx)
	}
	switch {
	case why != "" && s.Hub == JupyterHub:
		return false, exit.Errorf(exit.Setup, "the demonstration cannot be a JupyterHub: %s", why).Try("SANDBOX_HUB=program takes a small program in its place")
	case why != "":
		s.Console.Info("", "the demonstration's hubs are a small program in place of a JupyterHub: %s", why)
		return false, nil
	}
	s.Console.Info("", "the demonstration's hubs are JupyterHubs, of Debian's packages")
	err = s.imageFailed
	if err == nil {
		err = s.MakeImage(ctx)
	}
	switch {
	case err == nil:
		return true, image.Push(ctx, state.Registry, s.blobs())
	case s.Hub == JupyterHub || ctx.Err() != nil:
		return false, err
	}
	s.Console.Problem("", "the demonstration's hubs are a small program in place of a JupyterHub, whose image cannot be made: %v", err)
	return false, nil
}

// makesImage returns the image of the demonstration's hubs if it is to be made, and can be, beside the start; nil otherwise.
func (s *Sandbox) makesImage(ctx context.Context, nodes nodes) *hubimage.Image {
	image := s.HubImage()
	if !s.Demonstrates || nodes.kind != Real || s.Hub == Program || image.There() || image.Missing(ctx) != "" {
		return nil
	}
	return &image
}

// startAndMake starts the sandbox, and meanwhile makes the image of the demonstration's hubs, if it is not nil: one waits for the processor, the other
// for the network. Demonstration tells if that fails, and does not try a second time.
func (s *Sandbox) startAndMake(ctx context.Context, nodes nodes, image *hubimage.Image) (*State, error) {
	if image == nil {
		return s.start(ctx, nodes)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var making sync.WaitGroup
	making.Go(func() {
		if err := image.Ensure(ctx); err != nil && ctx.Err() == nil {
			s.imageFailed = err
		}
	})
	state, err := s.start(ctx, nodes)
	if err != nil {
		stop()
	}
	making.Wait()
	return state, err
}

// MakeImage makes the image of the demonstration's hubs, unless it is in the cache.
func (s *Sandbox) MakeImage(ctx context.Context) error {
	image := s.HubImage()
	if !image.There() {
		if err := s.Tools.CheckDisk(nil, besideOf(&image)...); err != nil {
			return err
		}
	}
	return image.Ensure(ctx)
}

// HubImage is the image of the demonstration's hubs.
func (s *Sandbox) HubImage() hubimage.Image {
	return hubimage.Image{Run: s.Run, Console: s.Console, Cache: s.Tools.Cache}
}

// trees are the directories that make the project, later ones over earlier ones.
func trees(jupyterHub bool) []string {
	if jupyterHub {
		return []string{"demo/project", "demo/jupyterhub"}
	}
	return []string{"demo/project"}
}

// words are what stands for others in the project's files.
func words(state *State, jupyterHub bool) *strings.Replacer {
	image, link := "", ""
	if jupyterHub {
		image = hubimage.Name(state.Registry)
	}
	if state.BuildKit != "" {
		link = "--link " // which spares the unpacking of the image below, and which older engines do not know
	}
	return strings.NewReplacer("REGISTRY", state.Registry, "HUBIMAGE", image, "SPAWN", strconv.FormatBool(jupyterHub), "LINK ", link)
}

// chartWords are those in the files of the chart, whose templates have names in capitals too.
func chartWords() *strings.Replacer {
	return strings.NewReplacer("password: PASSWORD", "password: "+Password)
}

// writeTree writes embedded files to dest.
func writeTree(from, dest string, words *strings.Replacer) error {
	return fs.WalkDir(demo, from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(dest, filepath.FromSlash(strings.TrimPrefix(name, from)))
		if entry.IsDir() {
			return os.MkdirAll(target, 0o750)
		}
		content, err := demo.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(target, []byte(words.Replace(string(content))), 0o600)
	})
}

// goEnvironment overrides the operator's settings of Go for what is compiled for the sandbox.
var goEnvironment = []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=", "GOFLAGS=", "GOWORK=off"}

// addProgram compiles the program that the demonstration's images hold: the same bytes each time, so that an image of
// a second run is the first run's.
func (s *Sandbox) addProgram(ctx context.Context, root string) error {
	source := s.path("hello.go")
	content, err := demo.ReadFile("demo/hello/main.go.txt")
	if err != nil {
		return err
	}
	if err := os.WriteFile(source, content, 0o600); err != nil {
		return err
	}
	for _, name := range demoHubs {
		args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", filepath.Join(root, "user-images", name, "hello"), source}
		err := s.Run.Run(ctx, process.Cmd{Name: "go", Args: args, Dir: s.Dir, Env: goEnvironment, Quiet: true})
		if err != nil {
			return fmt.Errorf("compiling the demonstration's program: %w", err)
		}
	}
	return nil
}

// commit makes the project a Git repository with one commit, at a fixed date: the same commit each time.
func (s *Sandbox) commit(ctx context.Context, root string) error {
	const date = "2026-01-01T00:00:00Z"
	env := []string{
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull, "GIT_AUTHOR_DATE=" + date, "GIT_COMMITTER_DATE=" + date,
		"GIT_AUTHOR_NAME=sandbox", "GIT_AUTHOR_EMAIL=sandbox@localhost", "GIT_COMMITTER_NAME=sandbox", "GIT_COMMITTER_EMAIL=sandbox@localhost",
	}
	for _, args := range [][]string{
		{"init", "--quiet", "--initial-branch", "master"}, {"add", "--all"}, {"commit", "--quiet", "--message", "two hubs"},
	} {
		if err := s.Run.Run(ctx, process.Cmd{Name: "git", Args: args, Dir: root, Env: env, Quiet: true}); err != nil {
			return fmt.Errorf("committing the demonstration project: %w", err)
		}
	}
	return nil
}

// publishChart packages the chart that the demonstration's hubs depend on, and pushes it to the sandbox's registry.
func (s *Sandbox) publishChart(ctx context.Context, state *State, helmClient *helm.Client) error {
	chart := s.path("classroom")
	if err := writeTree("demo/classroom", chart, chartWords()); err != nil {
		return err
	}
	if err := helmClient.Publish(ctx, chart, "oci://"+state.Registry+"/charts", s.Dir); err != nil {
		return fmt.Errorf("publishing the demonstration's chart: %w", err)
	}
	return nil
}
