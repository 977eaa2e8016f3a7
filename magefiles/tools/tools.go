// Package tools holds the modules from which hub-ops builds the programs that it starts: cosign.mod is the go.mod of the module cosign, and
// cosign.sum its go.sum. They have these names because Go embeds no file of a directory with a go.mod: that is another module. Package
// toolchain writes them out where it builds.
package tools

import "embed"

// Modules are these files.
//
//go:embed *.mod *.sum
var Modules embed.FS
