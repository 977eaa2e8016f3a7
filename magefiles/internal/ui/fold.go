package ui

import (
	"fmt"
	"strings"
)

// Fold opens a section that the CI system can fold away, and returns what closes it. Without a CI system that folds it
// is a headline.
func (c *Console) Fold(title string) (end func()) {
	if c.Folds != "travis" {
		c.Info("", "── %s", title)
		return func() {}
	}
	// Undocumented, but what Travis's own build scripts print: travis-ci/travis-build, lib/travis/shell/generator.rb.
	name := strings.ReplaceAll(title, " ", "-")
	c.raw("travis_fold:start:%s\r\x1b[0K%s\n", name, title)
	return func() { c.raw("travis_fold:end:%s\r\x1b[0K", name) }
}

func (c *Console) raw(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprintf(c.err, format, args...)
}
