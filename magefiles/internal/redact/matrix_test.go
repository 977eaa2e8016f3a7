package redact_test

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"html/template"
	"log/slog"
	"net/url"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/redact"
)

// planted are the secrets of the matrix, and what of each must not be seen.
var planted = []struct{ secret, part string }{
	{secret: "correct-horse-battery"},
	{secret: `p4ss w0rd/<&>'"+é`},
	{secret: `Tr0ub4dor&3;$HOME|!*?`},
	{secret: "schlüssel-für-ÖÄÜ"},
	{secret: "🔑key🔑of🔑house"},
	{secret: "delete\x7fand\x01control\x1bcodes"},
	{secret: "tab\tand\ttab\tand"},
	{secret: `back\slash\n\x41\u0041`},
	{secret: "100%41%zz%2Fpure"},
	{secret: "&amp;&lt;&#39;entity;"},
	{secret: "it's \"quoted\" 'twice' \"and again\""},
	{secret: "`id`$(id)${IFS}#{x}"},
	{secret: "--flag=value --x"},
	{secret: "{yaml: [a, b], *c, &d !e}"},
	{secret: "key: value # comment"},
	{secret: "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END KEY-----"},
	{secret: "a passphrase of many words that no program leaves in one line of eighty columns if it can help it, for it is longer than those"},
	{secret: strings.Repeat("Zm9vYmFyYmF6cXV4/+", 12)},
	{secret: "ends with a backslash\\"},
	{secret: "'begins and ends with quotes'"},
	{secret: "ÿþýüûúùø÷ö"},
	{secret: "中文密码很安全"},
	{secret: "a\u00a0space\u2003of\u3000its own"},
	{secret: "~tilde^caret_under(paren)"},
	{secret: "postgres://hub:s3cr3t%2Fpw!x@db.example.org/hub", part: "s3cr3t/pw!x"},
	{secret: `{"auths": {"registry.example.org": {"auth": "dXNlcjpzM2NyZXQtaW4tZG9ja2Vy"}}}`, part: "s3cret-in-docker"},
	{secret: `{"user": "someone", "nested": {"apiToken": "inner\u00e9-token\/9"}}`, part: "inneré-token/9"},
	{secret: "Server=db;User Id=hub;Password=h0rse staple;Port=1", part: "h0rse staple"},
}

// check masks what an encoder made of a secret, and of "0", and makes sure that no more of the one is left than of the other.
func check(t *testing.T, masked func(string) string, encoder, harmless, text, secret string) {
	t.Helper()
	if text == "" {
		return // this encoder is not for this secret
	}
	most := len(meaningful(harmless)) + slack
	for _, p := range planted {
		if p.secret == secret && p.part != "" { // the rest is no secret
			most += 2 * (len(p.secret) - len(p.part))
		}
	}
	if shown := meaningful(masked(text)); len(shown) > most {
		t.Errorf("%s of %q: %q becomes %q", encoder, secret, text, masked(text))
	}
}

// slack is how many bytes of what quotes a secret may be left: $” and the like.
const slack = 3

// meaningful leaves out masks, white space, quotes and backslashes, and the marks of YAML's block scalars.
func meaningful(text string) string {
	text = strings.NewReplacer("•••", "", `\n' +`, "", "|-", "", ">-", "", "|", "", "-----BEGIN KEY-----", "", "-----END KEY-----", "").Replace(text)
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("\"'\\=", r) {
			return -1
		}
		return r
	}, text)
}

// matrix checks each record of each secret, as a whole and line by line. An encoding of a part alone is made by encode itself.
func matrix(t *testing.T, encode func(t *testing.T, secrets []string) [][3]string) {
	t.Helper()
	r := &redact.Redactor{}
	var shown []string
	for _, p := range planted {
		r.Add(p.secret)
		if shown = append(shown, p.secret); p.part != "" {
			shown = append(shown, p.part)
		}
	}
	encoders := map[string]bool{}
	for i, record := range encode(t, shown) {
		encoders[record[0]] = true
		secret := shown[i%len(shown)]
		check(t, r.Mask, record[0], record[1], record[2], secret)
		if record[0] == "pprint" { // it ends a line with a quote where the secret goes on
			continue
		}
		check(t, func(text string) string {
			stream := r.Stream()
			var masked strings.Builder
			for line := range strings.Lines(text) {
				masked.WriteString(stream(strings.TrimRight(line, "\n")) + "\n")
			}
			return masked.String()
		}, record[0]+", line by line,", record[1]+strings.Repeat("x", 7), record[2], secret)
	}
	t.Logf("%d secrets by %d encoders", len(shown), len(encoders))
}

func TestMatrixOfGo(t *testing.T) {
	matrix(t, func(_ *testing.T, secrets []string) [][3]string {
		var all [][3]string
		for name, encode := range ofGo {
			for _, secret := range secrets {
				all = append(all, [3]string{name, encode("0"), encode(secret)})
			}
		}
		return all
	})
}

var ofGo = map[string]func(string) string{
	"as it is": func(s string) string { return "a " + s + " b" }, "QueryEscape": url.QueryEscape, "PathEscape": url.PathEscape,
	"userinfo": func(s string) string { return url.UserPassword("u", s).String() },
	"URL": func(s string) string {
		return (&url.URL{Scheme: "https", User: url.UserPassword("u", s), Host: "h"}).String()
	},
	"fragment": func(s string) string { return (&url.URL{Fragment: s}).String() },
	"path":     func(s string) string { return (&url.URL{Path: "/" + s}).String() },
	"query":    func(s string) string { return url.Values{"a": {s}}.Encode() },
	"JSON":     inJSON, "JSON twice": func(s string) string { return inJSON(inJSON(s)) },
	"JSON without HTML": func(s string) string {
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(s)
		return out.String()
	},
	"Quote": strconv.Quote, "QuoteToASCII": strconv.QuoteToASCII, "QuoteToGraphic": strconv.QuoteToGraphic,
	"%#v": func(s string) string { return fmt.Sprintf("%#v", []string{s}) }, "%+q": func(s string) string { return fmt.Sprintf("%+q", s) },
	"%x": func(s string) string { return fmt.Sprintf("%x", s) }, "%X": func(s string) string { return fmt.Sprintf("%X", s) },
	"hex":    func(s string) string { return hex.EncodeToString([]byte(s)) },
	"base64": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }, "base64 raw": func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) },
	"base64 url": func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
	"base64 of a login": func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte("user:" + s))
	},
	"base64 in a URL": func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s))) },
	"base64 in JSON": func(s string) string {
		return strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte(s)), "/", `\/`)
	},
	"URL in JSON": func(s string) string { return inJSON(url.QueryEscape(s)) }, "JSON in a URL": func(s string) string { return url.QueryEscape(inJSON(s)) },
	"HTML": html.EscapeString, "template for HTML": template.HTMLEscapeString, "template for JavaScript": template.JSEscapeString, "template for URLs": func(s string) string { return template.URLQueryEscaper(s) },
	"XML": func(s string) string {
		var out bytes.Buffer
		_ = xml.EscapeText(&out, []byte(s))
		return out.String()
	},
	"CSV": func(s string) string {
		var out bytes.Buffer
		writer := csv.NewWriter(&out)
		_ = writer.Write([]string{"a", s})
		writer.Flush()
		return out.String()
	},
	"YAML":         func(s string) string { return inYAML(map[string]string{"a": s}) },
	"YAML in YAML": func(s string) string { return inYAML(map[string]string{"a": inYAML(map[string]string{"b": s})}) },
	"YAML of double": func(s string) string {
		return inYAML(&yaml.Node{Kind: yaml.ScalarNode, Style: yaml.DoubleQuotedStyle, Value: s})
	},
	"YAML of single": func(s string) string {
		return inYAML(&yaml.Node{Kind: yaml.ScalarNode, Style: yaml.SingleQuotedStyle, Value: s})
	},
	"YAML folded": func(s string) string {
		return inYAML(&yaml.Node{Kind: yaml.ScalarNode, Style: yaml.FoldedStyle, Value: s})
	},
	"YAML literal": func(s string) string {
		return inYAML(&yaml.Node{Kind: yaml.ScalarNode, Style: yaml.LiteralStyle, Value: s})
	},
	"slog": func(s string) string {
		var out bytes.Buffer
		logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
		logger.Info("m", "a", s)
		return out.String()
	},
	"slog in JSON": func(s string) string {
		var out bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
		logger.Info("m", "a", s)
		return out.String()
	},
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

func inJSON(s string) string {
	out, _ := json.Marshal(map[string]string{"a": s})
	return string(out)
}

func inYAML(value any) string {
	out, _ := yaml.Marshal(value)
	return string(out)
}

// records runs a program that prints records in JSON.
func records(t *testing.T, name string, args ...string) [][3]string {
	t.Helper()
	var all [][3]string
	if err := json.Unmarshal(output(t, name, args...), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func output(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(cmd.Environ(), "LC_ALL=C.UTF-8")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, said.Bytes())
	}
	return out
}

func TestMatrixOfPython(t *testing.T) {
	programs.Need(t.Context(), t, "python3")
	matrix(t, func(t *testing.T, secrets []string) [][3]string {
		return records(t, "python3", append([]string{"testdata/encode.py"}, secrets...)...)
	})
}

func TestMatrixOfNode(t *testing.T) {
	programs.Need(t.Context(), t, "node")
	matrix(t, func(t *testing.T, secrets []string) [][3]string {
		return records(t, "node", append([]string{"testdata/encode.js"}, secrets...)...)
	})
}

func TestMatrixOfShells(t *testing.T) {
	for _, shell := range []string{"bash", "dash"} {
		t.Run(shell, func(t *testing.T) {
			programs.Need(t.Context(), t, shell)
			matrix(t, func(t *testing.T, secrets []string) [][3]string {
				fields := strings.Split(string(output(t, shell, append([]string{"testdata/encode.sh"}, secrets...)...)), "\x1e")
				var all [][3]string
				for i := 0; i+3 <= len(fields); i += 3 {
					all = append(all, [3]string(fields[i:i+3]))
				}
				return all
			})
		})
	}
}

func TestMatrixOfJQ(t *testing.T) {
	programs.Need(t.Context(), t, "jq")
	matrix(t, func(t *testing.T, secrets []string) [][3]string {
		var all [][3]string
		for name, filter := range map[string]string{
			"@text": "@text", "@json": "@json", "@html": "@html", "@uri": "@uri", "@csv": "[.] | @csv", "@tsv": "[.] | @tsv", "@sh": "@sh", "@base64": "@base64",
			"tojson twice": "tojson | tojson", "a URL": `"https://u:\(@uri)@h"`, "@json in @sh": "@json | @sh", "@base64 in @json": "@base64 | @json",
		} {
			pairs := fmt.Sprintf("[$ARGS.positional[] | [%q, (\"0\" | %s), (. | %s)]]", name, filter, filter)
			all = append(all, records(t, "jq", append([]string{"-n", pairs, "--args", "--"}, secrets...)...)...)
		}
		for _, flags := range []string{"-n", "-nc", "-na"} {
			for _, secret := range secrets {
				all = append(all, [3]string{"jq " + flags, `{"a": ""}`, string(output(t, "jq", flags, "{a: $ARGS.positional[0]}", "--args", "--", secret))})
			}
		}
		return all
	})
}
