package helm

import (
	"testing"

	"hub-ops/magefiles/internal/layout"
)

func TestWhatIsInTheWay(t *testing.T) {
	const adopt = "kubectl --namespace y annotate serviceaccount hooked meta.helm.sh/release-name=a meta.helm.sh/release-namespace=a, and kubectl --namespace y label serviceaccount hooked app.kubernetes.io/managed-by=Helm"
	for name, test := range map[string]struct{ output, want string }{
		"a hook's": {
			"Error: failed pre-install: warning: Hook pre-install ll/templates/h.yaml failed: 1 error occurred:\n\t* serviceaccounts \"hooked\" already exists\n\n",
			`serviceaccounts hooked of the hook pre-install (ll/templates/h.yaml) is left over from an earlier run, and the hook's delete policy leaves it there; to deploy again does not help: delete it: ` +
				`kubectl --namespace a delete serviceaccounts hooked; the policy before-hook-creation lets helm do that`,
		},
		"helm 3": {
			`Error: Unable to continue with install: ServiceAccount "hooked" in namespace "y" exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"`,
			`serviceaccount/hooked of namespace y is there already, and is no part of the release: it may be left over, from a hook or from something made by hand; to deploy again does not help: ` +
				`delete it if nobody needs it: kubectl --namespace y delete serviceaccount hooked; or make it a part of the release: ` + adopt,
		},
		"another release's": {
			`Error: UPGRADE FAILED: unable to continue with update: ClusterRole "hub" in namespace "" exists and cannot be imported into the current release: invalid ownership metadata; annotation validation error: key "meta.helm.sh/release-name" must equal "a": current value is "b"`,
			`clusterrole/hub is there already, and belongs to release b: give it another name in one of the charts`,
		},
		"a claim": {
			`Error: unable to continue with install: PersistentVolumeClaim "db" in namespace "a" exists and cannot be imported into the current release: invalid ownership metadata`,
			`persistentvolumeclaim/db of namespace a is there already, and is no part of the release: to deploy again does not help; to make it one, with all data on it: ` +
				`kubectl --namespace a annotate persistentvolumeclaim db meta.helm.sh/release-name=a meta.helm.sh/release-namespace=a, and kubectl --namespace a label persistentvolumeclaim db app.kubernetes.io/managed-by=Helm`,
		},
		"something else": {`Error: failed pre-install: 1 error occurred:` + "\n\t* timed out\n", ""},
	} {
		if got := leftover(test.output, layout.Plain("a"), "kubectl"); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, test.want)
		}
	}
}
