package hubimage

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/dev/programs"
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

// quoteAll quotes words for a shell.
func quoteAll(words []string) (quoted []string) {
	for _, word := range words {
		quoted = append(quoted, "'"+strings.ReplaceAll(word, "'", `'\''`)+"'")
	}
	return quoted
}
