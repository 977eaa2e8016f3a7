package survey

import (
	"hub-ops/magefiles/internal/plan"
)

// Pushed notes that this run has pushed an image: from now on that is what a deploy is to take.
func (s *Surveyor) Pushed(image, tag, digest string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pushed[image+":"+tag] = digest
}

// Failed notes why this run could not make an image, in words: "its image was not built". No hub that has it is deployed by this run.
func (s *Surveyor) Failed(image, tag, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed[image+":"+tag] = why
}

// Recall brings what was pushed since, and what could not be, into a survey, and makes the plan anew: the registry was asked before.
func (s *Surveyor) Recall(v *Survey) (err error) {
	for i := range v.Facts.Hubs {
		s.recall(&v.Facts.Hubs[i])
	}
	v.Plan, err = plan.Make(v.Facts)
	return err
}

func (s *Surveyor) recall(fact *plan.HubFacts) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range fact.Images {
		image := &fact.Images[i]
		if image.BuiltElsewhere() {
			continue
		}
		image.Failed = s.failed[image.Reference()]
		digest := s.pushed[image.Reference()]
		if digest == "" {
			continue
		}
		image.Pushed, image.Digest = digest, digest
		if fact.Release.Asked {
			fact.Release.Wanted = fact.Release.Wanted.WithImage(image.Key, image.Tag, digest)
		}
	}
}
