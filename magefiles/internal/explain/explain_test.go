package explain

import (
	"strings"
	"testing"
)

func TestEveryCodeIsExplainedOnce(t *testing.T) {
	seen := map[string]string{}
	for _, topic := range Topics() {
		if before, twice := seen[topic.Code]; twice {
			t.Errorf("%s is a %s and a %s", topic.Code, before, topic.Sort)
		}
		seen[topic.Code] = topic.Sort
		if topic.Means == "" || topic.Page == "" || topic.Sort != "exit code" && (topic.Says == "" || len(topic.Do) == 0) {
			t.Errorf("%s is not explained in full", topic.Code)
		}
		if found, err := Of(topic.Code); err != nil || found.Sort != topic.Sort {
			t.Errorf("%s: %v %v", topic.Code, found, err)
		}
		for line := range strings.SplitSeq(topic.String(), "\n") {
			if len(line) > 100 {
				t.Errorf("%s: a line of %d characters: %s", topic.Code, len(line), line)
			}
		}
	}
}

func TestAMisspeltCodeHasTheNearestProposed(t *testing.T) {
	for code, want := range map[string]string{
		"image-notfound": "did you mean image-not-found?", "Base-Unpinnd": "did you mean base-unpinned?", "xyzzyxyzzy": "the codes are admission, ",
	} {
		if _, err := Of(code); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestAReasonIsKnownByWhatThePlanSays(t *testing.T) {
	for text, want := range map[string]string{
		"unchanged since revision 12":                              "release-unchanged",
		"changed since revision 3: chart, values":                  "release-changed",
		"image missing in registry":                                "image-missing",
		"hub of branch master, the branch is staging":              "other-branch",
		"stuck: pending-upgrade since 12m0s, begun by travis-12":   "release-stuck",
		"context changed: Dockerfile, environment.yml (3 commits)": "context-changed",
		"push to staging, which owns it":                           "owned",
	} {
		if topic, err := Of(text); err != nil || topic.Code != want {
			t.Errorf("%q is %q: %v", text, topic.Code, err)
		}
	}
}
