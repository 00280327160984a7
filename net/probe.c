/* SPDX-License-Identifier: ISC
 *
 * probe - does somebody on the wire have an address.
 */
#include "net/probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"

struct arp_frame {
	uint8_t dst[6];
	uint8_t src[6];
	uint8_t type[2];
	uint8_t head[6]; /* hardware, protocol, lengths */
	uint8_t op[2];
	uint8_t mac[6];
	uint8_t ip[4];
	uint8_t his_mac[6];
	uint8_t his_ip[4];
};

struct nd_frame {
	uint8_t dst[6];
	uint8_t src[6];
	uint8_t type[2];
	uint8_t head[4];
	uint8_t len[2];
	uint8_t next;
	uint8_t hops;
	uint8_t from[16];
	uint8_t to[16];
	uint8_t icmp; /* 135 asks, 136 tells */
	uint8_t code;
	uint8_t sum[2];
	uint8_t flags[4];
	uint8_t target[16];
	uint8_t option[8]; /* of what tells */
};

static const uint8_t arp_head[6] = { 0, 1, 0x08, 0, 6, 4 };

static int
open_wire(int index, int protocol, struct err *e)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		.sll_protocol = htons((uint16_t)protocol),
		.sll_ifindex = index };
	_autoclose int fd = socket(AF_PACKET,
	    SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1 || bind(fd, (void *)&to, sizeof(to)) == -1)
		return err_sys(e, "listen on the wire");
	return fd_take(&fd);
}

/* op 1 with no address of ours asks; with ours it tells. */
static void
send_arp(int fd, const uint8_t mac[6], const struct net_addr *a, bool tell)
{
	struct arp_frame f = { .type = { 0x08, 0x06 }, .op = { 0, 1 } };

	memset(f.dst, 0xff, 6);
	memcpy(f.src, mac, 6);
	memcpy(f.head, arp_head, 6);
	memcpy(f.mac, mac, 6);
	memcpy(f.his_ip, a->ip, 4);
	if (tell)
		memcpy(f.ip, a->ip, 4);
	(void)!write(fd, &f, sizeof(f));
}

/* The checksum of ICMPv6: over the pseudo header too. */
static void
set_sum(struct nd_frame *f, size_t icmp_len)
{
	const uint8_t *bytes = &f->from[0];
	size_t n = 32 + icmp_len;
	uint32_t sum = 58 + (uint32_t)icmp_len;

	for (size_t i = 0; i < n; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	sum = ~sum;
	f->sum[0] = (uint8_t)(sum >> 8);
	f->sum[1] = (uint8_t)sum;
}

static void
send_nd(int fd, const uint8_t mac[6], const struct net_addr *a, bool tell)
{
	static const uint8_t solicited[13] = { 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 1, 0xff };
	static const uint8_t everybody[16] = { 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 1 };
	size_t icmp = tell ? 32 : 24;
	struct nd_frame f = { .type = { 0x86, 0xdd },
		.head = { 0x60 },
		.len = { 0, (uint8_t)icmp },
		.next = 58,
		.hops = 255,
		.icmp = tell ? 136 : 135 };

	memcpy(f.target, a->ip, 16);
	if (tell) {
		memcpy(f.from, a->ip, 16);
		memcpy(f.to, everybody, 16);
		f.flags[0] = 0x20; /* override */
		f.option[0] = 2;
		f.option[1] = 1;
		memcpy(f.option + 2, mac, 6);
	} else {
		memcpy(f.to, solicited, 13);
		memcpy(f.to + 13, a->ip + 13, 3);
	}
	f.dst[0] = f.dst[1] = 0x33;
	memcpy(f.dst + 2, f.to + 12, 4);
	memcpy(f.src, mac, 6);
	set_sum(&f, icmp);
	(void)!write(fd, &f, sizeof(f) - 32 + icmp);
}

static void
each_address(int arp, int nd, const struct net_link *l, const uint8_t mac[6],
    bool tell)
{
	for (size_t i = 0; i < l->address.n; i++) {
		const struct net_addr *a = &l->address.a[i];

		if (a->family == AF_INET)
			send_arp(arp, mac, a, tell);
		else
			send_nd(nd, mac, a, tell);
	}
}

/* The address that a frame of somebody else claims, or NULL; *mac is his. */
static const struct net_addr *
claimed(const struct net_link *l, const uint8_t *frame, size_t len,
    const uint8_t **mac)
{
	const struct arp_frame *arp = (const void *)frame;
	const struct nd_frame *nd = (const void *)frame;

	for (size_t i = 0; i < l->address.n; i++) {
		const struct net_addr *a = &l->address.a[i];

		*mac = arp->src;
		if (a->family == AF_INET && len >= sizeof(*arp) &&
		    arp->type[0] == 0x08 && arp->type[1] == 0x06 &&
		    memcmp(arp->ip, a->ip, 4) == 0) {
			*mac = arp->mac;
			return a;
		}
		if (a->family == AF_INET6 && len >= sizeof(*nd) - 8 &&
		    nd->type[0] == 0x86 && nd->next == 58 && nd->icmp == 136 &&
		    memcmp(nd->target, a->ip, 16) == 0)
			return a;
	}
	return NULL;
}

static int
read_frames(int fd, const struct net_link *l, const uint8_t own[6],
    struct err *e)
{
	uint8_t frame[256];
	char text[NET_ADDR_TEXT];
	char who[NET_MAC_TEXT];

	for (int i = 0; i < 64; i++) {
		struct sockaddr_ll from;
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(fd, frame, sizeof(frame), 0, (void *)&from,
		    &size);
		const struct net_addr *a;
		const uint8_t *mac;

		if (n == -1)
			return 0;
		if (from.sll_pkttype == PACKET_OUTGOING)
			continue;
		a = claimed(l, frame, (size_t)n, &mac);
		if (!a || memcmp(mac, own, 6) == 0)
			continue;
		(void)net_addr_text(a, text);
		*strchr(text, '/') = '\0';
		return err_set(e, EADDRINUSE,
		    "address %s is in use on the network of '%s', by %s", text,
		    l->lower, net_mac_text(mac, who));
	}
	return 0;
}

static int
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int)(t.tv_sec % 100000 * 1000 + t.tv_nsec / 1000000);
}

int
probe_addresses(const struct net_link *l, const struct link_info *lower,
    struct err *e)
{
	_autoclose int arp = -1;
	_autoclose int nd = -1;
	int end = now_ms() + PROBE_MS;

	if (!lower->up || l->address.n == 0)
		return 0;
	arp = open_wire(lower->index, ETH_P_ARP, e);
	nd = open_wire(lower->index, ETH_P_IPV6, e);
	if (arp == -1 || nd == -1)
		return -1;
	each_address(arp, nd, l, lower->mac, false);
	for (int left = PROBE_MS; left > 0; left = end - now_ms()) {
		struct pollfd p[2] = { { .fd = arp, .events = POLLIN },
			{ .fd = nd, .events = POLLIN } };

		if (poll(p, 2, left) == -1 && errno != EINTR)
			return err_sys(e, "listen on the wire");
		if (read_frames(arp, l, lower->mac, e) == -1 ||
		    read_frames(nd, l, lower->mac, e) == -1)
			return -1;
	}
	return 0;
}

void
probe_announce(const struct net_link *l, const struct link_info *lower)
{
	struct err ignored;
	_autoclose int arp = open_wire(lower->index, ETH_P_ARP, &ignored);
	_autoclose int nd = open_wire(lower->index, ETH_P_IPV6, &ignored);

	if (arp != -1 && nd != -1 && lower->up)
		each_address(arp, nd, l, lower->mac, true);
}
