// Package lint finds mistakes in the files of hubs, without a build and without a cluster. Dockerfiles, charts, values and secret
// values go in, findings come out. Package ops/repository calls it for target lint, package release before a deploy.
package lint

import (
	"cmp"
	"fmt"
	"slices"
)

// The rules, by the names that hubops.yaml allows them by.
const (
	BaseUnpinned     = "base-unpinned"     // a base without a version, which can change at any time
	DownloadUnpinned = "download-unpinned" // something fetched without a checksum
	SecretInImage    = "secret-in-image"   // #nosec G101 -- the name of a rule
	FloatingChart    = "floating-chart"    // a chart dependency with a range of versions and no lock file
	ChartUnpinned    = "chart-unpinned"    // a fetched chart without a digest in the file of pins
	PlainHTTP        = "plain-http"        // a chart that comes without TLS
	SameAddress      = "same-address"      // two hubs with the same address
	SharedSecret     = "shared-secret"     // #nosec G101 -- the name of a rule
	PlainSecret      = "plain-secret"      // #nosec G101 -- the name of a rule
	LinkedSecret     = "linked-secret"     // #nosec G101 -- the name of a rule
	ShortSecret      = "short-secret"      // #nosec G101 -- the name of a rule
	LockedFile       = "locked-file"       // of git-crypt, in a chart
	OtherImage       = "other-image"       // an image in the values, which the deploy replaces
)

// Finding is one mistake.
type Finding struct {
	Rule    string
	File    string // relative to the root, with slashes
	Line    int
	Warning bool // it may be intended
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

// PlainText returns the message for a file of secret values that is committed in plain text.
func PlainText(file string) string {
	return fmt.Sprintf("committed in plain text, so everybody who can read the repository has its values: encrypt it with git-crypt or SOPS and change them, or allow it in hubops.yaml, lint.allow: ['%s:%s']", PlainSecret, file)
}
