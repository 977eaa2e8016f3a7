package git

import (
	"context"
	"strings"
	"time"

	"hub-ops/magefiles/internal/process"
)

// patience is how long to wait for the remote's answer.
const patience = 30 * time.Second

// Heads is what the remote "origin" says of its branches.
type Heads struct {
	Tip        string // the newest commit of the branch that was asked about; "" if the branch was deleted
	Default    string // the default branch; "" if that is not said
	DefaultTip string
}

// Heads asks the remote "origin" for the newest commit of a branch, and for its default branch, in one question. known is false if
// there is no such remote.
func (r *Repo) Heads(ctx context.Context, branch string) (heads Heads, known bool, err error) {
	if url, err := r.git(ctx, "config", "--get", "remote.origin.url"); err != nil || strings.TrimSpace(url) == "" {
		return heads, false, nil //nolint:nilerr // git fails if there is no such remote
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	asked := []string{"HEAD"}
	if branch != "" {
		asked = append(asked, "refs/heads/"+branch)
	}
	out, err := r.git(ctx, append([]string{"ls-remote", "--symref", "origin"}, asked...)...)
	if err != nil {
		return heads, true, err
	}
	return parseHeads(out, branch), true, nil
}

// parseHeads reads lines as "ref: refs/heads/main<tab>HEAD" and "<hash><tab>refs/heads/main". There are others: a pattern matches the
// ends of names too.
func parseHeads(listed, branch string) (heads Heads) {
	const prefix = "refs/heads/"
	tips := map[string]string{}
	for line := range strings.Lines(listed) {
		about, name, _ := strings.Cut(strings.TrimSpace(line), "\t")
		target, symbolic := strings.CutPrefix(about, "ref: ")
		switch {
		case symbolic && name == "HEAD" && strings.HasPrefix(target, prefix):
			heads.Default = strings.TrimPrefix(target, prefix)
		case !symbolic:
			tips[name] = about
		}
	}
	heads.Tip = tips[prefix+branch]
	heads.DefaultTip = tips["HEAD"]
	return heads
}

// Obtain fetches the newest commit of a branch of the remote "origin", unless the clone has it. It stays in the clone, as after "git fetch".
func (r *Repo) Obtain(ctx context.Context, branch, commit string) error {
	return r.obtain(ctx, "refs/heads/"+branch, commit)
}

// obtain fetches a commit by what origin calls it: a reference, or its hash.
func (r *Repo) obtain(ctx context.Context, called, commit string) error {
	there := func() error { _, err := r.git(ctx, "cat-file", "-e", commit+"^{tree}"); return err }
	if there() == nil {
		return nil
	}
	shallow, err := r.git(ctx, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return r.explain(err)
	}
	args := []string{"-c", "gc.auto=0", "-c", "maintenance.auto=false", "fetch", "--quiet", "--no-tags", "--no-recurse-submodules"}
	if strings.TrimSpace(shallow) == "true" { // in a full clone --depth would forget history
		args = append(args, "--depth=1")
	}
	fetching, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	_, err = r.run.Output(fetching, process.Cmd{
		Name: "git", Args: append(args, "origin", called), Dir: r.dir, Env: []string{"GIT_TERMINAL_PROMPT=0", "LC_ALL=C"},
	})
	if err != nil {
		return err
	}
	return there()
}
