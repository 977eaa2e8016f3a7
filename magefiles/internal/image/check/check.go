// Package check reads check.yaml, which lists what an image must be able to do, makes the one script that asks the image, and judges what the
// image answered. It is pure: package build starts the script in the image, package ops/images tells the outcome.
//
//	wanted, err := check.Parse("user-images/course/check.yaml", content)
//	asked := wanted.Ask(nonce, []string{"5.2.1"})
//	answers := asked.Listen()            // an io.Writer for what the script prints
//	mismatches := asked.Judge(answers)   // empty: the image is as wanted
package check

import (
	"time"
)

// File is the name of the file, in the directory that an image is built from. It is no part of the image.
const File = "check.yaml"

// What a check may take unless its file says otherwise.
const (
	DefaultTime   = 5 * time.Minute
	DefaultMemory = 2 << 30 // bytes
)

// Check is what one check.yaml says.
type Check struct {
	File       string // its name, for people
	Digest     string // SHA-256 of the file, hexadecimal
	User       Text
	Home       Text
	SingleUser Text // the version of JupyterHub that jupyterhub-singleuser is to fit, or Chart
	Commands   []Command
	Imports    []Import
	Time       time.Duration // that all of it may take
	Memory     int64         // bytes that the image may use for it
}

// Chart stands for the version of the hub that the hub's chart brings.
const Chart = "chart"

// Text is a value, and the line that has it; no line if the file does not.
type Text struct {
	Value string
	Line  int
}

// There reports whether the file has the value.
func (t Text) There() bool { return t.Line > 0 }

// Command is a command that the image must run.
type Command struct {
	Line   int
	Run    string   // for sh -c
	Exit   int      // the code that it must end with
	Output []string // what it must print, somewhere in what it prints
}

// Import is a Python module that the image must have.
type Import struct {
	Line   int
	Module string
	Bound  Bound
}

// OfChart reports whether the check wants to know which hub the chart brings.
func (c Check) OfChart() bool { return c.SingleUser.Value == Chart }

// Count is how many things the image is asked for.
func (c Check) Count() int {
	count := len(c.Commands) + len(c.Imports)
	for _, one := range []Text{c.User, c.Home, c.SingleUser} {
		if one.There() {
			count++
		}
	}
	return count
}
