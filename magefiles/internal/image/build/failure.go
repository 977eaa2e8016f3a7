package build

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/dockerfile"
	"hub-ops/magefiles/internal/process"
)

// buildFailed explains a failed build of what was exported.
func buildFailed(b Build, from content.Exported, err error) error {
	where := ""
	if content, readErr := os.ReadFile(from.File()); readErr == nil { // #nosec G304 -- a file of the repository
		where = failedAt(content, process.Output(err))
	}
	if where != "" {
		where = b.Content.Context.Path() + "/Dockerfile:" + where + ": "
	}
	if strings.Contains(process.Output(err), "exec format error") {
		err = exit.Try(err, "this machine runs no program for %s: register QEMU with its kernel, or name its own platform in image.platforms", strings.Join(b.Content.BuiltFor(), ", "))
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
func failedAt(content []byte, output string) string {
	found := dockerfile.Parse(content).Instructions
	if blamed := blamedLine.FindAllStringSubmatch(output, -1); blamed != nil {
		line, _ := strconv.Atoi(blamed[len(blamed)-1][1])
		for _, next := range found {
			if next.Line == line {
				return named(next)
			}
		}
	}
	steps := announcedStep.FindAllStringSubmatch(output, -1)
	if steps == nil {
		return ""
	}
	if n, _ := strconv.Atoi(steps[len(steps)-1][1]); n >= 1 && n <= len(found) {
		return named(found[n-1])
	}
	return ""
}

// named returns how a message names an instruction: the line that it begins on, and its first line.
func named(i dockerfile.Instruction) string {
	return strconv.Itoa(i.Line) + ": " + content.Instruction(i.First)
}
