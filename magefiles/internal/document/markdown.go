package document

import (
	"fmt"
	"regexp"
	"strings"
)

// Code returns foreign text as a piece of code for Markdown, in which it can be nothing else: no mention, reference, link, picture, HTML or
// command. Each character that could mean anything is an entity, which CommonMark only decodes to show it, and GitHub and GitLab look for
// mentions and references outside of code alone.
func Code(text string) string {
	if text == "" {
		return ""
	}
	return "<code>" + plain(text) + "</code>"
}

func plain(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			out.WriteRune(r)
		case r == ' ' || r == '\n' || r == '\t':
			out.WriteByte(' ')
		default:
			fmt.Fprintf(&out, "&#%d;", r)
		}
	}
	return out.String()
}

// Words returns a sentence that may quote foreign text, for a table or a line: what is not a plain word or a small number is Code.
func Words(text string) string {
	var out strings.Builder
	for word := range strings.FieldsSeq(text) {
		if out.Len() > 0 {
			out.WriteByte(' ')
		}
		bare := strings.TrimRight(word, ",;:")
		if !isPlain.MatchString(bare) || isCommit.MatchString(bare) {
			bare = Code(bare)
		}
		out.WriteString(bare + plain(word[len(strings.TrimRight(word, ",;:")):]))
	}
	return out.String()
}

var (
	isPlain  = regexp.MustCompile(`^[A-Za-z]*$|^\d{1,6}$`)
	isCommit = regexp.MustCompile(`^[a-fA-F]{7,}$`) // which GitHub links, if there is one
)

// Fenced returns text as a block of code that it cannot end: its fence is longer than any in the text, and no line begins with a character that
// could be a fence or a command.
func Fenced(language, text string) string {
	longest, run := 2, 0
	for _, r := range text {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	var out strings.Builder
	out.WriteString(fence + language + "\n")
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n"); line != "" && !strings.ContainsAny(line[:1], "+-@ ") {
			line = " " + line
		}
		out.WriteString(line + "\n")
	}
	return out.String() + fence + "\n"
}

// Markdown writes the plan as a table.
func (p Plan) Markdown() string {
	var out strings.Builder
	fmt.Fprintf(&out, "**Plan**: %s, commit %s\n\n", Words(p.Event), Code(fmt.Sprintf("%.12s", p.Commit)))
	if len(p.Hubs) == 0 {
		out.WriteString("There are no hubs.\n")
	} else {
		out.WriteString("| hub | image | build | push | deploy |\n|---|---|---|---|---|\n")
	}
	for _, h := range p.Hubs {
		where := Code(h.Hub)
		if h.Cluster != "" {
			where += " on " + Code(h.Cluster)
		}
		if h.Round > 0 {
			where += fmt.Sprintf(", round %d", h.Round)
		}
		images := h.Images
		if len(images) == 0 {
			images = []PlannedImage{{Tag: "-", Build: h.Build, Push: h.Push}}
		}
		for i, image := range images {
			tag, deploy := image.Tag, ""
			if image.Key != "" {
				tag = image.Key + ":" + tag
			}
			if i == 0 {
				deploy = h.Deploy.markdown()
			}
			fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", where, Code(tag), image.Build.markdown(), image.Push.markdown(), deploy)
			where = ""
		}
	}
	list(&out, "Problems", p.Problems)
	list(&out, "Orphans", p.Orphans)
	return out.String()
}

func (s Step) markdown() string {
	if s.Reason == "" {
		return "**" + s.Is + "**"
	}
	return "**" + s.Is + "**: " + Words(s.Reason)
}

func list(out *strings.Builder, title string, sentences []string) {
	if len(sentences) == 0 {
		return
	}
	fmt.Fprintf(out, "\n%s:\n\n", title)
	for _, sentence := range sentences {
		fmt.Fprintf(out, "- %s\n", Words(sentence))
	}
}

// Markdown writes the differences, folded where they are long.
func (d Diff) Markdown() string { return d.markdown(longestDiff) }

// Brief is Markdown with the names of the objects alone.
func (d Diff) Brief() string { return d.markdown(0) }

// markdown writes so many lines of each object's difference.
func (d Diff) markdown(lines int) string {
	var out strings.Builder
	fmt.Fprintf(&out, "**%s**: %s\n", Code(d.Hub), Words(d.State))
	if d.Unchanged {
		return out.String()
	}
	if d.Users != "" {
		fmt.Fprintf(&out, "\nFor users: %s\n", Words(d.Users))
	}
	if d.Refused != "" {
		fmt.Fprintf(&out, "\nA deploy refuses this: %s\n", Words(d.Refused))
	}
	if d.Deletes != "" {
		fmt.Fprintf(&out, "\nThis deletes %s\n", Words(d.Deletes))
	}
	if d.Unknown != "" {
		fmt.Fprintf(&out, "\nNot known: %s\n", Words(d.Unknown))
	}
	if len(d.Changes) == 0 {
		if d.Unknown == "" {
			out.WriteString("\nNo object changes.\n")
		}
		return out.String()
	}
	fmt.Fprintf(&out, "\n<details><summary>%d objects</summary>\n", len(d.Changes))
	for _, change := range d.Changes {
		fmt.Fprintf(&out, "\n%s %s\n\n", change.Action, Code(change.Object))
		if change.Diff != "" && change.Action == "changed" && lines > 0 {
			out.WriteString(Fenced("diff", Cut(change.Diff, lines)))
		}
	}
	out.WriteString("\n</details>\n")
	return out.String()
}

// longestDiff is how many lines of one object are shown in Markdown.
const longestDiff = 80

// Cut returns the first lines of a text, and how many are left out.
func Cut(text string, lines int) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(all) <= lines {
		return text
	}
	return fmt.Sprintf("%s\n@@ %d more lines @@", strings.Join(all[:lines], "\n"), len(all)-lines)
}
