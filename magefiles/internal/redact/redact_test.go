package redact

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os/exec"
	"strings"
	"testing"
)

const (
	secret = `p4ss w0rd/<&>'"+é`
	file   = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END KEY-----\n"
)

func redactor(values ...string) *Redactor {
	r := &Redactor{}
	r.Add(values...)
	return r
}

func TestEverySpellingIsMasked(t *testing.T) {
	inJSON, err := json.Marshal(map[string]string{"a": secret})
	if err != nil {
		t.Fatal(err)
	}
	r := redactor(secret, file, "first-half", "half-second")
	for name, text := range map[string]string{
		"plain": secret, "query": url.QueryEscape(secret), "path": url.PathEscape(secret),
		"lower hex": strings.ToLower(url.QueryEscape("p4ss w0rd/<&>'\"+é")), "JSON": string(inJSON), "Go": fmt.Sprintf("%q", secret),
		"base64": base64.StdEncoding.EncodeToString([]byte(secret)), "base64 for URLs": base64.URLEncoding.EncodeToString([]byte(secret)),
		"user and password":      base64.StdEncoding.EncodeToString([]byte("user:" + secret)),
		"a file in base64":       base64.StdEncoding.EncodeToString([]byte(file)),
		"a file in a file":       base64.StdEncoding.EncodeToString([]byte("a: |\n" + file + "b: c\n")),
		"a file in JSON":         strings.ReplaceAll(file, "\n", `\n`),
		"one line of a file":     "AQEFAASCBKcwggSjAgEAAoIB",
		"a file, indented":       "    " + strings.ReplaceAll(file, "\n", "\r\n    "),
		"broken over two lines":  secret[:9] + "\n      " + secret[9:],
		"two that overlap":       "first-half-second",
		"shell":                  `'p4ss w0rd/<&>'\''"+é'`,
		"twice, without a space": secret + secret,
	} {
		masked := r.Mask("before " + text + " after")
		if !strings.HasPrefix(masked, "before ") || !strings.HasSuffix(masked, " after") || !strings.Contains(masked, mask) {
			t.Errorf("%s: %q", name, masked)
		}
		for _, piece := range []string{"first", "second", "p4ss", "w0rd", "<&>", "MIIEv", "BAQEF", "AgEAAo", base64.StdEncoding.EncodeToString([]byte(secret))[3:12]} {
			if strings.Contains(masked, piece) {
				t.Errorf("%s: %q shows %q", name, masked, piece)
			}
		}
	}
}

// Whatever stands before and after a secret, its base64 shows none of it.
func TestBase64IsMaskedAtEveryAlignment(t *testing.T) {
	r := redactor("correct-horse")
	for before := range 7 {
		for after := range 7 {
			text := strings.Repeat("#", before) + "correct-horse" + strings.Repeat("%", after)
			masked := r.Mask(base64.StdEncoding.EncodeToString([]byte(text)))
			// What is left decodes to what is no secret.
			kept := strings.NewReplacer(mask, "", "=", "").Replace(masked)
			if len(kept) > (8*(before+after)+5)/6 || !strings.Contains(masked, mask) {
				t.Errorf("%d before, %d after: %q", before, after, masked)
			}
		}
	}
}

// However a stream is cut into lines, no piece of a secret that could be used gets through.
func TestSecretBrokenOverLinesOfAStream(t *testing.T) {
	const long = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6"
	for width := 1; width <= len(long); width++ {
		masked, lines := redactor(long).Stream(), []string{}
		for rest := "text " + long + " text"; rest != ""; {
			cut := min(width, len(rest))
			lines = append(lines, masked(rest[:cut]))
			rest = rest[cut:]
		}
		shown := strings.Join(lines, "")
		if kept := strings.ReplaceAll(shown, mask, ""); width > longestLoose && len(kept) > 2*len("text ")+longestLoose {
			t.Errorf("lines of %d bytes: %q", width, shown)
		}
	}
}

func TestWhatIsNoSecretIsLeftAlone(t *testing.T) {
	r := redactor("hunter2hunter2", "true", "8080", "https://hub.example.org/hub")
	for _, text := range []string{"", "true 8080", "hunter2, hunter2", "see https", "  indented\n\ttext\r\n", "a\x00b\xff"} {
		if got := r.Mask(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
		if got := r.Stream()(text); got != text {
			t.Errorf("%q in a stream became %q", text, got)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add("correct-horse", "before", "after", 3)
	f.Add("a\nb\nc\nd\ne\nf\ng", "", "\x00", 1)
	f.Fuzz(func(t *testing.T, secret, before, after string, cut int) {
		r := redactor(secret)
		text := before + secret + after
		secret = strings.TrimSpace(secret)
		for shown := range strings.SplitSeq(r.Mask(text), mask) {
			if len(lines(secret).text) >= shortestSecret && strings.Contains(shown, secret) {
				t.Errorf("%q in %q is shown: %q", secret, text, shown)
			}
		}
		masked := r.Stream()
		at := min(max(0, cut), len(text))
		_ = masked(text[:at]) + masked(text[at:])
	})
}

// BenchmarkMaskOfEscapes masks lines of which nearly every byte may be read in several ways.
func BenchmarkMaskOfEscapes(b *testing.B) {
	r := &Redactor{}
	for range 10000 {
		r.Add(rand.Text() + rand.Text())
	}
	line := strings.Repeat(`\\u0026%25&amp;\"\xf6\\\\%41`, 40)
	r.Mask(line)
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		r.Mask(line)
	}
}

// BenchmarkMask masks the log of a big deploy, with the secrets of 200 hubs.
func BenchmarkMask(b *testing.B) {
	r := &Redactor{}
	for range 200 * 20 {
		r.Add(rand.Text() + rand.Text())
	}
	line := strings.Repeat(`{"level":"info","msg":"beginning wait for 12 resources with timeout of 10m0s"} `, 13)
	r.Mask(line)
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		r.Mask(line)
	}
}

func TestTheToolThatWrapsBase64(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "base64")
	cmd.Stdin = strings.NewReader("user: me\npassword: " + strings.Repeat(secret, 9))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	r := redactor(strings.Repeat(secret, 9))
	masked, shown := r.Stream(), new(bytes.Buffer)
	for line := range strings.Lines(string(out)) {
		shown.WriteString(masked(line))
	}
	if kept := strings.ReplaceAll(shown.String(), mask, ""); len(kept) > 40 {
		t.Errorf("kept %q", kept)
	}
}
