package hubimage

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/process"
)

// mountSomething makes a mount as the image's are made, and says that it is there.
const mountSomething = `set -e
mount -t tmpfs none "$1"
touch "$1/mounted"
echo mounted, $$`

// In a chroot, as one that debootstrap makes, "/" is a directory of another mount, which may share its mounts with the machine.
func TestMountsOfTheImageAreSeenByNobodyElse(t *testing.T) {
	programs.Need(t.Context(), t, programs.Root, "unshare", "mount")
	command := alone(mountSomething, "/place")
	inChroot := append([]string{"chroot", "$1", command.Name}, quoteAll(command.Args)...)
	for name, sharing := range map[string]string{"a machine that shares its mounts": "shared", "one that keeps them": "private"} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			outer := `set -e
mount -t tmpfs none "$1" && mount --make-` + sharing + ` "$1"
set -- "$1/debian"
for dir in bin sbin lib lib64 usr etc dev proc; do [ -e /$dir ] && mkdir -p "$1/$dir" && mount --rbind /$dir "$1/$dir"; done
mkdir "$1/place"
` + strings.Join(inChroot, " ") + `
[ -z "$(ls -A "$1/place")" ] && [ ! -e "$1/proc/root" ]`
			said, err := exec.CommandContext(t.Context(), "unshare", "--mount", "--fork", "sh", "-c", outer, "sh", root).CombinedOutput()
			if err != nil || string(said) != "mounted, 1\n" {
				t.Errorf("%v: %s", err, said)
			}
			if entries, err := os.ReadDir(root); err != nil || len(entries) > 0 {
				t.Errorf("left: %v, %v", entries, err)
			}
		})
	}
	said, err := exec.CommandContext(t.Context(), command.Name, alone(mountSomething, t.TempDir()).Args...).CombinedOutput()
	if err != nil || string(said) != "mounted, 1\n" {
		t.Errorf("%v: %s", err, said)
	}
}

// The program of these tests is a run that makes an image, where somebody says in which directory.
const makesImageIn = "HUBIMAGE_TEST_MAKES_IMAGE_IN"

func TestMain(m *testing.M) {
	dir := os.Getenv(makesImageIn)
	if dir == "" {
		os.Exit(m.Run())
	}
	command := alone(`touch "$1/begun" && sleep 1000 && touch "$1/ended"`, dir)
	command.Quiet = true
	_ = (&process.Runner{Env: os.Environ()}).Run(context.Background(), command)
}

// What makes an image ends with a run that is killed: nothing goes on in the directory that the next run works in.
func TestImageIsMadeNoFurtherWhenTheRunIsKilled(t *testing.T) {
	programs.Need(t.Context(), t, programs.Root, "unshare", "mount")
	dir := t.TempDir()
	run := exec.CommandContext(t.Context(), os.Args[0])
	run.Env = append(os.Environ(), makesImageIn+"="+dir)
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "nothing has begun", func() bool { _, err := os.Stat(filepath.Join(dir, "begun")); return err == nil })
	if err := run.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = run.Wait()
	await(t, "it goes on", func() bool { return len(workingIn(t, dir)) == 0 })
}

// workingIn are the processes that have a directory among their arguments, but for this one.
func workingIn(t *testing.T, dir string) (found []string) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if arguments, err := os.ReadFile(file); err == nil && bytes.Contains(arguments, []byte(dir)) {
			found = append(found, file)
		}
	}
	return found
}

func await(t *testing.T, otherwise string, done func() bool) {
	t.Helper()
	for range 500 {
		if done() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal(otherwise)
}

// quoteAll quotes words for a shell.
func quoteAll(words []string) (quoted []string) {
	for _, word := range words {
		quoted = append(quoted, "'"+strings.ReplaceAll(word, "'", `'\''`)+"'")
	}
	return quoted
}
