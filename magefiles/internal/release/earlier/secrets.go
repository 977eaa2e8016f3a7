package earlier

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/ui"
)

// CheckSecrets refuses to go back to a revision that has other secret values than the newest one, or than the repository, unless
// ALLOW_OLD_SECRETS names the hub: a password that was changed because somebody else knew it would be good again.
func (c *Checker) CheckSecrets(ctx context.Context, at layout.Address, release history.Release, target history.Revision) error {
	text, err := c.SecretsBack(ctx, at, release, target)
	if err != nil {
		return err
	}
	if rotated := release.Rotated(target); text != "" && rotated.Number > 0 {
		text += fmt.Sprintf(" (changed in revision %d, of commit %s, %s)", rotated.Number, rotated.Record.Commit, rotated.Made.UTC().Format(time.DateTime+" UTC"))
	}
	if text == "" {
		if text, err = c.secretsSince(ctx, at, target); err != nil || text == "" {
			return err
		}
	}
	if !c.session.Config.MayBringBack(at.Hub) {
		return exit.Input("hub %s is not rolled back: revision %d has %s", at.Hub, target.Number, text).
			Try("if the old ones may be used again, say so with ALLOW_OLD_SECRETS=%s; if not, mend the cause and deploy", at.Hub)
	}
	c.session.Console.Problem(at.Hub, "ALLOW_OLD_SECRETS: revision %d has %s", target.Number, text)
	return nil
}

// SecretsBack says which secret values a rollback from the newest revision would change; "" if none.
func (c *Checker) SecretsBack(ctx context.Context, at layout.Address, release history.Release, target history.Revision) (string, error) {
	newest, to := release.Newest().Number, target.Number
	before, err := c.revisions.Read(ctx, at, newest)
	if err != nil {
		return "", err
	}
	after, err := c.revisions.Read(ctx, at, to)
	if err != nil {
		return "", err
	}
	plain := slices.Concat(c.surveyor.ImagePaths(ctx, at.Hub), before.PathsOf(c.surveyor.PublicValues(ctx, at.Hub)), c.imageLists(ctx, at.Hub, release.Newest(), target))
	back := history.OtherValues(before, after, plain)
	if from := release.Newest(); from.Own() && target.Own() && from.Record.SameSecrets(target.Record) {
		back = lookingSecret(back)
	}
	if len(back) == 0 {
		return "", nil
	}
	const most = 5
	return fmt.Sprintf("other secret values than revision %d: %s", newest, ui.First(back, most)), nil
}

// lookingSecret are those of the values whose names look like those of secrets. Where records say that no secret value has changed, the others
// are of files of values that everybody can read, and may have changed there since.
func lookingSecret(paths []string) []string {
	return slices.DeleteFunc(paths, func(path string) bool { return !slices.ContainsFunc(strings.Split(path, "."), config.LooksSecret) })
}

// imageLists are the paths of the lists in which a hub's images go, where the record of each of the revisions says that this image was set
// beside the first: a deploy does that in no list of secret values.
func (c *Checker) imageLists(ctx context.Context, name string, revisions ...history.Revision) []string {
	hubs, err := c.surveyor.Hubs(ctx, name)
	if err != nil {
		return nil
	}
	return listsSet(hubs[0], revisions)
}

func listsSet(h hub.Hub, revisions []history.Revision) []string {
	var lists []string
	for _, image := range h.Images {
		if !slices.ContainsFunc(revisions, func(r history.Revision) bool { return !slices.Contains(r.Record.Images.Keys(), image.Key) }) {
			lists = append(lists, h.Targets(image, hub.Targets{}).Lists()...)
		}
	}
	return lists
}

// secretsSince says how the secret values of a revision differ from those of the repository; "" if they do not, or if the hub is not there
// any more. Where the repository's cannot be read here, it only tells so: they are not what a rollback changes.
func (c *Checker) secretsSince(ctx context.Context, at layout.Address, target history.Revision) (string, error) {
	names, err := c.surveyor.Names(ctx)
	if err != nil || !slices.Contains(names, at.Hub) {
		return "", err
	}
	hubs, err := c.surveyor.Hubs(ctx, at.Hub)
	if err != nil {
		return "", err
	}
	if len(hubs[0].Secrets) == 0 {
		return c.secretsHeld(ctx, at, target)
	}
	files := strings.Join(hubs[0].Secrets, ", ")
	keys, err := c.kube.RecordKeys(ctx)
	if err != nil {
		return "", err
	}
	was, here := target.Record, history.Record{Secrets: c.surveyor.SecretDigest(hubs[0], keys[at.Namespace])}
	switch {
	case !target.Own() || was.Secrets == "":
		return "secret values of which its record does not say whether they are those of " + files, nil
	case here.Secrets == history.Unknown:
		c.session.Console.Problem(at.Hub, "whether %s has other secret values by now cannot be told here: it cannot be read, or the cluster has no key to compare them with", files)
		return "", nil
	case here.SameSecrets(was):
		return "", nil
	}
	if here.Decrypted = c.surveyor.DecryptedDigest(ctx, hubs[0], keys[at.Namespace]); here.SameSecrets(was) {
		return "", nil
	}
	return "other secret values than " + files + " has here", nil
}

// secretsHeld says that a revision has secret values at all, for a hub that has none any more.
func (c *Checker) secretsHeld(ctx context.Context, at layout.Address, target history.Revision) (string, error) {
	stored, err := c.revisions.Read(ctx, at, target.Number)
	if err != nil {
		return "", err
	}
	plain := slices.Concat(c.surveyor.ImagePaths(ctx, at.Hub), stored.PathsOf(c.surveyor.PublicValues(ctx, at.Hub)), c.imageLists(ctx, at.Hub, target))
	held := history.OtherValues(stored, history.Stored{}, plain)
	if target.Own() && target.Record.Secrets == history.None {
		held = lookingSecret(held)
	}
	if len(held) == 0 {
		return "", nil
	}
	return "secret values, and the repository has none for it", nil
}
