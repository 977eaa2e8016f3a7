package cosign

import (
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// Key is a private or a public key, in the form that cosign takes. Its content is passed in a variable that only cosign gets: it is
// in no file and on no command line.
type Key struct {
	reference string // a file, a place in a key management service, or env://VARIABLE
	variable  string // VARIABLE=content, if the reference is env://VARIABLE
}

// NewKey reads a setting: the content of a key, as it is or in base64; a place in a key management service; or a file,
// relative to dir. name is the setting's variable. Without a setting there is no key.
func NewKey(setting, dir, name string) (Key, error) {
	if content := contentOf(setting); content != "" {
		return Key{reference: "env://" + name, variable: name + "=" + content}, nil
	}
	file := FileOfKey(setting)
	if file == "" {
		return Key{reference: setting}, nil
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
		return Key{}, exit.Input("%s: there is no file %s", name, setting).Try("name one, or give the key itself")
	}
	return Key{reference: file}, nil
}

// FileOfKey is the file that a setting names; "" if the setting is the key itself, its place in a key management service, or nothing.
func FileOfKey(setting string) string {
	if strings.Contains(setting, "://") || contentOf(setting) != "" {
		return ""
	}
	return setting
}

// Content returns the key itself, if the setting was that; "" otherwise.
func (k Key) Content() string {
	_, content, _ := strings.Cut(k.variable, "=")
	return content
}

// There reports whether a key is set.
func (k Key) There() bool { return k.reference != "" }

// Same reports whether two settings name one key.
func (k Key) Same(other Key) bool {
	if own := k.der(); own != "" && other.der() != "" {
		return own == other.der()
	}
	return k.reference == other.reference
}

// der returns what is in the key, "" if only cosign can read it.
func (k Key) der() string {
	content := []byte(k.Content())
	if len(content) == 0 {
		content, _ = os.ReadFile(k.reference) // if this fails, cosign reports the error
	}
	if block, _ := pem.Decode(content); block != nil {
		return string(block.Bytes)
	}
	return ""
}

func contentOf(setting string) string {
	const begin = "-----BEGIN "
	if strings.Contains(setting, begin) {
		return setting
	}
	decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(setting), ""))
	if err == nil && strings.Contains(string(decoded), begin) {
		return string(decoded)
	}
	return ""
}
