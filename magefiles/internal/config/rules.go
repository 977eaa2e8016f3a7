package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/pattern"
	"hub-ops/magefiles/internal/secretdir"
)

// rule checks the value of a field, given as a pointer to it, and returns what is wrong with it.
type rule func(field any) error

// set gives the setting a value, by setText or setNode, and returns what is wrong with it.
func (s Setting) set(c *Config, give func(field any) error) error {
	field := s.field(c)
	if err := give(field); err != nil {
		return err
	}
	if s.rule == nil {
		return nil
	}
	return s.rule(field)
}

// oneOf allows these texts; with "" among them, the setting may be empty.
func oneOf(choices ...string) rule {
	return text(func(value string) error {
		if slices.Contains(choices, value) {
			return nil
		}
		named := slices.DeleteFunc(slices.Clone(choices), func(choice string) bool { return choice == "" })
		last := len(named) - 1
		return fmt.Errorf("%q: it can be %s", value, strings.TrimPrefix(strings.Join(named[:last], ", ")+" or "+named[last], " or "))
	})
}

// text makes a rule of one for a string, or for each of several.
func text(check func(string) error) rule {
	return func(field any) error {
		if list, several := field.(*[]string); several {
			for _, value := range *list {
				if err := check(value); err != nil {
					return err
				}
			}
			return nil
		}
		return check(*field.(*string))
	}
}

// notNegative and positive are for numbers and times.
func notNegative(field any) error {
	if size(field) < 0 {
		return errors.New("it cannot be negative")
	}
	return nil
}

func positive(field any) error {
	if size(field) <= 0 {
		return errors.New("it must be more than 0")
	}
	return nil
}

func size(field any) int64 {
	if duration, is := field.(*time.Duration); is {
		return int64(*duration)
	}
	return int64(*field.(*int))
}

var helmVersions = text(func(version string) error {
	if version == "2" {
		return errors.New("Helm 2 ended in 2020 and is not supported; move the releases with the helm-2to3 plugin, and use 3 or 4") //nolint:staticcheck // a name
	}
	return oneOf("", "3", "4")(&version)
})

// hubNames are names of hubs, one or several a text, and no patterns: what they allow is allowed for hubs that somebody has thought of.
var hubNames = text(func(names string) error {
	for name := range strings.FieldsSeq(names) {
		if !pattern.IsName(name) {
			return fmt.Errorf("%q: it must be the name of a hub, and no pattern", name)
		}
	}
	return nil
})

// imageDigests are whole: what begins like an image that somebody has looked at may be another one.
var imageDigests = text(func(digest string) error {
	if !regexp.MustCompile(`^sha256:[0-9a-f]{64}$`).MatchString(digest) {
		return fmt.Errorf("%q: it must be the whole digest of an image, sha256: and 64 digits", digest)
	}
	return nil
})

var buildArguments = text(func(arg string) error {
	if name, _, found := strings.Cut(arg, "="); !found || name == "" || strings.HasPrefix(name, "-") {
		return fmt.Errorf("%q: it must be like NAME=value", arg)
	}
	return nil
})

var directories = text(func(dir string) error {
	if !filepath.IsLocal(dir) || dir == "." {
		return fmt.Errorf("%q: it must be a directory of this repository", dir)
	}
	if secretdir.Reaches(dir) {
		return fmt.Errorf("%q: whoever has an image could read the secrets in there", dir)
	}
	return nil
})

// platform matches the name of a platform, such as linux/arm64: opencontainers/image-spec, image-index.md.
var platform = regexp.MustCompile(`^[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?$`)

var platforms = text(func(name string) error {
	if !platform.MatchString(name) {
		return fmt.Errorf("%q: it must be like linux/amd64", name)
	}
	return nil
})

var perHubRepository = text(func(repository string) error {
	if !strings.Contains(repository, "{hub}") {
		return fmt.Errorf("%q: it must hold {hub}, or all hubs share one image", repository)
	}
	if scheme, _, found := strings.Cut(repository, "://"); found {
		return fmt.Errorf("%q: it is written without %s://, as registry.example.org:5050/group/{hub}", repository, scheme)
	}
	return nil
})

var perHubAccount = text(func(account string) error {
	if account != "" && !strings.Contains(account, "{hub}") {
		return fmt.Errorf("%q: it must hold {hub}, or all hubs share one account", account)
	}
	return nil
})

var httpsAddress = text(func(address string) error {
	if address != "" && !strings.HasPrefix(address, "https://") {
		return fmt.Errorf("%q: it must be like https://192.0.2.7", address)
	}
	return nil
})

// secretKey is how a value of a Secret is named: secret/key.
var secretKey = text(func(value string) error {
	if secret, key, _ := strings.Cut(value, "/"); secret == "" || key == "" || strings.Contains(key, "/") {
		return fmt.Errorf("%q: expected secret/key", value)
	}
	return nil
})
