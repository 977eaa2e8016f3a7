package history

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// length of a recorded digest, in hexadecimal digits: a label holds 63 characters, one less than a whole SHA-256.
const length = 40

// Digest returns the digest of a sequence of parts. The same text divided into other parts has another digest.
func Digest(parts ...string) string {
	sum := sha256.New()
	for _, part := range parts {
		_, _ = io.WriteString(sum, strconv.Itoa(len(part))+":"+part) // writing to a hash never fails
	}
	return hex.EncodeToString(sum.Sum(nil))[:length]
}

// Image shortens an image's digest, sha256:…, to the length of a recorded digest.
func Image(digest string) string {
	digits := strings.TrimPrefix(digest, "sha256:")
	return digits[:min(len(digits), length)]
}

// Key is the key for the digest of a namespace's secret values. With a plain hash on a label, everybody who sees the label could try
// a list of passwords against it. So the key is random, and kept in a Secret beside the release. An account that can read that
// Secret can read the release too, which holds the values themselves.
type Key []byte

// NewKey makes a key.
func NewKey() Key {
	key := make(Key, sha256.Size)
	_, _ = rand.Read(key) // it never returns an error: it ends the process instead
	return key
}

// Secrets is the keyed digest of the secret values in these files, in their order; Unknown without a key.
func (k Key) Secrets(files ...[]byte) string {
	if len(k) < sha256.Size {
		return Unknown
	}
	sum := hmac.New(sha256.New, k)
	for _, content := range files {
		if len(files) > 1 { // where one file ends counts, too
			_, _ = fmt.Fprintf(sum, "%d\n", len(content))
		}
		_, _ = sum.Write(content)
	}
	return hex.EncodeToString(sum.Sum(nil))[:length]
}
