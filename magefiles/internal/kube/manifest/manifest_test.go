package manifest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const before = `---
# Source: a.yaml
apiVersion: v1
kind: Secret
metadata: {name: hub}
data: {token: b2xkLXRva2Vu, same: c2FtZQ==}
stringData: {plain: old-plain}
---
# only a comment
---
apiVersion: v1
kind: ConfigMap
metadata: {name: hub}
data: {x: "1"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: hub}
spec: {template: {metadata: {annotations: {sum: a}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: proxy}
spec: {replicas: 1, template: {spec: {}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: hub-db-dir}
spec: {accessModes: [ReadWriteOnce]}
`

func parse(t *testing.T, text string) []Object {
	t.Helper()
	objects, err := Parse(text, "course")
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func show(changes []Change) string {
	var out []string
	for _, c := range changes {
		out = append(out, c.Action+" "+c.Object+"\n"+c.Diff)
	}
	return strings.Join(out, "\n")
}

func TestDiffShowsWhatChangesAndNoSecret(t *testing.T) {
	after := strings.NewReplacer(
		"b2xkLXRva2Vu", "bmV3LXRva2Vu", "old-plain", "new-plain", `x: "1"`, `x: "2"`, "sum: a", "sum: b", "name: proxy", "name: proxy-2",
	).Replace(before)
	got := show(Diff(parse(t, before), parse(t, after)))
	for _, want := range []string{
		"changed ConfigMap/hub", `-    x: "1"`, `+    x: "2"`, "gone Deployment/proxy", "new Deployment/proxy-2",
		"-    token: •••", "+    token: ••• (another value)", "+    plain: ••• (another value)", "     same: •••",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for _, secret := range []string{"b2xk", "bmV3", "c2Ft", "-plain"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q shows in\n%s", secret, got)
		}
	}
	if changes := Diff(parse(t, before), parse(t, strings.ReplaceAll(before, "# Source: a.yaml\n", ""))); len(changes) != 0 {
		t.Errorf("comments count: %v", changes)
	}
}

func TestNoSecretHidesBehindAnAlias(t *testing.T) {
	got := show(Diff(nil, parse(t, "kind: Secret\nmetadata: {name: a, annotations: {x: &d {token: aGlkZGVu}}}\ndata: *d\nstringData: {<<: {more: hidden}}\n")))
	if strings.Count(got, "•••") != 2 || strings.Contains(got, "more: hidden") {
		t.Errorf("got\n%s", got)
	}
}

func TestImpactForUsers(t *testing.T) {
	for name, test := range map[string]struct {
		change []string
		want   string
	}{
		"nothing":   {nil, "nothing restarts; hub unchanged; proxy unchanged; running user servers stay"},
		"config":    {[]string{`x: "1"`, `x: "2"`}, "nothing restarts; hub unchanged; proxy unchanged; running user servers stay"},
		"scaled":    {[]string{"replicas: 1", "replicas: 2"}, "nothing restarts; hub unchanged; proxy unchanged; running user servers stay"},
		"hub":       {[]string{"sum: a", "sum: b"}, "hub restarts (no logins and no new servers for a moment); proxy unchanged; running user servers stay"},
		"proxy too": {[]string{"sum: a", "sum: b", "spec: {}", "spec: {a: b}"}, "hub restarts (no logins and no new servers for a moment); proxy restarts (open notebooks lose their connection for a moment); running user servers stay"},
		"renamed":   {[]string{"name: proxy", "name: x"}, "proxy goes; x is new; hub unchanged; running user servers stay"},
	} {
		if got := Impact(parse(t, before), parse(t, strings.NewReplacer(test.change...).Replace(before))); got != test.want {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if got := Impact(nil, parse(t, before)); got != "hub is new; proxy is new" {
		t.Errorf("first: %q", got)
	}
}

func TestClaimsAreKept(t *testing.T) {
	objects := parse(t, before)
	if got := Claims(objects); len(got) != 1 || got[0] != "hub-db-dir" {
		t.Fatalf("got %q", got)
	}
	kept, err := KeepClaims(objects)
	if err != nil {
		t.Fatal(err)
	}
	again := parse(t, kept)
	if got := Claims(again); len(got) != 0 || len(again) != len(objects) {
		t.Errorf("%q would go; %s", got, kept)
	}
	for _, with := range []string{"metadata: {name: x, annotations: {a: b}}", "metadata: {name: x, annotations: }", "metadata: {name: x, annotations: {helm.sh/resource-policy: delete}}"} {
		kept, err := KeepClaims(parse(t, "kind: PersistentVolumeClaim\n"+with+"\n"))
		if err != nil || len(Claims(parse(t, kept))) != 0 {
			t.Errorf("%s: %v\n%s", with, err, kept)
		}
	}
}

func TestWhatCannotBeReadIsNamedWithItsTemplate(t *testing.T) {
	const text = "---\n# Source: course/templates/a.yaml\nkind: A\nmetadata: {name: a}\n---\nkind: B\nmetadata: {name: b}\n---\n# Source: course/templates/b.yaml\nkind: C\nmetadata:\n  name: [\n"
	for in, want := range map[string]string{
		text: "course/templates/b.yaml, near line 3 of what it renders: did not find expected node content",
		strings.Replace(text, "name: b}", "name: b", 1): "course/templates/a.yaml, near line 4 of what it renders: did not find expected ',' or '}'",
		"kind: [": "a rendered manifest, near line 1 of what it renders: did not find expected node content",
	} {
		if _, err := Parse(in, "course"); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestWhatIsMadeToBeSlowIsNot(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("kind: Secret\na: &a [1,1,1,1,1,1,1,1,1]\n")
	for i := range 12 {
		fmt.Fprintf(&bomb, "%c: &%c [%s]\n", 'b'+i, 'b'+i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c,", 'a'+i), 9), ","))
	}
	for name, text := range map[string]string{
		"aliases": bomb.String(), "deep": "kind: Secret\ndata: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		"deep lists": strings.Repeat("{kind: List, items: [", 150) + "{kind: A}" + strings.Repeat("]}", 150), "aliases in a list": strings.Replace(bomb.String(), "kind: Secret", "kind: List", 1),
		"deep mappings": "kind: A\ndata: " + strings.Repeat("{a: ", 5000) + strings.Repeat("}", 5000),
	} {
		start := time.Now()
		if objects, err := Parse(text, "course"); err == nil {
			_ = Diff(nil, objects)
			_ = Impact(objects, objects)
			_, _ = KeepClaims(objects)
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%s: %s", name, took)
		} else {
			t.Logf("%s: %s", name, took)
		}
	}
}

const lists = `---
# Source: course/templates/list.yaml
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: hub}, data: &values {token: b2xkLXRva2Vu}}
- apiVersion: v1
  kind: List
  items:
  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: hub, namespace: elsewhere}, spec: *values}
---
apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: hub, namespace: elsewhere}
`

func TestItemsOfAListAreObjects(t *testing.T) {
	objects := parse(t, lists)
	var got []string
	for _, o := range objects {
		got = append(got, strings.Join([]string{o.Identity().Group, o.Kind, o.Namespace, o.Name, o.Source}, " "))
	}
	want := []string{
		" Secret course hub course/templates/list.yaml", "apps Deployment elsewhere hub course/templates/list.yaml",
		"extensions Deployment elsewhere hub course/templates/list.yaml",
	}
	if !slices.Equal(got, want) {
		t.Fatalf("got %q", got)
	}
	if !strings.Contains(objects[1].YAML, "token: b2xkLXRva2Vu") {
		t.Errorf("the alias is lost:\n%s", objects[1].YAML)
	}
	diff := show(Diff(objects, parse(t, strings.ReplaceAll(strings.Replace(lists, "b2xkLXRva2Vu", "bmV3LXRva2Vu", 1), "*values", "{}"))))
	if strings.Count(diff, "changed ") != 2 || strings.Contains(diff, "    token: bmV3") || !strings.Contains(diff, "+    token: ••• (another value)") {
		t.Errorf("got\n%s", diff)
	}
	if _, err := Parse("kind: List\nitems: &a [*a]\n", "course"); err == nil {
		t.Error("a list that holds itself is read")
	}
	if got := parse(t, "kind: List\n"); len(got) != 0 {
		t.Errorf("an empty list: %v", got)
	}
}

func TestEveryKindOfListIsItsItems(t *testing.T) {
	for name, text := range map[string]string{
		"v1":          "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {token: aGlkZGVu}}]\n",
		"typed":       "apiVersion: v1\nkind: SecretList\nitems: [{metadata: {name: a}, data: {token: aGlkZGVu}}]\n",
		"other name":  "apiVersion: v1\nkind: Bundle\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {token: aGlkZGVu}}]\n",
		"nested":      "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: SecretList, items: [{metadata: {name: a}, data: {token: aGlkZGVu}}]}]\n",
		"in a secret": "apiVersion: v1\nkind: Secret\nitems: [{metadata: {name: a}, data: {token: aGlkZGVu}}]\n",
	} {
		objects := parse(t, text)
		if len(objects) != 1 || objects[0].Identity() != (Identity{Kind: "Secret", Namespace: "course", Name: "a"}) {
			t.Errorf("%s: got %v", name, objects)
			continue
		}
		if got := show(Diff(nil, objects)); strings.Contains(got, "aGlkZGVu") || !strings.Contains(got, "token: •••") {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(before)
	f.Add(lists)
	f.Add("kind: Secret\ndata: [a]\n")
	f.Add("kind: SecretList\nitems: {a: b}\n")
	f.Add("kind: PersistentVolumeClaim\nmetadata: a\n")
	f.Fuzz(func(_ *testing.T, text string) {
		objects, err := Parse(text, "course")
		if err != nil {
			return
		}
		_ = Diff(nil, objects)
		_ = Impact(objects, objects)
		_, _ = KeepClaims(objects)
	})
}

// helm and kubectl read other keys in these than a reader of YAML does that is not theirs: what the first would make is in another
// namespace, or in no list that others see.
func TestWhatHelmReadsInAnotherWayIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"kind: ConfigMap\nmetadata: {name: a}\n!!binary aXRlbXM=: [{kind: Pod, metadata: {name: thief, namespace: other}}]\n": "a key is written in !!binary",
		"kind: Pod\nmetadata: {name: thief, namespace: course, ! \"<<\": {namespace: other}}\n":                               "a key << that is in quotes",
		"kind: Pod\nmetadata: {name: thief, namespace: course, !!binary bmFtZXNwYWNl: other}\n":                               "a key is written in !!binary",
		"kind: Secret\nmetadata: {name: a}\n!!binary c3RyaW5nRGF0YQ==: {password: in-the-clear}\n":                            "a key is written in !!binary",
	} {
		if objects, err := Parse("apiVersion: v1\n"+text, "course"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, %v", text, objects, err)
		}
	}
}

// An item of a list whose kind is no text has the kind of the list, as one without.
func TestItemsWithoutAKindHaveThatOfTheirList(t *testing.T) {
	for _, head := range []string{"", "kind: null, apiVersion: null, ", "kind: ~, apiVersion: ~, ", "kind: , apiVersion: , ", "kind: 5, apiVersion: 1, ", "kind: true, apiVersion: 1.5, "} {
		objects := parse(t, "apiVersion: v1\nkind: PodList\nitems: [{"+head+"metadata: {name: thief, namespace: other}}]\n")
		if len(objects) != 1 || objects[0].Identity() != (Identity{Kind: "Pod", Namespace: "other", Name: "thief"}) || objects[0].APIVersion != "v1" {
			t.Errorf("%q: got %v", head, objects)
		}
	}
}
