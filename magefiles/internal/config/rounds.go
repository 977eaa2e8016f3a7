package config

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/pattern"
	"hub-ops/magefiles/internal/yamldoc"
	"hub-ops/magefiles/internal/yamlnode"
)

// roundsKey is the section of rounds.
const roundsKey = "rounds"

// Round is a group of hubs that a change reaches before those of the next one.
type Round struct {
	Hubs []string      // names or patterns, of hubs or of clusters
	Soak time.Duration // how long all of them must have had it before the next round begins
	Line int           // of hubops.yaml

	ownSoak bool
}

// roundSettings say in which order a change reaches the hubs of all clusters.
var roundSettings = []Setting{
	{
		Key:   "rounds.steps",
		Help:  "Rounds, one after the other: lists of names or patterns of hubs or clusters, `[[lab], [\"*-staging\"], [\"*\"]]`. One with a soak time of its own is `{hubs: [lab], soak: 2h}`. Each hub is in one round.",
		field: func(c *Config) any { return &c.Rounds },
	},
	{
		Key: "rounds.soak", Env: "ROUNDS_SOAK", Default: "30m",
		Help:  "How long all hubs of a round must have had a change before the next round begins. The variable goes for all rounds.",
		field: func(c *Config) any { return &c.RoundSoak },
		rule:  notNegative,
	},
	{
		Key: "rounds.for", Env: "ROUNDS_FOR", Default: "chart,image,tool",
		Help:  "Which changes go in rounds: of the `chart` (its version, what it depends on, its files without its own `values.yaml`), of an `image`, of the `tool` (hub-ops, helm, helm's options).",
		field: func(c *Config) any { return &c.RoundsFor },
		rule:  roundKinds,
	},
	{
		Key: "rounds.wait", Env: "ROUNDS_WAIT", Default: "5m",
		Help:  "A run itself waits for the end of a soak time that is no longer off than this; otherwise it ends, and the next run goes on.",
		field: func(c *Config) any { return &c.RoundWait },
		rule:  notNegative,
	},
	{
		Key: "rounds.resume", Default: "push",
		Help:  "What goes on with rounds after a long soak time: the next `push`, or with `schedule` a scheduled build of an owning branch too, which does nothing else. See [several clusters](/clusters#rounds).",
		field: func(c *Config) any { return &c.RoundsResume },
		rule:  oneOf("push", bySchedule),
	},
	{
		Env:   "ALLOW_EARLY",
		Help:  "Hubs, by their names, that are deployed before their round.",
		field: func(c *Config) any { return &c.AllowEarly },
		rule:  hubNames,
	},
}

// bySchedule lets scheduled builds go on with rounds.
const bySchedule = "schedule"

// roundKinds allows kinds of changes.
func roundKinds(field any) error {
	if len(*field.(*[]string)) == 0 {
		return errors.New("no kind of change goes in rounds")
	}
	return oneOf("chart", "image", "tool")(field)
}

// MayBeEarly reports whether ALLOW_EARLY names the hub.
func (c *Config) MayBeEarly(hub string) bool { return named(c.AllowEarly, hub) }

// Resumes reports whether scheduled builds of owning branches go on with rounds.
func (c *Config) Resumes() bool { return c.RoundsResume == bySchedule }

// setRounds reads the steps.
func setRounds(field *[]Round, node *yaml.Node) error {
	if node.Kind != yaml.SequenceNode || len(node.Content) == 0 {
		return errors.New("expected a list of rounds, each a list of hubs or clusters")
	}
	*field = nil
	for _, item := range node.Content {
		round := Round{Line: item.Line}
		if err := round.read(item); err != nil {
			if inner := (nodeError{}); errors.As(err, &inner) {
				return err
			}
			return nodeError{item, err}
		}
		*field = append(*field, round)
	}
	return nil
}

// read reads one round: a list, or a mapping with hubs and soak.
func (r *Round) read(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return r.readHubs(node)
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		var err error
		switch key.Value {
		case "hubs":
			err = r.readHubs(value)
		case "soak":
			err = r.readSoak(value)
		default:
			return nodeError{key, fmt.Errorf("unknown key %q; a round has hubs, soak", key.Value)}
		}
		if err != nil {
			return nodeError{value, err}
		}
	}
	if len(r.Hubs) == 0 {
		return errors.New("a round without hubs")
	}
	return nil
}

func (r *Round) readHubs(node *yaml.Node) error {
	if err := setList(&r.Hubs, node); err != nil {
		return err
	}
	for _, name := range r.Hubs {
		if name == "" || pattern.Check(name) != nil {
			return fmt.Errorf("%q is no pattern", name)
		}
	}
	if len(r.Hubs) == 0 {
		return errors.New("a round without hubs")
	}
	return nil
}

func (r *Round) readSoak(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode {
		return errors.New("soak: expected a single value")
	}
	if err := setDuration(&r.Soak, node.Value); err != nil {
		return fmt.Errorf("soak: %w", err)
	}
	r.ownSoak = true
	if err := notNegative(&r.Soak); err != nil {
		return fmt.Errorf("soak: %w", err)
	}
	return nil
}

// checkRounds refuses a section that has no effect.
func (c *Config) checkRounds(top *yaml.Node) error {
	if section := yamlnode.At(top, roundsKey); section != nil && len(c.Rounds) == 0 {
		return yamldoc.At(File, section, "%s: without steps nothing goes in rounds: name the hubs of each, such as steps: [[lab], [\"*\"]]", roundsKey)
	}
	return nil
}

// soakRounds gives each round its soak time: its own, unless the variable gives one for all.
func (c *Config) soakRounds(env map[string]string) {
	for i, round := range c.Rounds {
		if !round.ownSoak || strings.TrimSpace(env["ROUNDS_SOAK"]) != "" {
			c.Rounds[i].Soak = c.RoundSoak
		}
	}
}
