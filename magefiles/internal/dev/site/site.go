// Package site looks at the built documentation as a reader without a mouse, without colours, without a network or on a phone meets it:
// landmarks, headings, names of what can be pressed, words for drawings, links, a way back, contrast. It needs no browser. Mage docs calls it
// on what it has built.
package site

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Check returns what is wrong with the site in dir, a line each, and how many pages it has looked at.
func Check(dir fs.FS) (problems []string, pages int, err error) {
	all := map[string]*page{}
	script := ""
	err = fs.WalkDir(dir, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(dir, name)
		if err != nil {
			return err
		}
		switch path.Ext(name) {
		case ".html":
			if all[name], err = parse(content); err != nil {
				problems = append(problems, fmt.Sprintf("%s: %v", name, err))
			}
		case ".css":
			problems = append(problems, located(name, append(colours(string(content)), styleRequests(string(content))...))...)
		case ".js":
			if name == indexFile { // text that is shown, and not run
				script = string(content)
				break
			}
			problems = append(problems, located(name, scriptRequests(string(content)))...)
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	for name, page := range all {
		if page == nil || page.moved() {
			continue
		}
		pages++
		problems = append(problems, located(name, page.check())...)
		problems = append(problems, located(name, links(name, all))...)
	}
	problems = append(problems, titles(all)...)
	problems = append(problems, located(indexFile, index(script, all))...)
	slices.Sort(problems)
	return problems, pages, nil
}

// indexFile is what the search looks through.
const indexFile = "search-index.js"

func located(name string, found []string) []string {
	var lines []string
	for _, text := range found {
		lines = append(lines, name+": "+text)
	}
	return lines
}

// titles finds pages that have the same title: in a list of tabs or of results they are one.
func titles(all map[string]*page) []string {
	names := map[string][]string{}
	for name, page := range all {
		if page != nil && !page.moved() {
			names[page.title] = append(names[page.title], name)
		}
	}
	var problems []string
	for title, same := range names {
		if len(same) > 1 {
			slices.Sort(same)
			problems = append(problems, fmt.Sprintf("%s: the title %q is that of %s too", same[0], title, same[1]))
		}
	}
	return problems
}

// links checks that each link of a page leads to a page and to a place on it, and that one leads home.
func links(name string, all map[string]*page) []string {
	var problems []string
	home := name == "index.html"
	for _, link := range all[name].links {
		if strings.Contains(link, ":") {
			continue // another site, which a reader may choose to go to
		}
		file, anchor, _ := strings.Cut(link, "#")
		target := name
		if file != "" {
			target = path.Join(path.Dir(name), file)
		}
		home = home || target == "index.html"
		switch found := all[target]; {
		case found == nil:
			problems = append(problems, fmt.Sprintf("a link to %s, which is no page", link))
		case anchor != "" && !found.ids[anchor]:
			problems = append(problems, fmt.Sprintf("a link to %s, where nothing has that name", link))
		}
	}
	if !home {
		problems = append(problems, "no link leads back to the first page")
	}
	return problems
}

var (
	styleRequest  = regexp.MustCompile(`@import|url\(\s*['"]?(?:https?:)?//`)
	scriptRequest = regexp.MustCompile(`https?://|['"]//|XMLHttpRequest|\bfetch\(|sendBeacon|WebSocket|EventSource|\bimport\(`)
)

func styleRequests(text string) []string { return requests(text, styleRequest) }

func scriptRequests(text string) []string { return requests(text, scriptRequest) }

func requests(text string, pattern *regexp.Regexp) []string {
	var problems []string
	for _, found := range pattern.FindAllString(text, -1) {
		problems = append(problems, fmt.Sprintf("%q asks for something: this site needs no network", found))
	}
	return problems
}
