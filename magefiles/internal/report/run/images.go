package run

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"hub-ops/magefiles/internal/journal"
	"hub-ops/magefiles/internal/ui/live"
)

// image is one that was pushed.
type image struct {
	Name, Reference, Digest string
	Facts                   []string
	Bar                     []mark // its layers by their sizes
	Layers                  []layer
}

type layer struct {
	Number         int
	Size, Is, Made string
}

// mostLayered is how many images have their layers listed, those that sent most: the page is to stay small.
const mostLayered = 100

func imagesOf(all []journal.Image) []image {
	sent := make([]int64, 0, len(all))
	for _, one := range all {
		sent = append(sent, one.Sent)
	}
	slices.SortFunc(sent, func(a, b int64) int { return cmp.Compare(b, a) })
	made, layered := make([]image, 0, len(all)), 0
	for _, one := range all {
		i := image{Name: one.Name, Reference: one.Reference, Digest: one.Digest, Facts: factsOf(one), Bar: barOf(one.Layers)}
		if len(all) > mostLayered && (one.Sent < sent[mostLayered-1] || layered >= mostLayered) {
			one.Layers = nil
		}
		layered++
		for n, l := range one.Layers {
			row := layer{Number: n + 1, Size: live.Bytes(l.Size), Is: "reused", Made: l.By}
			if l.Sent {
				row.Is = "sent"
			}
			if l.New && !l.Sent {
				row.Is = "new here, and was there already"
			}
			i.Layers = append(i.Layers, row)
		}
		made = append(made, i)
	}
	return made
}

func factsOf(one journal.Image) []string {
	sent := 0
	for _, l := range one.Layers {
		if l.Sent {
			sent++
		}
	}
	facts := []string{live.Bytes(one.Size)}
	if one.Before > 0 {
		facts = append(facts, growth(one.Size-one.Before, one.Before))
	} else {
		facts = append(facts, "the first of its name")
	}
	return append(facts, fmt.Sprintf("%d of %d layers reused", len(one.Layers)-sent, len(one.Layers)), fmt.Sprintf("%s sent in %s", live.Bytes(one.Sent), one.Took.Round(time.Second/10)))
}

// growth tells how an image differs from the one that was pushed before.
func growth(by, before int64) string {
	sign := "+"
	switch {
	case by == 0:
		return "as large as the one before"
	case by < 0:
		sign, by = "−", -by
	}
	return fmt.Sprintf("%s%s (%s%.0f %%) against the one before", sign, live.Bytes(by), sign, 100*float64(by)/float64(before))
}

// barOf draws the layers side by side, as wide as they are large.
func barOf(layers []journal.ImageLayer) []mark {
	var sum, before int64
	for _, l := range layers {
		sum += l.Size
	}
	if sum == 0 {
		return nil
	}
	var bar []mark
	const gap = 2
	for _, l := range layers {
		x, end := int(wide*before/sum), int(wide*(before+l.Size)/sum)
		before += l.Size
		if end-x <= gap {
			continue // it could not be seen
		}
		kind := "there"
		if l.Sent {
			kind = "sent"
		}
		bar = append(bar, mark{Kind: kind, Path: fmt.Sprintf("M%d 0h%dv10H%dz", x, end-x-gap, x)})
	}
	return bar
}
