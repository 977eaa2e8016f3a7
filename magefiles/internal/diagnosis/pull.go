package diagnosis

import (
	"regexp"
	"strings"
)

// The kubelet's messages for a container that refers to something missing (pkg/kubelet/kubelet_pods.go in Kubernetes).
var (
	missingKey       = regexp.MustCompile(`couldn't find key (\S+) in (Secret|ConfigMap) [^/\s]+/(\S+)`)
	missingObject    = regexp.MustCompile(`(secret|configmap) "([^"]+)" not found`)
	missingVolumeKey = regexp.MustCompile(`references non-existent (?:secret|config) key: (\S+)`)
)

// pullReasons are the reasons of a container that waits for its image (pkg/kubelet/images/types.go).
var pullReasons = map[string]bool{
	"ErrImagePull": true, "ImagePullBackOff": true, "InvalidImageName": true, "ErrImageNeverPull": true,
	"RegistryUnavailable": true, "ImageInspectError": true, "SignatureValidationFailed": true,
}

// The messages of container runtimes for a failed pull: containerd, CRI-O, dockershim, and the registries behind them.
var pulls = []struct {
	name  string
	says  *regexp.Regexp
	sure  Certainty
	short string
	cause string
}{
	{
		"pull-rate-limit",
		regexp.MustCompile(`(?i)toomanyrequests|too many requests|rate limit|\b429\b`),
		Network, "registry limits the rate", "the registry limits the rate of pulls",
	},
	{
		"image-platform",
		regexp.MustCompile(`(?i)no match(ing manifest)? for|no image found in (manifest|image index)`),
		Certain, "wrong platform", "the image is not built for this node's platform",
	},
	{
		"image-unauthorized",
		regexp.MustCompile(`(?i)unauthorized|authorization failed|authentication required|access denied|\b401\b|\b403\b|forbidden|no basic auth`),
		Certain, "not allowed to pull image", "the registry does not let the cluster pull it, or has no such repository",
	},
	{
		"pull-network",
		regexp.MustCompile(`(?i)i/o timeout|no such host|connection re(fused|set)|tls handshake|deadline exceeded|\beof\b|network is unreachable|no route to host|temporary failure|\b50[0234]\b|service unavailable|internal server error|bad gateway|failed to do request`),
		Network, "registry unreachable", "the registry cannot be reached",
	},
	{
		"image-not-found",
		regexp.MustCompile(`(?i)not ?found|manifest unknown|name unknown|does not exist|\b404\b`),
		Certain, "image not found", "there is no such image in the registry",
	},
}

// pull judges a container whose image is not there.
func (v *view) pull(verdict *Verdict, pod *Object, spec Container, reason, message string) {
	verdict.Needles = imageNeedles(spec.Image)
	verdict.Advice = v.imageAdvice(spec.Image)
	image := "image " + spec.Image + ": "
	switch reason {
	case "InvalidImageName":
		verdict.Name, verdict.Certainty, verdict.Short = "invalid-image-name", Proven, "invalid image name"
		verdict.Cause = image + "that is no valid name of an image"
		verdict.Advice = "correct the image's name or tag in the values, then deploy again"
		return
	case "ErrImageNeverPull":
		verdict.Name, verdict.Certainty, verdict.Short = "image-never-pulled", Certain, "image not on the node"
		verdict.Cause = image + "it is not on the node, and imagePullPolicy is Never"
		return
	case "SignatureValidationFailed":
		verdict.Name, verdict.Certainty, verdict.Short = "image-signature", Certain, "signature refused"
		verdict.Cause = image + "its signature is not accepted: " + oneLine(message)
		return
	}
	said := v.pullMessage(pod, spec, message)
	for _, pull := range pulls {
		if pull.says.MatchString(strings.ReplaceAll(said, spec.Image, "")) {
			verdict.Name, verdict.Certainty, verdict.Short = pull.name, pull.sure, pull.short
			verdict.Cause = image + pull.cause
			verdict.Evidence = []string{"pod " + pod.Metadata.Name + ": " + reason + ": " + oneLine(said)}
			return
		}
	}
	verdict.Name, verdict.Certainty, verdict.Short = "image-pull", Network, "image cannot be pulled"
	verdict.Cause = image + "it cannot be pulled: " + oneLine(said)
}

// pullMessage is what was said of the failed pull: by the container's state, or, before Kubernetes 1.31, whose back-off
// gives no reason, by an event.
func (v *view) pullMessage(pod *Object, spec Container, message string) string {
	for _, event := range v.events[pod.Metadata.UID] {
		if event.Reason == "Failed" && strings.HasPrefix(event.Message, "Failed to pull image") && strings.Contains(event.Message, spec.Image) && !strings.Contains(message, "rpc error") {
			message = event.Message
		}
	}
	return message
}

// imageNeedles are the image, its tag and its repository, as they may stand in values.
func imageNeedles(image string) []string {
	name, _, _ := strings.Cut(image, "@")
	needles := []string{image}
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		needles = append(needles, name[colon+1:], name[:colon])
	}
	return needles
}

func (v *view) imageAdvice(image string) string {
	if v.Image != "" && strings.HasPrefix(image, v.Image) {
		return "push the hub's image again, then deploy: 'mage push:hub " + v.Hub + "' (the cluster may also need an imagePullSecret for it)"
	}
	return "check name and tag, and whether the cluster needs an imagePullSecret: " + v.command("get events --field-selector reason=Failed")
}
