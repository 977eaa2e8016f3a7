package secret

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1" // #nosec G505 -- git-crypt's format, in which it makes a nonce and checks the content
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// A file that git-crypt has encrypted consists of its header, a nonce, and the content in AES-256 in counter mode. The nonce is
// the beginning of the content's HMAC-SHA1, so a wrong key is detected: git-crypt's crypto.cpp and commands.cpp.
var lockedHeader = []byte("\x00GITCRYPT\x00")

const nonceSize = 12

// Locked reports whether content is still encrypted by git-crypt.
func Locked(content []byte) bool { return bytes.HasPrefix(content, lockedHeader) }

// GitCryptKey is a repository's key, as `git-crypt export-key` writes it.
type GitCryptKey struct{ versions []keyVersion }

type keyVersion struct{ aes, hmac []byte }

var errNoKey error = exit.Input("no key of git-crypt").Try("set it to what 'git-crypt export-key' writes")

// ReadGitCryptKey reads a key, as it is or in base64. The error quotes no part of it.
func ReadGitCryptKey(content []byte) (GitCryptKey, error) {
	if decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(content)), "")); err == nil {
		content = decoded
	}
	rest, isKey := bytes.CutPrefix(content, []byte("\x00GITCRYPTKEY"))
	if !isKey || len(rest) < 4 || binary.BigEndian.Uint32(rest) != 2 {
		return GitCryptKey{}, errNoKey
	}
	r := fields{rest: rest[4:]}
	r.section() // the key's name
	var key GitCryptKey
	for len(r.rest) > 0 && r.err == nil {
		entry := r.section()
		key.versions = append(key.versions, keyVersion{aes: entry[3], hmac: entry[5]})
	}
	for _, version := range key.versions {
		if len(version.aes) != 32 || len(version.hmac) != 64 {
			r.err = errNoKey
		}
	}
	if len(key.versions) == 0 {
		r.err = errNoKey
	}
	return key, r.err
}

// fields reads the fields of a key file: a number, a length, and so many bytes; number 0 ends a section (key.cpp).
type fields struct {
	rest []byte
	err  error
}

func (f *fields) section() map[uint32][]byte {
	found := map[uint32][]byte{}
	for f.err == nil {
		id, ok := f.number()
		if !ok || id == 0 {
			return found
		}
		size, ok := f.number()
		if !ok || uint64(size) > uint64(len(f.rest)) {
			f.err = errNoKey
			return found
		}
		found[id], f.rest = f.rest[:size], f.rest[size:]
	}
	return found
}

func (f *fields) number() (uint32, bool) {
	if len(f.rest) < 4 {
		f.err = errNoKey
		return 0, false
	}
	number := binary.BigEndian.Uint32(f.rest)
	f.rest = f.rest[4:]
	return number, true
}

// Open decrypts a locked file. It fails for a file that was encrypted with another key, or changed since.
func (k GitCryptKey) Open(content []byte) ([]byte, error) {
	rest, locked := bytes.CutPrefix(content, lockedHeader)
	if !locked || len(rest) < nonceSize {
		return nil, errors.New("not encrypted by git-crypt")
	}
	nonce, encrypted := rest[:nonceSize], rest[nonceSize:]
	for _, version := range k.versions {
		block, err := aes.NewCipher(version.aes)
		if err != nil {
			return nil, err
		}
		plain := make([]byte, len(encrypted))
		counter := append(append([]byte{}, nonce...), 0, 0, 0, 0)
		cipher.NewCTR(block, counter).XORKeyStream(plain, encrypted)
		check := hmac.New(sha1.New, version.hmac)
		check.Write(plain)
		if hmac.Equal(check.Sum(nil)[:nonceSize], nonce) {
			return plain, nil
		}
	}
	return nil, errors.New("the git-crypt key is another one than it was encrypted with, or the file is damaged")
}

// Seal encrypts content as git-crypt does, with the newest version of the key: the same content is the same file each time.
func (k GitCryptKey) Seal(plain []byte) ([]byte, error) {
	if len(k.versions) == 0 {
		return nil, errNoKey
	}
	version := k.versions[0] // key.cpp keeps the newest first
	block, err := aes.NewCipher(version.aes)
	if err != nil {
		return nil, err
	}
	check := hmac.New(sha1.New, version.hmac)
	check.Write(plain)
	nonce := check.Sum(nil)[:nonceSize]
	sealed := make([]byte, len(plain))
	cipher.NewCTR(block, append(append([]byte{}, nonce...), 0, 0, 0, 0)).XORKeyStream(sealed, plain)
	return append(append(append([]byte{}, lockedHeader...), nonce...), sealed...), nil
}
