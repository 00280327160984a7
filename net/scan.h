/* SPDX-License-Identifier: ISC
 *
 * scan - the zones' links as the kernel has them now: switches, ports and what
 * went over them. One question to the kernel, whatever the number of links.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "net/spec.h"

enum { SCAN_ALTNAME_SIZE = 128 }; /* ALTIFNAMSIZ */

struct scan_count {
	uint64_t bytes;
	uint64_t packets;
	uint64_t drops;
};

/* A link of this network namespace. */
struct scan_link {
	int index;
	int master; /* 0: none */
	bool up;
	bool isolated;
	bool kept;      /* a switch that stays without zones */
	bool joint;     /* wires two bridges of one switch */
	char *whole;    /* the switch that this bridge is a part of, or NULL */
	bool on_demand; /* "switch:NAME": made by us, kept or not */
	char name[NET_NAME_SIZE];
	char kind[16]; /* "bridge", "veth" ...; "" for hardware */
	uint8_t mac[6];
	unsigned mtu;
	/* A zone's end: NULL else. root is "" for the default one. */
	char *zone;
	char *inside; /* its name in the zone */
	char *root;
	/* As the link's own owner sees it: for a zone's end, the zone. */
	struct scan_count rx;
	struct scan_count tx;
};

struct scan {
	struct scan_link *link;
	size_t n;
};

/* All links of the network namespace that we are in, by their numbers. */
int scan_links(struct scan *out, struct err *e) MUST_CHECK;
void scan_copy(const struct scan *s, struct scan *out);
void scan_done(struct scan *s);
#define _cleanup_scan __attribute__((cleanup(scan_done)))

const struct scan_link *scan_index(const struct scan *s, int index);

/* "web:net0@1a2b3c4d" in its parts, from a second name. false: it is not such a
 * name. The caller frees the parts. */
bool scan_split(const char *altname, char **zone, char **inside, char **root);

/* Counted since before; a link that is not there before counts from nothing. */
void scan_since(struct scan *now, const struct scan *before);
