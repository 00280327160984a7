#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""spoof - frames by which one machine pretends to be another, and who hears
them.

spoof.py frames MAC IP IP6 VICTIM VICTIM6   one "KIND HEX" a line
spoof.py watch LINK SECONDS                 kinds heard on LINK, until "end"
"""
import ipaddress
import socket
import struct
import sys
import time

MARK = b"spoof:"
OTHER = bytes.fromhex("02bad0bad0ba")
ALL = b"\xff" * 6
PLAIN = struct.pack(">4H", 1000, 1001, 8, 0)


def ether(src, kind, payload, dst=ALL, type_=0x0800):
    mark = MARK + kind.encode().ljust(16, b".")
    return dst + src + struct.pack(">H", type_) + payload + mark


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip4(src, dst, sport=1000, dport=1001, data=b""):
    udp = struct.pack(">4H", sport, dport, 8 + len(data), 0) + data
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0)
    head += src + dst
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    return head + udp


def ip6(src, dst, next_, data, extra=b""):
    first = next_ if not extra else 60 if extra[0] == 60 else 0
    head = struct.pack(">IHBB", 6 << 28, len(extra) + len(data), first, 255)
    return head + src + dst + extra + data


def icmp6(src, dst, body, extra=b""):
    pseudo = src + dst + struct.pack(">II", len(body), 58)
    total = checksum(pseudo + body)
    return ip6(src, dst, 58, body[:2] + struct.pack(">H", total) + body[4:],
               extra)


def arp(op, mac, ip, target_ip):
    return struct.pack(">HHBBH", 1, 0x0800, 6, 4, op) + mac + ip + ALL + \
        target_ip


def option(kind, mac):
    return struct.pack("BB", kind, 1) + mac


def labelled(label, packet):
    """IPv6 with a number that no rule looks at in its flow label."""
    return struct.pack(">I", 6 << 28 | label) + packet[4:]


def fragment6(src, dst, next_, data, offset=0, more=1, chain=b""):
    """A fragment; chain: headers between it and what is next."""
    return ip6(src, dst, 44, struct.pack(
        ">BBHI", 60 if chain else next_, 0, offset | more, 7) + chain + data)


def neighbours(mac, ip_6, victim6):
    """What neighbours say to each other, in ways that hide what it is: kinds
    and packets, without a mark behind them, which would be an option."""
    nodes = ipaddress.ip_address("ff02::1").packed
    none = bytes(16)
    advert = struct.pack(">BBHI", 136, 0, 0, 0x20000000)
    ask = struct.pack(">BBHI", 135, 0, 0, 0)
    routers = struct.pack(">BBHI", 133, 0, 0, 0)
    nonce = option(14, b"\1\2\3\4\5\6")
    own, other = option(2, mac), option(2, OTHER)
    source, wrong = option(1, mac), option(1, OTHER)
    hop = bytes([58, 0, 1, 4, 0, 0, 0, 0])
    yield "legal-ns", icmp6(ip_6, nodes, ask + victim6 + source)
    yield "legal-dad", icmp6(none, nodes, ask + ip_6 + nonce)
    yield "legal-rs", icmp6(ip_6, nodes, routers + source)
    yield "legal-mld", icmp6(ip_6, nodes, struct.pack(">BBHI", 143, 0, 0, 0),
                             bytes([58, 0, 5, 2, 0, 0, 1, 0]))
    yield "legal-frag", fragment6(ip_6, nodes, 17, PLAIN)
    yield "legal-rest", fragment6(ip_6, nodes, 58, bytes(64), 64, 0)
    yield "ns-mac", icmp6(ip_6, nodes, ask + victim6 + wrong)
    yield "ns-second", icmp6(ip_6, nodes, ask + victim6 + nonce + wrong)
    yield "na-second", icmp6(ip_6, nodes, advert + ip_6 + nonce + other)
    yield "na-two", icmp6(ip_6, nodes, advert + ip_6 + other + own)
    yield "rs-mac", icmp6(ip_6, nodes, routers + wrong)
    yield "rs-second", icmp6(ip_6, nodes, routers + nonce + wrong)
    yield "dad", icmp6(none, nodes, ask + victim6)
    yield "na-piece", fragment6(ip_6, nodes, 58, (advert + victim6)[:8])
    yield "na-whole", fragment6(ip_6, nodes, 58, advert + ip_6 + own, 0, 0)
    yield "na-chain", fragment6(ip_6, nodes, 58, b"", chain=bytes(
        [58, 1, 1, 4, 0, 0, 0, 0]))
    behind = bytes([60, 0, 1, 4, 0, 0, 0, 0]) + hop
    yield "na-headers", icmp6(ip_6, nodes, advert + victim6, behind)
    yield "ra-behind", icmp6(ip_6, nodes, struct.pack(
        ">BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0), hop)
    yield "ra-piece", fragment6(ip_6, nodes, 58, struct.pack(
        ">BBHBBH", 134, 0, 0, 64, 0, 1800))
    yield "redirect", icmp6(ip_6, nodes, struct.pack(">BBHI", 137, 0, 0, 0) +
                            victim6 + ip_6)
    yield "mld-query", icmp6(ip_6, nodes, struct.pack(
        ">BBHHH", 130, 0, 0, 1000, 0) + none)


# Their numbers, which are all of them that a watcher sees.
NEIGHBOURS = [name for name, _ in neighbours(bytes(6), bytes(16), bytes(16))]


def frames(mac, ip, ip_6, victim, victim6):
    mac = bytes.fromhex(mac.replace(":", ""))
    ip, victim = (ipaddress.ip_address(x).packed for x in (ip, victim))
    ip_6, victim6 = (ipaddress.ip_address(x).packed for x in (ip_6, victim6))
    every = bytes([255, 255, 255, 255])
    nodes = ipaddress.ip_address("ff02::1").packed
    lladdr = struct.pack("BB", 2, 1) + mac
    advert = struct.pack(">BBHI", 136, 0, 0, 0x20000000)
    local = b"\xfe\x80" + b"\0" * 6 + bytes([mac[0] ^ 2]) + mac[1:3] + \
        b"\xff\xfe" + mac[3:]
    router = struct.pack(">BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0)
    hop = bytes([58, 0, 1, 4, 0, 0, 0, 0])
    six = {"type_": 0x86DD, "dst": b"\x33\x33\0\0\0\1"}
    yield "legal4", ether(mac, "legal4", ip4(ip, every))
    yield "legal6", ether(mac, "legal6", ip6(ip_6, nodes, 17, PLAIN), **six)
    yield "legal-arp", ether(mac, "legal-arp", arp(1, mac, ip, victim),
                             type_=0x0806)
    yield "legal-na", ether(mac, "legal-na",
                            icmp6(ip_6, nodes, advert + ip_6 + lladdr), **six)
    yield "mac", ether(OTHER, "mac", ip4(ip, every))
    yield "ip4", ether(mac, "ip4", ip4(victim, every))
    yield "ip6", ether(mac, "ip6", ip6(victim6, nodes, 17, PLAIN), **six)
    yield "arp-ip", ether(mac, "arp-ip", arp(2, mac, victim, victim),
                          type_=0x0806)
    yield "arp-mac", ether(mac, "arp-mac", arp(2, OTHER, ip, ip),
                           type_=0x0806)
    yield "na-ip", ether(mac, "na-ip",
                         icmp6(ip_6, nodes, advert + victim6 + lladdr), **six)
    yield "na-mac", ether(mac, "na-mac", icmp6(
        ip_6, nodes, advert + ip_6 + struct.pack("BB", 2, 1) + OTHER), **six)
    yield "na-behind", ether(mac, "na-behind", icmp6(
        ip_6, nodes, advert + victim6 + lladdr, hop), **six)
    yield "dhcp", ether(mac, "dhcp", ip4(ip, every, 67, 68, b"\2" * 240))
    yield "dhcp-chaddr", ether(mac, "dhcp-chaddr", ip4(
        ip, every, 68, 67, b"\1\1\6\0" + b"\0" * 24 + OTHER + b"\0" * 206))
    yield "dhcp6", ether(mac, "dhcp6", ip6(
        local, nodes, 17, struct.pack(">4H", 547, 546, 8, 0)), **six)
    yield "ra", ether(mac, "ra", icmp6(local, nodes, router), **six)
    for number, (name, packet) in enumerate(neighbours(mac, ip_6, victim6)):
        yield name, b"\x33\x33\0\0\0\1" + mac + b"\x86\xdd" + \
            labelled(number + 1, packet)
    yield "arp-probe", ether(mac, "arp-probe", arp(1, mac, bytes(4), victim),
                             type_=0x0806)
    piece = bytearray(ip4(ip, every, 68, 67))
    piece[6] = 0x20
    yield "dhcp-piece", ether(mac, "dhcp-piece", bytes(piece))
    yield "igmp-query", ether(mac, "igmp-query", struct.pack(
        ">BBHHHBBH", 0x46, 0, 32, 1, 0, 1, 2, 0) + ip + b"\xe0\0\0\1" +
        b"\x94\4\0\0" + b"\x11\x64\0\0" + bytes(4))
    yield "bridge", ether(mac, "bridge", b"\x42\x42\3" + bytes(35),
                          dst=b"\1\x80\xc2\0\0\0", type_=38)
    yield "vlan", ether(mac, "vlan", struct.pack(">HH", 5, 0x0800) +
                        ip4(ip, every), type_=0x8100)
    yield "other", ether(mac, "other", b"\0" * 40, type_=0x88B5)
    yield "end", ether(mac, "end", ip4(ip, every))


def watch(link, seconds):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sock.bind((link, 0))
    print("ready", flush=True)
    heard = []
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        sock.settimeout(max(0.01, end - time.monotonic()))
        try:
            frame = sock.recv(2048)
        except TimeoutError:
            break
        at = frame.rfind(MARK)
        label = int.from_bytes(frame[14:18], "big") & 0xFFFFF
        if at != -1:
            kind = frame[at + len(MARK):][:16].decode().rstrip(".")
        elif frame[12:14] == b"\x86\xdd" and 0 < label <= len(NEIGHBOURS):
            kind = NEIGHBOURS[label - 1]
        else:
            continue
        if kind == "end":
            break
        if kind not in heard:
            heard.append(kind)
    print(" ".join(sorted(heard)))


if __name__ == "__main__":
    if sys.argv[1] == "watch":
        watch(*sys.argv[2:])
    else:
        for name, data in frames(*sys.argv[2:]):
            print(name, data.hex())
