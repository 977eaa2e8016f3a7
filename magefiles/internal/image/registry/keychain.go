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
	return only{host: r.loginHost(), auth: &authn.Basic{Username: r.Username, Password: r.Password}}
}

// loginHost is the registry that the credentials are for; "" if nobody knows.
func (r Registry) loginHost() string {
	if r.LoginHost != "" {
		return r.LoginHost
	}
	own, err := name.NewRepository(r.Repository("x"))
	if err != nil {
		return ""
	}
	return own.RegistryStr()
}

// only gives credentials to the registry that they are for, and to no other.
type only struct {
	host string
	auth authn.Authenticator
}

func (o only) Resolve(target authn.Resource) (authn.Authenticator, error) {
	if o.host != "" && o.host == target.RegistryStr() {
		return o.auth, nil
	}
	return authn.DefaultKeychain.Resolve(target)
}
