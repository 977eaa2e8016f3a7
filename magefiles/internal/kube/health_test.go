package kube

import "testing"

func TestAnswersAreToldAsTheHubGaveThem(t *testing.T) {
	for said, want := range map[string]string{
		"Error from server (ServiceUnavailable): the server is currently unable to handle the request":                                "the answer is 503 Service Unavailable",
		`Error from server (ServiceUnavailable): no endpoints available for service "http:proxy-public:80"`:                           "no pod that is ready stands behind that service",
		"Error from server (ServiceUnavailable): error trying to reach service: dial tcp 10.88.0.7:8000: connect: connection refused": "dial tcp 10.88.0.7:8000: connect: connection refused",
		"Error from server (NotFound): the server could not find the requested resource":                                              "the answer is 404 Not Found",
		`Error from server (InternalError): an error on the server ("no database") has prevented the request from succeeding`:         "the answer is an error of the server: no database",
		`Error from server (Forbidden): services "http:proxy-public:80" is forbidden`:                                                 `Error from server (Forbidden): services "http:proxy-public:80" is forbidden`,
	} {
		if got := unhealthy(said); got != want {
			t.Errorf("%s: got %q, want %q", said, got, want)
		}
	}
}

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
