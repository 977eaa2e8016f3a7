package source

// ReadError is an image that its engine, or a disk, does not give. Another way to read the image may work. Another
// connection to the registry does not help.
type ReadError struct{ Err error }

func (r *ReadError) Error() string { return r.Err.Error() }

// Unwrap returns the cause.
func (r *ReadError) Unwrap() error { return r.Err }

// Permanent tells package transport not to send the request again.
func (r *ReadError) Permanent() bool { return true }
