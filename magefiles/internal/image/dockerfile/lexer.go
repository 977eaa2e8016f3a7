package dockerfile

import (
	"errors"
	"slices"
	"strings"
	"unicode"
)

// lexer splits and expands text as BuildKit does: like a shell, with oddities of its own
// (github.com/moby/buildkit/frontend/dockerfile/shell). Patterns, as in ${A#b}, are not expanded.
type lexer struct {
	rest   []rune
	escape rune
	raw    bool                                         // keep quotes and escapes
	lookup func(name string) (value string, isSet bool) // nil: variables stay as they are written

	unset bool            // a variable without a value, and without a fallback, was expanded to nothing
	open  strings.Builder // the word that is being read
}

var (
	errSyntax  = errors.New("no shell word")
	errPattern = errors.New("a pattern in a variable")
)

// words splits the text at blanks that are not quoted; text that is no shell syntax has none.
func (l *lexer) words() []string {
	_, words, err := l.until(0, l.raw)
	if err != nil {
		return nil
	}
	return words
}

// expand returns the text with its variables expanded, without quotes.
func (l *lexer) expand() (string, error) {
	text, _, err := l.until(0, false)
	return text, err
}

const end = rune(0) // no character of a text that is read here

func (l *lexer) peek() rune {
	if len(l.rest) == 0 {
		return end
	}
	return l.rest[0]
}

func (l *lexer) next() rune {
	c := l.peek()
	if len(l.rest) > 0 {
		l.rest = l.rest[1:]
	}
	return c
}

// until reads to the stop character, which it takes too, or to the end if there is none: as one text, and as words.
func (l *lexer) until(stop rune, rawEscapes bool) (string, []string, error) {
	var text strings.Builder
	var words []string
	l.open.Reset() // of an enclosing word too, as BuildKit does
	inWord := false
	add := func(part string) { inWord = true; l.open.WriteString(part) }
	split := func(part string) {
		for _, c := range part {
			switch {
			case !unicode.IsSpace(c):
				add(string(c))
			case inWord && l.open.Len() > 0:
				words = append(words, l.open.String())
				l.open.Reset()
				inWord = false
			}
		}
	}
	for len(l.rest) > 0 {
		c := l.peek()
		switch {
		case c == stop && stop != end:
			l.next()
			return text.String(), l.close(words), nil
		case c == '$':
			value, err := l.variable()
			if err != nil {
				return "", nil, err
			}
			text.WriteString(value)
			split(value)
		case c == '<' || c == '\'' || c == '"':
			part, err := l.special()
			if err != nil {
				return "", nil, err
			}
			text.WriteString(part)
			add(part)
		case c == l.escape:
			part := l.escaped(rawEscapes)
			text.WriteString(part)
			if part != "" {
				add(part)
			}
		default:
			text.WriteRune(l.next())
			split(string(c))
		}
	}
	if stop != end {
		return "", nil, errSyntax
	}
	return text.String(), l.close(words), nil
}

func (l *lexer) close(words []string) []string {
	if l.open.Len() > 0 {
		words = append(words, l.open.String())
		l.open.Reset()
	}
	return words
}

// escaped reads an escape character and what it takes the meaning from. At the end of the text it means nothing.
func (l *lexer) escaped(raw bool) string {
	text := ""
	if c := l.next(); raw {
		text = string(c)
	}
	if len(l.rest) > 0 {
		text += string(l.next())
	}
	return text
}

// special reads what begins with a quote, or "<<" with the blanks behind it, which belong to a here-document's name.
func (l *lexer) special() (string, error) {
	switch l.peek() {
	case '\'':
		return l.singleQuoted()
	case '"':
		return l.doubleQuoted()
	}
	if l.next(); l.peek() != '<' {
		return "<", nil
	}
	text := []rune{'<', l.next()}
	for strings.ContainsRune("\t\r ", l.peek()) && len(l.rest) > 0 {
		text = append(text, l.next())
	}
	return string(text), nil
}

func (l *lexer) singleQuoted() (string, error) {
	length := slices.Index(l.rest[1:], '\'')
	if length < 0 {
		return "", errSyntax
	}
	quoted := l.rest[:length+2]
	l.rest = l.rest[len(quoted):]
	if l.raw {
		return string(quoted), nil
	}
	return string(quoted[1 : len(quoted)-1]), nil
}

func (l *lexer) doubleQuoted() (string, error) {
	var text strings.Builder
	quote := func() {
		if c := l.next(); l.raw {
			text.WriteRune(c)
		}
	}
	quote()
	for len(l.rest) > 0 {
		switch c := l.peek(); c {
		case '"':
			quote()
			return text.String(), nil
		case '$':
			value, err := l.variable()
			if err != nil {
				return "", err
			}
			text.WriteString(value)
		case l.escape:
			l.next()
			follows := l.peek()
			if meant := follows == '"' || follows == '$' || follows == l.escape; len(l.rest) > 0 && (!meant || l.raw) {
				text.WriteRune(c)
			}
			if len(l.rest) > 0 {
				text.WriteRune(l.next())
			}
		default:
			text.WriteRune(l.next())
		}
	}
	return "", errSyntax
}

// variable reads $NAME or ${NAME…} and returns what it stands for.
func (l *lexer) variable() (string, error) {
	l.next()
	if l.peek() != '{' {
		name := l.name()
		if name == "" {
			return "$", nil
		}
		if l.lookup == nil {
			return "$" + name, nil
		}
		return l.plain(name), nil
	}
	l.next()
	if strings.ContainsRune("{}:\x00", l.peek()) {
		return "", errSyntax
	}
	name := l.name()
	operator := string(l.next())
	if operator == ":" {
		operator += string(l.next())
	}
	return l.operate(name, operator)
}

// plain expands a variable that has no fallback.
func (l *lexer) plain(name string) string {
	value, isSet := l.lookup(name)
	l.unset = l.unset || !isSet
	return value
}

// operate reads the rest of ${NAME…}, from behind its operator.
func (l *lexer) operate(name, operator string) (string, error) {
	switch operator {
	case "}":
		if l.lookup == nil {
			return "${" + name + "}", nil
		}
		return l.plain(name), nil
	case "#", "%", "/":
		return l.pattern(name, operator)
	case "-", "+", "?", ":-", ":+", ":?":
	default:
		return "", errSyntax
	}
	word, _, err := l.until('}', false)
	if err != nil {
		return "", errSyntax
	}
	if l.lookup == nil {
		return "${" + name + operator + word + "}", nil
	}
	value, isSet := l.lookup(name)
	missing := !isSet || value == "" && operator[0] == ':'
	switch operator[len(operator)-1] {
	case '+':
		if missing {
			return "", nil
		}
		return word, nil
	case '?':
		if missing {
			return "", errSyntax // the build ends here
		}
		return value, nil
	}
	if missing {
		return word, nil
	}
	return value, nil
}

// pattern reads the rest of ${NAME#…}, ${NAME%…} and ${NAME/…/…}.
func (l *lexer) pattern(name, operator string) (string, error) {
	text := "${" + name + operator
	if operator == "/" {
		if l.peek() == '/' {
			l.next()
		}
		word, _, err := l.until('/', true)
		if err != nil {
			return "", errSyntax
		}
		text += word + "/"
	}
	word, _, err := l.until('}', true)
	if err != nil {
		return "", errSyntax
	}
	if l.lookup != nil {
		return "", errPattern
	}
	return text + word + "}", nil
}

// name reads the name of a variable: letters, digits and "_", digits alone, or one of the shell's own, such as "?".
func (l *lexer) name() string {
	var length int
	switch first := l.peek(); {
	case unicode.IsDigit(first):
		length = lengthOf(l.rest, unicode.IsDigit)
	case first != end && strings.ContainsRune("@*#?-$!", first):
		length = 1
	default:
		length = lengthOf(l.rest, func(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) })
	}
	name := string(l.rest[:length])
	l.rest = l.rest[length:]
	return name
}

// lengthOf counts the characters at the beginning that are in the class.
func lengthOf(text []rune, class func(rune) bool) int {
	if length := slices.IndexFunc(text, func(c rune) bool { return !class(c) }); length >= 0 {
		return length
	}
	return len(text)
}
