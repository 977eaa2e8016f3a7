package ops

import "context"

// Docs builds the documentation.
func Docs(ctx context.Context, s *Session) error { return nil }
