package history

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
)

func given(t *testing.T, text string) (s Stored) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &s.Config); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOtherValuesAreNamedByTheirPaths(t *testing.T) {
	plain := []string{"singleuser.image.tag"}
	for _, test := range []struct{ a, b, want string }{
		{`null`, `null`, "[]"},
		{`{}`, `null`, "[]"},
		{`{"a": {"token": "x"}, "n": 3}`, `{"a": {"token": "x"}, "n": 3}`, "[]"},
		{`{"a": {"token": "x"}}`, `{"a": {"token": "y"}}`, "[a.token]"},
		{`{"a": {"token": "x", "other": 1}}`, `{"a": {"other": 1}}`, "[a.token]"},
		{`null`, `{"a": {"token": "x", "b": {"c": 1}}}`, "[a.b.c a.token]"},
		{`{"a": "x"}`, `{"a": {"token": "x"}}`, "[a]"},
		{`{"a": ["x", "y"]}`, `{"a": ["y", "x"]}`, "[a]"},
		{`{"a": null}`, `{}`, "[a]"}, // null removes a value of the chart's
		{`{"a": {}}`, `{}`, "[a]"},
		{`{"a": {}}`, `{"a": {}}`, "[]"},
		{`{"a": 1}`, `{"a": true}`, "[a]"},
		{`{"singleuser": {"image": {"tag": "t1", "x": 1}}}`, `{"singleuser": {"image": {"tag": "t2", "x": 1}}}`, "[]"},
		{`{"singleuser": {"image": {"tag": "t1"}}}`, `null`, "[]"},
	} {
		a, b := given(t, test.a), given(t, test.b)
		for _, got := range [][]string{OtherValues(a, b, plain), OtherValues(b, a, plain)} {
			if fmt.Sprint(got) != test.want {
				t.Errorf("%s, %s: got %s, want %s", test.a, test.b, got, test.want)
			}
		}
	}
}

func TestTheRecordsSayWhenSecretsWereRotated(t *testing.T) {
	revision := func(number int, own, secrets, decrypted string) Revision {
		return Revision{Number: number, Record: Record{Revision: own, Secrets: secrets, Decrypted: decrypted}}
	}
	for name, test := range map[string]struct {
		revisions []Revision
		want      int
	}{
		"never":                {[]Revision{revision(1, "1", "a", None), revision(2, "2", "a", None)}, 0},
		"in the second":        {[]Revision{revision(1, "1", "a", None), revision(2, "2", "b", None), revision(3, "3", "c", None)}, 2},
		"and back":             {[]Revision{revision(1, "1", "a", None), revision(2, "2", "b", None), revision(3, "3", "a", None)}, 2},
		"encrypted anew":       {[]Revision{revision(1, "1", "a", "x"), revision(2, "2", "b", "x"), revision(3, "3", "c", "y")}, 3},
		"by hand, then by us":  {[]Revision{revision(1, "1", "a", None), revision(2, "1", "a", None), revision(3, "3", "b", None)}, 3},
		"not known of the old": {[]Revision{revision(1, "", "", ""), revision(2, "2", "b", None)}, 0},
		"not known of the new": {[]Revision{revision(1, "1", "a", None), revision(2, "2", Unknown, Unknown)}, 2},
		"unknown is not equal": {[]Revision{revision(1, "1", Unknown, ""), revision(2, "2", Unknown, "")}, 2},
		"none of either":       {[]Revision{revision(1, "1", None, None), revision(2, "2", None, None)}, 0},
		"none, then some":      {[]Revision{revision(1, "1", None, None), revision(2, "2", "a", None)}, 2},
	} {
		if got := (Release{Revisions: test.revisions}).Rotated(test.revisions[0]); got.Number != test.want {
			t.Errorf("%s: got %d, want %d", name, got.Number, test.want)
		}
	}
}

func TestPathsOfValuesThatEverybodyCanRead(t *testing.T) {
	given := Stored{Config: map[string]any{"a": map[string]any{"size": 3.0, "token": "secret", "empty": ""}, "list": []any{"x"}, "own": true}}
	public := map[string]any{"a": map[string]any{"size": 3, "token": "", "empty": ""}, "list": []any{"x"}, "more": "y"}
	if got := given.PathsOf(public); !slices.Equal(got, []string{"a.empty", "a.size", "list"}) {
		t.Errorf("got %q", got)
	}
}
