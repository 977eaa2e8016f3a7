package kube

import "testing"

func TestLaterComparesNumbersAndNotWords(t *testing.T) {
	for _, pair := range [][2]string{{"10", "9"}, {"2", "1"}, {"100", "99"}} {
		if !later(pair[0], pair[1]) || later(pair[1], pair[0]) {
			t.Errorf("revision %s is later than %s", pair[0], pair[1])
		}
	}
}
