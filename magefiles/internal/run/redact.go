package run

import (
	"encoding/base64"
	"net/url"
	"sort"
	"strings"
	"sync"
)

// shortestSecret is the shortest value, in bytes, that is masked: masking "true" or "8080" would make output unreadable.
const shortestSecret = 6

// Redactor masks secret values in text. Its zero value masks nothing; it may be used from several goroutines.
type Redactor struct {
	mu       sync.RWMutex
	known    map[string]bool
	replacer *strings.Replacer
}

// Add makes values secret from now on: as they are, in base64 and URL-escaped; each line alone, for output is masked by
// the line; and the base64 of all lines together, which is how Kubernetes shows a file.
func (r *Redactor) Add(values ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[string]bool{}
	}
	for _, value := range values {
		if len(value) >= shortestSecret && strings.Contains(value, "\n") {
			r.known[base64.StdEncoding.EncodeToString([]byte(value))] = true
		}
		for part := range strings.SplitSeq(value, "\n") {
			if part = strings.TrimSpace(part); len(part) < shortestSecret {
				continue
			}
			r.known[part] = true
			r.known[base64.StdEncoding.EncodeToString([]byte(part))] = true
			r.known[url.QueryEscape(part)] = true
		}
	}
	// The longest first: a secret that holds another is masked whole.
	secrets := make([]string, 0, len(r.known))
	for secret := range r.known {
		secrets = append(secrets, secret)
	}
	sort.Slice(secrets, func(i, j int) bool { return len(secrets[i]) > len(secrets[j]) })
	pairs := make([]string, 0, 2*len(secrets))
	for _, secret := range secrets {
		pairs = append(pairs, secret, "•••")
	}
	r.replacer = strings.NewReplacer(pairs...)
}

// Mask returns text with every known secret replaced.
func (r *Redactor) Mask(text string) string {
	if r == nil {
		return text
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.replacer == nil {
		return text
	}
	return r.replacer.Replace(text)
}
