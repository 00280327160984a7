/* SPDX-License-Identifier: ISC
 *
 * proto - what zoned and its clients say to one another.
 *
 * One message is one packet of a SOCK_SEQPACKET unix socket: NUL-terminated
 * strings, the first its type, the others "key=value". Up to ZD_MAX_FDS
 * descriptors ride along. An unknown key is ignored, an unknown type refused.
 * Who asks is taken from SO_PEERCRED only, never from the message.
 *
 * Requests (client to zoned), each answered by any number of "progress" and
 * "warning", then one "done" or "error":
 *
 *   status                               done: state id init boots
 *   ready
 *   boot      args=STRING                replaces bootargs where present
 *   reboot    args=STRING                halt and boot, no scripts
 *   shutdown  args=STRING reboot=1 timeout=SECONDS
 *   halt
 *   login     mode=pty|pipe|copy  user= command= term= failsafe=1 login=1
 *             done: fds, see zoned/enter.h
 *   console   pid=N interactive=1, one stream socket rides along
 *   upgrade   path=DIRECTORY             re-execute in place the zoned there
 *
 * Replies (zoned to client):
 *
 *   progress  text=                      for people, one line
 *   warning   text=
 *   done      ...
 *   error     code=N text=               as in base/err.h
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum { ZD_MSG_MAX = 160 * 1024, ZD_MAX_FDS = 8 };

struct zd_msg {
	char *buf; /* type\0key=value\0... */
	size_t len;
	int fds[ZD_MAX_FDS]; /* owned by the message until taken */
	size_t nfds;
};

void zd_msg_start(struct zd_msg *m, const char *type);
void zd_msg_add(struct zd_msg *m, const char *key, const char *value);
void zd_msg_addf(struct zd_msg *m, const char *key, const char *fmt, ...)
    PRINTF(3, 4);
/* The message owns fd from here on. */
void zd_msg_add_fd(struct zd_msg *m, int fd);
void zd_msg_done(struct zd_msg *m); /* frees, closes; safe on a zeroed one */
#define _cleanup_msg __attribute__((cleanup(zd_msg_done)))

/* Take a received packet apart; refuses what is not NUL-terminated, has no
 * type, or a word without '='. Pure: fuzzed. */
int zd_msg_check(const char *buf, size_t len, struct err *e) MUST_CHECK;

const char *zd_msg_type(const struct zd_msg *m);
bool zd_msg_is(const struct zd_msg *m, const char *type);
const char *zd_msg_get(const struct zd_msg *m, const char *key); /* or NULL */
/* The number, or otherwise where it is missing or not one. */
uint64_t zd_msg_num(const struct zd_msg *m, const char *key,
    uint64_t otherwise);
/* Take descriptor i out of the message, -1 where there is none. */
int zd_msg_take_fd(struct zd_msg *m, size_t i);

/* Send, receive one message. recv: 1 a message, 0 the other side closed. */
int zd_msg_send(int sock, const struct zd_msg *m, struct err *e) MUST_CHECK;
int zd_msg_recv(int sock, struct zd_msg *m, struct err *e) MUST_CHECK;

/* An "error" message from an error, and back (always -1). */
void zd_msg_from_err(struct zd_msg *m, const struct err *why);
int zd_msg_to_err(const struct zd_msg *m, struct err *e);
