// Package survey collects the facts before anything is done: the hubs of the repository, what Git holds of their images, what the
// registry has, what the cluster has. Names of hubs go in, the facts and the plan made of them come out; nothing is changed.
// Packages below ops call it.
//
//	surveyor := survey.New(s, to)
//	found, err := surveyor.Of(ctx)          // repository and registry
//	err = surveyor.AskCluster(ctx, found)   // and the cluster
package survey

import (
	"context"
	"slices"
	"strings"
	"sync"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/check"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// questions is how many requests it sends to the registry at the same time.
const questions = 16

// Survey is what is known of some hubs.
type Survey struct {
	Hubs  []hub.Hub
	Repo  *git.Repo
	Head  git.Commit
	Facts plan.Facts // for each hub, in the order of Hubs
	Plan  plan.Plan  // likewise
	Fleet *Fleet     // nil until the cluster is asked
	// Cluster is the one of several that the hubs are on, "" for the only one: see Parts.
	Cluster string
	others  []string // the clusters that could have its hubs already

	contents map[string]content.Content // by the IDs of images
	checks   map[string]check.Check     // likewise: of those that have a check.yaml
	index    map[string]int             // of each hub
}

// Surveyor makes the surveys of a run. It looks up the same hubs only once.
type Surveyor struct {
	session *session.Session
	to      *connect.Connections

	listing   sync.Mutex
	directory *hub.Directory // of the repository; nil until it is listed

	mu     sync.Mutex
	known  map[string]*Survey // by the names that were asked for
	pushed map[string]string  // by name:tag of the image: the digest that this run has pushed
	failed map[string]string  // likewise: why this run could not make it

	remotes remotes
	reached reached
	answers answers
}

// New returns a surveyor that has not asked anything.
func New(s *session.Session, to *connect.Connections) *Surveyor {
	return &Surveyor{session: s, to: to, known: map[string]*Survey{}, pushed: map[string]string{}, failed: map[string]string{}}
}

// Of surveys the named hubs, all if none is named: it asks Git and the registry, and makes the plan. Names that are no hub, and hubs
// whose files are broken, are bad input.
func (s *Surveyor) Of(ctx context.Context, names ...string) (*Survey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.Join(names, " ")
	if known := s.known[key]; known != nil {
		return known, nil
	}
	if all := s.known[""]; all != nil && all.has(names) {
		return all.only(names), nil
	}
	defer s.session.Console.Beat(ui.Heartbeat, "asking Git and the registry")()
	found, err := s.survey(ctx, names)
	if err == nil {
		s.known[key] = found
	}
	return found, err
}

func (s *Surveyor) survey(ctx context.Context, names []string) (*Survey, error) {
	hubs, err := s.Hubs(ctx, names...)
	if err != nil {
		return nil, err
	}
	v := &Survey{Hubs: hubs}
	if err := s.picked(ctx, v, names); err != nil {
		return nil, err
	}
	return s.complete(ctx, v)
}

// complete fills in a survey whose hubs are known.
func (s *Surveyor) complete(ctx context.Context, v *Survey) (*Survey, error) {
	for _, h := range v.Hubs {
		if err := checkPlaces(h, s.session.Config.For(h.Name)); err != nil {
			return nil, err
		}
	}
	var err error
	if v.Repo, err = s.to.Git(ctx); err != nil {
		return nil, err
	}
	if v.Head, err = v.Repo.Head(ctx); err != nil {
		return nil, err
	}
	event, err := s.event(ctx)
	if err != nil {
		return nil, err
	}
	v.rank()
	if v.contents, err = s.imageContents(ctx, v); err != nil {
		return nil, err
	}
	if err := s.readChecks(ctx, v); err != nil {
		return nil, err
	}
	if v.Facts, err = s.facts(ctx, v, event); err != nil {
		return nil, err
	}
	if v.Plan, err = plan.Make(v.Facts); err != nil {
		return v, err
	}
	for i, h := range v.Hubs {
		if err := s.checkImages(ctx, event, v.Plan.Hubs[i].May, s.placeholders(ctx, h.Name), h.Images); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// Event returns why the run happens, as it was when the survey was made.
func (v *Survey) Event() ci.Event { return v.Facts.Event }

// Of returns the plan for one hub of the survey.
func (v *Survey) Of(name string) plan.Hub { return v.Plan.Hubs[v.index[name]] }

// FactsOf returns the facts of one hub of the survey.
func (v *Survey) FactsOf(name string) plan.HubFacts { return v.Facts.Hubs[v.index[name]] }

// Content returns what decides what an image holds.
func (v *Survey) Content(image hub.Image) content.Content { return v.contents[image.ID()] }

// Any reports whether any hub's step is to be done.
func (v *Survey) Any(stepOf func(plan.Hub) plan.Step) bool {
	return slices.ContainsFunc(v.Plan.Hubs, func(h plan.Hub) bool { return stepOf(h).Do })
}

// Wants reports whether a hub of the survey has its release there.
func (v *Survey) Wants(at layout.Address) bool {
	place, found := v.index[at.Hub]
	return found && v.Hubs[place].At == at
}

// Has reports whether a hub is in the survey.
func (v *Survey) Has(name string) bool {
	_, found := v.index[name]
	return found
}

func (v *Survey) has(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !v.Has(name) })
}

// rank fills in the index: the place of each hub in Hubs.
func (v *Survey) rank() {
	v.index = make(map[string]int, len(v.Hubs))
	for i, h := range v.Hubs {
		v.index[h.Name] = i
	}
}

// only returns the part of a survey that is about the named hubs.
func (v *Survey) only(names []string) *Survey {
	part := *v
	part.Hubs, part.Plan.Hubs, part.Facts.Hubs = nil, nil, nil
	for i, h := range v.Hubs {
		if slices.Contains(names, h.Name) {
			part.Hubs = append(part.Hubs, h)
			if len(v.Plan.Hubs) > 0 { // not in HubsAlone
				part.Plan.Hubs, part.Facts.Hubs = append(part.Plan.Hubs, v.Plan.Hubs[i]), append(part.Facts.Hubs, v.Facts.Hubs[i])
			}
		}
	}
	part.rank()
	return &part
}
