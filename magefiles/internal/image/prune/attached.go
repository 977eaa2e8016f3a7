package prune

// attached returns the verdicts on tags that hold statements about other manifests: signatures, attestations, lists of referrers.
// Such a tag stays as long as the manifest that it is about, and is deleted before it.
func attached(tags []Tag, verdicts []Verdict, kept map[string]string) []Verdict {
	goes := map[string]string{}
	for _, verdict := range verdicts {
		for _, digest := range verdict.Digests {
			goes[digest] = verdict.Name
		}
	}
	found := make([]Verdict, 0, len(tags))
	for _, tag := range tags {
		verdict := Verdict{Tag: tag, Reason: "about a manifest that no tag names"}
		owner, gone := goes[tag.About]
		if same, shared := kept[tag.Digest]; gone && shared {
			verdict.Reason = "the same manifest as " + same
		} else if gone {
			verdict.Delete, verdict.Reason, verdict.Digests = true, "about "+owner, unless(kept, tag)
		} else if owner, stays := kept[tag.About]; stays {
			verdict.Reason = "about an image that stays"
			if owner == "" {
				verdict.Reason = "about an image that is needed"
			}
		}
		found = append(found, verdict)
	}
	return found
}
