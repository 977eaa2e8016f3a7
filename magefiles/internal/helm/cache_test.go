package helm

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestChartThatHelmWouldNotTakeIsNotRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "huge-1.0.0.tgz")
	for size, want := range map[int64]string{99 << 20: "", 120 << 20: "chart huge-1.0.0.tgz has 120 MB, and helm takes at most 100"} {
		if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Truncate(file, size)); err != nil {
			t.Fatal(err)
		}
		if err := checkSize(file); (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%d: got %v", size, err)
		}
	}
}
