package chart

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// PinsFile is the file of the repository that pins what fetched charts contain. It is like go.sum: a line a chart.
const PinsFile = "charts.sum"

// Pin says what the archive of one version of a chart is.
type Pin struct {
	Repository, Name, Version string
	Digest                    string // SHA-256, hexadecimal
	Line                      int    // of the file
}

// Pins are those of a repository.
type Pins struct {
	There bool // the repository has the file: a chart that is not in it is refused
	List  []Pin
}

// Pins returns what the file says, as Git holds it.
func (c *Charts) Pins(ctx context.Context) (Pins, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pinned != nil {
		return *c.pinned, nil
	}
	found, err := c.readPins(ctx)
	if err == nil {
		c.pinned = &found
	}
	return found, err
}

func (c *Charts) readPins(ctx context.Context) (Pins, error) {
	if err := c.files.Check(PinsFile); err != nil {
		return Pins{}, err
	}
	if len(c.files.Lost(PinsFile)) > 0 {
		return Pins{}, exit.Input("%s: HEAD has it, and it was deleted here", PinsFile).Try("run 'git restore %s', or 'git rm %s' if it is to go", PinsFile, PinsFile)
	}
	if !c.files.Has(PinsFile) {
		return Pins{}, c.refuseIgnoredPins(ctx)
	}
	contents, err := c.files.Read(ctx, PinsFile)
	if err != nil {
		return Pins{}, err
	}
	list, err := parsePins(string(contents[PinsFile]))
	return Pins{There: true, List: list}, err
}

// refuseIgnoredPins refuses a file that lies there, and that no other clone will have.
func (c *Charts) refuseIgnoredPins(ctx context.Context) error {
	ignored, err := c.files.Ignored(ctx, PinsFile)
	if err == nil && len(ignored) > 0 {
		return exit.Input("%s: ignored by Git, so nobody else has it", PinsFile).Try("take it out of .gitignore, and commit it")
	}
	return nil //nolint:nilerr // then there is none
}

var pinnedDigest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// parsePins reads lines of four words: repository, name, version, digest. Empty lines, and those that begin with #, say nothing.
func parsePins(content string) ([]Pin, error) {
	var pins []Pin
	number := 0
	for line := range strings.Lines(content) {
		number++
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if len(words) != 4 || !pinnedDigest.MatchString(words[3]) {
			return nil, exit.Input("%s:%d: a line has a repository, a chart, its version and sha256:<64 digits>", PinsFile, number).Try("take it out, and run 'mage charts:pin'")
		}
		pin := Pin{words[0], words[1], words[2], strings.TrimPrefix(words[3], "sha256:"), number}
		if other, there := (Pins{List: pins}).find(pin.Name, pin.Version, pin.Repository); there {
			return nil, exit.Input("%s:%d: line %d pins the same chart", PinsFile, number, other.Line).Try("take one of them out")
		}
		pins = append(pins, pin)
	}
	return pins, nil
}

// Text is what the file says with these pins.
func (p Pins) Text() string {
	list := slices.Clone(p.List)
	slices.SortFunc(list, func(a, b Pin) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Repository, b.Repository))
	})
	var text strings.Builder
	text.WriteString("# What the charts contain that are fetched; 'mage charts:pin' writes it.\n")
	for _, pin := range list {
		_, _ = fmt.Fprintf(&text, "%s %s %s sha256:%s\n", pin.Repository, pin.Name, pin.Version, pin.Digest)
	}
	return text.String()
}

// Of returns the pin of a dependency in a version.
func (p Pins) Of(d Resolved, version string) (Pin, bool) {
	return p.find(d.Name, version, d.Repository)
}

func (p Pins) find(name, version, repository string) (Pin, bool) {
	for _, pin := range p.List {
		if pin.Name == name && pin.Repository == repository && strings.TrimPrefix(pin.Version, "v") == strings.TrimPrefix(version, "v") {
			return pin, true
		}
	}
	return Pin{}, false
}

// CheckPinned refuses a dependency that is not pinned, where others are. file is the Chart.yaml that wants it.
func (p Pins) CheckPinned(d Resolved, version, file string) error {
	if _, pinned := p.Of(d, version); pinned || !p.There {
		return nil
	}
	return exit.Input("%s does not pin chart %s %s of %s, which %s wants", PinsFile, d.Name, version, d.Repository, file).Try("run 'mage charts:pin', look at what it adds, and commit that")
}

// Check refuses an archive that is another than the pinned one.
func (p Pins) Check(d Resolved, version, digest string) error {
	pin, pinned := p.Of(d, version)
	if !pinned || pin.Digest == digest {
		return nil
	}
	return exit.Input("%s:%d: chart %s %s of %s is sha256:%.12s, and what comes from there now is sha256:%.12s: somebody has changed it, or it is another server", PinsFile, pin.Line, d.Name, version, d.Repository, pin.Digest, digest).
		Try("ask those who publish it; if the change is meant, take the line out and run 'mage charts:pin'")
}

// Fetched lists what a tree fetches, at any depth, each once, with the Chart.yaml that wants it.
func (t *Tree) Fetched() []Fetched {
	var all []Fetched
	t.Each(func(t *Tree) {
		for _, part := range t.Parts {
			for _, need := range part.Needs {
				if found := (Fetched{need.Resolved, part.File}); need.Local == nil && !slices.Contains(all, found) {
					all = append(all, found)
				}
			}
		}
	})
	return all
}

// Fetched is a dependency that is fetched.
type Fetched struct {
	Resolved
	File string // the Chart.yaml that wants it
}

// digests returns what is pinned of the charts that a tree fetches: nothing where nothing is.
func (p Pins) digests(t *Tree) []string {
	var digests []string
	for _, fetched := range t.Fetched() {
		if pin, pinned := p.Of(fetched.Resolved, fetched.Version); pinned {
			digests = append(digests, pin.Name, pin.Digest)
		}
	}
	return digests
}
