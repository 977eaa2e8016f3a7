package report

import "embed"

//go:embed sheet.html
var shared embed.FS
