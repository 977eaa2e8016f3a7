module hub-ops

go 1.26.0

tool github.com/magefile/mage

require (
	github.com/magefile/mage v1.17.2
	golang.org/x/term v0.47.0
	gopkg.in/yaml.v3 v3.0.1
)

require golang.org/x/sys v0.49.0 // indirect
