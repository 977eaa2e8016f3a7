package scratch

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// Runs that start and end at the same time leave each other's directories alone.
func TestRunsThatStartAtOnce(t *testing.T) {
	const processes = 30
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("SCRATCH_RUN", "race")
	var all sync.WaitGroup
	for range processes {
		all.Go(func() {
			var said bytes.Buffer
			run := exec.CommandContext(t.Context(), os.Args[0])
			run.Stdout = &said
			if err := run.Run(); err != nil {
				t.Errorf("%v\n%s", err, said.Bytes())
			}
		})
	}
	all.Wait()
}

// race makes directories again and again, and returns 1 if one of them went away while it was in use.
func race() (code int) {
	const rounds = 60
	for range rounds {
		large, private, remove, err := New("")
		if err != nil {
			fmt.Println(err)
			return 1
		}
		for _, dir := range []string{large, private} {
			if err := os.WriteFile(filepath.Join(dir, "token"), nil, 0o600); err != nil {
				fmt.Println(err)
				code = 1
			}
		}
		for _, dir := range []string{large, private} {
			if !exists(filepath.Join(dir, "token")) {
				fmt.Println("swept:", dir)
				code = 1
			}
		}
		remove()
	}
	return code
}
