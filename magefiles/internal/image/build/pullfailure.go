package build

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	// The classic builder ("Step 1/5 : FROM a:1") and Podman ("STEP 1/5: FROM a:1") announce each step; the last one failed.
	lastStep = regexp.MustCompile(`(?mi)^step \d+/\d+ ?: (.*)$`)
	// BuildKit says which image it was looking for.
	buildKitBase = regexp.MustCompile(`failed to resolve source metadata for (\S+): (.*)`)
)

// pullFailures are messages of registries and engines, each with its meaning.
var pullFailures = []struct {
	says  *regexp.Regexp
	means string
}{
	{regexp.MustCompile(`(?i)toomanyrequests|too many requests|rate limit`), "its registry limits how much may be pulled: log in to it, or try again later"},
	{regexp.MustCompile(`(?i)unauthorized|authentication required|no basic auth|access denied|denied:|forbidden|authorization failed`), "its registry wants a login, or knows no such repository"},
	{regexp.MustCompile(`(?i)not found|manifest unknown|name unknown`), "its registry has no such image: check name and tag"},
	{regexp.MustCompile(`(?i)no such host|connection refused|timeout|timed out|unreachable|handshake|certificate|reset by peer`), "its registry does not answer"},
}

// unpullable reads the output of a failed build, and returns in words which base could not be pulled, and why; "" if the build
// failed for another reason.
func unpullable(output string) string {
	base, why := "", ""
	if found := buildKitBase.FindAllStringSubmatch(output, -1); len(found) > 0 {
		base, why = found[len(found)-1][1], found[len(found)-1][2]
	} else if steps := lastStep.FindAllStringSubmatchIndex(output, -1); len(steps) > 0 {
		last := steps[len(steps)-1]
		words := strings.Fields(output[last[2]:last[3]])
		if len(words) < 2 || !strings.EqualFold(words[0], "FROM") {
			return ""
		}
		base, why = words[len(words)-1], output[last[1]:]
		if at := len(words) - 2; at > 1 && strings.EqualFold(words[at], "AS") {
			base = words[at-1]
		}
	}
	for _, failure := range pullFailures {
		if base != "" && failure.says.MatchString(why) {
			return fmt.Sprintf("the base %s cannot be pulled, %s", base, failure.means)
		}
	}
	return ""
}
