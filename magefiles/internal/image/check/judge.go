package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Mismatch is something that the image is asked for and is not, or cannot do.
type Mismatch struct {
	File   string
	Line   int
	About  string // what was asked: "import numpy"
	Wanted string
	Got    string // what was there; of what programs of the image print it has one line
}

// String says it in one line: file and line, what was asked, what was wanted, and what was there.
func (m Mismatch) String() string {
	return fmt.Sprintf("%s:%d: %s: wanted %s, and there was %s", m.File, m.Line, cut(m.About), m.Wanted, m.Got)
}

// cut shortens a text that others wrote to a part of a line. Characters that would do something to a terminal are taken out where it is shown.
func cut(text string) string {
	const most = 120
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "�")), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + " …"
	}
	return text
}

// Judge compares the answers with what is wanted. A question that was not answered is a mismatch. why says what came between, such as that it
// took too long: then the first question without an answer is told, and those after it that were never asked are not.
func (a Asked) Judge(answers *Answers, why string) []Mismatch {
	var found []Mismatch
	told := false // what came between
	for i, question := range a.questions {
		answer := answers.list[i]
		mismatch := Mismatch{File: a.File, Line: question.line, About: question.about}
		switch {
		case !answer.begun && why != "" && told:
			continue
		case !answer.ended:
			told = true
			mismatch.Wanted, mismatch.Got = "an answer", "none"
			if why != "" {
				mismatch.Got += ": " + answer.short(why)
			}
			if last := answer.last(); last != "" {
				mismatch.Got += "; the last line was: " + answer.short(last)
			}
		default:
			mismatch.Wanted, mismatch.Got = question.judge(answer)
			if mismatch.Wanted == "" {
				continue
			}
		}
		found = append(found, mismatch)
	}
	return found
}

// said is what a program printed, in one line, and how it ended.
func said(a answer) string {
	text := "exit code " + strconv.Itoa(a.exit)
	switch a.exit {
	case 127:
		text += " (no such command)"
	case 137:
		text += " (killed, perhaps for want of memory)"
	}
	if last := a.last(); last != "" {
		text += " and: " + a.short(last)
	}
	return text
}

func (c Command) judge(a answer) (wanted, got string) {
	if a.exit != c.Exit {
		return "exit code " + strconv.Itoa(c.Exit), said(a)
	}
	for _, text := range c.Output {
		if strings.Contains(a.output, text) {
			continue
		}
		got := a.short(a.output)
		if a.cut {
			got += " (the first MiB was looked at)"
		}
		if got == "" {
			got = "no output"
		}
		return fmt.Sprintf("output with %q", text), got
	}
	return "", ""
}

func (i Import) judge(a answer) (wanted, got string) {
	wanted = "the module"
	if bound := i.Bound.String(); bound != "" {
		wanted += " in version " + bound
	}
	if a.exit != 0 {
		return wanted, said(a)
	}
	version := strings.TrimPrefix(a.last(), "version=")
	switch {
	case i.Bound.fits(version):
		return "", ""
	case version == "":
		return wanted, "the module, and it does not say which version it is"
	}
	return wanted, "version " + a.short(version)
}

func userIs(wanted string) func(answer) (string, string) {
	return func(a answer) (string, string) {
		if words := strings.Fields(a.output); slices.Contains(words, wanted) {
			return "", ""
		} else if len(words) == 2 && a.exit == 0 {
			return wanted, words[1] + " (" + words[0] + ")"
		} else if len(words) > 0 && isNumber(words[0]) { // a user without a name
			return wanted, "the user " + words[0] + ", who has no name"
		}
		return wanted, said(a)
	}
}

func isNumber(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil
}

func homeIs(wanted string) func(answer) (string, string) {
	return func(a answer) (string, string) {
		first, rest, _ := strings.Cut(strings.TrimSpace(a.output), "\n")
		home, says := strings.CutPrefix(first, "HOME=")
		switch {
		case !says:
			return wanted, said(a)
		case home != wanted:
			return wanted, "HOME=" + a.short(home)
		case strings.TrimSpace(rest) != "writable":
			return wanted + " to write in", "no such directory, or one that the user may not write in"
		}
		return "", ""
	}
}

// serverFor is for the hubs that take the image.
func serverFor(hubs []string) func(answer) (string, string) {
	return func(a answer) (string, string) {
		for _, hub := range hubs {
			wanted := fmt.Sprintf("a server of version %s, for JupyterHub %s takes that", versionIn(hub), hub)
			if a.exit != 0 {
				return wanted, said(a)
			}
			if !Takes(hub, a.last()) {
				return wanted, a.short(a.last())
			}
		}
		return "", ""
	}
}
