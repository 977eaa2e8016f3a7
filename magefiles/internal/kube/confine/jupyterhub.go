package confine

import (
	"slices"
	"strings"

	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
)

// The public JupyterHub chart makes objects beyond the namespace of a hub: the user scheduler's ClusterRole and ClusterRoleBinding, and
// PriorityClasses. They are known by what they grant, and by a name that begins with the release's: github.com/jupyterhub/zero-to-jupyterhub-k8s,
// jupyterhub/templates/scheduling and jupyterhub/templates/image-puller, versions 0.8.0 to 4.4.0.

// ofJupyterHub reports whether the object, which is in no namespace, is one that the public chart makes for a hub. release is all that
// is made with it.
func ofJupyterHub(object manifest.Object, release []manifest.Object, at layout.Address) bool {
	if object.Name != at.Release && !strings.HasPrefix(object.Name, at.Release+"-") {
		return false // a hook takes the place of what has its name, whosever that is
	}
	switch group := object.Identity().Group; {
	case group == rbac && object.Kind == "ClusterRole":
		return isSchedulerRole(object)
	case group == rbac && object.Kind == "ClusterRoleBinding":
		return bindsScheduler(object, release, at)
	case group == "scheduling.k8s.io" && object.Kind == "PriorityClass":
		return isLowPriority(object)
	}
	return false
}

const rbac = "rbac.authorization.k8s.io"

// policy is a rule of a role: kubernetes.io/docs/reference/access-authn-authz/rbac.
type policy struct {
	Groups    []string `yaml:"apiGroups"`
	Resources []string `yaml:"resources"`
	Verbs     []string `yaml:"verbs"`
	Names     []string `yaml:"resourceNames"`
	Paths     []string `yaml:"nonResourceURLs"`
}

// isSchedulerRole reports whether a ClusterRole grants nothing that the user scheduler's does not, and only to whom it is bound.
func isSchedulerRole(object manifest.Object) bool {
	var role struct {
		Metadata struct {
			Labels map[string]string `yaml:"labels"`
		} `yaml:"metadata"`
		Aggregation any      `yaml:"aggregationRule"`
		Rules       []policy `yaml:"rules"`
	}
	if object.Decode(&role) != nil || role.Aggregation != nil {
		return false
	}
	for label := range role.Metadata.Labels {
		if strings.HasPrefix(label, rbac+"/") { // it adds the rules to other roles
			return false
		}
	}
	return !slices.ContainsFunc(role.Rules, func(p policy) bool { return !p.ofScheduler() })
}

// ofScheduler reports whether the user scheduler may do all that the rule allows.
func (p policy) ofScheduler() bool {
	if len(p.Paths) > 0 {
		return false
	}
	for _, group := range p.Groups {
		for _, resource := range p.Resources {
			for _, verb := range p.Verbs {
				if !slices.ContainsFunc(schedulerRules, func(rule policy) bool { return rule.grants(group, resource, verb, p.Names) }) {
					return false
				}
			}
		}
	}
	return true
}

// grants reports whether the rule allows one thing with the named objects. The names of a rule of the table are how theirs end.
func (p policy) grants(group, resource, verb string, names []string) bool {
	if !slices.Contains(p.Groups, group) || !slices.Contains(p.Resources, resource) || !slices.Contains(p.Verbs, verb) {
		return false
	}
	if len(p.Names) == 0 {
		return true
	}
	return len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool {
		return !slices.ContainsFunc(p.Names, func(end string) bool { return name == end || strings.HasSuffix(name, "-"+end) })
	})
}

// bindsScheduler reports whether a ClusterRoleBinding gives the user scheduler's role, or one of Kubernetes' own for schedulers as old
// charts do, to service accounts of the hub's namespace alone.
func bindsScheduler(object manifest.Object, release []manifest.Object, at layout.Address) bool {
	var binding struct {
		Role     reference   `yaml:"roleRef"`
		Subjects []reference `yaml:"subjects"`
	}
	if object.Decode(&binding) != nil || binding.Role.Group != rbac || binding.Role.Kind != "ClusterRole" {
		return false
	}
	known := binding.Role.Name == "system:kube-scheduler" || binding.Role.Name == "system:volume-scheduler"
	for _, o := range release {
		if o.Identity().Group == rbac && o.Kind == "ClusterRole" && o.Name == binding.Role.Name {
			if known = ofJupyterHub(o, release, at); !known {
				return false
			}
		}
	}
	return known && !slices.ContainsFunc(binding.Subjects, func(s reference) bool {
		return s.Kind != "ServiceAccount" || s.Group != "" || s.Namespace != at.Namespace
	})
}

// reference is what a binding says of a role, or of whom it is bound to.
type reference struct {
	Group     string `yaml:"apiGroup"`
	Kind      string `yaml:"kind"`
	Name      string `yaml:"name"`
	Namespace string `yaml:"namespace"`
}

// isLowPriority reports whether a PriorityClass puts no pod before those that have none, and counts for nobody who does not name it.
func isLowPriority(object manifest.Object) bool {
	var class struct {
		Value   *int `yaml:"value"`
		Default bool `yaml:"globalDefault"`
	}
	return object.Decode(&class) == nil && class.Value != nil && *class.Value <= 0 && !class.Default
}
