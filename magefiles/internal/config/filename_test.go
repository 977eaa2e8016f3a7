package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

func TestSettingsUnderAnotherName(t *testing.T) {
	for name, beside := range map[string]bool{ // whether it is an error beside hubops.yaml too
		"hubops.yml": true, "HubOps.yaml": true, "hubops .yaml": true, "HUBOPS.YML": true, "\u200bhubops.yaml": true,
		"hub-ops.yaml": false, ".hubops.yaml": false, "hubop.yaml": false, "hubosp.yaml": false, "hubops.yaml~": false, "hubops.toml": false, "hubops.json": false,
	} {
		for _, both := range []bool{false, true} {
			root := t.TempDir()
			if err := os.WriteFile(filepath.Join(root, name), []byte("jobs: 3\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if both {
				if err := os.WriteFile(filepath.Join(root, File), []byte("jobs: 2\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Load(root, nil)
			refused := err != nil && exit.Code(err) == exit.BadInput && strings.HasSuffix(err.Error(), " is not read, only hubops.yaml is; rename it, or remove it")
			if refused != (!both || beside) {
				t.Errorf("%q, with hubops.yaml %t: %v", name, both, err)
			}
		}
	}
}

func TestDirectoriesThatNoListCanName(t *testing.T) {
	for _, pair := range []string{"HUBOPS_SANDBOX_DIR=/a:b", "HUBOPS_SANDBOX_DIR=/a,b", "HUBOPS_CACHE=/a:b"} {
		_, err := Load(t.TempDir(), []string{pair, "HOME=/x"})
		name, dir, _ := strings.Cut(pair, "=")
		if exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), " is "+dir) || name == "HUBOPS_SANDBOX_DIR" && !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%s: %v", pair, err)
		}
	}
	if _, err := Load(t.TempDir(), []string{"HUBOPS_SANDBOX_DIR=/a b=c%41", "HUBOPS_CACHE=/c"}); err != nil {
		t.Error(err)
	}
}
