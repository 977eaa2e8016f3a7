// Package once finds what a run needs when it is first asked for, and keeps it. Package connect and what lies below it use it.
package once

import (
	"context"
	"sync"
)

// Value finds a value when it is first asked for, and keeps it, or the error. An interruption is not kept: the next call tries again.
type Value[T any] struct {
	mu    sync.Mutex
	known bool
	value T
	err   error
}

// Get returns the value, or the error, that find has found first.
func (v *Value[T]) Get(ctx context.Context, find func(context.Context) (T, error)) (T, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.known {
		v.value, v.err = find(ctx)
		v.known = ctx.Err() == nil
	}
	return v.value, v.err
}
