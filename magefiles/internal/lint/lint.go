// Package lint finds what is wrong with hubs and can be seen in their files alone: before anything is built, and
// without a cluster.
package lint

import (
	"cmp"
	"fmt"
	"slices"
)

// The rules, by the names that hubops.yaml allows them by.
const (
	BaseUnpinned  = "base-unpinned"   // an image built on what may be another image tomorrow
	SecretInImage = "secret-in-image" // #nosec G101 -- the name of a rule
	FloatingChart = "floating-chart"  // a chart that may be another chart tomorrow
	SameAddress   = "same-address"    // two hubs that users reach under one address
	SharedSecret  = "shared-secret"   // #nosec G101 -- the name of a rule
	PlainSecret   = "plain-secret"    // #nosec G101 -- the name of a rule
	ShortSecret   = "short-secret"    // #nosec G101 -- the name of a rule
	OtherImage    = "other-image"     // values that name an image which the deploy replaces
)

// Finding is one thing that is wrong.
type Finding struct {
	Rule    string
	File    string // relative to the root, with slashes
	Line    int
	Warning bool // it can be meant
	Text    string
}

// String is "file:line: error: text [rule]".
func (f Finding) String() string {
	level := "error"
	if f.Warning {
		level = "warning"
	}
	return fmt.Sprintf("%s:%d: %s: %s [%s]", f.File, f.Line, level, f.Text, f.Rule)
}

// Sort orders findings by file, line and rule.
func Sort(findings []Finding) {
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Text, b.Text))
	})
}

// PlainText says what is wrong with a file of secret values that is committed in plain text, and what to do.
func PlainText(file string) string {
	return fmt.Sprintf("committed in plain text, so everybody who can read the repository has its values: encrypt it with git-crypt or SOPS and change them, or allow it in hubops.yaml, lint.allow: ['%s:%s']", PlainSecret, file)
}
