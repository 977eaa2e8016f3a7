package check

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// answer is what an image answered to one question.
type answer struct {
	begun, ended bool
	exit         int
	output       string
	cut          bool // it printed more than is kept
	mask         func(string) string
}

// short shortens what the image printed. It is masked before: of a secret that is cut in two, neither part would be known.
func (a answer) short(text string) string { return cut(a.mask(text)) }

// last is the last line that is not empty.
func (a answer) last() string {
	lines := strings.Split(strings.TrimSpace(a.output), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// Answers takes what the script prints. It keeps as much of each answer as a program prints that means to be read.
type Answers struct {
	nonce   string
	none    answer // to a question that is not asked yet
	list    []answer
	before  bytes.Buffer // what was printed before the first question: an entry point that failed, as a rule
	line    bytes.Buffer
	current int // the question that is being answered; -1: none
}

// mostKept is how many bytes are kept of one answer, and of one line.
const mostKept = 1 << 20

// Listen returns what takes the answers. mask takes the run's secrets out of what is shown of them.
func (a Asked) Listen(mask func(string) string) *Answers {
	none := answer{mask: mask}
	return &Answers{nonce: a.Nonce, none: none, list: slices.Repeat([]answer{none}, len(a.questions)), current: -1}
}

// Write takes some of what the script prints. It never fails.
func (a *Answers) Write(data []byte) (int, error) {
	for rest := data; len(rest) > 0; {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		if a.line.Len()+len(line) <= mostKept {
			a.line.Write(line)
		} else if a.current >= 0 {
			a.list[a.current].cut = true
		}
		if rest = after; whole {
			a.take(a.line.String())
			a.line.Reset()
		}
	}
	return len(data), nil
}

// take takes a line.
func (a *Answers) take(line string) {
	if said, ours := strings.CutPrefix(line, a.nonce+" "); ours {
		a.mark(strings.Fields(said))
		return
	}
	if a.current < 0 {
		if a.before.Len() < mostKept {
			a.before.WriteString(line + "\n")
		}
		return
	}
	now := &a.list[a.current]
	if now.cut = now.cut || len(now.output)+len(line) > mostKept; now.cut {
		return
	}
	now.output += line + "\n"
}

// mark takes one of the script's own lines: "begin 3", "end 3 0".
func (a *Answers) mark(words []string) {
	if len(words) < 2 {
		return
	}
	i, err := strconv.Atoi(words[1])
	if err != nil || i < 0 || i >= len(a.list) {
		return
	}
	switch words[0] {
	case "begin":
		a.current, a.list[i] = i, a.none
		a.list[i].begun = true
	case "end":
		if len(words) == 3 {
			a.list[i].ended = true
			a.list[i].exit, _ = strconv.Atoi(words[2]) // of the shell's digits
		}
		a.current = -1
	}
}

// Begun reports whether the image got as far as the first question.
func (a *Answers) Begun() bool { return len(a.list) == 0 || a.list[0].begun }

// Ended reports whether all questions were answered.
func (a *Answers) Ended() bool {
	for _, one := range a.list {
		if !one.ended {
			return false
		}
	}
	return true
}

// Unbegun is, in one line, why the image did not get as far as the first question: how the engine ended, and the last line before it.
func (a *Answers) Unbegun(err error) string {
	before := a.none.short(answer{output: a.before.String()}.last())
	switch {
	case err == nil && before == "":
		return "it printed nothing"
	case err == nil:
		return before
	case before == "":
		return a.none.short(err.Error())
	}
	return a.none.short(err.Error()) + "; the last line was: " + before
}
