package hubshell

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/valuepath"
	"hub-ops/magefiles/internal/yamldoc"
)

func of(t *testing.T, files ...string) (Shell, []string) {
	t.Helper()
	var all []valuepath.File
	for _, text := range files {
		top, err := yamldoc.Parse("values.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, valuepath.File{Name: "values.yaml", Top: top})
	}
	return Of(all)
}

func TestHowAHubStartsAServer(t *testing.T) {
	for want, files := range map[string][]string{
		"run --rm --interactive --name n --label l --log-driver none --security-opt no-new-privileges --user 1000 --group-add 100 --tmpfs /home/jovyan:rw,exec,mode=1777": {""},
		"run --rm --interactive --name n --label l --log-driver none --security-opt no-new-privileges --user 0 --group-add 7 --tmpfs /home/x:rw,exec,mode=1777 --memory 1610612736 --cpus 0.5 --env A=1 --env B=two words": {
			"jupyterhub: {singleuser: {uid: 0, fsGid: 5, memory: {limit: 1G}, cpu: {limit: 0.5}, extraEnv: {A: 1}}}",
			"jupyterhub: {singleuser: {fsGid: 7, memory: {limit: 1.5G}, storage: {homeMountPath: /home/x}, extraEnv: {B: {name: B, value: two words}}}}",
		},
		"run --rm --interactive --name n --label l --log-driver none --security-opt no-new-privileges --user 1000": {"singleuser: {fsGid: '', memory: {limit: null}, cpu: {limit: all}, storage: {type: none}}"},
	} {
		shell, _ := of(t, files...)
		got := strings.Join(shell.Arguments(Container{Image: "i", Name: "n", Label: "l"}), " ")
		if got != want+" i /bin/sh -c "+start {
			t.Errorf("%q:\n%s\nwant\n%s", files, got, want)
		}
	}
	shell, _ := of(t, "")
	if got := strings.Join(shell.Arguments(Container{Podman: true, Terminal: true}), " "); !strings.Contains(got, "--interactive --tty") || !strings.Contains(got, ",notmpcopyup") {
		t.Error(got)
	}
}

// Nothing that is secret, or that the cluster alone has, is given.
func TestNoSecretsAreGiven(t *testing.T) {
	shell, left := of(t, "singleuser: {extraEnv: {API_TOKEN: canary, FROM: {valueFrom: {secretKeyRef: {name: a, key: b}}}, COURSE: botany}}")
	if len(shell.Env) != 1 || shell.Env["COURSE"] != "botany" || strings.Join(left, " ") != "API_TOKEN FROM" {
		t.Errorf("%v, %q", shell.Env, left)
	}
	if got := shell.String(); got != "user 1000, group 100, an empty home in /home/jovyan" {
		t.Error(got)
	}
}
