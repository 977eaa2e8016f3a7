package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Thing is one object of the cluster, and no other one that has or gets the same name.
type Thing struct {
	Path string // to the object: api/v1/namespaces/course/services/hub
	UID  string
	As   string // the account that deletes it; our own if empty
}

// Delete deletes an object, and what it owns in the background. It fails if another object has taken the name meanwhile.
// One that is gone is no error.
func (s *Server) Delete(ctx context.Context, thing Thing) error {
	if thing.UID == "" {
		return fmt.Errorf("%s is not deleted: its UID is not known", thing.Path)
	}
	options, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background", "preconditions": map[string]string{"uid": thing.UID},
	})
	if err != nil {
		return err
	}
	err = s.Ask(ctx, Request{Method: http.MethodDelete, Path: thing.Path, Body: options, As: thing.As}, nil)
	if Code(err) == http.StatusNotFound {
		return nil
	}
	return err
}

// namesUID reports whether the options of a deletion say which object is meant, and not only its name.
func namesUID(options []byte) bool {
	var read struct {
		Preconditions struct {
			UID string `json:"uid"`
		} `json:"preconditions"`
	}
	return json.Unmarshal(options, &read) == nil && read.Preconditions.UID != ""
}

// AwaitGone waits until the object is gone. Another one of the same name does not count.
func (s *Server) AwaitGone(ctx context.Context, thing Thing, limit time.Duration) error {
	const pause = 500 * time.Millisecond
	for deadline := time.Now().Add(limit); ; {
		var now struct {
			Metadata Metadata `json:"metadata"`
		}
		err := s.Ask(ctx, Request{Path: thing.Path}, &now)
		switch {
		case Code(err) == http.StatusNotFound, err == nil && now.Metadata.UID != thing.UID:
			return nil
		case err != nil:
			return err
		case time.Now().After(deadline):
			return errors.New("it is still there after " + limit.String())
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}
