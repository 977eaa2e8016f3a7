package diagnosis

import (
	"fmt"
	"regexp"
	"strings"
)

// The API server's messages when it refuses an object, as helm 3 and helm 4 print them.
var (
	immutable   = regexp.MustCompile(`([A-Z]\w*)(?:\.\S+)? "([^"]+)" is invalid: ([^\s:]+): (?:Invalid value|Forbidden): [^\n]*(immutable|fields other than|may not be changed|can not be unset)`)
	forbidden   = regexp.MustCompile(`User "([^"]+)" cannot (\S+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)")?`)
	overQuota   = regexp.MustCompile(`(\S+) "([^"]+)" is forbidden: exceeded quota: (\S+), requested: (\S+), used: (\S+), limited: (\S+)`)
	terminating = regexp.MustCompile(`unable to create new content in namespace (\S+) because it is being terminated`)
	invalid     = regexp.MustCompile(`([A-Z]\w*)(?:\.\S+)? "([^"]+)" is invalid: ([^\n]+)`)
	vetoed      = regexp.MustCompile(`admission webhook "([^"]+)" denied the request: ([^\n"]+)`)
)

// Refusal says in one line what the API server has refused, and what to do about it; "" if it was something else. kubectl
// is how the command begins.
func Refusal(output, kubectl string) string {
	if m := immutable.FindStringSubmatch(output); m != nil {
		return fixed(m[1], m[2], m[3], kubectl)
	}
	if m := terminating.FindStringSubmatch(output); m != nil {
		return fmt.Sprintf("namespace %s is being deleted, nothing can be made in it: wait until it is gone, then deploy again; what holds it up: "+
			"%s get namespace %s --output jsonpath={.status.conditions}", m[1], kubectl, m[1])
	}
	if m := forbidden.FindStringSubmatch(output); m != nil {
		account, verb, resource, namespace := m[1], m[2], m[3], m[5]
		if m[4] != "" {
			resource += "." + m[4]
		}
		where, flag := "in namespace "+namespace, " --namespace "+namespace
		if namespace == "" {
			where, flag = "in the whole cluster", ""
		}
		return fmt.Sprintf("account %s may not %s %s %s: give it a role that lets it; to check: %s auth can-i %s %s%s", account, verb, resource, where, kubectl, verb, resource, flag)
	}
	if m := overQuota.FindStringSubmatch(output); m != nil {
		return fmt.Sprintf("%s %s would exceed quota %s: requested %s, used %s, of %s: raise the quota, or free what is used", m[1], m[2], m[3], m[4], m[5], m[6])
	}
	if m := vetoed.FindStringSubmatch(output); m != nil {
		return fmt.Sprintf("admission webhook %s denies it: %s", m[1], strings.TrimSpace(m[2]))
	}
	if m := invalid.FindStringSubmatch(output); m != nil {
		return strings.ToLower(m[1]) + "/" + m[2] + " is invalid: " + oneLine(m[3])
	}
	return ""
}

// fixed returns the message for a change of an immutable field.
func fixed(kind, name, field, kubectl string) string {
	object := strings.ToLower(kind) + "/" + name
	text := fmt.Sprintf("%s: field %s cannot be changed: ", object, field)
	switch kind {
	case "PersistentVolumeClaim":
		return text + "leave it as it was; a claim can only grow, and deleting it deletes the data"
	case "StatefulSet":
		return text + "put it back, or delete the object and keep its pods, then deploy again: " + kubectl + " delete " + object + " --cascade=orphan"
	}
	return text + "put it back, or delete the object, then deploy again: " + kubectl + " delete " + object
}
