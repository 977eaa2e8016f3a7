package browser

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Views are those that a page is checked in: a phone and a screen, each in the light and in the dark.
func Views() []View {
	return []View{{360, 740, false}, {360, 740, true}, {1280, 900, false}, {1280, 900, true}}
}

//go:embed check.js
var script string

// Check looks at a page in all views, and returns what is wrong with it, a line each.
func (b *Browser) Check(address string) ([]string, error) {
	events, err := b.Visit(address)
	if err != nil {
		return nil, err
	}
	problems := unwanted(address, events)
	for _, view := range Views() {
		if err := b.As(view); err != nil {
			return nil, err
		}
		found, err := b.look(view)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", address, err)
		}
		for _, text := range found {
			if text = view.String() + ": " + text; !slices.Contains(problems, text) {
				problems = append(problems, text)
			}
		}
	}
	return problems, nil
}

// look checks the page in one view: as it comes, and with all that can be opened open.
func (b *Browser) look(view View) (problems []string, err error) {
	check := "(" + script + ")(" + strconv.Itoa(view.Width) + ")"
	if err := b.Evaluate(check, &problems); err != nil {
		return nil, err
	}
	if !view.Dark { // the order of things does not depend on their colours
		unreached, err := b.unreached()
		if err != nil {
			return nil, err
		}
		problems = append(problems, unreached...)
	}
	var opened []string
	if err := b.Evaluate("hubopsDetails(true), "+check, &opened); err != nil {
		return nil, err
	}
	return append(problems, opened...), b.Evaluate("hubopsDetails(false), 0", nil)
}

// unwanted are the events of a page that should not be: errors of scripts, and requests beyond the page's own folder.
func unwanted(address string, events []Event) []string {
	var problems []string
	for _, e := range events {
		var said struct {
			Request struct {
				URL string `json:"url"`
			} `json:"request"`
			Entry struct {
				Level, Text, URL string
			} `json:"entry"`
			Details struct {
				Text      string `json:"text"`
				Exception struct {
					Description string `json:"description"`
				} `json:"exception"`
			} `json:"exceptionDetails"`
		}
		if json.Unmarshal(e.Params, &said) != nil {
			continue
		}
		switch {
		case e.Method == "Network.requestWillBeSent" && !own(address, said.Request.URL):
			problems = append(problems, "it asks for "+said.Request.URL)
		case e.Method == "Runtime.exceptionThrown":
			problems = append(problems, "a script fails: "+said.Details.Text+" "+said.Details.Exception.Description)
		case e.Method == "Log.entryAdded" && said.Entry.Level == "error":
			problems = append(problems, "it says: "+said.Entry.Text)
		}
	}
	return problems
}

// own reports whether a request is for the page, or for a file of the site that it is part of.
func own(page, asked string) bool {
	if strings.HasPrefix(asked, "data:") || asked == page {
		return true
	}
	from, err := url.Parse(page)
	if err != nil {
		return false
	}
	to, err := url.Parse(asked)
	return err == nil && to.Scheme == "file" && from.Scheme == "file" && sameSite(from.Path, to.Path)
}

// sameSite reports whether a file lies in a folder that the page's is in.
func sameSite(page, file string) bool {
	for dir := path.Dir(page); len(dir) > 1; dir = path.Dir(dir) {
		if path.Dir(file) == dir && (strings.HasSuffix(file, ".css") || strings.HasSuffix(file, ".js")) {
			return true
		}
	}
	return false
}

// unreached goes through the page by the tabulator, and tells what can be used and is not reached so, in the order of the page.
func (b *Browser) unreached() ([]string, error) {
	var want int
	if err := b.Evaluate("hubopsControls.begin()", &want); err != nil {
		return nil, err
	}
	const tabulator = 9
	for range want {
		if err := b.Press("Tab", tabulator); err != nil {
			return nil, err
		}
	}
	var missed []string
	return missed, b.Evaluate("hubopsControls.missed()", &missed)
}
