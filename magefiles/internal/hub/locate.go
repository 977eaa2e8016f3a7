package hub

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Locate returns the place, as file:line, of a word in the files of a hub: in its values, the last that wins first, or else in the
// templates of its chart. It is "" if the word is nowhere.
func Locate(root string, h Hub, word string) string {
	files := slices.Clone(h.Values)
	if h.ChartDir != "" { // or else the chart is none of the repository's
		files = h.ValueFiles()
	}
	slices.Reverse(files)
	files = append(files, templatesOf(root, h.ChartDir)...)
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file))) // #nosec G304 -- a file of the operator's repository
		if err != nil {
			continue
		}
		number := 0
		for line := range strings.Lines(string(content)) {
			if number++; hasWord(line, word) {
				return fmt.Sprintf("%s:%d", file, number)
			}
		}
	}
	return ""
}

// templatesOf lists the templates of a chart of the repository; none without one.
func templatesOf(root, dir string) (files []string) {
	if dir == "" {
		return nil
	}
	_ = filepath.WalkDir(filepath.Join(root, filepath.FromSlash(dir), "templates"), func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			if relative, err := filepath.Rel(root, name); err == nil {
				files = append(files, filepath.ToSlash(relative))
			}
		}
		return nil // a file that cannot be read is left out
	})
	return files
}

// hasWord reports whether the line, without its comment, has the text as a whole word and not as a part of a longer name.
func hasWord(line, text string) bool {
	if code, _, found := strings.Cut(line, " #"); found {
		line = code
	}
	if text == "" || strings.HasPrefix(strings.TrimSpace(line), "#") {
		return false
	}
	partOfName := func(r byte) bool {
		return r == '-' || r == '_' || r == '.' || r == '/' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	for from := 0; ; {
		at := strings.Index(line[from:], text)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(text)
		if (at == 0 || !partOfName(line[at-1])) && (end == len(line) || !partOfName(line[end])) {
			return true
		}
		from = end
	}
}
