package process

import (
	"regexp"
	"strings"
)

// Cause returns what a program's output says about why the program failed: the last line that names an error, and not what stands
// after it to explain, repeat or advise. Of a build step that failed it is what the step said, and how it ended. It is the last line
// if none names an error, and "" for an empty output.
func Cause(output string) string {
	lines := strings.Split(Uncoloured(output), "\n")
	if text := lostKey(lines); text != "" {
		return text
	}
	text := chosen(lines)
	if how := stepFailed.FindStringSubmatch(text); how != nil {
		if said := chosen(step(lines)); said != "" {
			return said + " (the command " + how[1] + ")"
		}
	}
	return text
}

// Uncoloured returns what a program says without the codes that make it coloured or bold at a terminal, and clear the rest of a line for that.
// What else could tell a terminal something, package ui writes out.
func Uncoloured(text string) string { return colours.ReplaceAllString(text, "") }

// colours matches these codes: ECMA-48, SGR and EL.
var colours = regexp.MustCompile(`\x1b\[[0-9;:]*[mK]`)

func chosen(lines []string) string {
	last, named, least := "", -1, ""
	for i, line := range lines {
		switch line = strings.TrimSpace(line); {
		case line == "":
		case beside.MatchString(line):
			least = line
		case names.MatchString(line):
			named = i
			fallthrough
		default:
			last = line
		}
	}
	switch {
	case named >= 0:
		return statement(lines[named:])
	case last != "":
		return last
	}
	return least
}

// names matches the beginning of a line that names an error: as Go programs, Git, docker, gcloud and klog write it.
var names = regexp.MustCompile(`^(remote: )?(` +
	`fatal:|panic:|ssh: |docker: |F\d{4} \d|(?i:error)\b|(?i:failed to|cannot|could not|unable to) |\.\.\.Unable to |` +
	`COPY failed|ADD failed|The command '|The connection to the server)`)

// beside matches lines that come with an error and do not say why.
var beside = regexp.MustCompile(`^(` +
	`fatal: Could not read from remote repository\.|Please make sure you have the correct access rights|and the repository exists\.|` + // git, by ssh
	`fatal: (the remote end hung up unexpectedly|early EOF|fetch-pack: invalid)|` +
	`To add an exception for this directory, call:|git config --global --add safe\.directory |` +
	`[EWI]\d{4} \d|.*getting credentials: exec: executable .* failed with exit code|` + // kubectl repeats it, or a plugin has said it
	`Error: no cached repository for helm-manager-|Use --debug flag |` + // helm
	`Run '.* --help'|See '.* --help'|` + // docker
	`(remote: )?[=\-*]+$)`)

// klog matches what klog puts before a message.
var klog = regexp.MustCompile(`^[A-Z]\d{4} \S+ +\d+ \S+\] `)

// statement returns the first of the lines with those that continue it: indented ones, and those that it announces by a colon.
func statement(lines []string) string {
	text := strings.TrimLeft(klog.ReplaceAllString(strings.TrimSpace(lines[0]), ""), ".")
	announced := strings.HasSuffix(text, ":")
	const most = 5
	for i := 1; i < len(lines) && i <= most; i++ {
		line := strings.TrimSpace(lines[i])
		indented := len(lines[i]) > 0 && (lines[i][0] == ' ' || lines[i][0] == '\t')
		if line == "" || !indented && (!announced || names.MatchString(line)) || beside.MatchString(line) {
			break
		}
		if !indented && !strings.HasSuffix(text, ":") {
			text += ";"
		}
		text += " " + line
	}
	return text
}

// lostKey returns what sops says of a key that it does not have, over several lines in a frame.
func lostKey(lines []string) string {
	const begins = "Failed to get the data key required to decrypt the SOPS file"
	if !strings.HasPrefix(strings.TrimSpace(lines[0]), begins) {
		return ""
	}
	var said []string
	for _, line := range lines[1:] {
		if _, text, framed := strings.Cut(line, "| "); framed {
			said = append(said, strings.TrimSpace(text))
		}
	}
	return strings.TrimSuffix(begins+": "+strings.Join(said, " "), ": ")
}
