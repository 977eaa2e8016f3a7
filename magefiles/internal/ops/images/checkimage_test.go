package images

import (
	"errors"
	"strings"
	"testing"
)

// What an engine says of an image that it cannot run can be a page: it is a part of a line.
func TestWhyAnImageCannotBeAskedIsShort(t *testing.T) {
	const most = 300
	for name, text := range map[string]string{
		"an error alone":        because(errors.New(strings.Repeat("no space left on device ", 100)), ""),
		"with what was printed": because(errors.New(strings.Repeat("x\n", 9000)), "not for you"),
	} {
		if len(text) > most || strings.Contains(text, "\n") || !strings.Contains(text, "…") {
			t.Errorf("%s: %d bytes: %.80s", name, len(text), text)
		}
	}
}
