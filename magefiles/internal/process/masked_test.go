package process

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/redact"
)

// A secret is masked wherever its bytes are cut: by the writes of a program, and where a line is too long.
func TestSecretCutAnywhere(t *testing.T) {
	for i, secret := range []string{
		"p4ss w0rd with spaces 🔑 and/<&>'\"é", "correct-horse-battery", "back\\slash\\n\\\\end of it", "100%41 %zz%2Fpure\tx",
		"a passphrase of many words,\nof several lines,\nand then some",
	} {
		quoted, _ := json.Marshal(secret)
		for name, text := range map[string]string{
			"as it is": secret, "JSON": string(quoted), "ASCII": strconv.QuoteToASCII(secret), "surrogates": surrogates(secret), "URL": url.PathEscape(secret), "query": url.QueryEscape(secret),
			"base64": base64.StdEncoding.EncodeToString([]byte("user:" + secret)), "shell": "'" + strings.ReplaceAll(secret, "'", `'\''`) + "'",
		} {
			r := &redact.Redactor{}
			r.Add(secret)
			for at := range len(text) + 1 {
				whole := "before " + text + " after\n"
				if shown := written(r, whole[:7+at], whole[7+at:]); kept(shown) > kept("before after")+len("dXNlcj") {
					t.Errorf("%s of %q, written in two at %d: %q", name, secret, at, shown)
				}
				if i > 1 { // each cut of a line takes a while
					continue
				}
				long := strings.Repeat("x", longestLine-at-1) + " " + text + " after\n"
				if shown := strings.TrimLeft(written(r, long), "x"); kept(shown) > kept("after")+longestShown*max(1, (len(text)+len(secret)-1)/len(secret)) {
					t.Errorf("%s of %q, cut at %d: %q", name, secret, at, shown)
				}
			}
		}
	}
}

// longestShown is how many characters of a secret may be shown at the end of a line that goes on.
const longestShown = 7

// surrogates escapes what is not ASCII as JSON may.
func surrogates(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		case r > 0x7e || r < ' ' || r == '"' || r == '\\':
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// written returns what the log gets of a program's writes.
func written(r *redact.Redactor, pieces ...string) string {
	var lines []string
	masked := r.Stream()
	writer := &lineWriter{emit: func(line string) { lines = append(lines, masked(line)) }}
	for _, piece := range pieces {
		_, _ = writer.Write([]byte(piece))
	}
	writer.flush()
	return strings.Join(lines, "\n")
}

// kept counts what is no mask, white space or quote.
func kept(text string) int {
	return len(strings.NewReplacer("•••", "", " ", "", "\n", "", `"`, "", "'", "", `\`, "").Replace(text))
}
