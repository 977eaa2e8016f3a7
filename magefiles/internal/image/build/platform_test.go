package build

import (
	"strings"
	"testing"
)

func TestACacheThatIsClearedAwayIsTold(t *testing.T) {
	id := "sha256:" + strings.Repeat("4", 64)
	for output, want := range map[string]bool{
		"Step 2/3 : COPY tool /tool\nunable to find image \"" + id + "\"":             true,
		"Step 22/76 : RUN bash /install.sh\nNo such image: " + id:                     true,
		"Error response from daemon: unknown parent image ID " + id + "\n":            true,
		"pull access denied: No such image: quay.io/jupyter/base-notebook:2026-10-01": false,
		"the command '/bin/sh -c make' returned a non-zero code: 2":                   false,
	} {
		if got := lostCache.MatchString(output); got != want {
			t.Errorf("%q: %v", output, got)
		}
	}
}
