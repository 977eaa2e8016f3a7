package targets

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"
)

// A rollback in an emergency waits for no cluster but the hub's own.
func TestWhatIsAboutOneHubSetsUpItsClusterAlone(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	about := 0
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range file.Decls {
			function, is := declared.(*ast.FuncDecl)
			if !is || function.Recv == nil || function.Name.Name != "Hub" {
				continue
			}
			about++
			ast.Inspect(function, func(node ast.Node) bool {
				if used, is := node.(*ast.Ident); is && (used.Name == "setupCluster" || used.Name == "setupHelm") {
					t.Errorf("%s: the target of one hub sets up all clusters, by %s", name, used.Name)
				}
				return true
			})
		}
	}
	if about < 5 {
		t.Errorf("%d targets are about one hub", about)
	}
}
