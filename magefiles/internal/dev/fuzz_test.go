package dev

import (
	"errors"
	"fmt"
	"testing"

	"hub-ops/magefiles/internal/process"
)

func TestFuzzTimeUpIsNoFinding(t *testing.T) {
	t.Parallel()
	const progress = "fuzz: elapsed: 5s, execs: 59675 (15141/sec), new interesting: 29 (total: 159)\n"
	for name, test := range map[string]struct {
		output string
		timeUp bool
	}{
		"the end of the time": {progress + "--- FAIL: FuzzDockerfile (5.08s)\n    context deadline exceeded\nFAIL\nexit status 1\nFAIL\thub-ops/magefiles/internal/lint\t5.110s\n", true},
		"an input that fails": {progress + "--- FAIL: FuzzDockerfile (1.20s)\n    --- FAIL: FuzzDockerfile (0.00s)\n        fuzz_test.go:20: context deadline exceeded\n    \n    Failing input written to testdata/fuzz/FuzzDockerfile/582528ddfad69eb5\nFAIL\nexit status 1\n", false},
		"a worker that hangs": {progress + "--- FAIL: FuzzDockerfile (5.08s)\n    fuzzing process hung or terminated unexpectedly: exit status 2\nFAIL\n", false},
	} {
		err := fmt.Errorf("fuzz: %w", &process.Error{Command: "go test", Output: test.output, Code: 1, Err: errors.New("exit status 1")})
		if got := onlyTimeUp(err); got != test.timeUp {
			t.Errorf("%s: %v, want %v", name, got, test.timeUp)
		}
	}
	if onlyTimeUp(errors.New("go was not found")) {
		t.Error("an error of another kind counts as the end of the time")
	}
}
