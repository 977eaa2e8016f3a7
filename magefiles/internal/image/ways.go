package image

// Way is a way to the images of a Docker engine. The zero value is the fastest that there is.
type Way int

// The ways, the fastest first.
const (
	OwnFiles   Way = iota // its own files, which root may read
	ShownFiles            // its own files, as it shows them to others
	Saved                 // docker save, which every engine has
)

// String names the way, for people.
func (w Way) String() string {
	return [...]string{"Docker's own files", "Docker's files as it shows them", "docker save"}[w]
}
