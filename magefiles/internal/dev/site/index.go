package site

import (
	"encoding/json"
	"fmt"
	"strings"
)

// section is what the search knows of a part of a page: address, title, anchor, heading, text.
type section [5]string

// index checks what the search looks through: that it can be read, that what it finds is there, and that every page can be found.
func index(script string, all map[string]*page) []string {
	text := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(script), "searchIndex = "), ";")
	var rows [][]string
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		return []string{fmt.Sprintf("it is no list of sections: %v", err)}
	}
	var problems []string
	found := map[string]bool{}
	for _, row := range rows {
		var s section
		if copy(s[:], row) != len(s) || len(row) != len(s) {
			problems = append(problems, fmt.Sprintf("a section has %d parts: %.100q", len(row), row))
			continue
		}
		address, anchor := s[0], s[2]
		found[address] = true
		if target := all[address]; target == nil || anchor != "" && !target.ids[anchor] {
			problems = append(problems, fmt.Sprintf("%s#%s is not there", address, anchor))
		}
	}
	for name, page := range all {
		if page != nil && !page.moved() && !found[name] {
			problems = append(problems, "nobody can find "+name)
		}
	}
	return problems
}
