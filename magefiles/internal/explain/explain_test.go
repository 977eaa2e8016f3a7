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

		"no branch owns hub a by hubops.yaml of origin/main, which decides":                                                                              "no-branch-at-origin",
		"hub of branch a by hubops.yaml of origin/main, which decides; the branch is b":                                                                  "other-branch-at-origin",
		"changed since revision 3: chart; to be refused, for the image is not signed and there is no key to sign it with":                                "signature-refused",
		"changed since revision 3: chart; after its signature is verified":                                                                               "release-changed",
		"the registry has t0123, not signed: it was pushed without the key, or by somebody else, and no run signs what it has not built":                 "image-unsigned",
		"waits for round 1, which failed at lab: ALLOW_EARLY=a deploys it now":                                                                           "round-failed",
		"waits for round 1, which is not done: lab":                                                                                                      "round-not-done",
		"unchanged since revision 3, and round 2 gets another hub-ops or helm: this one has it first":                                                    "round-tool",
		"scheduled build of main: changed since revision 3: chart; no hub of an earlier round has got it yet: a push begins":                             "resume-not-begun",
		"built elsewhere; example.org/r:1 is not in its registry":                                                                                        "elsewhere-missing",
		"hubops.yaml:3: images.r: example.org/r:1 is not in its registry":                                                                                "elsewhere-absent",
		"t1 names sha256:ab in the registry, and sha256:cd when revision 3 was deployed: it was built anew, or somebody else replaced it":                "image-doubted",
		"hubops.yaml:3: images.r: r:1 names sha256:ab now, and sha256:cd when revision 3 was deployed: it was built anew there, or somebody replaced it": "elsewhere-doubted",
		"images.r: r:1 names sha256:ab now, and sha256:cd in revision 3":                                                                                 "elsewhere-moved",
	} {
		if topic, err := Of(text); err != nil || topic.Code != want {
			t.Errorf("%q is %q: %v", text, topic.Code, err)
		}
	}
}
