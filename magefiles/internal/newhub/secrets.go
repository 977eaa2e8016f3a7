package newhub

import (
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// Tokens makes tokens from a source of random bytes.
type Tokens struct{ Random io.Reader }

// next is a token: so many bytes, in hexadecimal digits.
func (t Tokens) next(size int) (string, error) {
	token := make([]byte, size)
	if _, err := io.ReadFull(t.Random, token); err != nil {
		return "", exit.Errorf(exit.Setup, "no random bytes for a token: %w", err)
	}
	return hex.EncodeToString(token), nil
}

// secretsText has a token in each place. The chart would make the first two itself, and others on each machine that renders it.
const secretsText = `# Secret values of hub %s, made at random for it alone. Further ones, such as an OAuth client's ID and secret, have their place here too.
jupyterhub:
  hub:
    cookieSecret: %s
%s  proxy:
    secretToken: %s
`

// freshSecrets returns the files of secret values of the site: tokens that nobody else has, in the last file. password is the authenticator
// that gets a password; "" for none.
func (s Site) freshSecrets(standards Standards, tokens Tokens, password string) (files []File, err error) {
	for i, name := range s.Secrets {
		if last := i == len(s.Secrets)-1; !last {
			if !slices.Contains(s.Optional, name) {
				files = append(files, File{Path: name, Secret: true, Content: []byte("# Secret values of hub " + s.Name() + ".\n{}\n"), Holds: "no secret values yet"})
			}
			continue
		}
		file, err := s.secrets(name, standards, tokens, password)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

func (s Site) secrets(name string, standards Standards, tokens Tokens, password string) (File, error) {
	const size, short = 32, 12 // bytes: as the chart's documentation has them; and what a person can type
	cookie, err := tokens.next(size)
	if err != nil {
		return File{}, err
	}
	token, err := tokens.next(size)
	if err != nil {
		return File{}, err
	}
	config, holds := "", []string{"hub.cookieSecret", "proxy.secretToken"}
	if password != "" {
		word, err := tokens.next(short)
		if err != nil {
			return File{}, err
		}
		config = fmt.Sprintf("    config:\n      %s:\n        password: %s\n", password, word)
		holds = append(holds, "hub.config."+password+".password")
	}
	text := fmt.Sprintf(secretsText, s.Name(), cookie, config, token)
	if standards.Bare {
		text = bare(text)
	}
	return File{Path: name, Content: []byte(text), Secret: true, Holds: "made at random: " + strings.Join(holds, ", ")}, nil
}
