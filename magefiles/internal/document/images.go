package document

import (
	"fmt"
	"strings"
)

// GrownImage is how an image grows, in words. It is in no document of OUTPUT=json.
type GrownImage struct{ Hub, Image, Before, Now, Growth string }

// Grown writes the growth of images as a table, "" if there is none.
func Grown(images []GrownImage) string {
	if len(images) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString("**Images**: bytes of their layers, compressed, where it does not say otherwise\n\n| hub | image | before | now | growth |\n|---|---|---|---|---|\n")
	for _, i := range images {
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", Code(i.Hub), Code(i.Image), Words(i.Before), Words(i.Now), Code(i.Growth))
	}
	return out.String()
}
