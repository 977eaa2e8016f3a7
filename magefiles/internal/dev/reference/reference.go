// Package reference writes the pages of the documentation that come from the code: the settings, and the targets with their doc
// comments. Package dev calls it for mage docs.
package reference

import (
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/magefile/mage/parse"

	"hub-ops/magefiles/internal/config"
)

const generated = "<!-- Written by `mage docs` from the code: change it there. -->\n\n"

// Variables returns the page of all settings.
func Variables(settings []config.Setting) string {
	page := new(strings.Builder)
	page.WriteString("---\ntitle: Variables\npart: reference\nweight: 20\n---\n\n" + generated)
	page.WriteString("What belongs to the project is set in `hubops.yaml`, where each part of a key before a dot is a section. " +
		"An environment variable wins over the file. In the file an unknown key is an error.\n\n" +
		"Settings of `helm.`, `watch.` and `health.` that are about one release, and the value paths of `image.`, can be set for some hubs only, by name or pattern, where later ones win: " +
		"`hubs: {\"test-*\": {helm: {timeout: 20m}}}`.\n\n")
	table(page, "In hubops.yaml, or by a variable", settings, func(s config.Setting) bool { return s.Key != "" })
	table(page, "By a variable only", settings, func(s config.Setting) bool { return s.Key == "" })
	return page.String()
}

func table(page *strings.Builder, title string, settings []config.Setting, want func(config.Setting) bool) {
	fmt.Fprintf(page, "## %s\n\n| key | variable | default | what it does |\n|---|---|---|---|\n", title)
	for _, s := range settings {
		if want(s) {
			fmt.Fprintf(page, "| %s | %s | %s | %s |\n", code(s.Key), code(s.Env), code(s.Default), forTable(s.Help))
		}
	}
	page.WriteString("\n")
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

// Targets returns the page of all targets, from the doc comments of the magefiles in dir and of what they import.
func Targets(dir string) (string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return "", err
	}
	var names []string
	for _, file := range files {
		if name := filepath.Base(file); name != "mage_output_file.go" { // mage's own, while it runs
			names = append(names, name)
		}
	}
	info, err := parse.PrimaryPackage("go", dir, names, false)
	if err != nil {
		return "", fmt.Errorf("reading the targets: %w", err)
	}
	targets := slices.Clone(info.Funcs)
	for _, imported := range info.Imports {
		targets = append(targets, imported.Info.Funcs...)
	}
	page := new(strings.Builder)
	page.WriteString("---\ntitle: Targets\npart: reference\nweight: 10\n---\n\n" + generated)
	page.WriteString("`mage -l` lists them, `mage -h <target>` explains one. What is in `<…>` is an argument.\n\n| target | what it does |\n|---|---|\n")
	sort.Sort(targets)
	for _, target := range targets {
		fmt.Fprintf(page, "| `%s` | %s |\n", usage(target), sentence(target.Comment, target.Name))
	}
	page.WriteString("\n## Short forms\n\n| word | target |\n|---|---|\n")
	var words []string
	for word := range info.Aliases {
		words = append(words, word)
	}
	sort.Strings(words)
	for _, word := range words {
		fmt.Fprintf(page, "| `mage %s` | `%s` |\n", word, name(info.Aliases[word]))
	}
	return page.String(), nil
}

func usage(target *parse.Function) string {
	words := []string{"mage", name(target)}
	for _, arg := range target.Args {
		words = append(words, "<"+arg.Name+">")
	}
	return strings.Join(words, " ")
}

// name spells a target as mage -l does.
func name(target *parse.Function) string { return strings.ToLower(target.TargetName()) }

// forTable keeps text from ending a cell of a table, and from being left out as HTML. Between backticks a cell ends at | too, and < is text.
func forTable(text string) string {
	parts := strings.Split(strings.ReplaceAll(text, "|", `\|`), "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.ReplaceAll(parts[i], "<", `\<`)
	}
	return strings.Join(parts, "`")
}

// sentence drops the function's name from its comment, and starts what remains with a capital.
func sentence(text, function string) string {
	text = strings.TrimSpace(strings.TrimPrefix(strings.Join(strings.Fields(text), " "), function))
	if text == "" {
		return ""
	}
	return forTable(strings.ToUpper(text[:1]) + text[1:])
}
