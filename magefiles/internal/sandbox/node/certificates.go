package node

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// pair is a certificate and its key, as PEM.
type pair struct{ certificate, key []byte }

// authority signs certificates.
type authority struct {
	pair
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// lifetime is how long certificates are good for: longer than anybody keeps a sandbox.
const lifetime = 10 * 365 * 24 * time.Hour

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := newTemplate(pkix.Name{CommonName: "sandbox"})
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage |= x509.KeyUsageCertSign
	signed, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(signed)
	if err != nil {
		return nil, err
	}
	pair, err := encode(signed, key)
	return &authority{pair, certificate, key}, err
}

func newTemplate(subject pkix.Name) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)) // it never fails: crypto/rand
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial, Subject: subject, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(lifetime),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
}

// sign makes a certificate of a name and its groups, for these addresses and names.
func (a *authority) sign(name, group string, hosts ...string) (pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, err
	}
	subject := pkix.Name{CommonName: name}
	if group != "" {
		subject.Organization = []string{group}
	}
	template := newTemplate(subject)
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return pair{}, err
	}
	return encode(signed, key)
}

func encode(certificate []byte, key *ecdsa.PrivateKey) (pair, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return pair{}, err
	}
	return pair{
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
	}, nil
}

// accounts are the programs that log in to the API server, by the names that Kubernetes binds their roles to:
// kubernetes.io/docs/setup/best-practices/certificates.
var accounts = []struct{ file, name, group string }{
	{"admin", "sandbox-admin", "system:masters"},
	{"controller-manager", "system:kube-controller-manager", ""},
	{"scheduler", "system:kube-scheduler", ""},
	{"kubelet", "system:node:" + Name, "system:nodes"},
	{"kube-proxy", "system:kube-proxy", ""},
	{"kubelet-client", "sandbox-api-server", "system:masters"},
}

// writeCertificates makes an authority that signs for this sandbox only, and a kubeconfig for each account.
func writeCertificates(files, api, kubeconfig string) error {
	ca, err := newAuthority()
	if err != nil {
		return err
	}
	pairs := map[string]pair{"ca": ca.pair}
	for _, account := range accounts {
		if pairs[account.file], err = ca.sign(account.name, account.group); err != nil {
			return err
		}
		config := kubeconfigOf(ca.pair.certificate, pairs[account.file], "127.0.0.1:6443")
		if err := os.WriteFile(filepath.Join(files, account.file+".kubeconfig"), config, 0o600); err != nil {
			return err
		}
	}
	if pairs["api-server"], err = ca.sign("kube-apiserver", "", "127.0.0.1", "localhost", address, first,
		"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"); err != nil {
		return err
	}
	if pairs["kubelet-server"], err = ca.sign(Name, "", address, Name); err != nil {
		return err
	}
	if pairs["accounts"], err = ca.sign("service-accounts", ""); err != nil {
		return err
	}
	for name, pair := range pairs {
		for ending, content := range map[string][]byte{".crt": pair.certificate, ".key": pair.key} {
			if err := os.WriteFile(filepath.Join(files, name+ending), content, 0o600); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(kubeconfig, kubeconfigOf(ca.pair.certificate, pairs["admin"], api), 0o600)
}

func kubeconfigOf(authority []byte, account pair, server string) []byte {
	text := base64.StdEncoding.EncodeToString
	return fmt.Appendf(nil, `apiVersion: v1
kind: Config
current-context: sandbox
contexts: [{name: sandbox, context: {cluster: sandbox, user: sandbox}}]
clusters: [{name: sandbox, cluster: {server: "https://%s", certificate-authority-data: %s}}]
users: [{name: sandbox, user: {client-certificate-data: %s, client-key-data: %s}}]
`, server, text(authority), text(account.certificate), text(account.key))
}
