package newhub

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// callback matches the key of a callback URL, as authenticators of OAuth have it.
var callback = regexp.MustCompile(`(?i)callback_?ur[il]$`)

// isHost reports whether a value is a host at which a hub answers.
func isHost(one scalar) bool {
	for _, path := range []string{"ingress.hosts", "proxy.https.hosts", "ingress.tls.hosts"} {
		if one.path == path || one.path == publicName+"."+path {
			return true
		}
	}
	return false
}

// isBase reports whether a value is the path below which a hub answers.
func isBase(one scalar) bool {
	return one.path == "hub.baseUrl" || one.path == publicName+".hub.baseUrl"
}

// address is where a hub answers, by its values that are not secret.
type address struct {
	hosts, callbacks []string
	base             string // "" for the top
}

func (r renames) addressOf(contents [][]byte) (a address) {
	for _, content := range contents {
		for _, one := range scalarsOf(content) {
			switch value := one.node.Value; {
			case isHost(one) && value != "" && !slices.Contains(a.hosts, value):
				a.hosts = append(a.hosts, value)
			case callback.MatchString(one.key()) && value != "":
				a.callbacks = append(a.callbacks, value)
			case isBase(one):
				a.base = strings.Trim(value, "/")
			}
		}
	}
	return a
}

// apart gives the new hub an address of its own where new names alone do not: the path below which it answers, or else the first part of each
// host, is its name then. notes say so.
func (r renames) apart(held []Held, files []File) ([]File, []string) {
	var before, after [][]byte
	for _, one := range held {
		if r.isYAML(one.Path) {
			before = append(before, one.Content)
		}
	}
	for _, file := range files {
		if r.isYAML(file.Path) {
			after = append(after, file.Content)
		}
	}
	old, now := r.addressOf(before), r.addressOf(after)
	name := r.to[0].Name()
	moves := map[string]string{} // hosts
	base := now.base
	if now.base == old.base && now.base != "" && sameAny(old.hosts, now.hosts) {
		base = name
	}
	for _, host := range append(hostsOf(now.callbacks), now.hosts...) {
		if base == old.base && (slices.Contains(old.hosts, host) || slices.Contains(hostsOf(old.callbacks), host)) {
			moves[host] = withName(host, name)
		}
	}
	if base == now.base && len(moves) == 0 {
		return files, nil
	}
	return r.moved(files, now.base, base, moves)
}

// sameAny reports whether two hubs have a host in common, or neither has one.
func sameAny(a, b []string) bool {
	return len(a) == 0 && len(b) == 0 || slices.ContainsFunc(a, func(host string) bool { return slices.Contains(b, host) })
}

// hostsOf are the hosts of URLs.
func hostsOf(urls []string) (hosts []string) {
	for _, url := range urls {
		if _, rest, isURL := strings.Cut(url, "://"); isURL {
			host, _, _ := strings.Cut(rest, "/")
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// withName is a host with another first part: of a host that has two parts at most, a further one before it.
func withName(host, name string) string {
	first, rest, _ := strings.Cut(host, ".")
	if first == "" || !strings.Contains(rest, ".") {
		return name + "." + host
	}
	return name + "." + rest
}

// moved puts another base path and other hosts into the values.
func (r renames) moved(files []File, old, base string, hosts map[string]string) (changed []File, notes []string) {
	for _, file := range files {
		if r.isYAML(file.Path) {
			file.Content = edited(file.Content, func(one scalar) string {
				value := one.node.Value
				for _, host := range sortedKeys(hosts) {
					value = replacedHost(value, host, hosts[host])
				}
				switch {
				case base == old:
				case isBase(one):
					value = "/" + base + "/"
				case callback.MatchString(one.key()):
					value = strings.Replace(value, "/"+old+"/hub/", "/"+base+"/hub/", 1)
				}
				if value != one.node.Value {
					notes = append(notes, fmt.Sprintf("%s: %s is %s: the other hub has %s", file.Path, one.path, value, one.node.Value))
				}
				return value
			})
		}
		changed = append(changed, file)
	}
	return changed, notes
}

// replacedHost replaces a whole host in a value: a.example.org is none in data.example.org.
func replacedHost(value, host, by string) string {
	if value == host {
		return by
	}
	return strings.Replace(value, "://"+host+"/", "://"+by+"/", 1)
}

func sortedKeys(hosts map[string]string) (keys []string) {
	for host := range hosts {
		keys = append(keys, host)
	}
	slices.Sort(keys)
	return keys
}

// Callbacks are the callback URLs that a file of values names.
func Callbacks(content []byte) []string { return renames{}.addressOf([][]byte{content}).callbacks }
