package redact

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/config"
)

// parts returns the credentials inside of a value that is a URL, a connection string, JSON, YAML or a header: programs print them without
// the rest.
func parts(value string) []string {
	p := &partFinder{}
	p.in(value, 0)
	return p.found
}

// partFinder finds the credentials inside of a value.
type partFinder struct{ found []string }

// deepestPart is how many values may be inside of each other: base64 of JSON with a URL in it is three.
const deepestPart = 5

func (p *partFinder) in(value string, depth int) {
	if depth == deepestPart || len(value) < shortestSecret {
		return
	}
	value = strings.TrimSpace(value)
	p.inURLs(value)
	p.inPairs(value)
	p.inHeader(value, depth)
	if decoded := documentInBase64(value); decoded != "" {
		p.in(decoded, depth+1)
	}
	if document := parse(value); document != nil {
		p.inDocument("", document, depth)
	}
}

var (
	address    = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"'<>]+`)
	dataSource = regexp.MustCompile(`^([^\s:/@]+):(/?[^/\s]\S*)@[\w.(\[-]+`) // Go's for MySQL: user:password@tcp(host)/name
	field      = regexp.MustCompile(`([A-Za-z][\w. -]*?)\s*=\s*([^;\n]+)`)   // of Microsoft's and Azure's connection strings
	pair       = regexp.MustCompile(`([A-Za-z][\w.-]*(?: [A-Za-z]\w*)?)\s*=\s*("[^"]*"|'[^']*'|[^;&\s"']+)`)
	lastWord   = regexp.MustCompile(`(?i)(token|passw(or)?d|pwd|passphrase|secret|(access|account|private|api)_?key|sig)$`)
	header     = regexp.MustCompile(`(?i)^(?:[\w-]+:\s*)?(basic|bearer|token)\s+(\S+)$`)
)

func namesCredential(name string) bool { return config.LooksSecret(name) || lastWord.MatchString(name) }

func (p *partFinder) inURLs(value string) {
	if !strings.Contains(value, "@") && !strings.Contains(value, "=") {
		return
	}
	for _, text := range address.FindAllString(value, -1) {
		_, rest, _ := strings.Cut(text, "://")
		authority := rest
		if end := strings.IndexAny(rest, "/?#"); end >= 0 {
			authority = rest[:end]
		}
		if at := strings.LastIndexByte(authority, '@'); at >= 0 {
			p.user(authority[:at])
		}
		_, query, _ := strings.Cut(rest, "?")
		for name, values := range readQuery(query) {
			if namesCredential(name) {
				p.add(values...)
			}
		}
	}
	if found := dataSource.FindStringSubmatch(value); found != nil {
		p.user(found[1] + ":" + found[2])
	}
}

func readQuery(query string) url.Values {
	query, _, _ = strings.Cut(query, "#")
	values, _ := url.ParseQuery(query) // what can be read of it
	return values
}

// inPlaceOfPassword is what GitHub wants for a password where the name is a token.
const inPlaceOfPassword = "x-oauth-basic" // #nosec G101 -- a fixed word

// user takes the password of a URL's user information, or the token that stands in the user's place.
func (p *partFinder) user(info string) {
	const shortestToken = 16
	name, password, _ := strings.Cut(info, ":")
	if password != name { // otherwise it cannot be told from the name
		p.add(password, unescapedPath(password))
	}
	if (password == "" || strings.EqualFold(password, inPlaceOfPassword)) && len(name) >= shortestToken {
		p.add(name, unescapedPath(name))
	}
}

func unescapedPath(text string) string {
	if decoded, err := url.PathUnescape(text); err == nil {
		return decoded
	}
	return text
}

// inPairs finds password=x, as in connection strings and lines of files of variables.
func (p *partFinder) inPairs(value string) {
	if !strings.Contains(value, "=") {
		return
	}
	found := pair.FindAllStringSubmatch(value, -1)
	if strings.Contains(value, ";") {
		found = append(found, field.FindAllStringSubmatch(value, -1)...)
	}
	for _, found := range found {
		if namesCredential(strings.ReplaceAll(found[1], " ", "_")) {
			p.add(strings.Trim(found[2], `"'`))
		}
	}
}

func (p *partFinder) inHeader(value string, depth int) {
	found := header.FindStringSubmatch(value)
	if found == nil {
		return
	}
	p.add(found[2])
	if strings.EqualFold(found[1], "basic") {
		p.login(found[2])
	}
	p.in(found[2], depth+1)
}

// login takes the password of base64 of user:password, as a Docker configuration has it.
func (p *partFinder) login(encoded string) {
	if decoded, err := base64.StdEncoding.DecodeString(encoded); err == nil {
		if _, password, is := strings.Cut(string(decoded), ":"); is {
			p.add(password)
		}
	}
}

// documentInBase64 returns the JSON or the PEM file that a value is the base64 of, "" if it is none.
func documentInBase64(value string) string {
	const shortest = 20
	if len(value) < shortest || strings.IndexFunc(value, func(r rune) bool { return r != '\n' && r != '\r' && r != '=' && (r > 'z' || !isBase64(byte(r&0x7f))) }) >= 0 {
		return ""
	}
	decoded, err := base64.StdEncoding.DecodeString(value)
	if text := string(decoded); err == nil && (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "-----BEGIN ")) {
		return text
	}
	return ""
}

// parse reads a value as JSON or YAML, and returns nil if it is only a text.
func parse(value string) any {
	const most = 1 << 20 // bytes; secrets are smaller, and YAML of many megabytes takes seconds
	if len(value) > most || !strings.Contains(value, ":") {
		return nil
	}
	var document any
	if value[0] == '{' || value[0] == '[' {
		if json.Unmarshal([]byte(value), &document) == nil {
			return document
		}
	}
	if !strings.Contains(value, "\n") && value[0] != '{' {
		return nil
	}
	if yaml.Unmarshal([]byte(value), &document) != nil {
		return nil
	}
	return document
}

func (p *partFinder) inDocument(name string, node any, depth int) {
	switch node := node.(type) {
	case map[string]any:
		for name, child := range node {
			p.inDocument(name, child, depth)
		}
	case []any:
		for _, child := range node {
			p.inDocument(name, child, depth)
		}
	case string:
		if namesCredential(name) {
			p.add(node)
		}
		if name == "auth" {
			p.login(node)
		}
		if decoded := documentInBase64(node); decoded != "" && strings.HasPrefix(decoded, "-----BEGIN ") {
			p.add(decoded)
		}
		p.in(node, depth+1)
	case int, float64:
		if namesCredential(name) {
			p.add(fmt.Sprint(node))
		}
	}
}

func (p *partFinder) add(texts ...string) {
	for _, text := range texts {
		if len(text) >= shortestSecret && !slices.Contains(p.found, text) {
			p.found = append(p.found, text)
		}
	}
}
