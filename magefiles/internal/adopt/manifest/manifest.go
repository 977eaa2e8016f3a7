// Package manifest says which files of hub-ops were copied into another repository, with what was in them, and so what an upgrade of that
// copy may replace and remove. It is pure. Package adopt/tree reads and writes the files.
//
//	old, err := manifest.Parse(content)
//	changes := manifest.Compare(old, manifest.Of(commit, files), func(name string) string { return manifest.Sum(contentHere(name)) })
package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// File is the name of the file that holds the manifest, in the directory of the copy.
const File = "hub-ops.sum"

// Manifest is what was copied.
type Manifest struct {
	Commit string
	Sums   map[string]string // of what was in each file, by its path in the directory of the copy
}

// Sum identifies what is in a file.
func Sum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Of returns the manifest of files, whose contents are given by their paths.
func Of(commit string, files map[string][]byte) Manifest {
	m := Manifest{Commit: commit, Sums: map[string]string{}}
	for name, content := range files {
		m.Sums[name] = Sum(content)
	}
	return m
}

// heading is before the commit in the first line.
const heading = "# hub-ops "

// Text is the manifest as the file holds it.
func (m Manifest) Text() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s%s. These files are its own: 'mage upgrade' replaces them.\n", heading, m.Commit)
	for _, name := range slices.Sorted(maps.Keys(m.Sums)) {
		fmt.Fprintf(&text, "%s  %s\n", m.Sums[name], name)
	}
	return text.String()
}

// line matches the line of a file, and first the first line.
var (
	first = regexp.MustCompile(`^# hub-ops ([0-9a-f]{7,64})\.`)
	line  = regexp.MustCompile(`^([0-9a-f]{64})  (.+)$`)
)

// Parse reads the file. A path that leads out of the directory is an error: files are removed by what is said here.
func Parse(content []byte) (Manifest, error) {
	m := Manifest{Sums: map[string]string{}}
	number := 0
	for text := range bytes.Lines(content) {
		number++
		text := strings.TrimSuffix(string(text), "\n")
		if number == 1 {
			commit := first.FindStringSubmatch(text)
			if commit == nil {
				return m, fmt.Errorf("%s:1: the commit of hub-ops is not there", File)
			}
			m.Commit = commit[1]
			continue
		}
		parts := line.FindStringSubmatch(text)
		if parts == nil || path.Clean(parts[2]) != parts[2] || path.IsAbs(parts[2]) || parts[2] == ".." || strings.HasPrefix(parts[2], "../") || parts[2] == File {
			return m, fmt.Errorf("%s:%d: no sum and file", File, number)
		}
		m.Sums[parts[2]] = parts[1]
	}
	if number == 0 {
		return m, fmt.Errorf("%s is empty", File)
	}
	return m, nil
}

// Changes are what an upgrade does, each list sorted.
type Changes struct {
	Write   []string // new, or changed in hub-ops alone
	Remove  []string // gone from hub-ops, and not changed here
	Kept    []string // changed here alone
	Clashes []string // changed here and in hub-ops: a person must say which is right
}

// Compare decides what becomes of each file. here returns the sum of what is in a file now, "" if there is none.
func Compare(before, after Manifest, here func(name string) string) Changes {
	names := map[string]bool{}
	for name := range before.Sums {
		names[name] = true
	}
	for name := range after.Sums {
		names[name] = true
	}
	var c Changes
	for _, name := range slices.Sorted(maps.Keys(names)) {
		was, is, now := before.Sums[name], after.Sums[name], here(name)
		switch {
		case now == is: // gone everywhere, or the same
		case now == was && is == "":
			c.Remove = append(c.Remove, name)
		case now == was:
			c.Write = append(c.Write, name)
		case was == is:
			c.Kept = append(c.Kept, name)
		default:
			c.Clashes = append(c.Clashes, name)
		}
	}
	return c
}
