package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/layout"
)

// What a StatefulSet of placeholders says that more of them are kept for a time than its release has.
const (
	roomLabel  = "hub-ops.classroom"        // so that all of a cluster are found at once
	roomCount  = "hub-ops.classroom-count"  // how many
	roomUntil  = "hub-ops.classroom-until"  // RFC 3339
	roomBefore = "hub-ops.classroom-before" // how many the release has
)

// Room is the StatefulSet with which a hub keeps room for users, and how many placeholders are kept for a time.
type Room struct {
	Namespace, Name string
	Release         string // that the chart's label, or helm's annotation, names
	Replicas        int    // now
	Kept            bool   // for a time
	Count, Before   int
	Until           time.Time

	uid, version string
}

type statefulSet struct {
	Metadata struct {
		Name            string            `json:"name"`
		Namespace       string            `json:"namespace"`
		UID             string            `json:"uid"`
		ResourceVersion string            `json:"resourceVersion"`
		Labels          map[string]string `json:"labels"`
		Annotations     map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec struct {
		Replicas *int `json:"replicas"`
	} `json:"spec"`
}

func (s statefulSet) room() Room {
	m := s.Metadata
	room := Room{Namespace: m.Namespace, Name: m.Name, Release: m.Annotations["meta.helm.sh/release-name"], Replicas: 1, uid: m.UID, version: m.ResourceVersion}
	if s.Spec.Replicas != nil {
		room.Replicas = *s.Spec.Replicas
	}
	count, err := strconv.Atoi(m.Annotations[roomCount])
	before, err2 := strconv.Atoi(m.Annotations[roomBefore])
	until, err3 := time.Parse(time.RFC3339, m.Annotations[roomUntil])
	if err == nil && err2 == nil && err3 == nil && count >= 0 && before >= 0 {
		room.Kept, room.Count, room.Before, room.Until = true, count, before, until
	}
	return room
}

// Room finds the placeholders of a hub; found is false for a chart without them.
func (c *Client) Room(ctx context.Context, at layout.Address) (room Room, found bool, err error) {
	var list struct{ Items []statefulSet }
	if err := c.Ask(ctx, api.Request{Path: "apis/apps/v1/namespaces/" + api.Segment(at.Namespace) + "/statefulsets"}, &list); err != nil {
		return room, false, exit.With(exit.Setup, fmt.Errorf("looking for the placeholders of hub %s: %w", at.Hub, c.Plainly(err)))
	}
	for _, item := range list.Items {
		if item.Metadata.Labels["component"] == placeholder && item.room().Release == at.Release {
			return item.room(), true, nil
		}
	}
	return room, false, nil
}

// Rooms are those of the cluster that are kept for a time.
func (c *Client) Rooms(ctx context.Context) (rooms []Room, err error) {
	var list struct{ Items []statefulSet }
	if err := c.Ask(ctx, api.Request{Path: "apis/apps/v1/statefulsets?labelSelector=" + roomLabel}, &list); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("looking for placeholders that are kept for a time: %w", c.Plainly(err)))
	}
	for _, item := range list.Items {
		if room := item.room(); room.Kept {
			rooms = append(rooms, room)
		}
	}
	return rooms, nil
}

// KeepRoom sets how many placeholders there are until a time, and notes how many the release has. Somebody else's change since the room was read is
// an error.
func (c *Client) KeepRoom(ctx context.Context, at layout.Address, room Room, count, before int, until time.Time) error {
	return c.setRoom(ctx, at, room, count, "kept", map[string]any{
		roomCount: strconv.Itoa(count), roomBefore: strconv.Itoa(before), roomUntil: until.UTC().Format(time.RFC3339),
	})
}

// EndRoom sets how many placeholders there are, and keeps none any more.
func (c *Client) EndRoom(ctx context.Context, at layout.Address, room Room, count int) error {
	return c.setRoom(ctx, at, room, count, nil, map[string]any{roomCount: nil, roomBefore: nil, roomUntil: nil})
}

// setRoom changes a room that is still as it was read. Each pod that comes or goes makes a new version of it, which is no change of anybody's.
func (c *Client) setRoom(ctx context.Context, at layout.Address, room Room, count int, label any, annotations map[string]any) error {
	const most = 5
	for try := 1; ; try++ {
		err := c.patchRoom(ctx, at, room, count, label, annotations)
		if try == most || api.Code(err) != http.StatusConflict {
			return err
		}
		now, found, asked := c.Room(ctx, at)
		if asked != nil {
			return asked
		}
		if !found || !now.is(room) {
			return err
		}
		room = now
	}
}

// is reports whether two readings of a room tell the same of it.
func (r Room) is(other Room) bool {
	r.version, other.version = "", ""
	until := r.Until.Equal(other.Until)
	r.Until, other.Until = time.Time{}, time.Time{}
	return until && r == other
}

func (c *Client) patchRoom(ctx context.Context, at layout.Address, room Room, count int, label any, annotations map[string]any) error {
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"uid": room.uid, "resourceVersion": room.version, "labels": map[string]any{roomLabel: label}, "annotations": annotations},
		"spec":     map[string]any{"replicas": count},
	})
	if err != nil {
		return err
	}
	path := "apis/apps/v1/namespaces/" + api.Segment(room.Namespace) + "/statefulsets/" + api.Segment(room.Name)
	if err := c.Ask(ctx, api.Request{Method: http.MethodPatch, Path: path, ContentType: "application/merge-patch+json", Body: patch, As: c.User(at.Hub)}, nil); err != nil {
		return exit.With(exit.Setup, fmt.Errorf("setting the placeholders of hub %s to %d: %w", at.Hub, count, c.Plainly(err)))
	}
	return nil
}
