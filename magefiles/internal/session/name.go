package session

import (
	"os"
	"os/user"
)

// Name returns who runs this, for people and for the record of a release: travis-12, or ann@laptop.
func (s *Session) Name() string {
	if s.Config.BuildName != "" {
		return s.Config.BuildName
	}
	name := "somebody"
	if who, err := user.Current(); err == nil {
		name = who.Username
	}
	if host, err := os.Hostname(); err == nil {
		name += "@" + host
	}
	return name
}
