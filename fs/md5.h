/* SPDX-License-Identifier: ISC
 *
 * md5 - the digest of RFC 1321, to tell whether a file is still the one that
 * its package brought: dpkg's database knows no other. No defence against
 * somebody who may write to the files of the system.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

#define FS_MD5_SIZE 16

struct fs_md5 {
	uint32_t state[4];
	uint64_t len; /* bytes so far */
	uint8_t rest[64];
};

void fs_md5_init(struct fs_md5 *m);
void fs_md5_update(struct fs_md5 *m, const void *data, size_t len);
void fs_md5_final(struct fs_md5 *m, uint8_t out[FS_MD5_SIZE]);

/* The digest of a file from its current position to the end. */
int fs_md5_fd(int fd, uint8_t out[FS_MD5_SIZE], struct err *e) MUST_CHECK;

/* 32 hexadecimal digits at s to a digest. Returns 0, or -1 when they are not.
 */
int fs_md5_parse(const char *s, uint8_t out[FS_MD5_SIZE]);
