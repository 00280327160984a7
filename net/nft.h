/* SPDX-License-Identifier: ISC
 *
 * nft - nf_tables in one transaction: tables, chains, sets and rules as small
 * structures, printed as text for tests and sent to the kernel as one batch.
 *
 * The kernel's tables are never read: the cost does not grow with the number
 * of zones.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* What a rule looks at: a row each in nft.c. */
enum nft_field {
	NFT_F_NONE,
	NFT_F_ETHER_SRC,
	NFT_F_ETHER_GROUP, /* the destination but for its last byte */
	NFT_F_MARK,
	NFT_F_ETHER_TYPE, /* as on the wire: 0x8100 where there is a tag */
	NFT_F_PROTO,      /* of the packet, behind a tag */
	NFT_F_IP_SRC,
	NFT_F_IP_DST,
	NFT_F_IP_FRAGMENT, /* flags and offset */
	NFT_F_IP6_NEXT,    /* kind of what follows the first header */
	NFT_F_IP6_SECOND,  /* where that is a header, of what follows it */
	NFT_F_IP6_SRC,
	NFT_F_IP6_DST,
	NFT_F_ARP_MAC,
	NFT_F_ARP_IP,
	NFT_F_ARP_TARGET, /* whose address is asked */
	NFT_F_L4,
	NFT_F_SPORT,
	NFT_F_DPORT,
	NFT_F_L4_TYPE, /* of ICMP and IGMP */
	NFT_F_ICMP6_TYPE,
	NFT_F_ND_TARGET,
	NFT_F_ND_OPTION, /* type of the first option of an advertisement */
	NFT_F_ND_MAC,    /* and the address in it */
	NFT_F_RS_OPTION, /* the same of a router solicitation */
	NFT_F_RS_MAC,
	NFT_F_DHCP_MAC, /* chaddr of a request */
	NFT_F_IIFNAME,
	NFT_F_OIFNAME,
	NFT_F_NFPROTO,
	NFT_F_IFPAIR, /* iifname and oifname */
	NFT_F_CT_DST, /* whom the first packet of a connection was sent to */
	NFT_F_CT_DST6,
	NFT_F_CT_STATE, /* one of the bits, in the order of the host */
	NFT_F_LOCAL,    /* what the destination is to this host: RTN_* */
	NFT_F_L4PORT,   /* protocol and destination port: keys of maps */
	NFT_F_IP_PAIR,  /* ip saddr and daddr */
	NFT_F_IP6_PAIR,
	NFT_FIELDS,
};

struct nft_match {
	enum nft_field field;
	bool differs;      /* != instead of == */
	const char *set;   /* in this set, or NULL: */
	uint8_t value[16]; /* as on the wire; a name padded with zeros */
};

enum nft_verdict {
	NFT_V_NEXT,
	NFT_V_ACCEPT,
	NFT_V_DROP,
	NFT_V_FWD,
	NFT_V_LIMIT,
	NFT_V_MARK,
	NFT_V_MASQUERADE,
	NFT_V_COUNT, /* where its source has more connections: drop */
	NFT_V_DNAT,  /* to what map says of NFT_F_L4PORT; else the next rule */
};

struct nft_rule {
	struct nft_match match[5]; /* up to the first NFT_F_NONE */
	enum nft_verdict verdict;
	uint64_t arg;    /* fwd: ifindex; limit: bytes a second; mark; count */
	const char *dev; /* fwd: the link's name, for the text */
	const char *map; /* dnat; count: the set of sources */
	bool ip6;        /* dnat, count: of IPv6 */
};

/* Where a chain hangs, and with what priority. */
enum nft_hook {
	NFT_H_FILTER, /* netdev: ingress of dev; inet: forward */
	NFT_H_OUT,    /* netdev: egress of dev (Linux 5.16) */
	NFT_H_BEHIND, /* forward, behind NFT_H_FILTER */
	NFT_H_NEW,    /* prerouting, as soon as connections are told apart */
	NFT_H_DSTNAT, /* prerouting */
	NFT_H_OUTNAT, /* output */
	NFT_H_SRCNAT, /* postrouting */
};

struct nft_chain {
	const char *name;
	enum nft_hook hook;
	const char *dev; /* netdev: hooked at its ingress */
	const struct nft_rule *rule;
	size_t nrules;
};

/* Whether a set is a map: to an address and a port, then two zeros. The number
 * is the length of its values. */
enum nft_map { NFT_NO_MAP, NFT_MAP_IP = 8, NFT_MAP_IP6 = 20 };

struct nft_set {
	const char *name;
	enum nft_field key;
	enum nft_map map;
	uint32_t dynamic; /* filled by NFT_V_COUNT: most elements */
};

struct nft_elem {
	const char *set;
	uint8_t key[32];
	uint8_t data[20];
	enum nft_map map;
};

struct nft_table {
	bool netdev; /* else inet */
	const char *name;
};

/* A batch under construction; NULL-initialised by nft_begin. */
struct nft_batch;
struct nft_batch *nft_begin(void);
void nft_free_at(struct nft_batch **batch);
#define _autonft __attribute__((cleanup(nft_free_at)))

/* What is made here may be there already, if it is the same; of a chain that is
 * the place where it hangs: its rules are replaced. */
void nft_add_table(struct nft_batch *b, const struct nft_table *t);
void nft_add_set(struct nft_batch *b, const struct nft_table *t,
    const struct nft_set *set);
void nft_add_chain(struct nft_batch *b, const struct nft_table *t,
    const struct nft_chain *chain);
void nft_add_elem(struct nft_batch *b, const struct nft_table *t,
    const struct nft_elem *elem, enum nft_field key);
void nft_del_elem(struct nft_batch *b, const struct nft_table *t,
    const struct nft_elem *elem, enum nft_field key);

/* Remove a table with all that is in it. */
void nft_del_table(struct nft_batch *b, const struct nft_table *t);

/* Carry it out, all or nothing. e->code is ENOENT where what was to be removed
 * is not there, EEXIST where what was to be made is. */
int nft_commit(struct nft_batch **batch, struct err *e) MUST_CHECK;

/* A rule as nft(8) would write it, for tests; the caller frees it. */
char *nft_rule_text(const struct nft_rule *rule);
