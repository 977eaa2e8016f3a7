package history

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
)

// length of a recorded digest, in hexadecimal digits: a label holds 63 characters, one less than a whole SHA-256.
const length = 40

// Digest is the digest of a sequence of parts; where one ends and the next begins counts.
func Digest(parts ...string) string {
	sum := sha256.New()
	for _, part := range parts {
		_, _ = io.WriteString(sum, strconv.Itoa(len(part))+":"+part) // a hash takes everything
	}
	return hex.EncodeToString(sum.Sum(nil))[:length]
}

// Image shortens an image's digest, sha256:…, to what a label holds.
func Image(digest string) string {
	digits := strings.TrimPrefix(digest, "sha256:")
	return digits[:min(len(digits), length)]
}

// Key keys the digest of a namespace's secret values. A plain hash of them on a label could be tried against a list of
// passwords by whoever sees the label; so the key is random, and lies in a Secret beside the release. Who can read that
// Secret can read the release, which holds the values themselves: the digest tells nobody anything new.
type Key []byte

// NewKey makes a key.
func NewKey() Key {
	key := make(Key, sha256.Size)
	_, _ = rand.Read(key) // which never fails: it ends the process instead
	return key
}

// Secrets is the keyed digest of secret values; Unknown without a key.
func (k Key) Secrets(content []byte) string {
	if len(k) < sha256.Size {
		return Unknown
	}
	sum := hmac.New(sha256.New, k)
	_, _ = sum.Write(content)
	return hex.EncodeToString(sum.Sum(nil))[:length]
}
