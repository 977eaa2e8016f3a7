package ui

import (
	"fmt"
	"strings"
	"time"
)

// Fold opens a section that the CI system can fold away, and returns what closes it. Without a CI system that folds it
// is a headline.
func (c *Console) Fold(title string) (end func()) {
	title = c.masked(title)
	name := strings.ReplaceAll(title, " ", "-")
	switch c.Folds {
	case "travis":
		// Undocumented, but what Travis's own build scripts print: travis-ci/travis-build, lib/travis/shell/generator.rb.
		c.raw("travis_fold:start:%s\r\x1b[0K%s\n", name, title)
		return func() { c.raw("travis_fold:end:%s\r\x1b[0K", name) }
	case "github": // docs.github.com/actions/reference/workflows-and-actions/workflow-commands
		c.raw("::group::%s\n", title)
		return func() { c.raw("::endgroup::\n") }
	case "gitlab": // docs.gitlab.com/ci/jobs/job_logs
		c.raw("\x1b[0Ksection_start:%d:%s\r\x1b[0K%s\n", time.Now().Unix(), name, title)
		return func() { c.raw("\x1b[0Ksection_end:%d:%s\r\x1b[0K\n", time.Now().Unix(), name) }
	}
	c.Info("", "── %s", title)
	return func() {}
}

func (c *Console) raw(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprintf(c.err, format, args...)
}
