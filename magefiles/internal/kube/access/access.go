// Package access gives a run its own access to the cluster, so that it never writes to the operator's files. A source, or a
// cluster of a cloud, goes in; a private kubeconfig and the environment for kubectl and helm come out. Package connect calls it.
package access

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Access is the one cluster that a run can reach.
type Access struct {
	Kubeconfig string // private file, with this one context in it
	Context    string
	Server     string   // URL of the API server
	Cluster    string   // as the kubeconfig names it
	User       string   // as the kubeconfig names it
	Grants     []string // variables that a credential plugin needs; the caller sets them if there is one
	Plugin     bool     // a program that the kubeconfig names gets the token
	scratch    string
}

// Source is the kubeconfig and context that access is taken from.
type Source struct {
	Kubeconfig string // path or list of paths, as KUBECONFIG has it; the standard place if empty
	Context    string // the current one if empty
	Content    string // of a kubeconfig, plain or in base64, instead of a file
	CloudSDK   string // directory of the operator's gcloud configuration, for a plugin that asks gcloud; only read
}

// Check returns an error if there is nothing to take access from. It needs no kubectl, which would have to be built first.
func (from Source) Check() error {
	if from.Content != "" {
		return nil
	}
	for _, file := range filepath.SplitList(from.Kubeconfig) {
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	return errNoContext()
}

// Isolate copies the chosen context, and nothing else, into a kubeconfig below scratch. If the operator switches context or logs
// out during a run, the run goes on with the cluster that it began with.
func Isolate(ctx context.Context, runner *process.Runner, kubectl string, from Source, scratch string) (*Access, error) {
	args := []string{"config", "view", "--raw", "--minify", "--flatten", "--output", "json"}
	if from.Context != "" {
		args = append(args, "--context", from.Context)
	}
	file, err := from.file(scratch)
	if err != nil {
		return nil, err
	}
	var env []string
	if file != "" {
		env = []string{"KUBECONFIG=" + file}
	}
	out, err := runner.Output(ctx, process.Cmd{Name: kubectl, Args: args, Env: env})
	if err != nil {
		return nil, noCluster(from, err)
	}
	var content struct {
		Context string `json:"current-context"`
		Users   []struct {
			Name string
			User user
		}
		Clusters []struct {
			Name    string
			Cluster struct {
				Server string `json:"server"`
			} `json:"cluster"`
		} `json:"clusters"`
	}
	if err := json.Unmarshal(out, &content); err != nil || len(content.Clusters) != 1 {
		return nil, exit.With(exit.Setup, fmt.Errorf("the kubeconfig names no cluster for context %q", content.Context))
	}
	a := &Access{
		Kubeconfig: filepath.Join(scratch, "kubeconfig"), scratch: scratch,
		Context: content.Context, Server: content.Clusters[0].Cluster.Server, Cluster: content.Clusters[0].Name,
	}
	if len(content.Users) == 1 {
		user := content.Users[0].User
		a.User, a.Plugin = content.Users[0].Name, user.Exec != nil
		runner.Redact.Add(user.secrets()...)
	}
	if err := copyCloudSDK(from.CloudSDK, a.cloudSDK()); err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	return a, os.WriteFile(a.Kubeconfig, out, 0o600)
}

// user is a user of a kubeconfig.
type user struct {
	Token, Password string
	Key             string `json:"client-key-data"`
	Exec            *struct {
		Args []string
		Env  []struct{ Name, Value string }
	}
	AuthProvider struct{ Config map[string]string } `json:"auth-provider"` // as Kubernetes had them until 1.26
}

// secrets returns what of a user is secret: also what is given to its plugin, in whose errors it can be.
func (u user) secrets() []string {
	found := []string{u.Token, u.Password, u.Key}
	add := func(name, value string) {
		if config.LooksSecret(name) {
			found = append(found, value)
		}
	}
	for name, value := range u.AuthProvider.Config {
		add(name, value)
	}
	if u.Exec == nil {
		return found
	}
	for _, one := range u.Exec.Env {
		add(one.Name, one.Value)
	}
	for i, arg := range u.Exec.Args {
		name, value, has := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if !has && i+1 < len(u.Exec.Args) {
			value = u.Exec.Args[i+1]
		}
		if strings.HasPrefix(arg, "-") {
			add(name, value)
		}
	}
	return found
}

// file returns the kubeconfig to read, "" for the standard place. Content is written to the private directory first.
func (from Source) file(scratch string) (string, error) {
	if from.Content == "" {
		return from.Kubeconfig, nil
	}
	file := filepath.Join(scratch, "given-kubeconfig")
	return file, os.WriteFile(file, Decoded(from.Content), 0o600)
}

// Decoded returns the content of a variable that may be in base64, because CI systems take single lines.
func Decoded(content string) []byte {
	if decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(content), "")); err == nil {
		return decoded
	}
	return []byte(content)
}

// seldomCollect has kubectl and helm, which work for a second, collect garbage when their heap is five times what they need and not two
// times: that takes a tenth less of the processor, and some megabytes more.
const seldomCollect = "GOGC=400"

// Env returns the variables with which kubectl and helm reach only this cluster, and keep their files out of the
// operator's home.
func (a *Access) Env() []string {
	return append([]string{
		seldomCollect,
		"KUBECONFIG=" + a.Kubeconfig,
		"KUBECACHEDIR=" + filepath.Join(a.scratch, "kube-cache"),
		"HELM_CACHE_HOME=" + filepath.Join(a.scratch, "helm", "cache"),
		"HELM_CONFIG_HOME=" + filepath.Join(a.scratch, "helm", "config"),
		"HELM_DATA_HOME=" + filepath.Join(a.scratch, "helm", "data"),
		"CLOUDSDK_CONFIG=" + a.cloudSDK(),
	}, a.Grants...)
}

func (a *Access) cloudSDK() string { return filepath.Join(a.scratch, "gcloud") }

const remedy = "set KUBE_CONTEXT and HUBOPS_KUBECONFIG, or start a cluster on this machine with sandbox:up"

func errNoContext() error {
	return exit.Errorf(exit.Setup, "no cluster: no kubeconfig with a current context").Try(remedy)
}

func noCluster(from Source, err error) error {
	switch output := process.Output(err); {
	case strings.Contains(output, "current-context must exist"):
		return errNoContext()
	case strings.Contains(output, "cannot locate context"), strings.Contains(output, "does not exist"):
		return exit.Errorf(exit.Setup, "no cluster: the kubeconfig has no context %q", from.Context).Try(remedy)
	}
	return exit.With(exit.Setup, fmt.Errorf("reading the kubeconfig: %w", err))
}
