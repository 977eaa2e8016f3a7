package content

// Base is the image that another one is built on.
type Base struct {
	Name   string // as the Dockerfile has it, with its variables expanded
	Digest string // in its registry when the image was built; "" if the registry did not answer
}
