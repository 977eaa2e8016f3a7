package session

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hub-ops/magefiles/internal/config"
)

// Cosign gets the credentials of clouds where a key is in one: that of the repository, or of who signs an image elsewhere.
func TestCosignIsGrantedACloudWhereAKeyIsInOne(t *testing.T) {
	const elsewhere = "images: {user: {from: quay.io/us/x, cosign_key: '"
	for settings, want := range map[string]bool{
		"image: {cosign_key: ours.pub}\n":                                                          false,
		"image: {cosign_key: 'awskms:///alias/ours'}\n":                                            true,
		"image: {cosign_key: ours.pub}\n" + elsewhere + "theirs.pub'}}\n":                          false,
		"image: {cosign_key: ours.pub}\n" + elsewhere + "awskms:///alias/theirs'}}\n":              true,
		"image: {cosign_key: ours.pub}\nhubs: {a: {" + elsewhere + "awskms:///alias/theirs'}}}}\n": true,
	} {
		root := t.TempDir()
		if err := os.WriteFile(filepath.Join(root, config.File), []byte(settings), 0o600); err != nil {
			t.Fatal(err)
		}
		const secret = "AWS_SECRET_ACCESS_KEY=correct-horse"
		c, err := config.Load(root, []string{"XDG_CACHE_HOME=" + root, secret})
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Contains(grants(c)["cosign"], secret); got != want {
			t.Errorf("%s: got %v", settings, got)
		}
	}
}
