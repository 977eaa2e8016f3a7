package ops

import "context"

// DiffHub shows what a deploy would change in the cluster, object by object; it changes nothing.
func DiffHub(ctx context.Context, name string) error {
	r := runOf(ctx)
	found, err := r.surveyor.Of(ctx, name)
	if err != nil {
		return err
	}
	found = r.surveyor.Parts(found)[0] // it is one hub
	releases, err := r.releasesOn(ctx, found)
	if err != nil {
		return err
	}
	if err := r.surveyor.AskClusterToDeploy(ctx, found); err != nil {
		return err
	}
	return releases.Diff(ctx, found, found.Hubs[0])
}
