package plan

// unsigned returns why an image that the registry has is neither pushed nor signed by this run, although it could be signed; "" if that is not so.
// Only what a run has built itself does it sign: anybody who may write to the registry can push to a tag before the run does, for
// the tag follows from the files.
func unsigned(facts Facts, i ImageFacts, gate, built Step) string {
	if facts.Signs && facts.Build && gate.Do && !built.Do && i.Present && !i.Signed {
		return "the registry has " + i.Tag + ", not signed: it was pushed without the key, or by somebody else, and no run signs what it has not built; " +
			"REBUILD=1 builds, pushes and signs it anew"
	}
	return ""
}

// verified adds to the reason of a deploy what the check of the signature will do, where images must be signed.
func verified(facts Facts, h HubFacts, gate, step Step) Step {
	if !facts.Verifies || !step.Do || len(h.Images) == 0 {
		return step
	}
	verifies := false
	for _, image := range h.Images {
		built := build(facts, image, gate)
		if image.Base || image.Unsigned {
			continue // its push, or what is built on it, needs its signature; or nobody asks for one
		}
		verifies = true
		switch {
		case image.BuiltElsewhere() && (image.Signed || image.Unanswered != ""):
			continue
		case image.BuiltElsewhere():
			step.Reason += "; to be refused, for " + image.From + " is not signed"
			return step
		case facts.Signs && built.Do, image.Signed && !built.Do:
			continue
		case image.Present && facts.Signs:
			step.Reason += "; to be refused, for the image in the registry is not signed"
		default:
			step.Reason += "; to be refused, for the image is not signed and there is no key to sign it with"
		}
		return step
	}
	if verifies {
		step.Reason += "; after its signature is verified"
	}
	return step
}
