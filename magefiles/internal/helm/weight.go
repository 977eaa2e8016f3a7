package helm

import (
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/process"
)

// tooLarge is what the API server, or etcd, says of a release that does not fit into a Secret.
var tooLarge = regexp.MustCompile(`"sh\.helm\.release\.v1\.[^"]+" is invalid: data: Too long|(?i:request entity too large)|etcdserver: request is too large`)

// isTooLarge reports whether an upgrade failed because the release does not fit into a Secret, in which helm keeps it.
func isTooLarge(err error) bool { return tooLarge.MatchString(process.Output(err)) }

// weight is a part of a release, and how large it is when it is packed as helm packs releases.
type weight struct {
	what  string
	bytes int
}

// Weighed adds to the error of an upgrade whose release is too large what makes it so: the files of the chart, and what its templates render.
// Of the charts that it depends on, helm keeps only what they render. It returns other errors as they are.
func Weighed(err error, chart string, rendered []manifest.Object) error {
	if !isTooLarge(err) {
		return err
	}
	const most = 4
	weights := append(chartWeights(chart), renderedWeights(rendered)...)
	slices.SortFunc(weights, func(a, b weight) int { return cmp.Or(b.bytes-a.bytes, strings.Compare(a.what, b.what)) })
	var names []string
	for _, w := range weights[:min(most, len(weights))] {
		names = append(names, fmt.Sprintf("%s (%d kB)", w.what, (w.bytes+999)/1000))
	}
	return exit.Try(err, "what takes most of it, packed: %s; name in .helmignore what the chart does not need, or keep it elsewhere", strings.Join(names, ", "))
}

func chartWeights(dir string) (weights []weight) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil
	}
	defer func() { _ = root.Close() }()
	_ = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil, entry.IsDir() && name == "charts":
			return fs.SkipDir
		case entry.Type().IsRegular():
			if content, err := root.ReadFile(name); err == nil {
				weights = append(weights, weight{name, packedSize(string(content))})
			}
		}
		return nil
	})
	return weights
}

func renderedWeights(objects []manifest.Object) []weight {
	texts := map[string]string{}
	for _, o := range objects {
		texts[o.Source] += o.YAML
	}
	var weights []weight
	for source, text := range texts {
		weights = append(weights, weight{"what " + source + " renders", packedSize(text)})
	}
	return weights
}

// packedSize is the size of a text after gzip and base64.
func packedSize(text string) int {
	var size counter
	packed := gzip.NewWriter(&size)
	_, _ = io.WriteString(packed, text) // writing to a counter never fails
	_ = packed.Close()
	return int(size) * 4 / 3
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(data []byte) (int, error) {
	*c += counter(len(data))
	return len(data), nil
}
