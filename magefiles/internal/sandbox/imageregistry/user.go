package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// userOf returns the user whose socket is at the end "from" of a connection on this machine. A socket that its process has closed already
// belongs to nobody, and the kernel says 0 of it: that is an error.
func userOf(from, to string) (int, error) {
	var ends [2]netip.AddrPort
	for i, end := range []string{from, to} {
		var err error
		if ends[i], err = netip.ParseAddrPort(end); err != nil {
			return 0, err
		}
	}
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} { // a socket of IPv6 can connect by IPv4
		content, err := os.ReadFile(table) // #nosec G304 -- one of the two
		if err != nil {
			continue
		}
		if user, found := userIn(string(content), ends[0], ends[1]); found {
			return user, nil
		}
	}
	return 0, errors.New("the kernel does not know the connection")
}

// userIn finds a connection in one of the kernel's tables: sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode.
func userIn(table string, from, to netip.AddrPort) (user int, found bool) {
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) < 10 || !names(fields[1], from) || !names(fields[2], to) {
			continue
		}
		user, err := strconv.Atoi(fields[7])
		return user, err == nil && fields[9] != "0" // the inode
	}
	return 0, false
}

// names reports whether an address of the table is this one. The table has it in the byte order of the machine, four bytes at a time.
func names(text string, address netip.AddrPort) bool {
	four := address.Addr().Unmap().As4()
	word := fmt.Sprintf("%08X", binary.NativeEndian.Uint32(four[:]))
	port := fmt.Sprintf(":%04X", address.Port())
	return text == word+port || text == mapped()+word+port
}

// mapped begins an IPv4 address in a table for IPv6: RFC 4291, "IPv4-Mapped IPv6 Address".
func mapped() string {
	return fmt.Sprintf("%016X%08X", 0, binary.NativeEndian.Uint32([]byte{0, 0, 0xff, 0xff}))
}
