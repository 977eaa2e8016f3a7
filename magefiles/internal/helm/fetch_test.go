package helm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// packedAs writes the archive of a chart "course", and returns its path and its digest.
func packedAs(t *testing.T, version, more string) (file, digest string) {
	t.Helper()
	var packed bytes.Buffer
	compressed := gzip.NewWriter(&packed)
	writer := tar.NewWriter(compressed)
	const name = "course"
	content := "name: " + name + "\nversion: " + version + "\ndescription: " + more + "\n"
	err := writer.WriteHeader(&tar.Header{Name: name + "/Chart.yaml", Mode: 0o600, Size: int64(len(content))})
	_, wrote := writer.Write([]byte(content))
	file = filepath.Join(t.TempDir(), name+"-"+version+".tgz")
	if err := errors.Join(err, wrote, writer.Close(), compressed.Close(), os.WriteFile(file, packed.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(packed.Bytes())
	return file, hex.EncodeToString(sum[:])
}

func course(version string) chart.Resolved {
	return chart.Resolved{Dependency: chart.Dependency{Name: "course", Version: version, Repository: "https://x"}, Exact: true}
}

func TestAnArchiveIsWhatTheIndexSays(t *testing.T) {
	file, digest := packedAs(t, "1.2.0", "x")
	other := strings.Repeat("0", 64)
	entry := func(version, digest string) string {
		return "- {version: " + version + ", digest: '" + digest + "'}\n"
	}
	for name, test := range map[string]struct {
		index string
		want  string // of the error
	}{
		"the same":                 {"entries:\n  course:\n  " + entry("1.2.0", digest), ""},
		"with the algorithm":       {"entries:\n  course:\n  " + entry("1.2.0", "sha256:"+strings.ToUpper(digest)), ""},
		"with a v":                 {"entries:\n  course:\n  " + entry("v1.2.0", digest), ""},
		"another":                  {"entries:\n  course:\n  " + entry("1.2.0", other), "the index of https://x says that the archive course-1.2.0.tgz is sha256:000000000000, and the one that came is sha256:" + digest[:12]},
		"another, with a v":        {"entries:\n  course:\n  " + entry("v1.2.0", other), "the index of https://x says"},
		"that of another version":  {"entries:\n  course:\n  " + entry("1.3.0", digest) + "  " + entry("1.2.0", other), "the index of https://x says"},
		"that of another chart":    {"entries:\n  another:\n  " + entry("1.2.0", digest) + "  course:\n  " + entry("1.2.0", other), "the index of https://x says"},
		"one of two":               {"entries:\n  course:\n  " + entry("1.2.0", other) + "  " + entry("1.2.0", digest), ""},
		"no digest":                {"entries:\n  course:\n  - {version: 1.2.0}\n", ""},
		"another version's digest": {"entries:\n  course:\n  " + entry("1.3.0", other), ""},
		"no index":                 {"a: [", "reading the index of https://x"},
	} {
		dir, sum := t.TempDir(), sha256.Sum256([]byte("https://x"))
		if err := os.WriteFile(filepath.Join(dir, "helm-manager-"+hex.EncodeToString(sum[:])+"-index.yaml"), []byte(test.index), 0o600); err != nil {
			t.Fatal(err)
		}
		err := checkIndex(dir, course("1.2.0"), file)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
	if err := checkIndex(t.TempDir(), course("1.2.0"), file); err != nil {
		t.Errorf("a registry: %v", err)
	}
}

// The cache gives nothing but what is pinned, keeps nothing else, and forgets nothing that fits.
func TestTheCacheGivesWhatIsPinned(t *testing.T) {
	good, goodDigest := packedAs(t, "1.2.0", "good")
	evil, evilDigest := packedAs(t, "1.2.0", "evil")
	dir := t.TempDir()
	for _, step := range []struct {
		what, wanted, file string // that is fetched; "": none may be
		digest             string // that is given
	}{
		{"first, not pinned", "", evil, evilDigest},
		{"again", "", "", evilDigest},
		{"pinned as another", goodDigest, good, goodDigest},
		{"again", goodDigest, "", goodDigest},
		{"pinned, and changed", evilDigest, evil, evilDigest},
		{"pinned, and fetched as another", goodDigest, evil, evilDigest},
		{"which is kept for nobody", goodDigest, good, goodDigest},
	} {
		fetched := ""
		got, err := (&ChartCache{Dir: dir}).get(course("1.2.0"), step.wanted, func() (string, error) {
			if fetched = step.file; fetched == "" {
				return "", errors.New("fetched")
			}
			return fetched, nil
		})
		if err != nil || got.digest != step.digest || fetched != step.file {
			t.Errorf("%s: got %.12s, %v; fetched %q", step.what, got.digest, err, fetched)
		}
	}
}

// A chart that is not pinned is told once; where others are pinned it is refused.
func TestWhatIsNotPinnedIsTold(t *testing.T) {
	file, digest := packedAs(t, "1.3.0", "x")
	got, err := readArchive(file)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	d := &Dependencies{Once: &Once{}, Tell: func(format string, _ ...any) { told = append(told, format) }}
	for range 2 {
		if err := d.check(chart.Pins{}, course("1.3.0"), got, "a/Chart.yaml"); err != nil {
			t.Error(err)
		}
	}
	if len(told) != 1 {
		t.Errorf("told %q", told)
	}
	floating := course("^1.0.0")
	floating.Exact = false
	if err := d.check(chart.Pins{There: true}, floating, got, "a/Chart.yaml"); err == nil || !strings.Contains(err.Error(), "charts.sum does not pin chart course 1.3.0 of https://x, which a/Chart.yaml wants") {
		t.Errorf("a range: got %v", err)
	}
	pins := chart.Pins{There: true, List: []chart.Pin{{Repository: "https://x", Name: "course", Version: "1.3.0", Digest: digest}}}
	if err := d.check(pins, floating, got, "a/Chart.yaml"); err != nil || len(told) != 1 {
		t.Errorf("a range that is pinned: got %v, told %q", err, told)
	}
}

// Which chart, and from where, stands in the error and in its last line, whatever helm says.
func TestAChartThatCannotBeFetchedIsNamedWithItsAddress(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"away": {
			&process.Error{Output: "Error: could not download: context deadline exceeded"},
			"fetching the charts: course 1.2.0 of https://x: helm: could not download: context deadline exceeded; is https://x reachable from here, and has it course in version 1.2.0?",
		},
		"away, and helm says from where": {
			&process.Error{Output: "...Unable to get an update from the \"https://x/\" chart repository:\n\tGet \"https://x/index.yaml\": no such host\nError: no cached repository for helm-manager-1 found"},
			`fetching the charts: helm: Unable to get an update from the "https://x/" chart repository: Get "https://x/index.yaml": no such host; is https://x reachable from here, and has it course in version 1.2.0?`,
		},
		"with a remedy": {exit.Errorf(exit.Helm, "two versions").Try("pin one"), "fetching the charts: course 1.2.0 of https://x: two versions; pin one"},
		"ended":         {errors.New("signal: killed"), "fetching the charts: course 1.2.0 of https://x: signal: killed; is https://x reachable from here, and has it course in version 1.2.0?"},
	} {
		err := fetching("the charts", course("1.2.0"), test.err)
		if err.Error() != test.want || exit.Code(err) != exit.Helm || !errors.Is(err, test.err) {
			t.Errorf("%s: got\n%v\nwant\n%s", name, err, test.want)
		}
	}
}
