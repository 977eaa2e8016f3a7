package exit

import "strings"

// InLines returns the text of err for a terminal: each cause, and below it what to do about it, on a line of its own. Errors that
// are joined stand one below the other.
func InLines(err error) string {
	if err == nil {
		return ""
	}
	if all := joined(err); all != nil {
		texts := make([]string, len(all))
		for i, one := range all {
			texts[i] = InLines(one)
		}
		return strings.Join(texts, "\n")
	}
	cause, remedies := parts(err)
	return strings.Join(append([]string{cause}, remedies...), "\n  → ")
}

// joined returns the errors that err is made of, if it says nothing beside them; nil if it is one.
func joined(err error) []error {
	switch wrapping := err.(type) { //nolint:errorlint // this walks through the wrapped errors itself
	case interface{ Unwrap() []error }:
		all := wrapping.Unwrap()
		texts := make([]string, len(all))
		for i, one := range all {
			texts[i] = one.Error()
		}
		if strings.Join(texts, "\n") == err.Error() {
			return all
		}
	case interface{ Unwrap() error }:
		if inner := wrapping.Unwrap(); inner != nil && inner.Error() == err.Error() {
			return joined(inner)
		}
	}
	return nil
}
