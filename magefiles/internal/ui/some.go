package ui

import "fmt"

// Some names the first of some things, and says how many more there are.
func Some(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return fmt.Sprintf("%s and %d more", names[0], len(names)-1)
}
