package helm

import (
	"errors"
	"strings"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/process"
)

// refusal is the API server's refusal in a sentence, or else what helm says.
func (c *Client) refusal(err error) error {
	if text := diagnosis.Refusal(process.Output(err), process.Quote("kubectl", "--context", c.Context)); text != "" {
		return &failure{text: text, err: err}
	}
	return reason(err)
}

// reason cuts helm's failure to the cause. The command and its output have been printed before.
func reason(err error) error {
	if known := (*failure)(nil); errors.As(err, &known) {
		return err
	}
	output := process.Output(err)
	if !strings.Contains("\n"+output, "\nError: ") {
		return err // helm was ended before it could say anything
	}
	return &failure{text: "helm: " + strings.TrimPrefix(process.Cause(output), "Error: "), err: err}
}

// failure is an error in fewer words.
type failure struct {
	text string
	err  error
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() error { return f.err }
