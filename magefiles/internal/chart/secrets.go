package chart

import (
	"context"

	"hub-ops/magefiles/internal/exit"
)

// checkCopies refuses a file that contains the same as one of the repository's secrets. Whoever has no key can copy an encrypted file
// all the same, and a filter of Git's, which the repository chooses by an attribute, would decrypt it for the release.
func (c *Charts) checkCopies(ctx context.Context, names []string) error {
	secrets, err := c.secrets(ctx)
	if err != nil || len(secrets) == 0 {
		return err
	}
	hashes, err := c.files.Hashes(ctx, names...)
	if err != nil {
		return err
	}
	for _, name := range names {
		if file := secrets[hashes[name]]; file != "" {
			return exit.Input("%s: contains the same as %s: whoever can read the release would have it", name, file).
				Try("remove it; what a hub needs of its secrets goes into its file of secret values")
		}
	}
	return nil
}

// secrets returns what the repository's secret files contain: their names, by the hash of the content.
func (c *Charts) secrets(ctx context.Context) (map[string]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.secret != nil {
		return c.secret, nil
	}
	found, err := c.files.Secrets(ctx, c.places)
	if err == nil {
		c.secret = found
	}
	return found, err
}
