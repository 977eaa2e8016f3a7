package kube

import "testing"

func TestHealthPath(t *testing.T) {
	for _, test := range [][3]string{
		{"{baseUrl}hub/health", "/", "/hub/health"},
		{"{baseUrl}hub/health", "/course", "/course/hub/health"},
		{"{baseUrl}hub/health", "course/", "/course/hub/health"},
		{"healthz", "/course", "/healthz"},
	} {
		if got := HealthPath(test[0], test[1]); got != test[2] {
			t.Errorf("%s at %s: got %s, want %s", test[0], test[1], got, test[2])
		}
	}
}
