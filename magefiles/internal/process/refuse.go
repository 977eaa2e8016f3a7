package process

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
)

// refuseSecrets keeps a credential off a command line, which every process of the machine can read.
func (r *Runner) refuseSecrets(c Cmd) error {
	if !slices.ContainsFunc(c.Args, r.Redact.HoldsCredential) {
		return nil
	}
	name := r.Redact.Mask(filepath.Base(c.Name))
	return &Error{Command: name, Code: -1, Err: errors.New("not started: a secret is among its arguments, where every process of this machine could read it")}
}

// environment is what every child gets, less the variables that hold a credential under a name that does not say so, as
// GitLab's CI_REPOSITORY_URL does. Who needs one gets it by Grants or by Cmd.Env. A proxy is needed by all.
func (r *Runner) environment() []string {
	var clean []string
	for _, pair := range r.Env {
		name, value, _ := strings.Cut(pair, "=")
		if isProxy(name) || !r.Redact.HoldsCredential(value) {
			clean = append(clean, pair)
		}
	}
	return clean
}

func isProxy(name string) bool { return strings.HasSuffix(strings.ToUpper(name), "_PROXY") }
