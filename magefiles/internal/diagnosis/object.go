package diagnosis

import (
	"strings"
	"time"
)

// Object is a Kubernetes object of any of the kinds that are watched, cut down to the fields that a diagnosis looks at.
// The names are the API's: kubernetes.io/docs/reference/kubernetes-api.
type Object struct {
	Kind     string   `json:"kind"`
	Metadata Metadata `json:"metadata"`
	Spec     Spec     `json:"spec"`
	Status   Status   `json:"status"`
	Event
}

// Metadata is what every object has.
type Metadata struct {
	Name              string            `json:"name"`
	UID               string            `json:"uid"`
	ResourceVersion   string            `json:"resourceVersion"`
	Generation        int64             `json:"generation"`
	DeletionTimestamp string            `json:"deletionTimestamp"`
	Labels            map[string]string `json:"labels"`
	Annotations       map[string]string `json:"annotations"`
	OwnerReferences   []Reference       `json:"ownerReferences"`
}

// Reference points from one object to another.
type Reference struct {
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	UID        string `json:"uid"`
	FieldPath  string `json:"fieldPath"`
	Controller bool   `json:"controller"`
}

// Spec is what was asked for.
type Spec struct {
	Replicas         *int   `json:"replicas"`         // Deployment, ReplicaSet, StatefulSet
	Paused           bool   `json:"paused"`           // Deployment
	Suspend          bool   `json:"suspend"`          // Job
	Type             string `json:"type"`             // Service
	StorageClassName string `json:"storageClassName"` // PersistentVolumeClaim
	VolumeName       string `json:"volumeName"`       // PersistentVolumeClaim
	Unschedulable    bool   `json:"unschedulable"`    // Node
	Taints           []struct {
		Key string `json:"key"`
	} `json:"taints"` // Node
	PodManagement  string `json:"podManagementPolicy"` // StatefulSet
	UpdateStrategy struct {
		Type          string `json:"type"`
		RollingUpdate struct {
			Partition      int `json:"partition"`
			MaxUnavailable any `json:"maxUnavailable"` // a number, or a share of the pods, such as 10%
		} `json:"rollingUpdate"`
	} `json:"updateStrategy"` // StatefulSet, DaemonSet
	Template struct {
		Metadata Metadata `json:"metadata"`
	} `json:"template"` // Deployment, ReplicaSet, StatefulSet, DaemonSet, Job
	Containers     []Container `json:"containers"`     // Pod
	InitContainers []Container `json:"initContainers"` // Pod
	RestartPolicy  string      `json:"restartPolicy"`  // Pod
	NodeName       string      `json:"nodeName"`       // Pod
	Volumes        []Volume    `json:"volumes"`        // Pod
}

// Volume is one of a pod's.
type Volume struct {
	Claim *struct {
		Name string `json:"claimName"`
	} `json:"persistentVolumeClaim"`
}

// Container is one of a pod.
type Container struct {
	Name           string    `json:"name"`
	Image          string    `json:"image"`
	RestartPolicy  string    `json:"restartPolicy"`  // "Always": an init container that goes on running beside the others
	ReadinessProbe *struct{} `json:"readinessProbe"` // nil: it is ready as soon as it runs
	Resources      struct {
		Limits map[string]any `json:"limits"`
	} `json:"resources"`
}

// Status is how far things are.
type Status struct {
	Phase              string      `json:"phase"`
	Reason             string      `json:"reason"`  // why a pod has failed as a whole: Evicted
	Message            string      `json:"message"` // the same, in words
	Conditions         []Condition `json:"conditions"`
	ObservedGeneration int64       `json:"observedGeneration"`

	Replicas          int    `json:"replicas"`
	UpdatedReplicas   int    `json:"updatedReplicas"`
	ReadyReplicas     int    `json:"readyReplicas"`
	AvailableReplicas int    `json:"availableReplicas"`
	CurrentRevision   string `json:"currentRevision"` // StatefulSet
	UpdateRevision    string `json:"updateRevision"`  // StatefulSet

	DesiredNumberScheduled int `json:"desiredNumberScheduled"` // DaemonSet
	UpdatedNumberScheduled int `json:"updatedNumberScheduled"` // DaemonSet
	NumberAvailable        int `json:"numberAvailable"`        // DaemonSet

	Active int `json:"active"` // Job
	Failed int `json:"failed"` // Job

	LoadBalancer struct {
		Ingress []any `json:"ingress"`
	} `json:"loadBalancer"` // Service

	ContainerStatuses     []ContainerStatus `json:"containerStatuses"`
	InitContainerStatuses []ContainerStatus `json:"initContainerStatuses"`
}

// Condition is one of an object's, such as a pod's PodScheduled.
type Condition struct {
	Type    string    `json:"type"`
	Status  string    `json:"status"`
	Reason  string    `json:"reason"`
	Message string    `json:"message"`
	Since   time.Time `json:"lastTransitionTime"`
}

// ContainerStatus is how one container of a pod is.
type ContainerStatus struct {
	Name         string `json:"name"`
	Image        string `json:"image"`
	Ready        bool   `json:"ready"`
	RestartCount int    `json:"restartCount"`
	State        State  `json:"state"`
	LastState    State  `json:"lastState"`
}

// State is a container's; at most one of its fields is set.
type State struct {
	Waiting *struct {
		Reason  string `json:"reason"`
		Message string `json:"message"`
	} `json:"waiting"`
	Running *struct {
		StartedAt time.Time `json:"startedAt"`
	} `json:"running"`
	Terminated *Terminated `json:"terminated"`
}

// Terminated is how a container ended.
type Terminated struct {
	ExitCode int    `json:"exitCode"`
	Reason   string `json:"reason"`
	Message  string `json:"message"`
}

// Event is what an object of kind Event says about another.
type Event struct {
	InvolvedObject Reference `json:"involvedObject"`
	Reason         string    `json:"reason"`
	Message        string    `json:"message"`
	Type           string    `json:"type"`
	Count          int       `json:"count"`
	LastTimestamp  time.Time `json:"lastTimestamp"`
	EventTime      time.Time `json:"eventTime"`
	Series         *struct {
		Count            int       `json:"count"`
		LastObservedTime time.Time `json:"lastObservedTime"`
	} `json:"series"`
}

// last returns when an event was last seen, by the clock of the component that reported it.
func (e Event) last() time.Time {
	switch {
	case e.Series != nil:
		return e.Series.LastObservedTime
	case !e.LastTimestamp.IsZero():
		return e.LastTimestamp
	}
	return e.EventTime
}

// String is the object as kubectl takes it: deployment/hub.
func (o *Object) String() string { return strings.ToLower(o.Kind) + "/" + o.Metadata.Name }

// controller returns the reference to the object that manages o, or nil.
func (o *Object) controller() *Reference {
	for i := range o.Metadata.OwnerReferences {
		if o.Metadata.OwnerReferences[i].Controller {
			return &o.Metadata.OwnerReferences[i]
		}
	}
	return nil
}

// condition returns the condition of a type, or an empty one.
func (o *Object) condition(kind string) Condition {
	for _, condition := range o.Status.Conditions {
		if condition.Type == kind {
			return condition
		}
	}
	return Condition{}
}

// Unscheduled reports whether the object is a pod that no node takes.
func (o *Object) Unscheduled() bool {
	return o.Kind == "Pod" && o.condition("PodScheduled").Status == "False"
}

// hook reports whether helm runs the object as a hook: helm.sh/docs/topics/charts_hooks.
func (o *Object) hook() bool { return o.Metadata.Annotations["helm.sh/hook"] != "" }

// guest reports whether labels are those of a pod that is not part of a deploy: a user's server, or a placeholder, which reserves
// room for one and may wait for ever. The labels are those of the JupyterHub chart.
func guest(labels map[string]string) bool {
	return labels["component"] == "singleuser-server" || labels["component"] == "user-placeholder"
}

// guest reports whether labels are those of a pod that does not count here.
func (v *view) guest(labels map[string]string) bool { return v.Server == "" && guest(labels) }

// GuestSelector is the label selector that leaves such pods out of a list.
const GuestSelector = "component notin (singleuser-server,user-placeholder)"
