package gotest

import (
	"strings"
	"testing"
)

const events = `{"Action":"start","Package":"m/internal/a"}
{"Action":"output","Package":"m/internal/a","Test":"TestLoud","Output":"=== RUN   TestLoud\n"}
{"Action":"output","Package":"m/internal/a","Test":"TestLoud","Output":"GET /v2/\n"}
{"Action":"pass","Package":"m/internal/a","Test":"TestLoud","Elapsed":0.1}
{"Action":"output","Package":"m/internal/a","Test":"TestDocker","Output":"    a_test.go:7: left out, for want of docker, root\n"}
{"Action":"skip","Package":"m/internal/a","Test":"TestDocker"}
{"Action":"output","Package":"m/internal/a","Output":"PASS\n"}
{"Action":"pass","Package":"m/internal/a","Elapsed":0.2}
{"Action":"output","Package":"m/internal/b","Output":"a log of TestMain\n"}
{"Action":"output","Package":"m/internal/b","Test":"TestFine","Output":"what nobody needs\n"}
{"Action":"pass","Package":"m/internal/b","Test":"TestFine"}
{"Action":"output","Package":"m/internal/b","Test":"TestBad","Output":"    b_test.go:9: 1, want 2\n"}
{"Action":"fail","Package":"m/internal/b","Test":"TestBad"}
{"Action":"output","Package":"m/internal/b","Test":"TestHangs","Output":"=== RUN   TestHangs\n"}
{"Action":"output","Package":"m/internal/b","Output":"FAIL\n"}
{"Action":"output","Package":"m/internal/b","Output":"FAIL\tm/internal/b\t2.3s\n"}
{"Action":"fail","Package":"m/internal/b","Elapsed":2.34}
{"Action":"skip","Package":"m/internal/none"}
no JSON
{"ImportPath":"m/internal/c","Action":"build-output","Output":"c.go:1: undefined: x\n"}
{"Action":"output","Package":"m/internal/c","Output":"FAIL\tm/internal/c [build failed]\n"}
{"Action":"fail","Package":"m/internal/c"}
`

func TestOnlyWhatFailsIsShown(t *testing.T) {
	var shown []string
	report := Report{Show: func(line string) { shown = append(shown, line) }}
	for piece := range strings.SplitAfterSeq(events, "e") { // as it may arrive
		if n, err := report.Write([]byte(piece)); err != nil || n != len(piece) {
			t.Fatal(n, err)
		}
	}
	want := []string{
		"    b_test.go:9: 1, want 2", "=== RUN   TestHangs", "a log of TestMain", "FAIL\tm/internal/b\t2.3s",
		"no JSON", "c.go:1: undefined: x", "FAIL\tm/internal/c [build failed]",
	}
	if got := strings.Join(shown, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("shown is\n%s", got)
	}
	if got := report.String(); got != "tests: 2 passed, 1 failed, 1 left out: for want of docker, root a.TestDocker" {
		t.Errorf("the last line is %q", got)
	}
	if len(report.output)+len(report.failures) > 0 {
		t.Errorf("kept are %v %v", report.output, report.failures)
	}
}
