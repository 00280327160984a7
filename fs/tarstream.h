/* SPDX-License-Identifier: ISC
 *
 * tarstream - a tar archive, compressed or not, that is read to its very end:
 * what the library would overlook there is an error.
 *
 * Two readers of libarchive in a row, the first takes off the compression, the
 * second reads tar; every byte between them passes through here. gzip is
 * taken off by zlib before both, because libarchive does not verify its sum.
 */
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct fs_tarstream;

/* fd stays the caller's, and must stay open. max: bytes after decompression. */
struct fs_tarstream *fs_tarstream_new(int fd, uint64_t max);
void fs_tarstream_free(struct fs_tarstream **t);
#define _cleanup_tarstream __attribute__((cleanup(fs_tarstream_free)))

/* 1: the next member; 0: the archive ended as it should; -1: it is damaged. */
int fs_tarstream_next(struct fs_tarstream *t, struct archive_entry **entry,
    struct err *e) MUST_CHECK;

/* A piece of the member's data: 1, or 0 behind the last. */
int fs_tarstream_data(struct fs_tarstream *t, const void **data, size_t *len,
    uint64_t *at, struct err *e) MUST_CHECK;
