package push

import (
	"strings"
)

// unreadWay is a way to read an image that did not work.
type unreadWay struct {
	name string
	err  error
}

// unreadWays are all ways that were tried. As an error they say what each of them said.
type unreadWays []unreadWay

func (u unreadWays) Error() string {
	if len(u) == 1 {
		return u[0].err.Error()
	}
	return "it cannot be read: " + u.each()
}

// because says why the next way is taken: "; its files cannot be read: …", or "" for the first way.
func (u unreadWays) because() string {
	if len(u) == 0 {
		return ""
	}
	return "; its files cannot be read: " + u.each()
}

func (u unreadWays) each() string {
	parts := make([]string, 0, len(u))
	for _, way := range u {
		parts = append(parts, way.name+": "+strings.ReplaceAll(way.err.Error(), "\n", "; "))
	}
	return strings.Join(parts, " | ")
}

// Unwrap returns the errors.
func (u unreadWays) Unwrap() []error {
	errs := make([]error, 0, len(u))
	for _, way := range u {
		errs = append(errs, way.err)
	}
	return errs
}
