package needed

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
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/secret"
	"hub-ops/magefiles/internal/ui"
)

// encrypted is in each file that git-crypt or SOPS has encrypted.
const encrypted = `GITCRYPT|ENC\[AES256_GCM`

// secretReader finds the images that encrypted files name. Nothing that it decrypts is kept.
type secretReader struct {
	console  *ui.Console
	settings *config.Config
	repo     *git.Repo
	vault    *secret.Vault
	trusted  map[string]bool // commits whose files sops may be given: sops asks, with credentials, the servers that a file names
	deployed map[string]bool // hubs whose releases were read

	found   map[[sha256.Size]byte][]string // by the encrypted content
	failed  map[[sha256.Size]byte]error
	holders map[string]*holders // by the commits of branches
	told    map[string]bool     // files that cannot be read, and need not be
}

// readSecrets makes a reader for the branches. What is checked out and the deploying branches are trusted.
func (f *finder) readSecrets(ctx context.Context, repo *git.Repo, tips []git.Tip, deployed map[string]bool) (*secretReader, error) {
	r := &secretReader{
		console: f.session.Console, settings: f.session.Config, repo: repo, vault: f.to.Vault(), trusted: map[string]bool{}, deployed: deployed,
		found: map[[sha256.Size]byte][]string{}, failed: map[[sha256.Size]byte]error{}, told: map[string]bool{}, holders: map[string]*holders{},
	}
	head, err := repo.Head(ctx)
	if err != nil {
		return nil, err
	}
	r.trusted[head.Hash] = true
	branches, err := f.to.Branches(ctx)
	if err != nil {
		return nil, err
	}
	for _, tip := range tips {
		if slices.ContainsFunc(branches, func(b config.Branch) bool { return b.Name == tip.Branch }) {
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
func (r *secretReader) neededBy(ctx context.Context, tip git.Tip, needs Images) error {
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
			if err := r.unread(ctx, tip, file, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// neededUncommitted is neededBy for the files as they are now, committed or not.
func (r *secretReader) neededUncommitted(ctx context.Context, needs Images) error {
	head, err := r.repo.Head(ctx)
	if err != nil {
		return err
	}
	files, err := r.repo.FilesHereWith(ctx, encrypted)
	if err != nil {
		return err
	}
	for _, file := range files {
		content, err := r.vault.AsItIs(file)
		if err != nil {
			return fmt.Errorf("nothing is pruned: %w", err)
		}
		tip := git.Tip{Branch: "HEAD", Commit: head.Hash}
		named, err := r.read(ctx, tip, file, content)
		needs.name(named, "secret values of a file here name it")
		if err != nil {
			if err := r.unread(ctx, tip, file, err); err != nil {
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

// unread decides about a file that cannot be read: what the release of its hub holds counts, and of each hub that has it where there are
// several. A file that is no hub's values, such as a key, names no image.
func (r *secretReader) unread(ctx context.Context, tip git.Tip, file string, failed error) error {
	if slices.Contains(append(r.settings.CredentialFiles(), hub.LoginFile, hub.GKEKeyFile), file) {
		return nil
	}
	names, err := r.hubsOf(ctx, tip, file)
	if err != nil {
		return fmt.Errorf("nothing is pruned: whose %s of %s is: %w", file, placeOf(tip), err)
	}
	for _, name := range names {
		if !r.deployed[name] {
			return exit.Input("nothing is pruned: %s of %s cannot be read, and hub %s is not deployed, so which images it names is not known: %w", file, placeOf(tip), name, failed).
				Try("prune where the secret values can be read")
		}
	}
	if len(names) > 0 && !r.told[file] {
		r.told[file] = true
		r.console.Info(names[0], "%s cannot be read here: what its release holds counts", file)
	}
	return nil
}

// hubsOf returns the hubs whose values a file of a branch holds, by that branch's own layout; none if it is none's.
func (r *secretReader) hubsOf(ctx context.Context, tip git.Tip, file string) ([]string, error) {
	holders := r.holders[tip.Commit]
	if holders == nil {
		content, err := r.repo.FileAt(ctx, tip.Commit, config.File)
		if err != nil {
			return nil, err
		}
		settings, err := r.settings.WithLayout(tip.Branch+":"+config.File, content)
		if err != nil {
			return nil, err
		}
		files, err := r.repo.FilesAt(ctx, tip.Commit)
		if err != nil {
			return nil, err
		}
		if holders, err = holdersOf(settings, files); err != nil {
			return nil, err
		}
		r.holders[tip.Commit] = holders
	}
	return holders.of(file), nil
}

// holders say whose values a file holds.
type holders struct {
	files    map[string][]string // hubs, by the files of their values
	charts   map[string][]string // hubs, by the directories of their charts
	patterns []string            // of files of secret values
}

// holdersOf finds them by the settings and the files of a branch.
func holdersOf(settings *config.Config, files []string) (*holders, error) {
	h := &holders{files: map[string][]string{}, charts: map[string][]string{}, patterns: settings.SecretPatterns()}
	places, err := settings.HubsAmong(files)
	if err != nil {
		return nil, err
	}
	for _, place := range places {
		located, err := settings.ValuesOf(place)
		if err != nil {
			return nil, err
		}
		for _, file := range slices.Concat(located.Values, located.Secrets) {
			h.files[file.Path] = append(h.files[file.Path], place.Name())
		}
		if located.ChartDir != "" {
			h.charts[located.ChartDir] = append(h.charts[located.ChartDir], place.Name())
		}
	}
	return h, nil
}

// of returns the hubs of a file. A hub whose secret values are there need not be there itself any more: then the file's name says which.
func (h *holders) of(file string) []string {
	names := slices.Clone(h.files[file])
	for dir, hubs := range h.charts {
		if dir == "." || strings.HasPrefix(file, dir+"/") {
			names = append(names, hubs...)
		}
	}
	if len(names) == 0 {
		names = h.byName(file)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (h *holders) byName(file string) []string {
	for _, pattern := range h.patterns {
		if n, fits := layout.Match(pattern, file); fits && n.Name() != "" {
			return []string{n.Name()}
		}
	}
	dir, rest, _ := strings.Cut(file, "/")
	switch name, _, below := strings.Cut(rest, "/"); {
	case dir == hub.SecretsDir:
		return []string{strings.TrimSuffix(path.Base(file), path.Ext(file))}
	case dir == hub.ChartsDir && below:
		return []string{name}
	}
	return nil
}
