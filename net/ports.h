/* SPDX-License-Identifier: ISC
 *
 * ports - which links are ports of which switch: what the kernel has, joined
 * with the switches on file and with what is on record of running zones.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "net/scan.h"
#include "net/spec.h"
#include "net/switch.h"

enum vswitch_kind {
	VSWITCH_INTERNAL, /* zones among themselves */
	VSWITCH_UPLINK,   /* a link of the host is a port too */
	VSWITCH_BRIDGE,   /* the administrator's own, with zones on it */
	VSWITCH_DEFAULT,  /* the default network: routed, no bridge */
};

struct vport {
	const struct scan_link *link;
	/* From the zone's record: nothing of zones of another root. */
	bool known;
	uint8_t mac[6];
	struct net_addrs address;
};

struct vswitch {
	char name[NET_NAME_SIZE];
	enum vswitch_kind kind;
	bool kept;
	bool missing; /* on file, not in the kernel */
	bool up;
	int index;
	char *uplink; /* links of the host, with commas between; "" for none */
	struct vport *port;
	size_t nports;
};

struct vswitches {
	struct scan scan;
	struct vswitch *sw;
	size_t n;
};

int vswitches_read(struct vswitches *out, struct err *e) MUST_CHECK;
void vswitches_done(struct vswitches *list);
#define _cleanup_vswitches __attribute__((cleanup(vswitches_done)))

/* The record of a zone's links: 1, or 0 where there is none. */
typedef int vswitch_record_fn(const struct scan_link *l, struct net_spec *out);

/* The join, of a scan that the list then owns. */
void vswitches_join(struct scan *scan, const struct kept_list *kept,
    vswitch_record_fn *record, struct vswitches *out);
