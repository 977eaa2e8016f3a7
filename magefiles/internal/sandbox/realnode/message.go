//go:build linux

package main

import (
	"encoding/binary"
	"errors"
	"strings"
)

// Kinds of records and codes of answers: RFC 1035.
const (
	kindA    = 1
	kindAAAA = 28
	kindAny  = 255

	noError      = 0
	serverFailed = 2
	noName       = 3
)

// question is the first of a message.
type question struct {
	id    uint16
	flags uint16
	name  string // with a dot at its end
	kind  uint16
	wire  []byte // as it was asked
}

// record is one answer: the owner is the name of the question.
type record struct {
	kind uint16
	data []byte
}

const headerLength = 12

// readQuestion reads a message that asks one question of the Internet's class.
func readQuestion(packet []byte) (q question, err error) {
	malformed := errors.New("no question")
	if len(packet) < headerLength || packet[2]&0xf8 != 0 || binary.BigEndian.Uint16(packet[4:]) != 1 {
		return q, malformed
	}
	q.id, q.flags = binary.BigEndian.Uint16(packet), binary.BigEndian.Uint16(packet[2:])
	at := headerLength
	var labels []string
	for {
		if at >= len(packet) {
			return q, malformed
		}
		length := int(packet[at])
		at++
		if length == 0 {
			break
		}
		if length > 63 || at+length > len(packet) {
			return q, malformed
		}
		labels = append(labels, string(packet[at:at+length]))
		at += length
	}
	if at+4 > len(packet) || binary.BigEndian.Uint16(packet[at+2:]) != 1 {
		return q, malformed
	}
	q.name, q.kind = strings.Join(labels, ".")+".", binary.BigEndian.Uint16(packet[at:])
	q.wire = packet[headerLength : at+4]
	return q, nil
}

// answer is the message that answers the question.
func (q question) answer(code byte, records []record) []byte {
	const answers, authoritative, available = 0x8000, 0x0400, 0x0080
	message := make([]byte, 0, 128)
	message = binary.BigEndian.AppendUint16(message, q.id)
	message = binary.BigEndian.AppendUint16(message, answers|authoritative|available|q.flags&0x0100|uint16(code))
	for _, count := range []int{1, len(records), 0, 0} {
		message = binary.BigEndian.AppendUint16(message, uint16(count)) // #nosec G115 -- of a service's pods
	}
	message = append(message, q.wire...)
	for _, record := range records {
		const owner, class, seconds = 0xc000 | headerLength, 1, 2
		message = binary.BigEndian.AppendUint16(message, owner)
		message = binary.BigEndian.AppendUint16(message, record.kind)
		message = binary.BigEndian.AppendUint16(message, class)
		message = binary.BigEndian.AppendUint32(message, seconds)
		message = binary.BigEndian.AppendUint16(message, uint16(len(record.data))) // #nosec G115 -- an address or a name
		message = append(message, record.data...)
	}
	return message
}

// truncated tells who asked to ask again by TCP.
func (q question) truncated() []byte {
	message := q.answer(noError, nil)
	message[2] |= 0x02
	return message
}
