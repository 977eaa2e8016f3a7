package config

import (
	"slices"
	"strings"
)

func settingOf(key string) *Setting {
	for i := range Settings {
		if Settings[i].Key == key && key != "" {
			return &Settings[i]
		}
	}
	return nil
}

// isSection reports whether settings lie below the key.
func isSection(key string) bool {
	return slices.ContainsFunc(Settings, func(s Setting) bool { return strings.HasPrefix(s.Key, key+".") })
}

// keysBeside lists the valid keys at the place of an unknown one.
func keysBeside(key string) []string {
	section := key[:strings.LastIndexByte(key, '.')+1]
	var keys []string
	for _, s := range Settings {
		if rest, below := strings.CutPrefix(s.Key, section); below && rest != "" {
			name, _, _ := strings.Cut(rest, ".")
			if !slices.Contains(keys, name) {
				keys = append(keys, name)
			}
		}
	}
	return keys
}

func shown(s Setting, text string) string {
	if s.Secret {
		return "•••"
	}
	return text
}
