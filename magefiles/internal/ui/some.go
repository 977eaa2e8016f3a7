package ui

import (
	"fmt"
	"strings"
)

// Some names the first of some things, and says how many more there are.
func Some(names []string) string { return First(names, 1) }

// First names the first of some things, at most so many, and says how many more there are.
func First(names []string, most int) string {
	text := strings.Join(names[:min(most, len(names))], ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// Counted is a number of things, in words.
func Counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
