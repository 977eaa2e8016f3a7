package toolchain

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"hub-ops/magefiles/internal/process"
)

// compileCount counts the packages that go names while it compiles them. It is the log of that process.
type compileCount struct {
	mu       sync.Mutex
	start    time.Time // of the count
	done, of int       // packages; of is 0 while nobody knows
}

// expect says how many packages there are to compile.
func (c *compileCount) expect(packages int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of, c.start = packages, time.Now()
}

func (c *compileCount) Command(_, _ string) {}

// Line takes a line of go: the path of a package, or a word with a colon or "#" before it.
func (c *compileCount) Line(_, line string) {
	if line == "" || strings.ContainsAny(line, " :\t#") {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done++
}

// String tells how far the build is, "" while that is not known. Packages differ in size, so the time that is left is told only after a
// tenth of them; linking comes after the last.
func (c *compileCount) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == 0 || c.done == 0 {
		return ""
	}
	if c.done >= c.of {
		return "linking"
	}
	text := fmt.Sprintf("%d of %d packages", c.done, c.of)
	if c.done*10 >= c.of {
		left := time.Since(c.start) / time.Duration(c.done) * time.Duration(c.of-c.done)
		text += fmt.Sprintf(", about %s left", left.Round(10*time.Second))
	}
	return text
}

// stale returns how many packages go would compile, 0 if it cannot be told. It fetches the modules, as the build would.
func (b *Box) stale(ctx context.Context, command process.Cmd, flags, packages []string) int {
	command.Args = slices.Concat([]string{"list", "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}"}, flags, packages)
	out, err := b.Run.Output(ctx, command)
	if err != nil {
		return 0
	}
	return len(strings.Fields(string(out)))
}
