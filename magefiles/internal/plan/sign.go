package plan

// signsOnly reports whether an image is in the registry and lacks nothing but a signature.
func signsOnly(facts Facts, h HubFacts, gate, built Step) bool {
	return facts.Signs && facts.Build && gate.Do && !built.Do && h.Present && !h.Signed
}

// verified adds to the reason of a deploy what the check of the signature will do, where images must be signed.
func verified(facts Facts, h HubFacts, gate, step Step) Step {
	built := build(facts, h, gate)
	switch {
	case !facts.Verifies || !step.Do || !h.HasImage:
	case facts.Signs && (built.Do || signsOnly(facts, h, gate, built)), h.Signed && !built.Do:
		step.Reason += "; after its signature is verified"
	default:
		step.Reason += "; to be refused, for the image is not signed and there is no key to sign it with"
	}
	return step
}
