module hub-ops

go 1.26.0

tool github.com/magefile/mage

require gopkg.in/yaml.v3 v3.0.1

require github.com/magefile/mage v1.17.2 // indirect
