package pattern

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/quick"
)

func TestTheClosestListCounts(t *testing.T) {
	for _, test := range []struct {
		lists [][]string
		name  string
		want  []int
	}{
		{nil, "a", nil},
		{[][]string{{}, nil}, "a", nil},
		{[][]string{{"b"}, {"b*"}}, "a", nil},
		{[][]string{{"*"}, {"a*"}, {"a"}}, "a", []int{2}},
		{[][]string{{"*"}, {"a*"}, {"a"}}, "ab", []int{1}},
		{[][]string{{"*"}, {"a*"}, {"a"}}, "b", []int{0}},
		{[][]string{{"a", "*"}, {"b?"}}, "bc", []int{1}},
		{[][]string{{"*", "a"}, {"a*"}}, "a", []int{0}},
		{[][]string{{"a"}, {"x", "a"}, {"*"}}, "a", []int{0, 1}}, // equally close: the caller decides
		{[][]string{{"*"}, {"x"}, {"*"}}, "a", []int{0, 2}},
		{[][]string{{"**"}, {"*"}}, "a", []int{0}}, // only "*" alone comes last
		{[][]string{{"["}, {"[b"}}, "b", nil},      // malformed
		{[][]string{{"["}}, "[", []int{0}},
		{[][]string{{"*"}}, "*", []int{0}},
		{[][]string{{"[ab]-hub"}, {"*"}}, "b-hub", []int{0}},
	} {
		if got := Best(test.lists, test.name); !slices.Equal(got, test.want) {
			t.Errorf("%q in %q: got %v, want %v", test.name, test.lists, got, test.want)
		}
	}
}

// A few letters, so that names and patterns often meet.
func text(n uint) string {
	const letters = "ab-*?["
	var text []byte
	for n %= 1300; n > 0; n /= 7 {
		if digit := n % 7; digit > 0 {
			text = append(text, letters[digit-1])
		}
	}
	return string(text)
}

// TestBestIsWhatThreePassesFind compares Best with the rule as one would say it: first look for the name, then for a
// pattern, then for "*".
func TestBestIsWhatThreePassesFind(t *testing.T) {
	passes := func(lists [][]string, name string) []int {
		for _, matches := range []func(pattern string) bool{
			func(pattern string) bool { return pattern == name },
			func(pattern string) bool { ok, _ := path.Match(pattern, name); return ok && pattern != "*" },
			func(pattern string) bool { return pattern == "*" },
		} {
			var found []int
			for i, list := range lists {
				if slices.ContainsFunc(list, matches) {
					found = append(found, i)
				}
			}
			if found != nil {
				return found
			}
		}
		return nil
	}
	same := func(numbers [][]uint, of uint) bool {
		lists := make([][]string, len(numbers))
		for i, list := range numbers {
			for _, n := range list[:min(4, len(list))] {
				lists[i] = append(lists[i], text(n))
			}
		}
		name := text(of)
		got, want := Best(lists, name), passes(lists, name)
		if !slices.Equal(got, want) {
			t.Logf("%q in %q: got %v, want %v", name, lists, got, want)
		}
		return slices.Equal(got, want)
	}
	if err := quick.Check(same, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}

func TestNamesAndPatterns(t *testing.T) {
	for text, want := range map[string][2]bool{ // a name; well-formed
		"a-hub": {true, true}, "": {true, true}, "a*": {false, true}, "a?": {false, true}, "[ab]": {false, true}, `a\b`: {false, true}, "[": {false, false}, "a[b": {false, false},
	} {
		if got := [2]bool{IsName(text), Check(text) == nil}; got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
	if !Fits("a", "a") || !Fits("a*", "ab") || !Fits("*", "ab") || Fits("a", "ab") || Fits("[", "a") || !Fits("[", "[") {
		t.Error("Fits")
	}
}

func ExampleBest() {
	groups := [][]string{{"*"}, {"test-*"}, {"test-1", "demo"}}
	fmt.Println(Best(groups, "test-1"), Best(groups, "test-2"), Best(groups, "other"))
	// Output: [2] [1] [0]
}

func TestTheFirstOfTwoNamesCounts(t *testing.T) {
	for lists, want := range map[string]string{
		"west course-*": "[0]", "course-* west": "[1]", "course-a west": "[0]", "west-* course-*": "[1]", "w* course-*": "[1]", "w* *": "[0]", "* *": "[0 1]", "east *": "[1]", "east": "[]",
	} {
		var groups [][]string
		for name := range strings.FieldsSeq(lists) {
			groups = append(groups, []string{name})
		}
		if got := fmt.Sprint(BestOf(groups, "course-a", "west")); got != want {
			t.Errorf("%s: got %s, want %s", lists, got, want)
		}
	}
	if got := BestOf([][]string{{"*"}, {"w*"}}, "course-a", ""); fmt.Sprint(got) != "[0]" {
		t.Errorf("without a second name: %v", got)
	}
}
