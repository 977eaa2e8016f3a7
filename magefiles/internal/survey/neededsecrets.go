package survey

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/secret"
)

// encrypted is in each file that git-crypt or SOPS has encrypted.
const encrypted = `GITCRYPT|ENC\[AES256_GCM`

// secretReader finds the images that encrypted files name. Nothing that it decrypts is kept.
type secretReader struct {
	surveyor *Surveyor
	repo     *git.Repo
	vault    *secret.Vault
	trusted  map[string]bool // commits whose files sops may be given: sops asks, with credentials, the servers that a file names
	deployed map[string]bool // hubs whose releases were read

	found  map[[sha256.Size]byte][]string // by the encrypted content
	failed map[[sha256.Size]byte]error
	told   map[string]bool // files that cannot be read, and need not be
}

// readSecrets makes a reader for the branches. What is checked out and the deploying branches are trusted.
func (s *Surveyor) readSecrets(ctx context.Context, repo *git.Repo, tips []git.Tip, deployed map[string]bool) (*secretReader, error) {
	r := &secretReader{
		surveyor: s, repo: repo, vault: s.to.Vault(), trusted: map[string]bool{}, deployed: deployed,
		found: map[[sha256.Size]byte][]string{}, failed: map[[sha256.Size]byte]error{}, told: map[string]bool{},
	}
	head, err := repo.Head(ctx)
	if err != nil {
		return nil, err
	}
	r.trusted[head.Hash] = true
	for _, tip := range tips {
		if slices.ContainsFunc(s.session.Config.Branches, func(b config.Branch) bool { return b.Name == tip.Branch }) {
			r.trusted[tip.Commit] = true
		}
	}
	if r.vault.GitCryptKey == "" && r.vault.KeyFile == "" {
		r.vault.KeyFile, err = repo.CryptKey(ctx)
	}
	return r, err
}

// neededBy adds what the encrypted files of a branch name. Where one cannot be read, what the release of its hub holds counts; a
// hub without a release is an error, because nobody knows what it needs.
func (r *secretReader) neededBy(ctx context.Context, tip git.Tip, needs Needs) error {
	files, err := r.repo.FilesWith(ctx, tip.Commit, encrypted)
	if err != nil {
		return err
	}
	for _, file := range files {
		content, err := r.repo.FileAt(ctx, tip.Commit, file)
		if err != nil {
			return err
		}
		named, err := r.read(ctx, tip, file, content)
		needs.name(named, "secret values of "+placeOf(tip)+" name it")
		if err != nil {
			if err := r.unread(tip, file, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// read finds the images that a file names; none if it is not encrypted after all.
func (r *secretReader) read(ctx context.Context, tip git.Tip, file string, content []byte) ([]string, error) {
	sum := sha256.Sum256(content)
	if found, known := r.found[sum]; known {
		return found, nil
	}
	form := secret.FormOf(content)
	switch {
	case form == secret.Plain:
		return nil, nil // Mentions has read it
	case r.failed[sum] != nil:
		return nil, r.failed[sum]
	case form == secret.SOPS && !r.trusted[tip.Commit]:
		return nil, fmt.Errorf("%s: encrypted by SOPS, and branch %s does not deploy: it may name any server", file, tip.Branch)
	}
	plain, err := r.vault.Open(ctx, file, content)
	if err != nil {
		r.failed[sum] = err
		return nil, err
	}
	r.found[sum] = anyImage.FindAllString(string(plain), -1)
	return r.found[sum], nil
}

// unread decides about a file that cannot be read. A file that is no hub's values, such as a key, names no image.
func (r *secretReader) unread(tip git.Tip, file string, err error) error {
	name := hubOf(file)
	switch {
	case name == "" || r.told[file]:
		return nil
	case r.deployed[name]:
		r.told[file] = true
		r.surveyor.session.Console.Info(name, "%s cannot be read here: what its release holds counts", file)
		return nil
	}
	return exit.Input("nothing is pruned: %s of %s cannot be read, and hub %s is not deployed, so which images it names is not known: %w", file, placeOf(tip), name, err).
		Try("prune where the secret values can be read")
}

// hubOf is the hub whose values a file holds, "" if it is none's.
func hubOf(file string) string {
	dir, rest, _ := strings.Cut(file, "/")
	switch dir {
	case hub.SecretsDir:
		return strings.TrimSuffix(path.Base(file), path.Ext(file))
	case hub.ChartsDir:
		name, _, _ := strings.Cut(rest, "/")
		return name
	}
	return ""
}
