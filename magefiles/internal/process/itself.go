package process

import (
	"os"
	"strconv"
)

// Itself names this process among all that this machine has had since it began: what is left in a file by that name is its own. Numbers alone come
// again, in a container soon.
func Itself() string {
	name := "process " + strconv.Itoa(os.Getpid())
	if at := begun(); at != "" {
		name += ", begun at tick " + at
	}
	return name
}
