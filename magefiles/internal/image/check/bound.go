package check

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	pep440 "github.com/aquasecurity/go-pep440-version"
)

// Bound is the versions of a Python module that fit: peps.python.org/pep-0440. The zero value takes any.
type Bound struct {
	text    string
	allowed pep440.Specifiers
}

// String is the bound as the file has it; "" for none.
func (b Bound) String() string { return b.text }

var (
	moduleName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)
	oneBound   = regexp.MustCompile(`^(===|==|!=|~=|>=|<=|>|<) ?[0-9][A-Za-z0-9.+*!_-]*$`)
)

// cutModule divides "pandas >= 2.1, < 3".
func cutModule(text string) (module, bound string) {
	text = strings.TrimSpace(text)
	at := strings.IndexAny(text, " =!~<>")
	if at < 0 {
		return text, ""
	}
	return text[:at], strings.TrimSpace(text[at:])
}

func parseBound(text string) (Bound, error) {
	if text == "" {
		return Bound{}, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		if !oneBound.MatchString(strings.TrimSpace(part)) {
			return Bound{}, fmt.Errorf("%.40q is no bound of versions", strings.TrimSpace(part))
		}
	}
	allowed, err := pep440.NewSpecifiers(text)
	if err != nil {
		return Bound{}, errors.New("that is no bound of versions")
	}
	return Bound{text, allowed}, nil
}

// fits reports whether a version is within the bound. A version that is none fits nothing but no bound at all.
func (b Bound) fits(version string) bool {
	if b.text == "" {
		return true
	}
	v, err := pep440.Parse(version)
	return err == nil && b.allowed.Check(v)
}
