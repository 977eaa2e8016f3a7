module hub-ops

go 1.26.0

tool github.com/magefile/mage

require (
	github.com/gofrs/flock v0.13.2
	github.com/magefile/mage v1.17.2
	golang.org/x/mod v0.42.0
	golang.org/x/sync v0.24.0
	golang.org/x/term v0.47.0
	gopkg.in/yaml.v3 v3.0.1
)

require golang.org/x/sys v0.49.0 // indirect
