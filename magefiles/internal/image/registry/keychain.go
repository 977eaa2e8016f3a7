package registry

import (
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
)

func (r Registry) keychain() authn.Keychain {
	if r.Anonymous {
		return authn.NewMultiKeychain() // which has none
	}
	if r.Username == "" {
		return authn.DefaultKeychain
	}
	return only{host: r.Repository("x"), auth: &authn.Basic{Username: r.Username, Password: r.Password}}
}

// only gives credentials to the registry that they are for, and to no other.
type only struct {
	host string
	auth authn.Authenticator
}

func (o only) Resolve(target authn.Resource) (authn.Authenticator, error) {
	if own, err := name.NewRepository(o.host); err == nil && own.RegistryStr() == target.RegistryStr() {
		return o.auth, nil
	}
	return authn.DefaultKeychain.Resolve(target)
}
