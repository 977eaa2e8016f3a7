package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
)

// The names of rules are constants of lint.go; each has a line in the table.
func TestEveryRuleIsExplained(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "lint.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, is := node.(*ast.ValueSpec); is && len(spec.Values) == 1 {
			if text, is := spec.Values[0].(*ast.BasicLit); is && text.Kind == token.STRING {
				name, _ := strconv.Unquote(text.Value)
				named[name] = true
			}
		}
		return true
	})
	for _, rule := range Rules() {
		if !named[rule.Name] {
			t.Errorf("no rule has the name %s", rule.Name)
		}
		delete(named, rule.Name)
	}
	for name := range named {
		t.Errorf("the table of rules lacks %s", name)
	}
}
