//go:build linux

package main

import (
	"fmt"
	"net"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// bridge is the interface that pods are connected to. It has the node's address.
const bridge = "sandbox0"

// makeNetwork brings up loopback and makes the bridge, by the requests of netdevice(7), for which no program is needed. Nothing leads out.
// Addresses of services lead to the bridge, or are the node's own if it leads connections to services itself.
func makeNetwork(plan *Plan) error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(socket) }()
	network, err := netip.ParsePrefix(plan.Network)
	if err != nil {
		return err
	}
	services, err := netip.ParsePrefix(plan.Services)
	if err != nil {
		return err
	}
	address, err := netip.ParseAddr(plan.Address)
	if err != nil {
		return err
	}
	if err := up(socket, "lo"); err != nil {
		return err
	}
	name := append([]byte(bridge), 0)
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(socket), unix.SIOCBRADDBR, uintptr(unsafe.Pointer(&name[0]))); errno != 0 { // #nosec G103 -- as the kernel takes it
		return fmt.Errorf("making a bridge: %w", errno)
	}
	if err := setAddress(socket, bridge, address, network); err != nil {
		return err
	}
	if err := up(socket, bridge); err != nil {
		return err
	}
	if plan.Leads {
		return setAddress(socket, "lo:services", services.Addr().Next(), services)
	}
	return route(socket, services)
}

// up brings an interface up.
func up(socket int, name string) error {
	request, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request); err != nil {
		return fmt.Errorf("bringing up %s: %w", name, err)
	}
	return nil
}

// setAddress gives an interface an address in a network. If the interface is loopback, every address of the network becomes the node's own, as
// those in 127.0.0.0/8 are.
func setAddress(socket int, to string, address netip.Addr, network netip.Prefix) error {
	for _, set := range []struct {
		what  uint
		value netip.Addr
	}{{unix.SIOCSIFADDR, address}, {unix.SIOCSIFNETMASK, mask(network)}} {
		request, err := unix.NewIfreq(to)
		if err != nil {
			return err
		}
		if err := request.SetInet4Addr(set.value.AsSlice()); err != nil {
			return err
		}
		if err := unix.IoctlIfreq(socket, set.what, request); err != nil {
			return fmt.Errorf("giving %s the address %s: %w", to, address, err)
		}
	}
	return nil
}

func mask(network netip.Prefix) netip.Addr {
	mask, _ := netip.AddrFromSlice(net.CIDRMask(network.Bits(), 32))
	return mask
}

// entry is struct rtentry of <net/route.h>.
type entry struct {
	_                 uint64
	to, gateway, mask unix.RawSockaddrInet4
	flags             uint16
	_                 int16
	_                 uint64
	_                 uint64
	_                 int16
	device            *byte
	_, _              uint64
	_                 uint16
}

// route leads what goes to services from the node itself to the bridge: kube-proxy's rules then send it to a pod.
func route(socket int, to netip.Prefix) error {
	device := append([]byte(bridge), 0)
	request := entry{
		to:   unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: to.Masked().Addr().As4()},
		mask: unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: mask(to).As4()}, flags: unix.RTF_UP, device: &device[0],
	}
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(socket), unix.SIOCADDRT, uintptr(unsafe.Pointer(&request))); errno != 0 { // #nosec G103 -- as the kernel takes it
		return fmt.Errorf("leading %s to %s: %w", to, bridge, errno)
	}
	return nil
}
