package git

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// Whatever an archive holds, nothing is written outside of the directory, and no link is followed out of it.
func TestNothingIsExtractedOutside(t *testing.T) {
	for name, headers := range map[string][]tar.Header{
		"through a link":       {{Name: "x/link", Typeflag: tar.TypeSymlink, Linkname: "OUTSIDE"}, {Name: "x/link/evil", Typeflag: tar.TypeReg}},
		"over a link":          {{Name: "x/evil", Typeflag: tar.TypeSymlink, Linkname: "OUTSIDE/evil"}, {Name: "x/evil", Typeflag: tar.TypeReg}},
		"a directory's mode":   {{Name: "x/link", Typeflag: tar.TypeSymlink, Linkname: "OUTSIDE"}, {Name: "x/link", Typeflag: tar.TypeDir, Mode: 0o777}},
		"a way up":             {{Name: "x/../../evil", Typeflag: tar.TypeReg}},
		"a way up, at the end": {{Name: "x/a/../../evil", Typeflag: tar.TypeReg}},
		"a link upwards":       {{Name: "x/link", Typeflag: tar.TypeSymlink, Linkname: ".."}, {Name: "x/link/evil", Typeflag: tar.TypeReg}},
	} {
		parent, outside := t.TempDir(), t.TempDir()
		dest := filepath.Join(parent, "dest")
		if err := os.Mkdir(dest, 0o700); err != nil {
			t.Fatal(err)
		}
		before, err := os.Stat(outside)
		if err != nil {
			t.Fatal(err)
		}
		var stream bytes.Buffer
		archive := tar.NewWriter(&stream)
		for _, header := range headers {
			header.Linkname = string(bytes.ReplaceAll([]byte(header.Linkname), []byte("OUTSIDE"), []byte(outside)))
			if err := archive.WriteHeader(&header); err != nil {
				t.Fatal(err)
			}
		}
		if err := archive.Close(); err != nil {
			t.Fatal(err)
		}
		if err := extract(&stream, "x/", dest); err == nil {
			t.Errorf("%s: extracted", name)
		}
		for _, dir := range []string{outside, parent} {
			if _, err := os.Lstat(filepath.Join(dir, "evil")); err == nil {
				t.Errorf("%s: written to %s", name, dir)
			}
		}
		if after, err := os.Stat(outside); err != nil || after.Mode() != before.Mode() {
			t.Errorf("%s: the mode was changed to %s, %v", name, after.Mode(), err)
		}
	}
}
