package dockerfile

import (
	"slices"
	"strconv"
	"strings"
)

// Source is what an instruction takes from elsewhere, beside the bases of stages.
type Source struct {
	Line  int
	Image string // that a COPY, an ADD or a mount takes files from
	URL   string // that an ADD fetches without a checksum
}

// Sources lists what the instructions take from other images, and fetch. What a variable decides is not among it.
func (f File) Sources() []Source {
	var sources []Source
	stages, names := 0, []string{Scratch}
	for _, i := range f.Meant() {
		switch flags := i.flags(); i.Name {
		case "FROM":
			if words := blanks.Split(i.Args, -1); len(words) == 3 && strings.EqualFold(words[1], "AS") {
				names = append(names, strings.ToLower(words[2]))
			}
			stages++
		case "COPY", "RUN":
			for _, image := range images(flags) {
				number, err := strconv.Atoi(image)
				if own := slices.Contains(names, strings.ToLower(image)) || err == nil && number < stages; !own && image != "" && !strings.Contains(image, "$") {
					sources = append(sources, Source{Line: i.Line, Image: image})
				}
			}
		case "ADD":
			if !slices.ContainsFunc(flags, func(flag string) bool { return strings.HasPrefix(flag, "--checksum=") }) {
				for _, word := range i.added() {
					sources = append(sources, Source{Line: i.Line, URL: word})
				}
			}
		}
	}
	return sources
}

// flags returns the words with "--" between an instruction's name and its arguments, without quotes.
func (i Instruction) flags() (flags []string) {
	parts := blanks.Split(strings.TrimSpace(i.text), 2)
	if len(parts) < 2 {
		return nil
	}
	for rest := parts[1]; ; {
		rest = strings.TrimSpace(rest)
		word, end := firstWord(rest, i.escape)
		if !strings.HasPrefix(rest, "--") || word == "--" {
			return flags
		}
		flags, rest = append(flags, word), rest[end:]
	}
}

// images returns the images of --from=image, and of --mount=type=bind,from=image.
func images(flags []string) (found []string) {
	for _, flag := range flags {
		if image, is := strings.CutPrefix(flag, "--from="); is {
			found = append(found, image)
		}
		if mount, is := strings.CutPrefix(flag, "--mount="); is {
			for option := range strings.SplitSeq(mount, ",") {
				if image, is := strings.CutPrefix(option, "from="); is {
					found = append(found, image)
				}
			}
		}
	}
	return found
}

// commitLength is how many digits a commit of Git has.
const commitLength = 40

// added returns the addresses that an ADD fetches. A Git repository at a commit is none, for nothing else can come from there.
func (i Instruction) added() (urls []string) {
	words := i.words()
	for _, word := range words[:max(0, len(words)-1)] {
		word = strings.Trim(word, `"',[]`)
		lower := strings.ToLower(word)
		if !strings.HasPrefix(lower, "https://") && !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "git@") && !strings.HasPrefix(lower, "git://") {
			continue
		}
		_, commit, _ := strings.Cut(word, "#")
		if commit, _, _ = strings.Cut(commit, ":"); len(commit) == commitLength && strings.Trim(commit, "0123456789abcdef") == "" {
			continue
		}
		urls = append(urls, word)
	}
	return urls
}
