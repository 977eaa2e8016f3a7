package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"hub-ops/magefiles/internal/redact"
)

type memoryLog struct {
	mu    sync.Mutex
	lines []string
}

func (l *memoryLog) Command(prefix, command string) { l.Line(prefix, "$ "+command) }

func (l *memoryLog) Line(prefix, line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, prefix+"| "+line)
}

func newRunner() (*Runner, *memoryLog) {
	log := &memoryLog{}
	return &Runner{Env: []string{"PATH=/usr/bin:/bin"}, Log: log, Redact: &redact.Redactor{}}, log
}

func TestRunPrefixesAndRedactsLines(t *testing.T) {
	runner, log := newRunner()
	runner.Redact.AddValues("hunter2hunter2")
	err := runner.Run(t.Context(), Cmd{
		Name: "sh", Args: []string{"-c", `echo "one hunter2hunter2"; printf 'two\rthree' >&2`},
		Prefix: "hub", Show: "sh hunter2hunter2",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "hub| $ sh •••\nhub| one •••\nhub| two\nhub| three"
	if got := strings.Join(log.lines, "\n"); got != want {
		t.Errorf("log:\n%s\nwant:\n%s", got, want)
	}
}

func TestErrorKeepsCodeCommandAndLastLine(t *testing.T) {
	runner, _ := newRunner()
	err := runner.Run(t.Context(), Cmd{Name: "sh", Args: []string{"-c", "echo why >&2; exit 3"}, Quiet: true})
	var failed *Error
	if !errors.As(err, &failed) || failed.Code != 3 {
		t.Fatalf("got %v, want an *Error with code 3", err)
	}
	if want := "sh -c 'echo why >&2; exit 3': exit status 3: why"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

func TestCancelEndsTheWholeGroupAfterItsCleanUp(t *testing.T) {
	runner, log := newRunner()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := runner.Run(ctx, Cmd{Name: "sh", Args: []string{"-c", `trap 'echo recorded; exit 0' TERM; sleep 60 & wait`}})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want deadline exceeded", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v: the sleeping child was waited for", took)
	}
	if got := strings.Join(log.lines, "\n"); !strings.Contains(got, "recorded") {
		t.Errorf("the process had no chance to clean up; log: %q", got)
	}
}

func TestCancelLeavesNoGrandchildThatIgnoresIt(t *testing.T) {
	runner, log := newRunner()
	runner.Grace = 300 * time.Millisecond
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_ = runner.Run(ctx, Cmd{Name: "sh", Args: []string{"-c", `sh -c 'trap "" TERM; echo $$; sleep 60' & wait`}})
	for _, line := range log.lines {
		var pid int
		if _, err := fmt.Sscanf(strings.TrimPrefix(line, "| "), "%d", &pid); err != nil || pid == 0 {
			continue
		}
		if !ends(pid) {
			t.Errorf("process %d is still there", pid)
		}
	}
	if len(log.lines) == 0 {
		t.Error("the grandchild never started")
	}
}

func TestInAHurryNothingTakesItsTime(t *testing.T) {
	runner, log := newRunner()
	hurry := make(chan struct{})
	ctx, cancel := context.WithCancel(WithHurry(t.Context(), hurry))
	time.AfterFunc(200*time.Millisecond, cancel)
	time.AfterFunc(400*time.Millisecond, func() { close(hurry) })
	start := time.Now()
	script := []string{"-c", `trap "" TERM; echo $$; sleep 60 & wait`}
	if err := runner.Run(ctx, Cmd{Name: "sh", Args: script}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want canceled", err)
	}
	if err := runner.Run(context.WithoutCancel(ctx), Cmd{Name: "sh", Args: script}); err == nil {
		t.Error("what began in the hurry took its time")
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	for _, line := range log.lines {
		var pid int
		if _, err := fmt.Sscanf(strings.TrimPrefix(line, "| "), "%d", &pid); err == nil && !ends(pid) {
			t.Errorf("process %d is still there", pid)
		}
	}
}

// ends waits until a process is gone, or a zombie whose new parent has not taken note yet.
func ends(pid int) bool {
	for range 100 {
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(state), ") Z ") {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}

func TestQuoteCanBePasted(t *testing.T) {
	if got, want := Quote("helm", "a b", "it's", "", "k=v,$x"), `helm 'a b' 'it'\''s' '' 'k=v,$x'`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLinesOfAProcessAreMaskedHoweverTheyArrive(t *testing.T) {
	runner, log := newRunner()
	runner.Redact.AddValues(strings.Repeat("0123456789", 8))
	// In pieces, as a progress bar, wrapped as base64 does, and over the limit of a line.
	script := `printf 01234567890123; sleep 0.2; printf 4567890123456789012345678901234567890123456789012345678901234567890123456789; echo
		printf '01234567890123456789012345678901234567890123456789012345678901234567890123456789' | fold -w 16; echo
		head -c 65500 /dev/zero | tr '\0' x; echo 01234567890123456789012345678901234567890123456789012345678901234567890123456789; exit 3`
	err := runner.Run(t.Context(), Cmd{Name: "sh", Args: []string{"-c", script}})
	text := strings.Join(log.lines, "\n") + Output(err)
	if strings.Contains(text, "89012345") || strings.Count(text, "•••") < 7 {
		t.Errorf("%.2000q", strings.ReplaceAll(text, strings.Repeat("x", 1000), "X"))
	}
}
