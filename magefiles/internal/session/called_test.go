package session

import "testing"

func TestCommandsAreNamedAsTheProgramWasCalled(t *testing.T) {
	const text = "no helm that fits; run 'mage setup', which builds it, as mage does"
	for program, want := range map[string]string{
		"/home/ann/.magefile/5f3a8d1c5f3a8d1c5f3a8d1c5f3a8d1c5f3a8d1c5f3a8d1c5f3a8d1c5f3a8d1c": text,
		"mage":       text,
		"./bin/hubs": "no helm that fits; run 'hubs setup', which builds it, as mage does",
	} {
		if got := calledBy(program, text); got != want {
			t.Errorf("%s: got %q", program, got)
		}
	}
}
