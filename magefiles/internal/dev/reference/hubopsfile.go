package reference

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"hub-ops/magefiles/internal/config"
)

// link is one of Markdown: in a file of YAML its text is left.
var link = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// HubopsFile returns the page of hubops.yaml: every key with what it does and its default, as a file to copy from.
func HubopsFile(settings []config.Setting) string {
	page := new(strings.Builder)
	page.WriteString("---\ntitle: hubops.yaml\npart: reference\nweight: 30\n---\n\n" + generated)
	page.WriteString("The file lies at the top of the repository, and what counts for credentials and branches is the one of the default branch at `origin`. " +
		"Every key, with its default; take the `#` away from those that you set. The same as a table, with the variable of each: [variables](/reference/variables). " +
		"Where the parts of hubs lie: [layouts](/layouts).\n\n```yaml\n")
	section := ""
	for _, s := range inSections(settings) {
		above, key, nested := strings.Cut(s.Key, ".")
		indent := ""
		if !nested {
			above, key = "", s.Key
		}
		if above != section {
			section = above
			fmt.Fprintf(page, "\n%s:\n", section)
		}
		if nested {
			indent = "  "
		}
		for _, line := range wrapped(link.ReplaceAllString(s.Help, "$1"), 96) {
			fmt.Fprintf(page, "%s# %s\n", indent, line)
		}
		fmt.Fprintf(page, "%s#%s:%s\n", indent, key, strings.TrimRight(" "+plain(s.Default), " "))
	}
	page.WriteString("```\n")
	return page.String()
}

// plain quotes a text where YAML would read more than a text in it.
func plain(text string) string {
	if strings.ContainsAny(text, `{}[]*&!|>'"%@?#`) {
		return strconv.Quote(text)
	}
	return text
}

// inSections puts the keys that are in no section first, then each section in the order of its first key.
func inSections(settings []config.Setting) []config.Setting {
	var order []string
	bySection := map[string][]config.Setting{}
	for _, s := range settings {
		if s.Key == "" {
			continue
		}
		section := ""
		if above, _, nested := strings.Cut(s.Key, "."); nested {
			section = above
		}
		if section != "" && bySection[section] == nil {
			order = append(order, section)
		}
		bySection[section] = append(bySection[section], s)
	}
	sorted := bySection[""]
	for _, section := range order {
		sorted = append(sorted, bySection[section]...)
	}
	return sorted
}

// wrapped breaks a text into lines of at most so many bytes, between words.
func wrapped(text string, most int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > most {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}
