package programs

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/process"
)

// recorded is a test that notes how it ended.
type recorded struct{ skipped, failed string }

func (r *recorded) Skip(args ...any)  { r.skipped += fmt.Sprint(args...) }
func (r *recorded) Fatal(args ...any) { r.failed += fmt.Sprint(args...) }

func TestNeed(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	for name, script := range map[string]string{"strace": "#!/bin/sh\n", "docker": "#!/bin/sh\nexit 1\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for needs, want := range map[string]recorded{
		"strace":               {},
		"strace docker podman": {skipped: "left out, for want of docker, podman"},
		"vi":                   {failed: "vi is not in the table of programs"},
	} {
		var got recorded
		Need(t.Context(), &got, strings.Fields(needs)...)
		if !strings.HasPrefix(got.failed, want.failed) || got.skipped != want.skipped || (got.failed == "") != (want.failed == "") {
			t.Errorf("%s: %+v", needs, got)
		}
	}
}

func TestCIMayLackAKernelForARealNodeAndNoPackage(t *testing.T) {
	var got recorded
	NeedNode(&got, "no overlayfs")
	why, wanted, found := strings.Cut(got.skipped, LeftOut)
	if !found || why != "no overlayfs\n" || !MayLack(wanted) {
		t.Errorf("left out: %q", got.skipped)
	}
	got = recorded{}
	NeedNode(&got, "no real node on this machine: runc is not installed, nor gcc, to build it; install Debian's package runc")
	if _, wanted, _ := strings.Cut(got.skipped, LeftOut); wanted != "runc" || MayLack(wanted) {
		t.Errorf("left out: %q", got.skipped)
	}
	for list, want := range map[string]bool{"gcloud": true, "docker": false, "gcloud, docker": false, Root: false} {
		if MayLack(list) != want {
			t.Errorf("CI may lack %s: %t", list, !want)
		}
	}
}

func TestWhatIsMissingIsSaidAndInstalledByOneCommand(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	for _, name := range []string{"git", "docker", "script"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n[ $0 != "+dir+"/docker ]\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	missing := slices.DeleteFunc(Missing(t.Context(), &process.Runner{Env: []string{"PATH=" + dir}}), func(p Program) bool { return p.Name == Root })
	names, text := make([]string, 0, len(missing)), ""
	for _, p := range missing {
		names, text = append(names, p.Name), text+p.String()+"\n"
	}
	if got := strings.Join(names, " "); got != "gcc docker podman iptables runc newuidmap debootstrap git-crypt git-lfs strace unshare setpriv nsenter mount tar bash dash python3 node jq chromium gcloud" {
		t.Errorf("missing: %s", got)
	}
	for _, want := range []string{
		"docker does not answer; start it: ", "newuidmap is not installed: left out are tests of the sandbox of an ordinary user\n",
		"gcloud is not installed, and in no package of Debian's: ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("not said: %q in\n%s", want, text)
		}
	}
	if got := Install(missing); got != "apt-get install --yes --no-install-recommends gcc libc6-dev podman iptables runc uidmap debootstrap git-crypt git-lfs strace util-linux mount tar bash dash python3 python3-yaml nodejs jq chromium" {
		t.Errorf("to be installed by %q", got)
	}
	if got := Install(nil); got != "" {
		t.Errorf("nothing is installed by %q", got)
	}
}

// .ci/run installs before there is a Go program that could tell it what.
func TestCIInstallsEachProgramOfTheTable(t *testing.T) {
	script, err := os.ReadFile("../../../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, p := range All() {
		if p.Package != "" {
			want = append(want, p.Name+" "+p.Package)
		}
	}
	var got []string
	for _, match := range regexp.MustCompile(`(?m)^install (.*)$`).FindAllStringSubmatch(string(script), -1) {
		got = append(got, match[1])
	}
	if !slices.Equal(got, want) {
		t.Errorf(".ci/run installs\n%s\nthe table has\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
