package registry

import (
	"testing"

	"hub-ops/magefiles/internal/exit"
)

// Each repository that an image can have outside has one in the sandbox.
func TestRepositoriesInTheSandbox(t *testing.T) {
	for template, want := range map[string]string{
		"me/user-{hub}":                                "127.0.0.1:5000/me/user-a",
		"quay.io/me/user-{hub}":                        "127.0.0.1:5000/quay.io/me/user-a",
		"registry.example.org:5050/group/{hub}":        "127.0.0.1:5000/registry.example.org-5050/group/a",
		"Registry.Example.org:443/group/{hub}":         "127.0.0.1:5000/registry.example.org-443/group/a",
		"localhost:5000/{hub}":                         "127.0.0.1:5000/localhost-5000/a",
		"[::1]:5000/{hub}":                             "127.0.0.1:5000/1-5000/a",
		"[2001:db8::1]:5000/{hub}":                     "127.0.0.1:5000/2001-db8-1-5000/a",
		"europe-docker.pkg.dev/project/images/x-{hub}": "127.0.0.1:5000/europe-docker.pkg.dev/project/images/x-a",
	} {
		outside, sandbox := Registry{Template: template}, Registry{Template: template, Host: "127.0.0.1:5000"}
		if _, err := outside.Reference("a", "t1"); err != nil {
			t.Errorf("%s outside: %v", template, err)
		}
		ref, err := sandbox.Reference("a", "t1")
		if err != nil {
			t.Errorf("%s: %v", template, err)
		} else if got := ref.Repository.Name(); got != want || sandbox.Repository("a") != want {
			t.Errorf("%s: got %s and %s, want %s", template, got, sandbox.Repository("a"), want)
		}
	}
	for _, template := range []string{"me/User-{hub}", "a b/{hub}", "me/{hub}:v1"} {
		for _, host := range []string{"", "127.0.0.1:5000"} {
			if ref, err := (Registry{Template: template, Host: host}).Reference("a", "t1"); exit.Code(err) != exit.BadInput {
				t.Errorf("%s at %q: %v, %v", template, host, ref, err)
			}
		}
	}
}

func TestWithoutASettingNobodyKnowsWhereImagesAre(t *testing.T) {
	const want = `image.repository is not set, so nobody knows where the image a is kept; set it in hubops.yaml, such as image: {repository: "registry.example.org/us/user-{hub}"}, or by IMAGE_REPOSITORY`
	if _, err := (Registry{Username: "me"}).Digest(t.Context(), "a", "t1"); exit.Code(err) != exit.BadInput || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if err := (Registry{Template: "x/{hub}"}).CheckNamed("a"); err != nil {
		t.Error(err)
	}
}
