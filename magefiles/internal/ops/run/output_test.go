package run

import (
	"io"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/ui"
)

func TestOnlySomeTargetsWriteDocuments(t *testing.T) {
	for line, want := range map[string]string{
		"json: plan": "", "json: plan status": "", "json: deploy:hub a": "", "json: deploy": "", "markdown: diff:hub a": "", ": build:all": "",
		"json: build:all":       "OUTPUT=json: build:all has no such output, nothing was done",
		"json: plan push:hub a": "OUTPUT=json: push:hub has no such output",
		"markdown: status":      "OUTPUT=markdown: status has no such output, nothing was done; leave OUTPUT out; those that have it are diff:hub, plan",
		"json: ci":              "OUTPUT=json: ci has no such output",
	} {
		form, args, _ := strings.Cut(line, ":")
		called, err := checkArguments(strings.Fields(args))
		if err != nil {
			t.Fatal(err)
		}
		err = checkOutput(form, called)
		if (err == nil) != (want == "") || err != nil && (!strings.HasPrefix(err.Error(), want) || exit.Code(err) != exit.BadInput || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: got %v, want %q", line, err, want)
		}
	}
	for target := range outputs {
		if _, known := targets[target]; !known {
			t.Errorf("%s is no target", target)
		}
	}
}

// Where a document goes to standard output, nothing else does.
func TestADocumentIsAloneOnStandardOutput(t *testing.T) {
	var out, err strings.Builder
	console := ui.New(&out, &err, false)
	console.Documents = true
	console.Result("a result")
	console.Table([][]string{{"A"}, {"a cell"}})
	console.Document("{}\n")
	if out.String() != "{}\n" || !strings.Contains(err.String(), "a result\n") || !strings.Contains(err.String(), "a cell\n") {
		t.Errorf("out %q, err %q", out.String(), err.String())
	}
	console = ui.New(&out, io.Discard, false)
	console.Mask = func(text string) string { return strings.ReplaceAll(text, "hunter2", "•••") }
	if got := console.Shown("hunter2\x1b[2J"); got != `•••\x1b[2J` {
		t.Errorf("got %q", got)
	}
}
