package origin

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
)

// allowing is a hubops.yaml in which staging owns the hub a, and that allows one ClusterRole, and a Pod in the namespaces of a and b.
func allowing(name string) string {
	entry := func(rest string) string { return "{hubs: ['*'], name: " + name + ", " + rest + "}" }
	return "branches: {main: ['*'], staging: [a]}\ncluster:\n  allow: [" +
		strings.Join([]string{entry("kind: ClusterRole"), entry("kind: Pod, namespace: a"), entry("kind: Pod, namespace: b"), entry("kind: Pod, namespace: '*'")}, ", ") + "]\n"
}

func TestWhatAHubMayMakeElsewhereTheOwningBranchSays(t *testing.T) {
	owning := map[string]string{"main": allowing("main"), "staging": allowing("staging"), "feature": allowing("feature")}
	const all, some = "ClusterRole Pod/a Pod/b Pod/*", "ClusterRole Pod/a"
	of := func(name, what string) string { return name + ": " + what }
	for name, test := range map[string]struct {
		hub     string
		origin  map[string]string
		environ []string
		want    []string
		where   string // or why nobody knows
	}{
		"a hub of main":                {"b", owning, nil, []string{of("main", all)}, "hubops.yaml of origin/main"},
		"a hub of staging":             {"a", owning, nil, []string{of("main", all), of("staging", some)}, "hubops.yaml of origin/main and origin/staging"},
		"in a push to main":            {"b", owning, inPush, []string{of("main", all)}, "hubops.yaml of origin/main"},
		"in a push to theirs":          {"b", owning, ofTheirs, []string{of("main", all)}, "hubops.yaml of origin/main"},
		"nothing at origin":            {"b", map[string]string{"main": ""}, nil, nil, "hubops.yaml of origin/main"},
		"no origin":                    {"b", nil, nil, []string{of("own", all)}, "hubops.yaml"},
		"one branch, here":             {"b", map[string]string{"staging": owning["staging"]}, nil, nil, "this clone does not know the default branch of origin ('git remote set-head origin --auto' asks for it)"},
		"main does not know the owner": {"a", map[string]string{"main": strings.Replace(owning["main"], "[a]", "[c]", 1), "staging": owning["staging"]}, nil, []string{of("main", all)}, "hubops.yaml of origin/main"},
	} {
		t.Run(name, func(t *testing.T) {
			o := checkout(t, allowing("own"), test.origin, test.environ)
			rules, err := o.Rules(t.Context(), "", test.hub)
			if err != nil || rules.Of+rules.Unknown != test.where {
				t.Fatalf("got %q %q, %v", rules.Of, rules.Unknown, err)
			}
			if counts, _, _ := strings.Cut(rules.Of, " and "); rules.Counts != counts {
				t.Errorf("an operator is sent to %q, and every entry counts in %q", rules.Counts, counts)
			}
			if got := listed(rules.Allowed); strings.Join(got, "; ") != strings.Join(test.want, "; ") {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// A branch other than the default one opens the namespaces that it has by their names, or by a pattern: not one of its own patterns, which
// can fit the namespace of another branch's hub, and nothing of what it has by "*".
func TestABranchOpensNoNamespaceOfOthers(t *testing.T) {
	for branches, want := range map[string]string{
		"{main: ['*'], staging: [a]}":                "a",
		"{main: ['*'], staging: [a, 'test-*']}":      "a test-1",
		"{main: [b], staging: ['*', a]}":             "a",
		"{main: [test-1], staging: [a, 'test-*']}":   "a",
		"{main: [b], staging: [a, '*', '[k]ube-*']}": "a kube-system",
	} {
		var entries []string
		for _, namespace := range []string{"a", "b", "kube-system", "test-1", "test-*", "*", "[b]", "?", "[k]ube-*"} {
			entries = append(entries, "{hubs: [a], kind: Pod, name: x, namespace: '"+namespace+"'}")
		}
		main := "branches: " + branches + "\n"
		o := checkout(t, main, map[string]string{"main": main, "staging": "cluster: {allow: [" + strings.Join(entries, ", ") + "]}\n"}, nil)
		rules, err := o.Rules(t.Context(), "", "a")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, entry := range rules.Allowed {
			got = append(got, entry.Namespace)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %q, want %q", branches, got, want)
		}
	}
}

// listed names entries by their names.
func listed(entries []config.Allowed) []string {
	var lines []string
	for _, entry := range entries {
		if len(lines) == 0 || !strings.HasPrefix(lines[len(lines)-1], entry.Name+":") {
			lines = append(lines, entry.Name+":")
		}
		lines[len(lines)-1] += " " + strings.TrimSuffix(entry.Kinds[0]+"/"+entry.Namespace, "/")
	}
	return lines
}

func TestInWhoseNameAHubIsChangedTheOwningBranchSays(t *testing.T) {
	as := func(account string) string {
		return "cluster: {impersonate: '" + account + "'}\nbranches: {main: ['*'], staging: [a]}\n"
	}
	const none = "branches: {main: ['*'], staging: [a]}\n"
	for name, test := range map[string]struct {
		own, hub string
		origin   map[string]string
		environ  []string
		want     string
	}{
		"nobody":                   {none, "b", map[string]string{"main": none}, nil, ""},
		"as main says":             {none, "b", map[string]string{"main": as("hub-{hub}")}, nil, "hub-b"},
		"and no checkout":          {as("admin-{hub}"), "b", map[string]string{"main": as("hub-{hub}")}, nil, "hub-b"},
		"nor where main is silent": {as("admin-{hub}"), "b", map[string]string{"main": none}, nil, ""},
		"as the owner says":        {none, "a", map[string]string{"main": none, "staging": as("test-{hub}")}, nil, "test-a"},
		"main first":               {none, "a", map[string]string{"main": as("hub-{hub}"), "staging": none}, nil, "hub-a"},
		"not another's owner":      {none, "b", map[string]string{"main": none, "staging": as("test-{hub}")}, nil, ""},
		"the variable":             {none, "b", map[string]string{"main": as("hub-{hub}")}, []string{"CLUSTER_IMPERSONATE=mine-{hub}"}, "mine-b"},
		"no origin":                {as("hub-{hub}"), "b", nil, nil, "hub-b"},
		"an unknown origin":        {as("hub-{hub}"), "b", map[string]string{"staging": none}, nil, "hub-b"},
	} {
		t.Run(name, func(t *testing.T) {
			o := checkout(t, test.own, test.origin, test.environ)
			account, err := o.Impersonated(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			if got := account(test.hub); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// One of several clusters can have rules of its own, in place of those that all have.
func TestAClusterHasRulesOfItsOwn(t *testing.T) {
	const main = "cluster: {impersonate: 'hub-{hub}', allow: [{hubs: ['*'], kind: ClusterRole, name: all}]}\n" +
		"clusters:\n  west: {context: w, impersonate: 'west-{hub}', allow: [{hubs: ['*'], kind: ClusterRole, name: west}]}\n  east: {context: e}\n  open: {context: o, impersonate: '', allow: []}\n"
	for name, origin := range map[string]map[string]string{"as main says": {"main": main}, "no origin": nil} {
		for cluster, want := range map[string][2]string{"west": {"west-a", "west"}, "east": {"hub-a", "all"}, "open": {"", ""}} {
			own := main
			if origin != nil {
				own = strings.NewReplacer("west-{hub}", "admin-{hub}", "name: west", "name: theirs").Replace(main)
			}
			o := checkout(t, own, origin, nil)
			account, err := o.Impersonated(t.Context(), cluster)
			if err != nil {
				t.Fatal(err)
			}
			rules, err := o.Rules(t.Context(), cluster, "a")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, entry := range rules.Allowed {
				got = append(got, entry.Name)
			}
			if account("a") != want[0] || strings.Join(got, " ") != want[1] {
				t.Errorf("%s: %s: %q, allowed %q", name, cluster, account("a"), got)
			}
		}
	}
}
