package config

import (
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/share"
)

// readShare reads SHARE, and whether SHARES can be read.
func (c *Config) readShare() (err error) {
	if c.Share, err = share.Parse(c.ShareText); err != nil {
		return err
	}
	if c.Share.All() && c.Shares != "" {
		return exit.Input("SHARES is set, and SHARE is not: which of them is this run's?").Try("set SHARE, such as SHARE=1/8, or unset SHARES")
	}
	if !c.Share.All() {
		_, err = share.Read(c.Shares, c.Share)
	}
	return err
}
