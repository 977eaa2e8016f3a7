package process

import (
	"strings"
	"testing"
)

// What a program says goes into the log, the error and its cause without colours; nothing else that a terminal would do is left out here,
// and a secret with a code in it is one.
func TestColoursOfAProgramAreLeftOut(t *testing.T) {
	runner, log := newRunner()
	runner.Redact.AddValues("hunter2hunter2")
	script := `printf '\033[1;31mError:\033[0m no \033[38:5:4mway\033[m\033[K\n\033[32m\033[0m\nhunter2\033[31mhunter2\n\033[2Jx\n'; echo "NO_COLOR is $NO_COLOR"; exit 3`
	err := runner.Run(t.Context(), Cmd{Name: "sh", Args: []string{"-c", script}, Prefix: "hub", Show: "sh"})
	want := "hub| $ sh\nhub| Error: no way\nhub| •••\nhub| \x1b[2Jx\nhub| NO_COLOR is 1"
	if got := strings.Join(log.lines, "\n"); got != want {
		t.Errorf("log:\n%q\nwant:\n%q", got, want)
	}
	if Output(err) != strings.ReplaceAll(want[len("hub| $ sh\n"):], "hub| ", "") {
		t.Errorf("the error has %q", Output(err))
	}
	if out, err := runner.Output(t.Context(), Cmd{Name: "printf", Args: []string{`\033[1ma`}}); string(out) != "\x1b[1ma" || err != nil {
		t.Errorf("data that a program gives is changed: %q, %v", out, err)
	}
	runner.Env = append(runner.Env, "NO_COLOR=own")
	if out, err := runner.Output(t.Context(), Cmd{Name: "sh", Args: []string{"-c", "echo $NO_COLOR"}}); string(out) != "own\n" || err != nil {
		t.Errorf("got %q, %v", out, err)
	}
}
