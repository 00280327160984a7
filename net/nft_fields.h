/* SPDX-License-Identifier: ISC
 *
 * nft_fields - what a rule can look at: how the kernel loads it (nft.c), and
 * how it is shown.
 */
#pragma once

#include "net/nft.h"

enum nft_load {
	PAYLOAD,
	META,
	PAIR,
	CT,
	CT_BITS,
	FIB,
	L4PORT,
	IP_PAIR,
	IP6_PAIR
};
enum nft_shape {
	STATE,
	HEX16,
	NUMBER8,
	NUMBER32,
	MARK,
	PORT,
	MAC,
	IP4,
	IP6,
	NAME,
	SERVICE,
	IP4_PAIR,
	IP6_IP6,
};

/* How a field is loaded and shown. type is what nft(8) calls the keys of a set
 * of it (its datatype number). */
struct nft_field_row {
	const char *text;
	enum nft_load load;
	unsigned base; /* payload base, or meta key */
	unsigned offset;
	unsigned len;
	enum nft_shape shape;
	unsigned type;
};
extern const struct nft_field_row nft_fields[NFT_FIELDS];
