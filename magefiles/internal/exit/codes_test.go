package exit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// The codes are constants of this package: one that is added is explained, too.
func TestEveryCodeHasAMeaning(t *testing.T) {
	parsed, err := parser.ParseFile(token.NewFileSet(), "exit.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(parsed, func(node ast.Node) bool {
		spec, is := node.(*ast.ValueSpec)
		if !is || len(spec.Values) != 1 {
			return true
		}
		literal, _ := spec.Values[0].(*ast.BasicLit)
		if literal == nil || literal.Kind != token.INT {
			return true
		}
		code, _ := strconv.Atoi(literal.Value)
		found++
		if !slices.ContainsFunc(Meanings(), func(m Meaning) bool { return m.Code == code && m.Means != "" }) {
			t.Errorf("%s, %d, has no meaning", spec.Names[0].Name, code)
		}
		return true
	})
	if found < 8 {
		t.Errorf("only %d codes were found: does this test still read them?", found)
	}
}
