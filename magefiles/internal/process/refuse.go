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
	return slices.Concat([]string{noColour}, clean, r.Grants[filepath.Base(program)], r.Named)
}

// environmentOf returns the variables of a child: what its program gets, less what the command takes away, and the command's own.
func (r *Runner) environmentOf(c Cmd) []string {
	given := r.Environment(c.Name)
	var own []string
	for _, entry := range c.Env {
		if strings.Contains(entry, "=") {
			own = append(own, entry)
			continue
		}
		prefix, open := strings.CutSuffix(entry, "*")
		given = slices.DeleteFunc(given, func(pair string) bool {
			name, _, _ := strings.Cut(pair, "=")
			return name == entry || open && strings.HasPrefix(name, prefix)
		})
	}
	return slices.Concat(given, own)
}

// noColour asks programs for no colours (no-color.org): what they say goes into a log, and colours of it are left out there. A variable of
// the run's own that is named so comes after it, and counts.
const noColour = "NO_COLOR=1"

func isProxy(name string) bool { return strings.HasSuffix(strings.ToUpper(name), "_PROXY") }
