package access

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"
)

// tokens gives a new one each time, as a source of Google's does shortly before the last one's end.
type tokens struct {
	given atomic.Int32
	life  time.Duration
	fails func(number int32) bool
}

func (s *tokens) Token() (*oauth2.Token, error) {
	number := s.given.Add(1)
	if s.fails != nil && s.fails(number) {
		return nil, errors.New("no answer")
	}
	return &oauth2.Token{AccessToken: "token-" + strconv.Itoa(int(number)), Expiry: time.Now().Add(s.life)}, nil
}

// A deploy of a whole fleet can take longer than a token holds, and Google's server may be away for a moment.
func TestTokenIsRenewedBeforeItRunsOut(t *testing.T) {
	for name, test := range map[string]struct {
		source *tokens
		after  time.Duration
		want   string
	}{
		"not too early":               {&tokens{life: time.Hour}, 59 * time.Minute, "token-1"},
		"before its end":              {&tokens{life: time.Hour}, time.Hour - time.Second, "token-2"},
		"again and again":             {&tokens{life: time.Hour}, 4 * time.Hour, "token-5"},
		"an answer that fails":        {&tokens{life: time.Hour, fails: func(number int32) bool { return number == 2 }}, time.Hour + time.Second, "token-3"},
		"a clock that is far ahead":   {&tokens{life: -2 * time.Hour}, 6 * time.Second, "token-2"},
		"a token without end of life": {&tokens{life: 0}, 4 * time.Second, "token-1"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "token")
			synctest.Test(t, func(t *testing.T) {
				var told []string
				k := &keeper{source: test.source, file: file, secret: func(token string) { told = append(told, token) }}
				expiry, err := k.renew()
				if err != nil {
					t.Fatal(err)
				}
				go k.keep(t.Context(), expiry)
				time.Sleep(test.after)
				synctest.Wait()
				if token, err := os.ReadFile(file); err != nil || string(token) != test.want || told[len(told)-1] != test.want {
					t.Errorf("got %q, told were %q: %v", token, told, err)
				}
			})
		})
	}
}
