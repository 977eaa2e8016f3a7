package run

import (
	"errors"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
)

// outputs are the targets that write a document, each with the forms that it has.
var outputs = map[string][]string{
	"plan": {"json", "markdown"}, "diff:hub": {"json", "markdown"},
	"status": {"json"}, "deploy": {"json"}, "deploy:hub": {"json"}, "deploy:all": {"json"},
}

// checkOutput refuses a form of output that a target of the command line does not have: a machine would wait for it.
func checkOutput(form string, called []string) error {
	for _, target := range called {
		if form == "" || slices.Contains(outputs[target], form) {
			continue
		}
		var have []string
		for name, forms := range outputs {
			if slices.Contains(forms, form) {
				have = append(have, name)
			}
		}
		slices.Sort(have)
		return exit.Input("OUTPUT=%s: %s has no such output, nothing was done", form, target).Try("leave OUTPUT out; those that have it are %s", strings.Join(have, ", "))
	}
	return nil
}

// PresentAfter writes the document of what people have been told of already, and returns the error that it ended with.
func (r *Run) PresentAfter(ended error, doc document.Document) error {
	if err := r.Present(doc, func() error { return nil }); err != nil {
		return errors.Join(ended, err)
	}
	return ended
}

// Present writes the document that OUTPUT asks for, or else what a person reads.
func (r *Run) Present(doc document.Document, forPeople func() error) error {
	switch r.Config.Output {
	case "json":
		text, err := document.JSON(doc, r.Console.Shown)
		r.Console.Document(text)
		return err
	case "markdown":
		doc = document.Shown(doc, r.Console.Shown)
		if text, has := doc.(interface{ Markdown() string }); has {
			r.Console.Document(text.Markdown())
		}
		return nil
	}
	return forPeople()
}
