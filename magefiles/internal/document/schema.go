package document

import (
	"fmt"
	"reflect"
)

// Field is one field of a document, for its page.
type Field struct {
	Path  string // as hubs[].deploy.reason
	Type  string // text, number, true or false, list, or object
	Means string
}

// Kinds are an empty document of each kind.
func Kinds() []Document { return []Document{Plan{}, Status{}, Diff{}, Deploy{}} }

// Kind is the name of a document's kind.
func Kind(doc Document) string { return doc.kind() }

// Fields lists all fields of a document, those of what is in it too.
func Fields(doc Document) []Field { return fields("", reflect.TypeOf(doc)) }

func fields(prefix string, of reflect.Type) []Field {
	var all []Field
	for field := range of.Fields() {
		path, inner := prefix+field.Tag.Get("json"), field.Type
		one := Field{Path: path, Type: typeOf(inner), Means: field.Tag.Get("means")}
		for inner.Kind() == reflect.Slice {
			inner, path = inner.Elem(), path+"[]"
		}
		all = append(all, one)
		if inner.Kind() == reflect.Struct {
			all = append(all, fields(path+".", inner)...)
		}
	}
	return all
}

func typeOf(is reflect.Type) string {
	switch is.Kind() { //nolint:exhaustive // the others are in no document, so that each text is masked
	case reflect.String:
		return "text"
	case reflect.Int, reflect.Float64:
		return "number"
	case reflect.Bool:
		return "true or false"
	case reflect.Struct:
		return "object"
	case reflect.Slice:
		return "list of " + typeOf(is.Elem())
	}
	panic(fmt.Sprintf("no document can hold a %s", is))
}
