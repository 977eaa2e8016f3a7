// Package document holds what a run tells machines and reviewers: the documents that OUTPUT=json and OUTPUT=markdown write. Packages below ops fill
// them in, package ui writes them, and package dev/reference makes their page of the documentation from the fields' tags.
//
//	doc := document.Plan{Kind: document.PlanKind, Version: document.Version, Event: "push to main"}
//	text, err := document.JSON(doc, console.Shown) // each text masked
package document

import (
	"bytes"
	"encoding/json"
	"reflect"
	"time"
)

// Version is that of all documents. It grows when a field vanishes or means something else, and not when one is added.
const Version = 1

// Document is one of the kinds below.
type Document interface{ kind() string }

// The kinds of documents, each the name of a target's verb.
const (
	PlanKind   = "plan"
	StatusKind = "status"
	DiffKind   = "diff"
	DeployKind = "deploy"
)

func (Plan) kind() string   { return PlanKind }
func (Status) kind() string { return StatusKind }
func (Diff) kind() string   { return DiffKind }
func (Deploy) kind() string { return DeployKind }

// JSON writes a document. Everything in it that is text goes through shown first, which masks secrets and writes out control characters.
func JSON(doc Document, shown func(string) string) (string, error) {
	var text bytes.Buffer
	writer := json.NewEncoder(&text)
	writer.SetEscapeHTML(false)
	writer.SetIndent("", "  ")
	err := writer.Encode(Shown(doc, shown))
	return text.String(), err
}

// Shown returns a copy of a document in which all texts have gone through shown.
func Shown[D Document](doc D, shown func(string) string) D { return Cleaned(doc, shown) }

// Cleaned is Shown for any value that is made of structs, lists, texts, numbers and times.
func Cleaned[T any](value T, shown func(string) string) T {
	clean, _ := reflect.TypeAssert[T](cleaned(reflect.ValueOf(value), shown))
	return clean
}

// cleaned copies a value of the kinds that documents are made of; the test of the schema refuses others.
func cleaned(value reflect.Value, shown func(string) string) reflect.Value {
	is := reflect.New(value.Type()).Elem()
	if value.Type() == reflect.TypeFor[time.Time]() {
		return value
	}
	switch value.Kind() { //nolint:exhaustive // the others are no text, and are copied
	case reflect.String:
		is.SetString(shown(value.String()))
	case reflect.Struct:
		for i := range value.NumField() {
			is.Field(i).Set(cleaned(value.Field(i), shown))
		}
	case reflect.Slice: // an empty list is a list, and not null
		is.Set(reflect.MakeSlice(value.Type(), value.Len(), value.Len()))
		for i := range value.Len() {
			is.Index(i).Set(cleaned(value.Index(i), shown))
		}
	default:
		is.Set(value)
	}
	return is
}
