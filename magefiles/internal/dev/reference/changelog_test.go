package reference

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
)

var (
	codeInText  = regexp.MustCompile("`([^`\n]+)`")
	variable    = regexp.MustCompile(`^[A-Z][A-Z0-9]*_[A-Z0-9_]+$`)
	dottedKey   = regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)
	namedTarget = regexp.MustCompile(`^mage ([a-z]+(:[a-z]+)?)`)
)

// Somebody who does what the changes say finds the setting, the variable and the target: a name that has changed again is a line of its own.
func TestWhatTheChangesNameIsThere(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}
	targets, err := Targets(filepath.Join(root, "magefiles"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, match := range codeInText.FindAllStringSubmatch(string(content), -1) {
		word, _, _ := strings.Cut(match[1], "=")
		has := func(name func(config.Setting) string) bool {
			return slices.ContainsFunc(config.Settings, func(s config.Setting) bool { return name(s) == word })
		}
		var there bool
		switch target := namedTarget.FindStringSubmatch(match[1]); {
		case target != nil:
			there = strings.Contains(targets, "`mage "+target[1]+"`") || strings.Contains(targets, "`mage "+target[1]+" ")
		case variable.MatchString(word):
			there = has(func(s config.Setting) string { return s.Env })
		case dottedKey.MatchString(word) && !strings.HasSuffix(word, ".mod") && !strings.HasSuffix(word, ".sum") && !strings.HasSuffix(word, ".yaml") && !strings.HasSuffix(word, ".py"):
			there = has(func(s config.Setting) string { return s.Key })
		default:
			continue
		}
		if found++; !there {
			t.Errorf("%s is no more", match[1])
		}
	}
	if found < 15 {
		t.Errorf("only %d names were found: does this test still read them?", found)
	}
}
