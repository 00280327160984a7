/* SPDX-License-Identifier: ISC
 *
 * Probes: families of sockets that reach past the zone, or into code rich in
 * bugs.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "tests/probe/probe.h"

/* The number holds family, type and protocol. */
#define WHAT(family, type, protocol) \
	((long)(family) << 16 | (long)(type) << 8 | (protocol))

static enum verdict
run(const struct probe *p)
{
	int fd = socket((int)(p->nr >> 16), (int)(p->nr >> 8 & 0xff),
	    (int)(p->nr & 0xff));

	if (fd >= 0)
		return SUCCEEDED;
	if (outside)
		return say(CANNOT_TRY, "this kernel: %s", strerror(errno));
	return say(BLOCKED, "%s", strerror(errno));
}

static const struct probe table[] = {
	{ "packet", run, RUN, "packet socket", NULL,
	    WHAT(AF_PACKET, SOCK_RAW, 0) },
	{ "raw", run, RUN, "raw IPv4 socket", NULL,
	    WHAT(AF_INET, SOCK_RAW, 1) },
	{ "raw6", run, RUN, "raw IPv6 socket", NULL,
	    WHAT(AF_INET6, SOCK_RAW, 58) },
	{ "vsock", run, RUN, "socket to the hypervisor", NULL,
	    WHAT(AF_VSOCK, SOCK_STREAM, 0) },
	{ "alg", run, RUN, "kernel cryptography", NULL,
	    WHAT(AF_ALG, SOCK_SEQPACKET, 0) },
	{ "key", run, RUN, "IPsec keys", NULL, WHAT(AF_KEY, SOCK_RAW, 2) },
	{ "xdp", run, RUN, "XDP socket", NULL, WHAT(AF_XDP, SOCK_RAW, 0) },
	{ "netlink-audit", run, RUN, "audit", NULL,
	    WHAT(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT) },
	{ "netlink-netfilter", run, RUN, "packet filter", NULL,
	    WHAT(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) },
	{ "netlink-xfrm", run, RUN, "IPsec policy", NULL,
	    WHAT(AF_NETLINK, SOCK_RAW, NETLINK_XFRM) },
};

const struct probes socket_probes = { table, ARRAY_LEN(table) };
