package manifest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Document is one document of what a chart renders.
type Document struct {
	Source string // the template that it comes from, as course/templates/hub.yaml; "" if helm does not say
	Line   int    // at which its text begins in what the template renders
	Text   string
}

// sourceMark is what helm writes above what each template renders.
const sourceMark = "# Source: "

// Split cuts a manifest, as helm renders it, into its documents. Helm begins anew with each template.
func Split(manifest string) []Document {
	var documents []Document
	var text strings.Builder
	now := Document{Line: 1}
	end := func() {
		if now.Text = text.String(); strings.TrimSpace(now.Text) != "" {
			documents = append(documents, now)
		}
		now.Line += strings.Count(now.Text, "\n") + 1
		text.Reset()
	}
	for line := range strings.Lines(manifest) {
		switch bare := strings.TrimRight(line, " \t\r\n"); {
		case bare == "---":
			end()
		case strings.HasPrefix(bare, sourceMark) && text.Len() == 0:
			if source := strings.TrimPrefix(bare, sourceMark); source != now.Source {
				now.Source, now.Line = source, 1
			}
		case strings.HasPrefix(bare, "--- "), strings.HasPrefix(bare, "---\t"): // an object on the line of the mark
			end()
			text.WriteString(strings.TrimLeft(strings.TrimPrefix(line, "---"), " \t"))
		default:
			text.WriteString(line)
		}
	}
	end()
	return documents
}

var lineOf = regexp.MustCompile(`^yaml: line (\d+): `)

// wrong is the error for a document that cannot be read: what, and where in the chart.
func (d Document) wrong(err error) error {
	place, text := d.Source, strings.TrimPrefix(err.Error(), "yaml: ")
	if place == "" {
		place = "a rendered manifest"
	}
	if match := lineOf.FindStringSubmatch(err.Error()); match != nil {
		if line, err := strconv.Atoi(match[1]); err == nil {
			place += fmt.Sprintf(", near line %d of what it renders", d.Line+line-1)
		}
		text = strings.TrimPrefix(text, strings.TrimPrefix(match[0], "yaml: "))
	}
	return fmt.Errorf("%s: %s", place, text)
}
