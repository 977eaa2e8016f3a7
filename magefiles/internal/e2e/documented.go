package e2e

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"hub-ops/magefiles/internal/dev/site"
)

// documented PAGE runs the commands on a page of docs/content that are marked with {run=true}, in their order, and compares what they print with what the page shows.
func documented(ts *testscript.TestScript, _ bool, args []string) {
	content, err := os.ReadFile(filepath.Join(stage.root, "docs", "content", args[0]))
	ts.Check(err)
	commands, err := site.Commands(string(content))
	ts.Check(err)
	if len(commands) == 0 {
		ts.Fatalf("%s has no command that is marked with {run=true}", args[0])
	}
	for _, command := range commands {
		if dir, changes := strings.CutPrefix(command.Text, "cd "); changes {
			ts.Check(ts.Chdir(dir))
			continue
		}
		if err := ts.Exec("sh", "-euc", "exec 2>&1\n"+command.Text); err != nil {
			ts.Fatalf("%s:%d: %s: %v", args[0], command.Line, command.Text, err)
		}
		if missing := command.Missing(ts.ReadFile("stdout")); missing != "" {
			ts.Fatalf("%s:%d: %s: it does not print %q", args[0], command.Line, command.Text, missing)
		}
	}
}
