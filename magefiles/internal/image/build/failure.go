package build

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/process"
)

// buildFailed explains a failed build. dir is what was built.
func buildFailed(b Build, dir string, err error) error {
	where := ""
	if dockerfile, readErr := os.ReadFile(filepath.Join(dir, "Dockerfile")); readErr == nil { // #nosec G304 -- a file of the repository
		where = failedAt(dockerfile, process.Output(err))
	}
	if where != "" {
		where = "user-images/" + b.Hub + "/Dockerfile:" + where + ": "
	}
	if base := unpullable(process.Output(err)); base != "" {
		err = fmt.Errorf("%s: %w", base, err)
	}
	return exit.With(exit.Build, fmt.Errorf("building the image of hub %s: %s%w", b.Hub, where, err))
}

var (
	// As the classic builder ("Step 2/5 : RUN false"), Podman ("STEP 2/5: RUN false") and BuildKit ("Dockerfile:2") say it.
	announcedStep = regexp.MustCompile(`(?mi)^step (\d+)/\d+ ?: `)
	blamedLine    = regexp.MustCompile(`(?m)^Dockerfile:(\d+)$`)
)

// failedAt finds the instruction that a build failed at in what the builder printed: "7: RUN conda install …", or "".
func failedAt(dockerfile []byte, output string) string {
	found := instructions(dockerfile)
	if blamed := blamedLine.FindAllStringSubmatch(output, -1); blamed != nil {
		line, _ := strconv.Atoi(blamed[len(blamed)-1][1])
		for _, next := range found {
			if next.line == line {
				return next.String()
			}
		}
	}
	steps := announcedStep.FindAllStringSubmatch(output, -1)
	if steps == nil {
		return ""
	}
	if n, _ := strconv.Atoi(steps[len(steps)-1][1]); n >= 1 && n <= len(found) {
		return found[n-1].String()
	}
	return ""
}

// dockerfileInstruction is one of a Dockerfile.
type dockerfileInstruction struct {
	line int    // that it begins on, from 1
	text string // its first line
}

func (i dockerfileInstruction) String() string {
	return strconv.Itoa(i.line) + ": " + content.Instruction(i.text)
}

// instructions lists what a Dockerfile says, but for comments and for the lines that continue one. Format:
// docs.docker.com/reference/dockerfile.
func instructions(dockerfile []byte) []dockerfileInstruction {
	var found []dockerfileInstruction
	continued, until := false, ""
	lines := bufio.NewScanner(bytes.NewReader(dockerfile))
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		switch {
		case until != "": // in a here-document
			if strings.TrimLeft(text, "\t") == until {
				until = ""
			}
			continue
		case text == "" || text[0] == '#':
			continue // these do not end what is continued
		case !continued:
			found = append(found, dockerfileInstruction{n, strings.TrimSuffix(text, `\`)})
		}
		if opened := hereDocument.FindStringSubmatch(text); opened != nil {
			until = opened[1]
		}
		continued = strings.HasSuffix(text, `\`)
	}
	return found
}

var hereDocument = regexp.MustCompile(`\s<<-?["']?([A-Za-z_]\w*)["']?`)
