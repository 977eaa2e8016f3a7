package toolchain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestProgressTellsPackagesAndThenTheTimeThatIsLeft(t *testing.T) {
	var c compileCount
	if got := c.String(); got != "" {
		t.Errorf("before anything is known: %q", got)
	}
	c.expect(100)
	for _, line := range []string{"go: downloading k8s.io/api v0.37.2", "# k8s.io/api", "./x.go:3:1: undefined: y", "k8s.io/api/core/v1"} {
		c.Line("", line)
	}
	if got := c.String(); got != "1 of 100 packages" {
		t.Errorf("at the first package: %q", got)
	}
	c.start = time.Now().Add(-20 * time.Second)
	for range 9 {
		c.Line("", "k8s.io/x")
	}
	if got := c.String(); got != "10 of 100 packages, about 3m0s left" {
		t.Errorf("after a tenth: %q", got)
	}
	for range 90 {
		c.Line("", "k8s.io/x")
	}
	if got := c.String(); got != "linking" {
		t.Errorf("at the end: %q", got)
	}
}

// The packages that go names are those that it was expected to name, so the count ends where it should.
func TestEveryStalePackageIsCounted(t *testing.T) {
	box, _ := newBox(t, t.TempDir())
	found, err := box.binary(tools["helm"])
	if err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(t.TempDir(), "source")
	if err := os.Mkdir(filepath.Join(filepath.Dir(source), ".work"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := box.WriteModule("cluster", source); err != nil {
		t.Fatal(err)
	}
	command := box.command(source, found)
	expected := box.stale(t.Context(), command, flagsOf([]binary{found}), []string{found.Package})
	counted := &compileCount{}
	runner := *box.Run
	runner.Log = counted
	command.Args = append(append([]string{"build", "-v", "-o", t.TempDir()}, flagsOf([]binary{found})...), found.Package)
	if err := runner.Run(t.Context(), command); err != nil {
		t.Fatal(err)
	}
	if expected == 0 || counted.done != expected {
		t.Errorf("%d packages were named, %d were expected", counted.done, expected)
	}
	if again := box.stale(t.Context(), command, flagsOf([]binary{found}), []string{found.Package}); again > 1 { // the program itself is linked each time
		t.Errorf("%d are stale after the build", again)
	}
	if !strings.Contains(command.Env[len(command.Env)-1], box.Cache) {
		t.Error("sources are kept elsewhere")
	}
}
