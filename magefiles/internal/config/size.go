package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/pattern"
)

// SizeLimit is the size that images of some hubs may have.
type SizeLimit struct {
	Hubs  string // a name or a pattern of path.Match; "*" is every hub that nothing else fits
	Bytes int64
}

// LimitOf returns the limit for a hub in bytes, 0 if it has none; of several, the one that pattern.Best finds first.
func LimitOf(limits []SizeLimit, hub string) int64 {
	lists := make([][]string, len(limits))
	for i, limit := range limits {
		lists[i] = []string{limit.Hubs}
	}
	if fitting := pattern.Best(lists, hub); len(fitting) > 0 {
		return limits[fitting[0]].Bytes
	}
	return 0
}

// setSizes reads "6GB", and "*=6GB,hub-a=8GB".
func setSizes(field *[]SizeLimit, text string) error {
	*field = nil
	if text == "" {
		return nil
	}
	for part := range strings.SplitSeq(text, ",") {
		hubs, size, found := strings.Cut(part, "=")
		if !found {
			hubs, size = "*", part
		}
		if err := addSize(field, strings.TrimSpace(hubs), size); err != nil {
			return err
		}
	}
	return nil
}

// setSizeNodes reads a single size, or a mapping of hubs to sizes.
func setSizeNodes(field *[]SizeLimit, node *yaml.Node) error {
	switch node.Kind {
	case yaml.ScalarNode:
		return setSizes(field, node.Value)
	case yaml.MappingNode:
		*field = nil
		for i := 0; i < len(node.Content); i += 2 {
			if err := addSize(field, node.Content[i].Value, node.Content[i+1].Value); err != nil {
				return err
			}
		}
		return nil
	}
	return errors.New("expected a size, or hubs, each with a size")
}

func addSize(field *[]SizeLimit, hubs, size string) error {
	if err := pattern.Check(hubs); err != nil || hubs == "" {
		return fmt.Errorf("%q is neither a hub nor a pattern", hubs)
	}
	bytes, err := parseSize(size)
	if err != nil {
		return err
	}
	*field = append(*field, SizeLimit{Hubs: hubs, Bytes: bytes})
	return nil
}

// parseSize reads "6GB" or "500 MB", with decimal units as registries show them.
func parseSize(text string) (int64, error) {
	number := strings.ToUpper(strings.TrimSpace(text))
	for unit, factor := range map[string]float64{"GB": 1e9, "MB": 1e6} {
		if rest, found := strings.CutSuffix(number, unit); found {
			amount, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			if err == nil && amount > 0 && amount < 1e6 {
				return int64(amount * factor), nil
			}
		}
	}
	return 0, fmt.Errorf("%q is not a size like 6GB or 500MB", text)
}
