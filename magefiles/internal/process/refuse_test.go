package process

import (
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"
)

func TestNoSecretOnACommandLine(t *testing.T) {
	runner, log := newRunner()
	runner.Redact.Add("hunter2hunter2", "jupyterhub", "a/<b>&c'd e")
	runner.Redact.AddValues("staging-hub")
	for name, args := range map[string][]string{
		"plain":     {"--password", "hunter2hunter2"},
		"inside":    {"--set", "token=hunter2hunter2,a=b"},
		"base64":    {base64.StdEncoding.EncodeToString([]byte("user:hunter2hunter2"))},
		"in JSON":   {`{"a": "a/\u003cb\u003e\u0026c'd e"}`},
		"in a URL":  {"https://user:a%2F%3Cb%3E%26c%27d+e@host/"},
		"two lines": {"hunter\n  2hunter2"},
	} {
		err := runner.Run(t.Context(), Cmd{Name: "/bin/echo", Args: args, Show: "echo"})
		want := "echo: not started: a secret is among its arguments, where every process of this machine could read it"
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := runner.Start(Cmd{Name: "/bin/echo", Args: args}, filepath.Join(t.TempDir(), "log")); err == nil || err.Error() != want {
			t.Errorf("%s, started: %v", name, err)
		}
	}
	if got := strings.Join(log.lines, "\n"); strings.Contains(got, "hunter2") {
		t.Errorf("the log is %q", got)
	}
	// The name of a hub, and a password that is a word like any other, cannot be told from what a command line says.
	if err := runner.Run(t.Context(), Cmd{Name: "echo", Args: []string{"upgrade", "staging-hub", "jupyterhub.image=x"}}); err != nil {
		t.Error(err)
	}
}

func TestSecretsAreInTheEnvironmentOfWhoNeedsThem(t *testing.T) {
	runner, _ := newRunner()
	runner.Env = append(runner.Env, "REPOSITORY_URL=https://ci:hunter2hunter2@host/x", "HTTPS_PROXY=http://me:hunter2hunter2@proxy", "PLAIN=yes")
	runner.Grants = map[string][]string{"sh": {"GRANTED=hunter2hunter2"}}
	runner.Redact.Add("hunter2hunter2")
	granted, err := runner.Output(t.Context(), Cmd{Name: "/bin/sh", Args: []string{"-c", "env"}})
	if err != nil || !strings.Contains(string(granted), "GRANTED=hunter2hunter2") {
		t.Errorf("%s, %v", granted, err)
	}
	for _, given := range []string{"", "GIVEN=hunter2hunter2"} {
		c := Cmd{Name: "env"}
		if given != "" {
			c.Env = []string{given}
		}
		out, err := runner.Output(t.Context(), c)
		if err != nil || !strings.Contains(string(out), "PLAIN=yes") || !strings.Contains(string(out), "HTTPS_PROXY=") ||
			!strings.Contains(string(out), given) || strings.Contains(string(out), "REPOSITORY_URL") || strings.Contains(string(out), "GRANTED") {
			t.Errorf("%q: %s, %v", given, out, err)
		}
	}
}
