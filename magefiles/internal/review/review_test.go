package review

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hub-ops/magefiles/internal/ci"
)

const token = "token-0123456789"

// server is an API of GitHub or of GitLab, as far as comments go.
type server struct {
	*httptest.Server
	me  string // "": the token may not ask
	old string // the path of the comments

	mu       sync.Mutex
	comments []map[string]any
	writes   []string
}

func serve(t *testing.T, me, list string, comments ...map[string]any) *server {
	t.Helper()
	s := &server{me: me, old: list, comments: comments}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *server) ServeHTTP(rw http.ResponseWriter, request *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if request.Header.Get("Authorization") != "Bearer "+token && request.Header.Get("PRIVATE-TOKEN") != token {
		http.Error(rw, `{"message":"401 Unauthorized"}`, http.StatusUnauthorized)
		return
	}
	switch {
	case request.URL.Path == "/api/user" && s.me == "":
		http.Error(rw, `{"message":"Resource not accessible by integration"}`, http.StatusForbidden)
	case request.URL.Path == "/api/user":
		_ = json.NewEncoder(rw).Encode(map[string]string{"login": s.me, "username": s.me})
	case request.Method == http.MethodGet && request.URL.Path == s.old:
		var page int
		_, _ = fmt.Sscan(request.URL.Query().Get("page"), &page)
		from := min((page-1)*100, len(s.comments))
		_ = json.NewEncoder(rw).Encode(s.comments[from:min(from+100, len(s.comments))])
	default:
		var sent struct{ Body string }
		content, _ := io.ReadAll(request.Body)
		_ = json.Unmarshal(content, &sent)
		s.writes = append(s.writes, request.Method+" "+request.URL.Path)
		id := int64(len(s.comments) + 1)
		if request.Method == http.MethodPost {
			s.comments = append(s.comments, written(id, "github-actions[bot]", sent.Body), written(id, s.me, sent.Body))
		}
		rw.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(rw, "{}")
	}
}

func written(id int64, by, body string) map[string]any {
	who := map[string]string{"login": by, "username": by}
	return map[string]any{"id": id, "body": body, "user": map[string]string{"login": who["login"]}, "author": map[string]string{}}
}

func noted(id int64, by, body string) map[string]any {
	return map[string]any{"id": id, "body": body, "author": map[string]string{"username": by}}
}

func TestOneCommentIsWrittenAndThenUpdated(t *testing.T) {
	const onHub, onLab = "/api/repos/us/hubs/issues/7/comments", "/api/projects/12/merge_requests/7/notes"
	ours, foreign := Marker+"an older plan", "see "+Marker
	var many []map[string]any
	for i := range 130 {
		many = append(many, written(int64(i+1), "somebody", Marker+"as if"))
	}
	for name, test := range map[string]struct {
		provider, me, list string
		there              []map[string]any
		want               string
	}{
		"the first on GitHub":         {"github", "", onHub, nil, "POST " + onHub},
		"one of others":               {"github", "", onHub, []map[string]any{written(3, "eve", ours), written(4, "github-actions[bot]", foreign)}, "POST " + onHub},
		"ours":                        {"github", "", onHub, []map[string]any{written(3, "eve", ours), written(4, "github-actions[bot]", ours)}, "PATCH /api/repos/us/hubs/issues/comments/4"},
		"of a person's token":         {"github", "ann", onHub, []map[string]any{written(4, "github-actions[bot]", ours), written(5, "ann", ours)}, "PATCH /api/repos/us/hubs/issues/comments/5"},
		"on the second page":          {"github", "", onHub, append(many, written(131, "github-actions[bot]", ours)), "PATCH /api/repos/us/hubs/issues/comments/131"},
		"with the line ends of forms": {"github", "", onHub, []map[string]any{written(4, "github-actions[bot]", strings.ReplaceAll(ours, "\n", "\r\n"))}, "PATCH /api/repos/us/hubs/issues/comments/4"},
		"the first on GitLab":         {"gitlab", "bot", onLab, []map[string]any{noted(3, "eve", ours)}, "POST " + onLab},
		"ours on GitLab":              {"gitlab", "bot", onLab, []map[string]any{noted(3, "eve", ours), noted(9, "bot", ours)}, "PUT " + onLab + "/9"},
		"the same":                    {"github", "", onHub, []map[string]any{written(4, "github-actions[bot]", Marker+"the plan")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, test.me, test.list, test.there...)
			at := ci.Review{API: s.URL + "/api/", Project: "us/hubs", Number: "7"}
			if test.provider == "gitlab" {
				at.Project = "12"
			}
			service, err := To(at, test.provider, token)
			if err != nil {
				t.Fatal(err)
			}
			if err := service.Comment(t.Context(), "the plan"); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(s.writes, ", "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// The token goes to the one host, and by https unless that is this machine.
func TestTheTokenStaysWithItsHost(t *testing.T) {
	for address, good := range map[string]bool{
		"https://api.github.com": true, "http://127.0.0.1:1/x": true, "http://[::1]:1": true, "http://localhost:1": true,
		"http://api.github.com": false, "http://localhost.example.org": false, "http://10.0.0.1": false, "": false, "api.github.com": false, "file:///etc": false,
		"https://a:b@api.github.com": false, "https://api.github.com?x=": false,
	} {
		if _, err := To(ci.Review{API: address}, "github", token); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		} else if err != nil && strings.Contains(err.Error(), token) {
			t.Errorf("it shows the token: %v", err)
		}
	}
	if _, err := To(ci.Review{API: "https://x"}, "travis", token); err == nil {
		t.Error("Travis has comments")
	}
	var got []string
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		got = append(got, request.Header.Get("Authorization"))
	}))
	defer other.Close()
	leads := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, request *http.Request) {
		http.Redirect(rw, request, other.URL, http.StatusTemporaryRedirect)
	}))
	defer leads.Close()
	service, err := To(ci.Review{API: leads.URL, Project: "us/hubs", Number: "7"}, "github", token)
	if err != nil {
		t.Fatal(err)
	}
	if err := service.Comment(t.Context(), "x"); err == nil || len(got) > 0 {
		t.Errorf("%v; the other host got %q", err, got)
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, other.URL, nil)
	if response, err := service.client.Do(request); err == nil || len(got) > 0 {
		_ = response.Body.Close()
		t.Errorf("the other host got %q", got)
	}
}

func TestAnAPIThatRefusesIsToldInALine(t *testing.T) {
	for name, test := range map[string]struct {
		status  int
		body    string
		noRight bool
		want    string
	}{
		"no right":       {http.StatusForbidden, `{"message":"Resource not accessible by integration"}`, true, "403 Forbidden: Resource not accessible by integration"},
		"no such token":  {http.StatusUnauthorized, `{"message":"Bad credentials"}`, true, "401 Unauthorized: Bad credentials"},
		"locked":         {http.StatusForbidden, `{"message":"Unable to create comment because issue is locked."}`, true, "issue is locked"},
		"gone":           {http.StatusNotFound, `{"message":"404 Not found"}`, true, "404 Not found"},
		"too long":       {http.StatusUnprocessableEntity, `{"message":"Validation Failed"}`, false, "422 Unprocessable Entity: Validation Failed"},
		"broken":         {http.StatusBadGateway, "<html>", false, "502 Bad Gateway"},
		"a login page":   {http.StatusOK, "<html>", false, "no JSON"},
		"many messages":  {http.StatusBadRequest, `{"message":{"note":["is too long"]}}`, false, "400 Bad Request"},
		"a long message": {http.StatusBadRequest, `{"message":"` + strings.Repeat("x", 9999) + `"}`, false, strings.Repeat("x", 200)},
	} {
		answer := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(test.status)
			_, _ = io.WriteString(rw, test.body)
		}))
		service, err := To(ci.Review{API: answer.URL, Project: "us/hubs", Number: "7"}, "github", token)
		if err != nil {
			t.Fatal(err)
		}
		err = service.Comment(t.Context(), "x")
		answer.Close()
		if err == nil || errors.Is(err, ErrNoRight) != test.noRight || !strings.Contains(err.Error(), test.want) || len(err.Error()) > 300 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNobodyWaitsForAnAPIThatIsAway(t *testing.T) {
	hangs := make(chan struct{})
	away := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		select {
		case <-hangs:
		case <-request.Context().Done():
		}
	}))
	defer away.Close()
	defer close(hangs)
	service, err := To(ci.Review{API: away.URL, Project: "us/hubs", Number: "7"}, "github", token)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := service.Comment(ctx, "x"); err == nil || !strings.Contains(err.Error(), "does not answer within 10s") {
		t.Error(err)
	}
}

func TestACommentIsNeverTooLong(t *testing.T) {
	rows := strings.Repeat("| a | row |\n", 1000)
	diff := Part{"<details>\n" + strings.Repeat("x\n", 300) + "</details>\n", "<details>\nbrief\n</details>\n"}
	huge := Part{strings.Repeat("<details>\n</details>\n", 1000), ""}
	many := slices.Repeat([]Part{diff}, 20)
	for _, test := range []struct {
		first string
		parts []Part
		whole bool
	}{
		{"a", []Part{{"b", ""}}, true},
		{rows, []Part{diff, {"last", ""}}, false},
		{"a", many, false},
		{"a", []Part{huge, {"last", ""}}, false},
		{rows + rows, nil, false},
	} {
		got := Fit(5000, test.first, test.parts...)
		if len(Marker+got) > 5000 || strings.Count(got, "<details>") != strings.Count(got, "</details>") {
			t.Errorf("%d bytes:\n%.300s", len(got), got)
		}
		if strings.Contains(got, "too long to be shown here, where 5000 characters fit") == test.whole {
			t.Errorf("what it says of what is left out: %.200s", got)
		}
		for line := range strings.Lines(got) {
			if strings.HasPrefix(line, "|") && line != "| a | row |\n" {
				t.Errorf("half a row: %q", line)
			}
		}
	}
	if got := Fit(5000, "a", Part{"b", ""}); got != "a\n\nb\n" {
		t.Errorf("got %q", got)
	}
	if got := Fit(5000, "a", many...); strings.Count(got, "<details>") != 20 || strings.Count(got, "brief") == 20 {
		t.Errorf("one that is brief is better than none, and some are whole: %s", got)
	}
	if Longest("github") > 65_536 || Longest("gitlab") > 1_000_000 {
		t.Error("no forge takes that")
	}
}

func TestTheSummaryIsAddedToTheFileThatIsThere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "summary")
	if err := Summarise(file, "x"); err == nil {
		t.Error("it made a file")
	}
	if err := os.WriteFile(file, []byte("before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Summarise(file, "x"); err != nil {
		t.Fatal(err)
	}
	if content, _ := os.ReadFile(file); string(content) != "before\nx" {
		t.Errorf("%q", content)
	}
}
