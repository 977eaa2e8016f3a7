package process

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
)

// refuseSecrets refuses a command line with a credential in it, because every process of the machine can read command lines.
func (r *Runner) refuseSecrets(c Cmd) error {
	if !slices.ContainsFunc(c.Args, r.Redact.HoldsCredential) {
		return nil
	}
	name := r.Redact.Mask(filepath.Base(c.Name))
	return &Error{Command: name, Code: -1, Err: errors.New("not started: a secret is among its arguments, where every process of this machine could read it")}
}

// Environment returns the variables that a program gets, by its name or path. Of what everybody gets it leaves out those whose value
// holds a credential although the name does not look so. Grants or Cmd.Env give one to a child that needs it. Every child needs the
// proxy.
func (r *Runner) Environment(program string) []string {
	var clean []string
	for _, pair := range r.Env {
		name, value, _ := strings.Cut(pair, "=")
		if isProxy(name) || !r.Redact.HoldsCredential(value) {
			clean = append(clean, pair)
		}
	}
	return slices.Concat(clean, r.Grants[filepath.Base(program)], r.Named)
}

func isProxy(name string) bool { return strings.HasSuffix(strings.ToUpper(name), "_PROXY") }
