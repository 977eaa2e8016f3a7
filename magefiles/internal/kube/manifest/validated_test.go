package manifest

import "testing"

func TestTheServerValidatesWhatCanBePatched(t *testing.T) {
	const config, cron = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", "apiVersion: example.org/v1\nkind: CronTab\nmetadata: {name: a}\n"
	for text, want := range map[string]bool{
		"": true, config: true, config + "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n": true,
		config + "---\n" + cron:                                                                                             false,
		"apiVersion: v1\nkind: Binding\nmetadata: {name: a}\n":                                                              false,
		"apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\n":                                true,
		"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n":                    false,
		"apiVersion: v1\nkind: ConfigMapList\nitems:\n- {metadata: {name: a}}\n":                                            false,
		config + "---\napiVersion: authorization.k8s.io/v1\nkind: SelfSubjectAccessReview\nspec: {}\nmetadata: {name: a}\n": false,
	} {
		objects, err := Parse(text, "course")
		if err != nil {
			t.Fatal(err)
		}
		if got := ServerValidates(objects); got != want {
			t.Errorf("%v, and not %v, of\n%s", got, want, text)
		}
	}
}
