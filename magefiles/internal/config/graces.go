package config

import (
	"time"

	"hub-ops/magefiles/internal/exit"
)

// checkGraces refuses a patience that is less than none.
func (c *Config) checkGraces() error {
	for _, grace := range []struct {
		name  string
		value time.Duration
	}{
		{"watch.fail_after (FAIL_AFTER)", c.FailAfter},
		{"watch.pull_grace (PULL_GRACE)", c.PullGrace},
		{"watch.scale_up_grace (SCALE_UP_GRACE)", c.ScaleUpGrace},
		{"watch.api_grace (API_GRACE)", c.APIGrace},
	} {
		if grace.value < 0 {
			return exit.Input("%s is %s: a time cannot be negative", grace.name, grace.value)
		}
	}
	return nil
}
