package helm

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/process"
)

// refusal is the API server's refusal in a sentence, or else what helm says.
func (c *Client) refusal(at layout.Address, err error) error {
	output, kubectl := process.Output(err), process.Quote("kubectl", "--context", c.Context)
	if isTooLarge(err) {
		return &failure{text: "helm keeps each release in a Secret, and this one is larger than the 1 MiB that fits there", err: err}
	}
	if text := leftover(output, at, kubectl); text != "" {
		return &failure{text: text, err: err}
	}
	if text := diagnosis.Refusal(output, kubectl); text != "" {
		return &failure{text: text, err: err}
	}
	return reason(err)
}

// reason cuts helm's failure to the whole of its cause. The command and its output have been printed before.
func reason(err error) error {
	if known := (*failure)(nil); errors.As(err, &known) {
		return err
	}
	output := process.Output(err)
	if !strings.Contains("\n"+output, "\nError: ") {
		return err // helm was ended before it could say anything
	}
	whole := &failure{text: "helm: " + said(output), err: err}
	if ranOut.MatchString(output) && !strings.Contains(output, "failed calling webhook") {
		return &late{whole}
	}
	return whole
}

// ranOut matches what helm says when it has waited in vain: version 3 and 4, and both of hooks.
var ranOut = regexp.MustCompile(`context deadline exceeded|timed out waiting for the condition|not ready\. status:|exceeded its progress deadline`)

// late is the failure of a helm that has waited in vain: why is for others to say.
type late struct{ *failure }

func (l *late) Unwrap() []error { return []error{l.failure, context.DeadlineExceeded} }

// failure is an error in fewer words.
type failure struct {
	text string
	err  error
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() error { return f.err }
