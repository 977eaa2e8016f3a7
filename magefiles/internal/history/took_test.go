package history

import (
	"testing"
	"time"
)

func TestTheTimeOfADeployGoesThroughALabel(t *testing.T) {
	for _, took := range []time.Duration{0, 100 * time.Millisecond, 41300 * time.Millisecond, 26 * time.Hour} {
		record := Record{Took: TookOf(took)}
		if got := ReadTook(From(record.Map()).Took); got != took {
			t.Errorf("%s is read as %s", took, got)
		}
	}
	for _, label := range []string{"", None, "NaN", "-1", "1e9", "Inf", "3 s"} {
		if got := ReadTook(label); got != 0 {
			t.Errorf("%q is read as %s", label, got)
		}
	}
}
