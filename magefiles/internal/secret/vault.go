package secret

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/secretdir"
	"hub-ops/magefiles/internal/yamldoc"
	"hub-ops/magefiles/internal/yamlnode"
)

// Vault reads the secret files of a repository, decrypted in memory. The files stay as they are.
type Vault struct {
	Root        string
	GitCryptKey string // as GIT_CRYPT_KEY has it; "" if there is none
	KeyFile     string // file of the key, used if GitCryptKey is ""
	// SOPS decrypts a file that sops has encrypted.
	SOPS func(ctx context.Context, content []byte) ([]byte, error)
}

// Form is the way in which a file is encrypted, or not.
type Form string

// The forms of a file.
const (
	Plain    Form = "plain text"
	GitCrypt Form = "git-crypt"
	SOPS     Form = "SOPS"
)

// Read returns the content of the file root/name, decrypted. Bad input is a file that leads out of the repository, that
// is too large, or that cannot be decrypted; a file that is not there is fs.ErrNotExist.
func (v *Vault) Read(ctx context.Context, name string) ([]byte, error) {
	content, err := read(v.Root, name)
	if err != nil {
		return nil, err
	}
	return v.Open(ctx, name, content)
}

// Open decrypts the content of a file. name is the file's in errors.
func (v *Vault) Open(ctx context.Context, name string, content []byte) ([]byte, error) {
	switch FormOf(content) {
	case GitCrypt:
		return v.unlock(name, content)
	case SOPS:
		plain, err := v.SOPS(ctx, content)
		if err != nil {
			return nil, exit.Errorf(exit.BadInput, "%s: encrypted by SOPS, and cannot be decrypted: %w", name, err)
		}
		return plain, nil
	case Plain:
	}
	return content, nil
}

// AsItIs returns the content of the file root/name, encrypted or not. Errors are those of Read.
func (v *Vault) AsItIs(name string) ([]byte, error) { return read(v.Root, name) }

// Kept returns content for comparison, without starting a program: decrypted if git-crypt has encrypted the file, as it is if SOPS
// has.
func (v *Vault) Kept(name string) ([]byte, error) {
	content, err := read(v.Root, name)
	if err == nil && FormOf(content) == GitCrypt {
		return v.unlock(name, content)
	}
	return content, err
}

// Unlock decrypts content that git-crypt has encrypted, under the name of its file: with one of the keys that the clone was unlocked
// with, or else with the vault's. Bad input is content that none of them opens.
func (v *Vault) Unlock(name string, content []byte, clone [][]byte) ([]byte, error) {
	for _, key := range clone {
		if opener, err := ReadGitCryptKey(key); err == nil {
			if plain, err := opener.Open(content); err == nil {
				return plain, nil
			}
		}
	}
	return v.unlock(name, content)
}

// Lock encrypts content as git-crypt does, with the vault's key: for a clone that is locked. Bad input is a vault without one.
func (v *Vault) Lock(name string, plain []byte) ([]byte, error) {
	opener, _, err := v.key(name)
	if err != nil {
		return nil, err
	}
	return opener.Seal(plain)
}

// key returns the vault's key, and the variable that has it.
func (v *Vault) key(name string) (opener GitCryptKey, where string, err error) {
	key, where := []byte(v.GitCryptKey), "GIT_CRYPT_KEY"
	if len(key) == 0 && v.KeyFile != "" {
		var err error
		if key, err = os.ReadFile(v.KeyFile); err != nil { // #nosec G304 -- the operator names it
			return opener, where, exit.Input("GIT_CRYPT_KEY_FILE: %w", err)
		}
		where = "GIT_CRYPT_KEY_FILE"
	}
	if len(key) == 0 {
		return opener, where, exit.Input("%s: locked by git-crypt", name).Try("unlock the repository with 'git-crypt unlock', or give the key by GIT_CRYPT_KEY or GIT_CRYPT_KEY_FILE, then try again")
	}
	if opener, err = ReadGitCryptKey(key); err != nil {
		return opener, where, exit.Input("%s: %w", where, err)
	}
	return opener, where, nil
}

func (v *Vault) unlock(name string, content []byte) ([]byte, error) {
	opener, where, err := v.key(name)
	if err != nil {
		return nil, err
	}
	plain, err := opener.Open(content)
	if err != nil {
		return nil, exit.Input("%s: locked by git-crypt, and %s does not open it: %w", name, where, err)
	}
	return plain, nil
}

// read returns a file of the repository. It refuses one that is larger than any file of values, and a link in the directory of secrets: it
// would give a hub the secret values of another one.
func read(root, name string) ([]byte, error) {
	repository, err := os.OpenRoot(root) // a symbolic link cannot lead outside
	if err != nil {
		return nil, err
	}
	defer func() { _ = repository.Close() }()
	info, err := repository.Stat(filepath.FromSlash(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil:
		return nil, exit.Input("%s: %w", name, err)
	case !info.Mode().IsRegular():
		return nil, exit.Input("%s: neither a file nor a link to one", name)
	}
	if own, err := repository.Lstat(filepath.FromSlash(name)); err == nil && own.Mode()&fs.ModeSymlink != 0 && secretdir.Reaches(name) {
		return nil, exit.Input("%s: a link: each hub has secret values of its own", name).Try("write a file, encrypted, in its place")
	}
	file, err := repository.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, exit.Input("%s: %w", name, err)
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, yamldoc.Largest+1))
	if err != nil {
		return nil, exit.Input("%s: %w", name, err)
	}
	if len(content) > yamldoc.Largest {
		return nil, exit.Input("%s: larger than %d MiB: not a file of secret values", name, yamldoc.Largest>>20)
	}
	return content, nil
}

// FormOf recognises the form of a file: git-crypt by its header, SOPS by the key that it adds at the top level.
func FormOf(content []byte) Form {
	if Locked(content) {
		return GitCrypt
	}
	var document yaml.Node
	if yaml.Unmarshal(content, &document) != nil || len(document.Content) == 0 {
		return Plain
	}
	if own := yamlnode.At(document.Content[0], "sops"); own != nil && own.Kind == yaml.MappingNode {
		return SOPS
	}
	return Plain
}
