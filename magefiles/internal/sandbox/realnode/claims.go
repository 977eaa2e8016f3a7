//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// provisioner is the name in StorageClasses whose claims are served here.
const provisioner = "hub-ops.sandbox/directory"

type storageClass struct {
	Metadata      meta   `json:"metadata"`
	Provisioner   string `json:"provisioner"`
	ReclaimPolicy string `json:"reclaimPolicy"`
}

func (s storageClass) key() string { return s.Metadata.key() }

type claim struct {
	Metadata meta `json:"metadata"`
	Spec     struct {
		StorageClassName string          `json:"storageClassName"`
		VolumeName       string          `json:"volumeName"`
		AccessModes      json.RawMessage `json:"accessModes"`
		VolumeMode       string          `json:"volumeMode"`
		Resources        struct {
			Requests map[string]string `json:"requests"`
		} `json:"resources"`
	} `json:"spec"`
	Status struct {
		Phase string `json:"phase"`
	} `json:"status"`
}

func (c claim) key() string { return c.Metadata.key() }

type volume struct {
	Metadata meta `json:"metadata"`
	Spec     struct {
		Reclaim string `json:"persistentVolumeReclaimPolicy"`
	} `json:"spec"`
	Status struct {
		Phase string `json:"phase"`
	} `json:"status"`
}

func (v volume) key() string { return v.Metadata.key() }

// serveClaims makes a directory of the sandbox for each claim, and removes it when the claim is gone.
func (k *keeper) serveClaims(ctx context.Context, c *client) {
	var classes mirror[storageClass]
	var claims mirror[claim]
	var volumes mirror[volume]
	made := map[string]bool{} // by the claim's UID: what is known of a claim may be older than the removal of its volume
	changed := newBell()
	go classes.follow(ctx, c, "/apis/storage.k8s.io/v1/storageclasses", changed.ring)
	go claims.follow(ctx, c, "/api/v1/persistentvolumeclaims", changed.ring)
	go volumes.follow(ctx, c, "/api/v1/persistentvolumes", changed.ring)
	changed.heard(ctx, func() {
		served := map[string]storageClass{}
		for _, class := range classes.all() {
			if class.Provisioner == provisioner {
				served[class.Metadata.Name] = class
			}
		}
		for _, claim := range claims.all() {
			class, ours := served[claim.Spec.StorageClassName]
			if !ours || !waits(claim) || made[claim.Metadata.UID] {
				continue
			}
			err := k.serve(ctx, c, claim, class)
			made[claim.Metadata.UID] = err == nil
			tell("serving claim "+claim.key(), err)
		}
		for _, volume := range volumes.all() {
			if volume.Metadata.Annotations["pv.kubernetes.io/provisioned-by"] == provisioner && volume.Status.Phase == "Released" && volume.Spec.Reclaim == "Delete" {
				tell("removing volume "+volume.Metadata.Name, k.removeVolume(ctx, c, volume))
			}
		}
	})
}

func waits(c claim) bool {
	return c.Status.Phase == "Pending" && c.Spec.VolumeName == "" && c.Metadata.DeletionTimestamp == nil && c.Spec.VolumeMode != "Block"
}

// tell writes down an error; what has failed is tried again.
func tell(what string, err error) {
	if err != nil && !strings.Contains(err.Error(), ": 409 ") { // it was served already
		log.Printf("%s: %v", what, err)
	}
}

func (k *keeper) volumeDir(name string) string { return filepath.Join(k.plan.Files, "volumes", name) }

// serve makes the directory of a claim, and its volume. Everybody in a pod may write to it, as to a disk that is given to the pod's group.
func (k *keeper) serve(ctx context.Context, c *client, claim claim, class storageClass) error {
	name := "pvc-" + claim.Metadata.UID
	dir := k.volumeDir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o777); err != nil { // #nosec G302 -- in the sandbox's directory, which nobody else may enter
		return err
	}
	return c.change(ctx, http.MethodPost, "/api/v1/persistentvolumes", asJSON, map[string]any{
		"apiVersion": "v1", "kind": "PersistentVolume",
		"metadata": map[string]any{"name": name, "annotations": map[string]string{"pv.kubernetes.io/provisioned-by": provisioner}},
		"spec": map[string]any{
			"storageClassName": claim.Spec.StorageClassName, "persistentVolumeReclaimPolicy": class.ReclaimPolicy, "accessModes": claim.Spec.AccessModes,
			"capacity": map[string]string{"storage": claim.Spec.Resources.Requests["storage"]}, "local": map[string]string{"path": dir},
			"claimRef": map[string]string{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": claim.Metadata.Namespace, "name": claim.Metadata.Name, "uid": claim.Metadata.UID},
			"nodeAffinity": map[string]any{"required": map[string]any{"nodeSelectorTerms": []any{map[string]any{"matchExpressions": []any{
				map[string]any{"key": "kubernetes.io/hostname", "operator": "In", "values": []string{k.plan.Name}},
			}}}}},
		},
	})
}

func (k *keeper) removeVolume(ctx context.Context, c *client, v volume) error {
	if err := os.RemoveAll(k.volumeDir(filepath.Base(v.Metadata.Name))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return c.change(ctx, http.MethodDelete, "/api/v1/persistentvolumes/"+v.Metadata.Name, asJSON, nil)
}
