package plan

import (
	"fmt"
	"testing"
)

func TestWaves(t *testing.T) {
	hubs := []string{"a", "b", "staginghub", "test-1", "test-2"}
	for _, test := range []struct {
		groups [][]string
		want   string
	}{
		{nil, "[[a b staginghub test-1 test-2]]"},
		{[][]string{{"staginghub", "test-*"}, {"*"}}, "[[staginghub test-1 test-2] [a b]]"},
		{[][]string{{"*"}, {"b"}}, "[[a staginghub test-1 test-2] [b]]"},
		{[][]string{{"test-*"}, {"test-2", "none"}}, "[[test-1] [test-2] [a b staginghub]]"},
		{[][]string{{"none"}, {"a"}}, "[[a] [b staginghub test-1 test-2]]"},
	} {
		if got := fmt.Sprint(Waves(test.groups, hubs)); got != test.want {
			t.Errorf("%v: got %s, want %s", test.groups, got, test.want)
		}
	}
}
