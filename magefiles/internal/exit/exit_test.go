package exit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestPartsOfAnError(t *testing.T) {
	plain := errors.New("connection refused")
	engine := Errorf(Setup, "no engine answers: %w", plain).Try("start it, or set %s", "DOCKER_HOST")
	input := Input("no hub %q", "x").Try("see 'mage plan'")
	for name, test := range map[string]struct {
		err                 error
		text, cause, remedy string
		code                int
	}{
		"nil":             {nil, "", "", "", 0},
		"plain":           {plain, "connection refused", "connection refused", "", Other},
		"no remedy":       {Input("no hub"), "no hub", "no hub", "", BadInput},
		"cause, remedy":   {engine, "no engine answers: connection refused; start it, or set DOCKER_HOST", "no engine answers: connection refused", "start it, or set DOCKER_HOST", Setup},
		"line break":      {Input("400 Bad Request\n").Try("use TLS"), "400 Bad Request; use TLS", "400 Bad Request", "use TLS", BadInput},
		"wrapped by fmt":  {fmt.Errorf("hub a: %w, twice", engine), "hub a: no engine answers: connection refused; start it, or set DOCKER_HOST, twice", "hub a: no engine answers: connection refused, twice", "start it, or set DOCKER_HOST", Setup},
		"remedy of both":  {Errorf(Build, "hub a: %w", engine).Try("or build elsewhere"), "hub a: no engine answers: connection refused; start it, or set DOCKER_HOST; or build elsewhere", "hub a: no engine answers: connection refused", "start it, or set DOCKER_HOST; or build elsewhere", Setup},
		"With keeps":      {With(Helm, fmt.Errorf("deploy: %w", engine)), "deploy: no engine answers: connection refused; start it, or set DOCKER_HOST", "deploy: no engine answers: connection refused", "start it, or set DOCKER_HOST", Setup},
		"With adds":       {With(Helm, plain), "connection refused", "connection refused", "", Helm},
		"joined":          {errors.Join(input, nil, plain, engine), "no hub \"x\"; see 'mage plan'\nconnection refused\nno engine answers: connection refused; start it, or set DOCKER_HOST", "no hub \"x\"\nconnection refused\nno engine answers: connection refused", "see 'mage plan'; start it, or set DOCKER_HOST", BadInput},
		"joined twice":    {errors.Join(input, input), "no hub \"x\"; see 'mage plan'\nno hub \"x\"; see 'mage plan'", "no hub \"x\"\nno hub \"x\"", "see 'mage plan'", BadInput},
		"two in one line": {fmt.Errorf("%w, and %w", input, engine), "no hub \"x\"; see 'mage plan', and no engine answers: connection refused; start it, or set DOCKER_HOST", "no hub \"x\", and no engine answers: connection refused", "see 'mage plan'; start it, or set DOCKER_HOST", BadInput},
		"remedy, no code": {Try(plain, "try %d", 1), "connection refused; try 1", "connection refused", "try 1", Other},
		"code added":      {With(Push, Try(plain, "again")), "connection refused; again", "connection refused", "again", Push},
		"code kept":       {With(Push, Try(engine, "again")), "no engine answers: connection refused; start it, or set DOCKER_HOST; again", "no engine answers: connection refused", "start it, or set DOCKER_HOST; again", Setup},
		"second's code":   {errors.Join(Try(plain, "again"), input), "connection refused; again\nno hub \"x\"; see 'mage plan'", "connection refused\nno hub \"x\"", "again; see 'mage plan'", BadInput},
		"not quoted":      {mute{engine}, "something failed", "something failed", "start it, or set DOCKER_HOST", Setup},
		"interrupted":     {Errorf(Helm, "hub a: %w", context.Canceled).Try("again"), "hub a: context canceled; again", "hub a: context canceled", "again", Interrupted},
	} {
		t.Run(name, func(t *testing.T) {
			if test.err != nil && test.err.Error() != test.text {
				t.Errorf("text %q, want %q", test.err, test.text)
			}
			if got := Cause(test.err); got != test.cause {
				t.Errorf("cause %q, want %q", got, test.cause)
			}
			if got := Remedy(test.err); got != test.remedy {
				t.Errorf("remedy %q, want %q", got, test.remedy)
			}
			if got := Code(test.err); got != test.code {
				t.Errorf("code %d, want %d", got, test.code)
			}
		})
	}
}

// mute wraps an error and does not quote its text.
type mute struct{ error }

func (m mute) Error() string { return "something failed" }
func (m mute) Unwrap() error { return m.error }

func TestTryLeavesTheErrorThatItIsCalledOn(t *testing.T) {
	first := Input("no hub")
	if second := first.Try("name one"); first.Remedy != "" || second.Remedy != "name one" {
		t.Errorf("remedies %q and %q", first.Remedy, second.Remedy)
	}
}

func TestNilStaysNil(t *testing.T) {
	if err := With(Setup, nil); err != nil {
		t.Errorf("With of nil is %v", err)
	}
	if err := Try(nil, "again"); err != nil {
		t.Errorf("Try of nil is %v", err)
	}
}

func TestCausesAndRemediesOnLinesOfTheirOwn(t *testing.T) {
	input := Input("no hub %q", "x").Try("did you mean y?")
	engine := Errorf(Setup, "no engine answers: %w", errors.New("connection refused")).Try("start it")
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"nil":          {nil, ""},
		"no remedy":    {errors.New("no"), "no"},
		"one":          {input, "no hub \"x\"\n  → did you mean y?"},
		"wrapped":      {fmt.Errorf("hub a: %w", engine), "hub a: no engine answers: connection refused\n  → start it"},
		"two remedies": {Errorf(Build, "hub a: %w", engine).Try("or build elsewhere"), "hub a: no engine answers: connection refused\n  → start it\n  → or build elsewhere"},
		"joined":       {With(Build, errors.Join(input, engine)), "no hub \"x\"\n  → did you mean y?\nno engine answers: connection refused\n  → start it"},
		"first told":   {errors.Join(Told(engine), input), "no en…\n  → start it\nno hub \"x\"\n  → did you mean y?"},
		"told, joined": {Told(With(Build, errors.Join(input, engine))), "no hu…\n  → did you mean y?\nno en…\n  → start it"},
		"told, inside": {fmt.Errorf("cluster b: %w", With(Setup, Told(engine))), "clust…\n  → start it"},
		"told, both":   {errors.Join(Told(input), With(Build, Told(engine))), "no hu…\n  → did you mean y?\nno en…\n  → start it"},
		"about both":   {fmt.Errorf("%w, and %w", input, engine), "no hub \"x\", and no engine answers: connection refused\n  → did you mean y?\n  → start it"},
	} {
		if got := InLines(test.err, func(cause string) string { return cause[:5] + "…" }); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
		if told := strings.HasPrefix(name, "told, "); IsTold(test.err) != told {
			t.Errorf("%s: told: %v", name, !told)
		}
	}
}

func TestEachErrorOfWhatIsJoined(t *testing.T) {
	a, b, c := errors.New("a"), Input("b"), errors.New("c")
	about := fmt.Errorf("%w, and %w", a, c)
	for name, test := range map[string]struct {
		err  error
		want []error
	}{
		"nil":                 {nil, nil},
		"one":                 {a, []error{a}},
		"joined twice":        {With(Build, errors.Join(a, Told(errors.Join(b, c)))), []error{a, b, c}},
		"in words of its own": {about, []error{about}},
	} {
		if got := Each(test.err); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
