package helm

import (
	"fmt"
	"regexp"
	"strings"

	"hub-ops/magefiles/internal/layout"
)

// What helm 3 and helm 4 say of an object that is in the way: one of a hook, and one of the release.
var (
	hookInTheWay = regexp.MustCompile(`Hook (\S+) (\S+) failed: (?:.|\n)*?(\S+) "([^"]+)" already exists`)
	inTheWay     = regexp.MustCompile(`(?i:unable to continue with (?:install|update)): (\S+) "([^"]+)" in namespace "([^"]*)" exists and cannot be imported`)
	otherRelease = regexp.MustCompile(`key "meta\.helm\.sh/release-name" must equal "[^"]*": current value is "([^"]+)"`)
)

// leftover says what to do about an object that an earlier run or somebody else has left, so that helm cannot make it; "" if it was
// something else. To deploy again never helps. kubectl is how the command begins.
func leftover(output string, at layout.Address, kubectl string) string {
	if m := hookInTheWay.FindStringSubmatch(output); m != nil {
		return fmt.Sprintf("%s %s of the hook %s (%s) is left over from an earlier run, and the hook's delete policy leaves it there; to deploy again does not help: delete it: "+
			"%s --namespace %s delete %s %s; the policy before-hook-creation lets helm do that", m[3], m[4], m[1], m[2], kubectl, at.Namespace, m[3], m[4])
	}
	m := inTheWay.FindStringSubmatch(output)
	if m == nil {
		return ""
	}
	kind, name, namespace := strings.ToLower(m[1]), m[2], m[3]
	where, flag := " of namespace "+namespace, " --namespace "+namespace
	if namespace == "" {
		where, flag = "", ""
	}
	adopt := fmt.Sprintf("%[1]s%[2]s annotate %[3]s %[4]s meta.helm.sh/release-name=%[5]s meta.helm.sh/release-namespace=%[6]s, and %[1]s%[2]s label %[3]s %[4]s app.kubernetes.io/managed-by=Helm",
		kubectl, flag, kind, name, at.Release, at.Namespace)
	if other := otherRelease.FindStringSubmatch(output); other != nil && other[1] != at.Release {
		return fmt.Sprintf("%s/%s%s is there already, and belongs to release %s: give it another name in one of the charts", kind, name, where, other[1])
	}
	if kind == "persistentvolumeclaim" || kind == "persistentvolume" || kind == "namespace" {
		return fmt.Sprintf("%s/%s%s is there already, and is no part of the release: to deploy again does not help; to make it one, with all data on it: %s", kind, name, where, adopt)
	}
	return fmt.Sprintf("%s/%s%s is there already, and is no part of the release: it may be left over, from a hook or from something made by hand; to deploy again does not help: "+
		"delete it if nobody needs it: %s%s delete %s %s; or make it a part of the release: %s", kind, name, where, kubectl, flag, kind, name, adopt)
}
