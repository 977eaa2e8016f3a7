package session

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"hub-ops/magefiles/internal/process"
)

// The targets of one command line share a log. That of another process goes, also where that had the same number: in a container it is soon given again.
func TestALogIsOfOneProcess(t *testing.T) {
	own := "# " + process.Itself() + "\n"
	for name, test := range map[string]struct{ before, want string }{
		"none":                              {"", own + "now\n"},
		"an earlier target's":               {own + "before\n", own + "before\nnow\n"},
		"another process's":                 {"# process 1\nbefore\n", own + "now\n"},
		"an older one's of the same number": {"# process " + strconv.Itoa(os.Getpid()) + "\nbefore\n", own + "now\n"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "last.log"), []byte(test.before), 0o600); err != nil {
			t.Fatal(err)
		}
		log, err := openLog(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := log.WriteString("now\n"); err != nil {
			t.Fatal(err)
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, "last.log")); err != nil || string(got) != test.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
