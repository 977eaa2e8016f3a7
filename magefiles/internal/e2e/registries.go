package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/rogpeppe/go-internal/testscript"

	"hub-ops/magefiles/internal/process"
)

// memoryRegistry is go-containerregistry's. It writes no access log, in which nobody would find what a failed test says.
func memoryRegistry(options ...registry.Option) http.Handler {
	return registry.New(append(options, registry.Logger(log.New(io.Discard, "", 0)))...)
}

// cncfRegistry [tls] [token] [delete] starts the CNCF's registry, which can mount, and puts its address into the variable
// REGISTRY. It wants user "a" with password "correct-horse": itself, or by a token server that hands out tokens which
// hold for two seconds. With tls it has a certificate of an authority of its own, which .registry/ca.pem holds. With
// delete it deletes.
func cncfRegistry(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(".registry")
	ts.Check(os.Mkdir(dir, 0o700))
	settings := "version: 0.1\nlog: {level: info}\nstorage: {filesystem: {rootdirectory: " + dir + "/data}"
	if slices.Contains(args, "delete") {
		settings += ", delete: {enabled: true}"
	}
	settings += "}\nhttp: {addr: '127.0.0.1:0'"
	if slices.Contains(args, "tls") {
		newAuthority(ts, dir)
		settings += ", tls: {certificate: " + dir + "/cert.pem, key: " + dir + "/key.pem}"
	}
	settings += "}\n"
	if slices.Contains(args, "token") {
		settings += "auth: {token: {realm: '" + tokenServer(ts, dir) + "', service: test, issuer: test, rootcertbundle: " + dir + "/ca.pem}}\n"
	} else {
		ts.Check(os.WriteFile(dir+"/htpasswd", []byte("a:$2a$05$ioIneUVGzkt2N4Gq504e/.z.j98rwjvDmVQwPoldzqTtNZg0ZpfDC\n"), 0o600))
		settings += "auth: {htpasswd: {realm: test, path: " + dir + "/htpasswd}}\n"
	}
	ts.Check(os.WriteFile(dir+"/config.yml", []byte(settings), 0o600))
	logFile := filepath.Join(dir, "log")
	pid, err := newRunner(nil).Start(process.Cmd{Name: tool("registry"), Args: []string{"serve", dir + "/config.yml"}}, logFile)
	ts.Check(err)
	ts.Defer(func() { _ = syscall.Kill(pid, syscall.SIGKILL) })
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		content, err := os.ReadFile(logFile)
		ts.Check(err)
		if match := listeningOn.FindSubmatch(content); match != nil {
			ts.Setenv("REGISTRY", string(match[1]))
			return
		}
	}
	ts.Fatalf("the registry does not start: %s", ts.ReadFile(logFile))
}

var listeningOn = regexp.MustCompile(`listening on (127\.0\.0\.1:\d+)`)

// authority signs: tokens, and the certificate of a registry.
type authority struct {
	key         *ecdsa.PrivateKey
	certificate []byte // DER
}

// newAuthority makes an authority, ca.pem, and a certificate for 127.0.0.1 by it, cert.pem and key.pem.
func newAuthority(ts *testscript.TestScript, dir string) authority {
	sign := func(template, parent *x509.Certificate, public *ecdsa.PublicKey, signer *ecdsa.PrivateKey) []byte {
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
		der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
		ts.Check(err)
		return der
	}
	write := func(name, kind string, der []byte) {
		ts.Check(os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	own := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	certificate := sign(own, own, &key.PublicKey, key)
	write("ca.pem", "CERTIFICATE", certificate)
	serverKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "registry"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	write("cert.pem", "CERTIFICATE", sign(server, own, &serverKey.PublicKey, key))
	der, err := x509.MarshalECPrivateKey(serverKey)
	ts.Check(err)
	write("key.pem", "EC PRIVATE KEY", der)
	return authority{key, certificate}
}

// token signs a JSON Web Token (RFC 7519, ES256).
func (a authority) token(claims map[string]any) (string, error) {
	header := map[string]any{"typ": "JWT", "alg": "ES256", "x5c": []string{base64.StdEncoding.EncodeToString(a.certificate)}}
	var parts []string
	for _, part := range []any{header, claims} {
		content, err := json.Marshal(part)
		if err != nil {
			return "", err
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(content))
	}
	text := strings.Join(parts, ".")
	digest := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, a.key, digest[:])
	if err != nil {
		return "", err
	}
	signature := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// tokenServer starts a token server and returns its address. It follows distribution.github.io/distribution/spec/auth/jwt,
// gives user "a" all that is asked for, and anybody else nothing. The tokens that it gave are counted in .registry/tokens.
func tokenServer(ts *testscript.TestScript, dir string) string {
	signer := newAuthority(ts, dir)
	// The registry takes a token for a minute beyond its end.
	const leeway, life = time.Minute, 2 * time.Second
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "a" || password != "correct-horse" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var access []map[string]any
		for _, scope := range r.URL.Query()["scope"] { // repository:team/user-a:pull,push
			if parts := strings.Split(scope, ":"); len(parts) == 3 {
				access = append(access, map[string]any{"type": parts[0], "name": parts[1], "actions": strings.Split(parts[2], ",")})
			}
		}
		now := time.Now()
		token, err := signer.token(map[string]any{
			"iss": "test", "aud": "test", "sub": "a", "jti": rand.Text(), "access": access,
			"iat": now.Add(-leeway).Unix(), "nbf": now.Add(-leeway).Unix(), "exp": now.Add(life - leeway).Unix(),
		})
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		log, err := os.OpenFile(filepath.Join(dir, "tokens"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err == nil {
			_, _ = log.WriteString(r.URL.RawQuery + "\n")
			_ = log.Close()
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"token": token})
	}))
	ts.Defer(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1) + "/token" // no address: go-containerregistry takes no private one here
}
