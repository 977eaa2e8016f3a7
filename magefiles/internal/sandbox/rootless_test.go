package sandbox

import (
	"errors"
	"os/user"
	"strings"
	"testing"
	"testing/fstest"
)

func TestWhatKeepsAnOrdinaryUserFromANamespace(t *testing.T) {
	const ranges = "root:1:1\nann:100000:65536\n"
	for name, test := range map[string]struct {
		lacks string // program
		files map[string]string
		want  string
	}{
		"nothing":                {"", map[string]string{"etc/subuid": ranges, "etc/subgid": "1000:100000:65536"}, ""},
		"no newuidmap":           {"newuidmap", nil, "newuidmap is not installed; install the package uidmap, or shadow-utils, which has it"},
		"no newgidmap":           {"newgidmap", nil, "newgidmap is not installed; install the package uidmap, or shadow-utils, which has it"},
		"no range":               {"", map[string]string{"etc/subuid": "anna:100000:65536\n"}, "/etc/subuid has no range of IDs for ann; give some with 'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ann'"},
		"no range of groups":     {"", map[string]string{"etc/subuid": ranges, "etc/subgid": "# ann:1:1"}, "/etc/subgid has no range of IDs for ann"},
		"Debian's switch":        {"", map[string]string{"etc/subuid": ranges, "etc/subgid": ranges, "proc/sys/kernel/unprivileged_userns_clone": "0\n"}, "'sysctl --write kernel.unprivileged_userns_clone=1'"},
		"Ubuntu's switch":        {"", map[string]string{"etc/subuid": ranges, "etc/subgid": ranges, "proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n"}, "'sysctl --write kernel.apparmor_restrict_unprivileged_userns=0'"},
		"no namespaces at all":   {"", map[string]string{"etc/subuid": ranges, "etc/subgid": ranges, "proc/sys/user/max_user_namespaces": "0\n"}, "'sysctl --write user.max_user_namespaces=10000'"},
		"the switches are right": {"", map[string]string{"etc/subuid": ranges, "etc/subgid": ranges, "proc/sys/kernel/unprivileged_userns_clone": "1\n", "proc/sys/user/max_user_namespaces": "96364\n"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{}
			for file, content := range test.files {
				files[file] = &fstest.MapFile{Data: []byte(content)}
			}
			got := missing(files, &user.User{Username: "ann", Uid: "1000"}, func(program string) (string, error) {
				if program == test.lacks {
					return "", errors.New("not found")
				}
				return "/usr/bin/" + program, nil
			})
			if test.want == "" && got != nil || test.want != "" && (got == nil || !strings.Contains(got.Error(), test.want)) {
				t.Errorf("got %v, want %q", got, test.want)
			}
		})
	}
}
