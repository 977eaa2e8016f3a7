package connect

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/lint"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/secret"
)

// sopsRules is the file in which a repository says how sops encrypts new files.
const sopsRules = ".sops.yaml"

// Sealed is a file of secret values as it is to lie in the checkout.
type Sealed struct {
	Content []byte
	How     string // for people: encrypted by SOPS
}

// Seals reports whether the repository says what becomes of a new file of secret values: how it is encrypted, or that it need not be.
func (c *Connections) Seals(ctx context.Context, name string) (bool, error) {
	repo, err := c.Git(ctx)
	if err != nil {
		return false, err
	}
	filter, err := repo.FilterOf(ctx, name)
	if err != nil {
		return false, err
	}
	_, none := os.Stat(filepath.Join(c.session.Config.Root, sopsRules))
	return strings.HasPrefix(filter, "git-crypt") || none == nil || c.session.Config.Allows(lint.PlainSecret, name), nil
}

// Seal encrypts a new file of secret values in the way of the repository: that of .gitattributes, that of .sops.yaml, or that of the other files,
// which are named. In a clone that git-crypt has unlocked the file stays as it is, as the others there, once Git has shown that what it would take
// of it is encrypted. Bad input is a repository that encrypts nothing, unless its settings allow that for this file.
func (c *Connections) Seal(ctx context.Context, name string, plain []byte, others []string) (Sealed, error) {
	repo, err := c.Git(ctx)
	if err != nil {
		return Sealed{}, err
	}
	filter, err := repo.FilterOf(ctx, name)
	if err != nil {
		return Sealed{}, err
	}
	if strings.HasPrefix(filter, "git-crypt") {
		return c.sealGitCrypt(ctx, repo, name, plain)
	}
	rules, err := os.ReadFile(filepath.Join(c.session.Config.Root, sopsRules))
	if err == nil {
		return c.sealByRules(ctx, name, plain, rules)
	}
	for _, other := range others {
		content, err := c.Vault().AsItIs(other)
		if err != nil || secret.FormOf(content) != secret.SOPS {
			continue
		}
		to, err := secret.RecipientsOf(content)
		if err != nil {
			return Sealed{}, exit.Input("%s cannot be encrypted as %s is: %w", name, other, err).Try("write %s, which says how", sopsRules)
		}
		sealed, err := c.encryptSOPS(ctx, name, plain, to)
		sealed.How += ", for the keys of " + other
		return sealed, err
	}
	if c.session.Config.Allows(lint.PlainSecret, name) {
		return Sealed{plain, "in plain text: hubops.yaml, lint.allow, allows it"}, nil
	}
	return Sealed{}, exit.Input("nothing encrypts %s here, neither git-crypt by .gitattributes nor SOPS by %s: nothing was written", name, sopsRules).
		Try("write one of them first, and commit it")
}

// sealGitCrypt is Seal for a path that .gitattributes gives to git-crypt.
func (c *Connections) sealGitCrypt(ctx context.Context, repo *git.Repo, name string, plain []byte) (Sealed, error) {
	keys, err := repo.CryptKeys(ctx)
	if err != nil {
		return Sealed{}, err
	}
	if len(keys) == 0 {
		locked, err := c.Vault().Lock(name, plain)
		if err != nil {
			return Sealed{}, err
		}
		if !takes(ctx, repo, name, locked, locked) {
			return Sealed{}, exit.Input("%s: Git would not take what git-crypt has encrypted as it is: nothing was written", name).Try("unlock the clone with 'git-crypt unlock'")
		}
		return Sealed{locked, "encrypted by git-crypt, with the key of this run"}, nil
	}
	for _, key := range keys {
		opener, err := secret.ReadGitCryptKey(key)
		if err != nil {
			continue
		}
		if locked, err := opener.Seal(plain); err == nil && takes(ctx, repo, name, plain, locked) {
			return Sealed{plain, "Git takes it encrypted, by git-crypt; in this clone, which is unlocked, it is readable"}, nil
		}
	}
	return Sealed{}, exit.Input("%s: Git would not encrypt it, though .gitattributes gives it to git-crypt: nothing was written", name).
		Try("is git-crypt on PATH? run 'git-crypt unlock' again")
}

// takes reports whether Git would hold the second content if the first were added under a path.
func takes(ctx context.Context, repo *git.Repo, name string, added, held []byte) bool {
	taken, err := repo.Taken(ctx, name, added)
	if err != nil {
		return false
	}
	wanted, err := repo.Plainly(ctx, held)
	return err == nil && taken == wanted
}

// sealByRules is Seal for a repository with a .sops.yaml.
func (c *Connections) sealByRules(ctx context.Context, name string, plain, rules []byte) (Sealed, error) {
	what, err := secret.RulesAsk(rules)
	switch {
	case err != nil:
		return Sealed{}, err
	case what != "":
		return Sealed{}, exit.Input("%s has %s, by which SOPS may ask a service, and new:hub asks none: nothing was written", sopsRules, what).
			Try("make the hub on a machine where SOPS has a key of age or PGP, or write its files by hand and run 'sops edit %s'", name)
	}
	sealed, err := c.encryptSOPS(ctx, name, plain, secret.Recipients{})
	sealed.How += ", by the rules of " + sopsRules
	return sealed, err
}

// encryptSOPS pipes a file through sops: for some keys, or for those that .sops.yaml says. Nothing is written to disk.
func (c *Connections) encryptSOPS(ctx context.Context, name string, plain []byte, to secret.Recipients) (Sealed, error) {
	sops, err := c.session.Tools.Find(ctx, "sops")
	if err != nil {
		return Sealed{}, err
	}
	args := []string{"encrypt", "--filename-override", name, "--input-type", "yaml", "--output-type", "yaml"}
	if len(to.Age) > 0 {
		args = append(args, "--age", strings.Join(to.Age, ","))
	}
	if len(to.PGP) > 0 {
		args = append(args, "--pgp", strings.Join(to.PGP, ","))
	}
	out, err := c.session.Run.Output(ctx, process.Cmd{Name: sops, Args: append(args, "/dev/stdin"), Stdin: bytes.NewReader(plain), Dir: c.session.Config.Root})
	if err != nil {
		return Sealed{}, exit.Input("%s cannot be encrypted: %w: nothing was written", name, err).Try("give %s a rule whose path_regex fits it", sopsRules)
	}
	if secret.FormOf(out) != secret.SOPS || secret.IsPlain(out) {
		return Sealed{}, exit.Input("%s: SOPS leaves what is secret in it in plain text: nothing was written", name).Try("look at encrypted_regex and the like in %s", sopsRules)
	}
	return Sealed{out, "encrypted by SOPS"}, nil
}
