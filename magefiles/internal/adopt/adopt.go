// Package adopt recognises how a repository of hubs is laid out, and says it as hubops.yaml does. The names of the repository's files and
// a way to read them go in; settings, and what a person must decide, come out. It is pure. Package ops/repository writes what comes out.
//
//	found, err := adopt.Recognise(adopt.Repository{Names: names, Read: read, Default: "main", Branches: []string{"main"}})
//	text := found.Settings() // of hubops.yaml
package adopt

import (
	"fmt"
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
)

// Repository is what is known of a repository.
type Repository struct {
	Names    []string                 // of all files, sorted
	Read     func(name string) []byte // what is in a file; nil if there is none
	Default  string                   // the default branch
	Branches []string                 // those of the remote, or of the clone
}

// Found is what a repository was recognised as.
type Found struct {
	Form        string          // of which kind it is, in words
	Layout      layout.Settings // all of it, also what is as without settings
	Charts      []string        // directories of further charts, each of which is a hub
	Branches    []Branch        // which deploy; none if Layout has environments
	Image       Image
	KeyServices []string       // that sops asks for keys
	Cluster     Cluster        // the one that all hubs are on; empty if it is not known
	Clusters    []Cluster      // several
	Own         []Own          // the hubs whose parts lie elsewhere than Layout says
	Elsewhere   Elsewhere      // the images of users' servers that are built elsewhere
	Hubs        []layout.Place // sorted by their names
	CI          System
	Decide      []string // what a person must decide

	usual bool // Branches are what holds without settings: the default branch deploys all hubs
}

// Branch is a deploying branch, and names or patterns of its hubs.
type Branch struct {
	Name string
	Hubs []string
}

// Image is where images of hubs are kept, and which values receive their names. What is empty is as without settings, or not known.
type Image struct {
	Repository string // with {hub}
	Unknown    bool   // there are images, and nothing says where they are kept
	Path       string // of the value that has name and tag in it
}

// Cluster is one of Google's, or one that a context of the operator's kubeconfig leads to.
type Cluster struct {
	Label                      string // among several
	Provider                   string // "" for Google's, if there is no context
	Project, Zone, Group, Name string
	Account                    string // of Amazon's
	Context                    string // of one of which only a kubeconfig says where it is
	Key                        string // the file of its credentials, if it has some for itself
}

// Own is what differs for one hub, or for the hubs whose names fit a pattern.
type Own struct {
	Hubs  string
	Parts layout.Parts // what is empty does not differ
	From  string       // the image of users' servers, if that is built elsewhere
}

// Elsewhere is what is said for all hubs of the image of users' servers, where that is built elsewhere.
type Elsewhere struct {
	Path string   // of the values that receive name and tag; "" if no hub has such an image
	From string   // the image, if all hubs that have one have the same
	Hubs []string // patterns of those that have one, if others do not
}

// form finds hubs that lie in one way; nil if there are none.
type form struct {
	name string
	find func(*tree) *Found
}

// forms are the ways that are known, the most telling first.
var forms = []form{
	{"clusters, each with its hubs", clusters},
	{"deployments of hubploy", deployments},
	{"a published chart, and a file of values for each hub", published},
	{"a chart for each hub", charts},
	{"a chart that hubs share, and a file of values for each", shared},
}

// Recognise finds the hubs of a repository. Bad input is one in which there are none.
func Recognise(r Repository) (*Found, error) {
	t := grow(r)
	for _, form := range forms {
		found := form.find(t)
		if found == nil {
			continue
		}
		found.Form = form.name
		if err := found.settle(t); err != nil {
			return nil, exit.Input("%w", err)
		}
		found.CI = t.system()
		return found, nil
	}
	return nil, exit.Input("no hubs are found: no hubploy.yaml, no cluster.yaml with hubs, no chart that depends on a chart of JupyterHub").
		Try("say in hubops.yaml, layout, where they lie: docs/content/layouts.md")
}

// settle lists the hubs, and makes of what is known of all of them what holds for each.
func (f *Found) settle(t *tree) (err error) {
	if f.Hubs, err = f.Layout.Find(t.Names); err != nil {
		return err
	}
	f.findImages(t)
	f.findKeyServices(t)
	f.findBranches(t)
	f.decideOthers(t)
	return nil
}

// decide notes what a person must decide, once.
func (f *Found) decide(format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	if !slices.Contains(f.Decide, what) {
		f.Decide = append(f.Decide, what)
	}
}

// names lists the names of the hubs.
func (f *Found) names() []string {
	var names []string
	for _, hub := range f.Hubs {
		names = append(names, hub.Name())
	}
	return names
}
