package plan

// Checked is by which check.yaml the image of the registry was checked before its push, as its label says.
type Checked int

// Whether that is the check.yaml that the repository has now.
const (
	CheckUnknown Checked = iota // the registry did not say
	CheckSame
	CheckOther // or by none
)

// unchanged is why an image is not built that the registry has.
func unchanged(i ImageFacts) Step { return Step{Reason: "unchanged: the registry has " + i.Tag} }

// check decides whether an image is checked: after its build, and before its push. A push needs no step of its own for that, because a run pushes
// only what it has built. An image that is not built is checked if its check.yaml is another now, which makes no other image of it.
func check(i ImageFacts, built Step) Step {
	switch {
	case !i.HasCheck:
		return Step{}
	case built.Do:
		return Step{Do: true, Reason: "before the push, by check.yaml"}
	case built != unchanged(i):
		return built
	case i.CheckedBy == CheckSame:
		return Step{Reason: "checked before its push, by this check.yaml"}
	case i.CheckedBy == CheckOther:
		return Step{Do: true, Reason: "check.yaml is not the one that the image was checked by: it is checked if this machine has it"}
	}
	return Step{Do: true, Reason: "the registry does not say by which check.yaml the image was checked: it is checked if this machine has it"}
}

// Checks reports whether any of a hub's images is to be checked.
func (h Hub) Checks() bool {
	for _, image := range h.Images {
		if image.Check.Do {
			return true
		}
	}
	return false
}
