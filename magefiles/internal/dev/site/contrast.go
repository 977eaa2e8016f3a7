package site

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// The least contrast of text, and of the edges of what can be pressed, by WCAG 2 (level AA).
const (
	leastText = 4.5
	leastEdge = 3
)

// opaque matches a colour that nothing shines through: what that is depends on what lies below, so its contrast is not known.
const opaque = `#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})`

var (
	colour = regexp.MustCompile(`(--[\w-]+):\s*light-dark\(\s*(` + opaque + `)\s*,\s*(` + opaque + `)\s*\)`)
	named  = regexp.MustCompile(`(--(?:ink|paper|edge)[\w-]*):`)
	hex    = regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(`)
	root   = regexp.MustCompile(`(?s):root\s*\{.*?\}`)
)

// colours checks the colours of a style sheet: every --ink can be read on every --paper, in the light and in the dark, and no rule names a
// colour that is not among them.
func colours(style string) []string {
	pairs := map[string][2]string{}
	for _, match := range colour.FindAllStringSubmatch(style, -1) {
		pairs[match[1]] = [2]string{match[2], match[3]}
	}
	problems := contrasts(pairs)
	for _, match := range named.FindAllStringSubmatch(style, -1) {
		if _, read := pairs[match[1]]; !read {
			problems = append(problems, match[1]+" is no light-dark(#…, #…) of 3 or 6 digits, so nobody knows its contrast")
		}
	}
	for _, other := range hex.FindAllString(root.ReplaceAllString(style, ""), -1) {
		problems = append(problems, fmt.Sprintf("a rule names the colour %s: use a variable of :root", other))
	}
	return problems
}

func contrasts(pairs map[string][2]string) []string {
	var problems []string
	compared := 0
	for ink, inks := range pairs {
		var least float64
		switch {
		case strings.HasPrefix(ink, "--ink"):
			least = leastText
		case strings.HasPrefix(ink, "--edge"):
			least = leastEdge
		default:
			continue
		}
		for paper, papers := range pairs {
			if !strings.HasPrefix(paper, "--paper") {
				continue
			}
			for i, mode := range []string{"light", "dark"} {
				compared++
				if ratio := contrast(inks[i], papers[i]); ratio < least {
					problems = append(problems, fmt.Sprintf("%s: %s on %s has a contrast of %.2f, less than %.1f", mode, ink, paper, ratio, least))
				}
			}
		}
	}
	if compared == 0 {
		problems = append(problems, "no --ink and --paper were found, as light-dark(#…, #…): does the check still read them?")
	}
	return problems
}

// contrast is the ratio of two colours by WCAG 2.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(text string) float64 {
	digits := strings.TrimPrefix(text, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		value, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			return math.NaN()
		}
		share := float64(value) / 255
		if share <= 0.04045 {
			share /= 12.92
		} else {
			share = math.Pow((share+0.055)/1.055, 2.4)
		}
		sum += weight * share
	}
	return sum
}
