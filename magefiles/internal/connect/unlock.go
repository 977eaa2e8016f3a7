package connect

import (
	"context"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/lint"
)

// unlockOfChart decrypts a file of a chart, if the settings allow that and the run may deploy. Anybody can copy a locked file into a chart,
// without the key, and a run that has the key would put what is in it into a release, or into the comment of a pull request.
func (c *Connections) unlockOfChart(ctx context.Context, name string, locked []byte) ([]byte, error) {
	if !c.session.Config.Allows(lint.LockedFile, name) {
		return nil, exit.Input("%s: locked by git-crypt, and whoever can read the release would have what is in it", name).
			Try("keep secret values in secrets/<hub>.yaml, or allow it in hubops.yaml, lint.allow: ['%s:%s']", lint.LockedFile, name)
	}
	why, err := c.Deploys(ctx)
	switch {
	case err != nil:
		return nil, err
	case why != "":
		return nil, exit.Input("%s: locked by git-crypt, and a run that may not deploy decrypts nothing of a chart: %s", name, why)
	}
	return c.unlock(ctx, name, locked)
}

// unlock decrypts a file with the keys that git-crypt keeps in the clone, or the one of the settings.
func (c *Connections) unlock(ctx context.Context, name string, locked []byte) ([]byte, error) {
	repo, err := c.Git(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := repo.CryptKeys(ctx)
	if err != nil {
		return nil, err
	}
	return c.Vault().Unlock(name, locked, keys)
}
