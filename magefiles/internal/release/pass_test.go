package release

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
)

// changes are the methods of other packages that change something in the cluster.
var changes = []string{
	"Upgrade", "Rollback", "Uninstall", "DeleteClaims", "RemoveLeftovers", "MakeRecordKey", "SetStored", "LabelStored", "Save", "KeepRecord", "RecordUnready", "RecordFailure", "DeleteUserServer",
}

func TestNothingIsLockedWithoutAPass(t *testing.T) {
	err := (&Releases{}).locked(t.Context(), layout.Plain("course"), plan.Pass{}, func(context.Context) error {
		t.Error("it went on")
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "the gate was not asked") {
		t.Errorf("got %v", err)
	}
}

// Whatever other packages can call of this one reaches what changes the cluster only through the lock, which demands the gate's pass.
func TestOnlyTheLockLeadsToWhatChangesTheCluster(t *testing.T) {
	functions := functionsHere(t)
	var found []string
	for name, body := range functions {
		if !ast.IsExported(name) {
			continue
		}
		if way := leadsToChange(functions, name, body, nil); way != nil {
			found = append(found, strings.Join(way, " > "))
		}
	}
	if len(found) > 0 {
		t.Errorf("these change the cluster, and take no lock: %q", found)
	}
	for _, inside := range []string{"rollback", "remove", "upgrading", "failed"} { // so the test sees something
		if leadsToChange(functions, inside, functions[inside], nil) == nil {
			t.Errorf("%s changes nothing (any more): does this test still read the code?", inside)
		}
	}
}

// functionsHere are the bodies of this package's functions and methods.
func functionsHere(t *testing.T) map[string]ast.Node {
	t.Helper()
	functions := map[string]ast.Node{}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			if function, is := declaration.(*ast.FuncDecl); is && function.Body != nil {
				functions[function.Name.Name] = function.Body
			}
		}
	}
	return functions
}

// leadsToChange returns a way from a function to one that changes the cluster, nil if there is none. What is done under the lock is left out.
func leadsToChange(functions map[string]ast.Node, name string, body ast.Node, above []string) (way []string) {
	above = append(slices.Clone(above), name)
	ast.Inspect(body, func(node ast.Node) bool {
		if way != nil {
			return false
		}
		if call, is := node.(*ast.CallExpr); is {
			if of, is := call.Fun.(*ast.SelectorExpr); is && slices.Contains([]string{"locked", "lockedToDeploy"}, of.Sel.Name) {
				return false
			}
		}
		of, is := node.(*ast.SelectorExpr)
		if !is {
			return true
		}
		on, isField := of.X.(*ast.SelectorExpr) // d.helm.Upgrade, r.kube.SetStored
		client, isVariable := of.X.(*ast.Ident)
		switch next := of.Sel.Name; {
		case slices.Contains(changes, next) && (isField && slices.Contains([]string{"helm", "kube", "revisions"}, on.Sel.Name) || isVariable && client.Name == "client"):
			way = append(slices.Clone(above), next)
		case isVariable && slices.Contains([]string{"d", "r"}, client.Name) && functions[next] != nil && !slices.Contains(above, next):
			way = leadsToChange(functions, next, functions[next], above)
		}
		return true
	})
	return way
}
