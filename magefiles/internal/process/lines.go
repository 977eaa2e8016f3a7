package process

import (
	"bytes"
	"strings"
	"sync"
)

// lineWriter cuts a stream into lines. A carriage return ends a line too: progress bars become plain lines.
type lineWriter struct {
	mu      sync.Mutex
	pending []byte
	emit    func(line string)
}

const longestLine = 64 << 10 // bytes; a longer one is cut, so that no output can fill the memory; a secret at the cut is masked as at the end of a line

func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = append(w.pending, p...)
	for {
		end := bytes.IndexAny(w.pending, "\r\n")
		next := end + 1
		if end < 0 {
			if len(w.pending) < longestLine {
				return len(p), nil
			}
			end, next = longestLine, longestLine
		}
		w.line(w.pending[:end])
		w.pending = append(w.pending[:0], w.pending[next:]...)
	}
}

func (w *lineWriter) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.line(w.pending)
	w.pending = nil
}

func (w *lineWriter) line(line []byte) {
	text := strings.TrimRight(Uncoloured(string(line)), " \t") // before anything is masked: a code could stand in a secret
	if text == "" {
		return
	}
	w.emit(text)
}

// tailBuffer keeps the last max bytes, in whole lines.
type tailBuffer struct {
	max   int
	size  int
	lines []string
}

func (t *tailBuffer) add(line string) {
	t.lines = append(t.lines, line)
	t.size += len(line) + 1
	for t.size > t.max && len(t.lines) > 1 {
		t.size -= len(t.lines[0]) + 1
		t.lines = t.lines[1:]
	}
}

func (t *tailBuffer) String() string { return strings.Join(t.lines, "\n") }
