// Package toolchain finds the programs that hub-ops shells out to: on PATH in a fitting version, or built from the
// go.mod files in magefiles/tools, whose go.sum files check every byte that goes in.
package toolchain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/mod/modfile"
	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/run"
	"hub-ops/magefiles/internal/ui"
)

// Tool is a program and the module that it is built from.
type Tool struct {
	Name    string // of the binary
	Dir     string // of its go.mod, below the tools directory
	Package string
	Module  string // whose version the binary has
	stamp   bool   // Kubernetes: the version is linked in
	path    fit    // which one on PATH does as well; none if zero
}

const kubernetes = "k8s.io/kubernetes"

var tools = map[string]Tool{
	"helm":                    {Name: "helm", Dir: "helm", Package: "helm.sh/helm/v4/cmd/helm", Module: "helm.sh/helm/v4", path: helmFrom("v4.0.0", "v5.0.0")},
	"helm3":                   {Name: "helm", Dir: "helm3", Package: "helm.sh/helm/v3/cmd/helm", Module: "helm.sh/helm/v3", path: helmFrom("v3.13.0", "v4.0.0")},
	"kubectl":                 kubectl(),
	"kube-apiserver":          kubernetesTool("kube-apiserver"),
	"kube-controller-manager": kubernetesTool("kube-controller-manager"),
	"kube-scheduler":          kubernetesTool("kube-scheduler"),
	"etcd":                    {Name: "etcd", Dir: "etcd", Package: "go.etcd.io/etcd/server/v3", Module: "go.etcd.io/etcd/server/v3"},
	"kwok":                    {Name: "kwok", Dir: "kwok", Package: "sigs.k8s.io/kwok/cmd/kwok", Module: "sigs.k8s.io/kwok"},
	"kwokctl":                 {Name: "kwokctl", Dir: "kwok", Package: "sigs.k8s.io/kwok/cmd/kwokctl", Module: "sigs.k8s.io/kwok"},
	"crane":                   {Name: "crane", Dir: "crane", Package: "github.com/google/go-containerregistry/cmd/crane", Module: "github.com/google/go-containerregistry"},
	"hugo":                    {Name: "hugo", Dir: "hugo", Package: "github.com/gohugoio/hugo", Module: "github.com/gohugoio/hugo"},
	"golangci-lint":           {Name: "golangci-lint", Dir: "golangci-lint", Package: "github.com/golangci/golangci-lint/v2/cmd/golangci-lint", Module: "github.com/golangci/golangci-lint/v2"},
}

func kubernetesTool(name string) Tool {
	return Tool{Name: name, Dir: "kubernetes", Package: kubernetes + "/cmd/" + name, Module: kubernetes, stamp: true}
}

func kubectl() Tool {
	tool := kubernetesTool("kubectl")
	tool.path = fit{ask: []string{"version", "--client", "--output", "json"}, from: "v1.28.0", below: "v2.0.0"}
	return tool
}

// helmFrom: release labels came with 3.13.
func helmFrom(from, below string) fit {
	return fit{ask: []string{"version", "--template", "{{.Version}}"}, from: from, below: below}
}

// Box is where tools are kept.
type Box struct {
	Run     *run.Runner
	Console *ui.Console
	Modules string // directory of the modules
	Cache   string // directory of the built binaries
}

// Ensure returns the path of each named tool, by name, building what is missing, two at a time at the least: a
// build's last step, linking, keeps one core busy.
func (b *Box) Ensure(ctx context.Context, names ...string) (map[string]string, error) {
	paths := make([]string, len(names))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.NumCPU()/2))
	for i, name := range names {
		group.Go(func() (err error) {
			paths[i], err = b.ensure(ctx, tools[name])
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	byName := make(map[string]string, len(names))
	for i, name := range names {
		byName[name] = paths[i]
	}
	return byName, nil
}

func (b *Box) ensure(ctx context.Context, tool Tool) (string, error) {
	version, err := b.version(tool)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(b.Cache, "tools", tool.Name+"-"+version)
	binary := filepath.Join(dir, tool.Name)
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("no place for built tools: %w; set HUBOPS_CACHE to a directory that can be written", err)
	}
	// Another run may be building the same tool: wait for it, and take what it made.
	lock := flock.New(filepath.Join(dir, ".lock"))
	if _, err := lock.TryLockContext(ctx, time.Second/2); err != nil {
		return "", fmt.Errorf("waiting for another build of %s: %w", tool.Name, err)
	}
	defer func() { _ = lock.Unlock() }()
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	return binary, b.build(ctx, tool, version, binary)
}

// build compiles to a name of its own and renames: a binary is there whole, or not at all.
func (b *Box) build(ctx context.Context, tool Tool, version, binary string) error {
	start := time.Now()
	b.Console.Info("", "building %s %s (once; kept in %s)", tool.Name, version, b.Cache)
	defer b.Console.Beat(20*time.Second, "building "+tool.Name)()
	part := fmt.Sprintf("%s.%d.part", binary, os.Getpid())
	defer func() { _ = os.Remove(part) }()
	ldflags := "-s -w"
	if tool.stamp {
		major, rest, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
		minor, _, _ := strings.Cut(rest, ".")
		const at = " -X k8s.io/component-base/version."
		ldflags += at + "gitVersion=" + version + at + "gitMajor=" + major + at + "gitMinor=" + minor
	}
	err := b.Run.Run(ctx, run.Cmd{
		Name: "go", Args: []string{"build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags", ldflags, "-o", part, tool.Package},
		Dir: filepath.Join(b.Modules, tool.Dir), Quiet: true,
		Env: []string{"CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOOS=", "GOARCH="},
	})
	if err != nil {
		return fmt.Errorf("building %s %s: %w\n%s", tool.Name, version, err, run.Output(err))
	}
	if err := os.Rename(part, binary); err != nil {
		return err
	}
	b.Console.Info("", "built %s %s in %s", tool.Name, version, time.Since(start).Round(time.Second))
	return nil
}

// version reads the pinned version from the tool's go.mod.
func (b *Box) version(tool Tool) (string, error) {
	name := filepath.Join(b.Modules, tool.Dir, "go.mod")
	data, err := os.ReadFile(name) // #nosec G304 -- a file of the project
	if err != nil {
		return "", fmt.Errorf("reading the pin of %s: %w; HUBOPS_TOOLS names the directory of the tool modules", tool.Name, err)
	}
	file, err := modfile.ParseLax(name, data, nil)
	if err != nil {
		return "", err
	}
	for _, require := range file.Require {
		if require.Mod.Path == tool.Module {
			return require.Mod.Version, nil
		}
	}
	return "", errors.New(name + " does not require " + tool.Module)
}
