package diagnosis

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestEveryVerdictIsExplained reads from the code which names verdicts get, and compares them with the table, both ways.
func TestEveryVerdictIsExplained(t *testing.T) {
	named := verdictNames(t)
	for _, kind := range Kinds() {
		if !named[kind.Name] {
			t.Errorf("no verdict has the name %s", kind.Name)
		}
		delete(named, kind.Name)
	}
	for name := range named {
		t.Errorf("the table of kinds lacks %s: say what it means, and what to do", name)
	}
}

// TestKindsSayWhatVerdictsSay looks for each part of what a run tells in the code that tells it.
func TestKindsSayWhatVerdictsSay(t *testing.T) {
	var code strings.Builder
	for _, file := range sources(t) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(content)
	}
	for _, kind := range Kinds() {
		for part := range strings.SplitSeq(kind.Says, "…") {
			if !strings.Contains(code.String(), strings.Trim(part, " ,(:")) {
				t.Errorf("%s: no verdict says %q", kind.Name, part)
			}
		}
		if kind.Title == "" || kind.Says == "" || kind.Means == "" || len(kind.Do) == 0 {
			t.Errorf("%s is not explained in full", kind.Name)
		}
	}
}

// sources are the files of the package, without tests and without the table.
func sources(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") && !strings.HasPrefix(file, "kinds") {
			found = append(found, file)
		}
	}
	return found
}

// verdictNames are the texts that are given to a Name: in a Verdict, or by an assignment.
func verdictNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, file := range sources(t) {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.KeyValueExpr:
				if key, is := node.Key.(*ast.Ident); is && key.Name == "Name" {
					noteName(names, node.Value)
				}
			case *ast.AssignStmt:
				for i, left := range node.Lhs {
					if selector, is := left.(*ast.SelectorExpr); is && selector.Sel.Name == "Name" && i < len(node.Rhs) {
						noteName(names, node.Rhs[i])
					}
				}
			}
			return true
		})
	}
	for _, pull := range pulls {
		names[pull.name] = true
	}
	if len(names) < 40 {
		t.Fatalf("only %d names were found: does this test still read them?", len(names))
	}
	return names
}

// noteName adds the text of a literal; "missing-" + kind is that of a Secret or a ConfigMap.
func noteName(names map[string]bool, value ast.Expr) {
	switch value := value.(type) {
	case *ast.BasicLit:
		if name, err := strconv.Unquote(value.Value); err == nil {
			names[name] = true
		}
	case *ast.BinaryExpr:
		prefix, _ := strconv.Unquote(value.X.(*ast.BasicLit).Value)
		names[prefix+"secret"], names[prefix+"configmap"] = true, true
	}
}
