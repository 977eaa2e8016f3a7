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

// reason cuts helm's failure to what it says after "Error:". The command and its output have been printed before.
func reason(err error) error {
	if known := (*failure)(nil); errors.As(err, &known) {
		return err
	}
	for line := range strings.Lines(process.Output(err)) {
		if text, found := strings.CutPrefix(strings.TrimSpace(line), "Error: "); found {
			return &failure{text: "helm: " + text, err: err}
		}
	}
	return err
}

// failure is an error in fewer words.
type failure struct {
	text string
	err  error
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() error { return f.err }
