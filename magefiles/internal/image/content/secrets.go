package content

import (
	"context"
	"io"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/secret"
)

// An image is read by more people than the key of git-crypt opens files for. So nothing that it encrypts is part of one: anybody can copy a
// locked file into a build context, without the key, and a clone that is unlocked would build an image of what is in it.
func lockedFile(name string) error {
	return exit.Input("%s: locked by git-crypt, and whoever has the image could read what is in it", name).
		Try("remove it, or name it in .dockerignore; secret values belong in secrets/<hub>.yaml")
}

// checkSecrets refuses a file that contains the same as one of the repository's secrets.
func (s Source) checkSecrets(all *export) error {
	for _, file := range all.files {
		switch kept := s.Secrets[file.Hash]; kept {
		case "":
		case all.names[file.Path]:
			return exit.Input("%s: layout.secrets in hubops.yaml names it, and whoever has the image could read it", kept).Try("keep it in another directory, or name it in .dockerignore")
		default:
			return exit.Input("%s: contains the same as %s, and whoever has the image could read it", all.names[file.Path], kept).Try("remove it, or name it in .dockerignore")
		}
	}
	return nil
}

// checkCommitted refuses a file that HEAD has as a locked one, and the working tree does not: it was decrypted there, and an attribute that
// has gone since does not encrypt it any more.
func (s Source) checkCommitted(ctx context.Context, c Content, all *export) error {
	if !c.Dirty() {
		return nil
	}
	past, err := reader{s.Repo, git.Tree.CommittedObject}.look(ctx, c)
	if err != nil {
		return nil //nolint:nilerr // what HEAD has is not built, and may be what is being mended
	}
	committed := c.exported(past).byName()
	var other []git.File
	for _, file := range all.files {
		if was, there := committed[all.names[file.Path]]; there && was.Hash != file.Hash && was.Mode != git.Link && was.Mode != git.Submodule {
			was.Path = all.names[file.Path]
			other = append(other, was)
		}
	}
	return s.Repo.Blobs(ctx, other, func(file git.File, _ int64, content io.Reader) error {
		start := make([]byte, git.LargestPointer)
		read, _ := io.ReadFull(content, start)
		if secret.Locked(start[:read]) {
			return lockedFile(file.Path)
		}
		return nil
	})
}

func (e *export) byName() map[string]git.File {
	files := make(map[string]git.File, len(e.files))
	for _, file := range e.files {
		files[e.names[file.Path]] = file
	}
	return files
}
