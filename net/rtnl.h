/* SPDX-License-Identifier: ISC
 *
 * rtnl - one request and its answer over netlink, with the kernel's own words
 * as the error.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

#include "base/attr.h"
#include "base/err.h"

enum { RTNL_SIZE = 8192 };

/* A request under construction. */
struct rtnl_msg {
	struct nlmsghdr *nlh;
	char buf[RTNL_SIZE];
};

/* Open a socket for a protocol (NETLINK_ROUTE) in this process's network
 * namespace. Belongs to that namespace from then on. */
struct mnl_socket *rtnl_open(int protocol, struct err *e) MUST_CHECK;
void rtnl_close_at(struct mnl_socket **nl);
#define _autonl __attribute__((cleanup(rtnl_close_at)))

/* Each attribute behind a header of size bytes, and each inside another. */
#define rtnl_each(attr, nlh, size)                                     \
	for ((attr) = mnl_nlmsg_get_payload_offset((nlh), (size));     \
	     mnl_attr_ok((attr),                                       \
		 (int)((const char *)mnl_nlmsg_get_payload_tail(nlh) - \
		     (const char *)(attr)));                           \
	     (attr) = mnl_attr_next(attr))
#define rtnl_each_in(attr, nest)                                              \
	for ((attr) = mnl_attr_get_payload(nest); mnl_attr_ok((attr),         \
		 (int)((const char *)mnl_attr_get_payload(nest) +             \
		     mnl_attr_get_payload_len(nest) - (const char *)(attr))); \
	     (attr) = mnl_attr_next(attr))

/* Start a request with its fixed header of size bytes, which is returned. */
void *rtnl_start(struct rtnl_msg *m, uint16_t type, uint16_t flags,
    size_t size);

/* Send it and wait for the kernel's word. On failure the errno is e->code and
 * the message "WHAT: the kernel's own text, or strerror". */
int rtnl_talk(struct mnl_socket *nl, struct rtnl_msg *m, struct err *e,
    const char *fmt, ...) PRINTF(4, 5) MUST_CHECK;

/* As rtnl_talk, with each message of the answer handed to fn (MNL_CB_*). */
int rtnl_ask(struct mnl_socket *nl, struct rtnl_msg *m, mnl_cb_t fn, void *arg,
    struct err *e) MUST_CHECK;
