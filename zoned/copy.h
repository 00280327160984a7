/* SPDX-License-Identifier: ISC
 *
 * copy - files and trees as a stream of frames: what zonecp and the process
 * that works for it in the zone say to one another over two pipes.
 *
 * A frame is a type byte, a length of four bytes (little endian, at most
 * ZD_COPY_MAX) and so much payload:
 *
 *   f  meta name          a file begins
 *   b  bytes              of that file
 *   e                     the file ends
 *   d  meta name          a directory is entered
 *   u                     and left again
 *   l  meta name 0 target a symbolic link
 *   x  text               something could not be done; the rest goes on
 *   q                     the end, both ways
 *
 * meta is mode (4 bytes), seconds (8) and nanoseconds (4) of the modification
 * time, little endian. A name is one component. Neither side trusts the other:
 * the receiver makes everything beneath the directory it was told, one
 * component at a time and through no symbolic link.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum { ZD_COPY_MAX = 64 * 1024, ZD_COPY_DEPTH = 200 };

struct zd_copy {
	int in;  /* frames from the other side, -1: none are expected */
	int out; /* frames to the other side, -1: none */
	bool recursive;
	bool into_dir;   /* the target must be a directory */
	const char *as;  /* receiving: one item, of this name whatever the other
			  * side calls it; NULL: any number of any name */
	bool keep;       /* modes and times as they were, also of what is
			  * there; else new items get their mode less the
			  * umask, and no set-id bit */
	uint32_t mode;   /* mask of the mode bits that are kept */
	unsigned failed; /* counts what could not be done */
	uint64_t bytes;  /* of file content so far */
	/* A failure: ours, or what the other side said (remote; not to be
	 * trusted). May be NULL: then it is sent to the other side. */
	void (*note)(struct zd_copy *c, const char *text, bool remote);
	void (*moved)(struct zd_copy *c); /* after each block; may be NULL */
	void *arg;
	unsigned char *buf; /* ZD_COPY_MAX bytes, for zd_copy_done to free */
};
void zd_copy_done(struct zd_copy *c);
#define _cleanup_copy __attribute__((cleanup(zd_copy_done)))

/* Send what lies at path. Errors of single files are noted, and the rest goes
 * on; -1 only where the stream is broken. */
int zd_copy_send(struct zd_copy *c, const char *path, struct err *e) MUST_CHECK;
int zd_copy_send_end(struct zd_copy *c, struct err *e) MUST_CHECK;

/* Receive everything up to the end: into path where it is a directory, else
 * one item as path itself. */
int zd_copy_receive(struct zd_copy *c, const char *path, struct err *e)
    MUST_CHECK;

/* The side in the zone. request is 'g' (send), 'p' (receive) or 'P' (receive
 * and keep modes and times), 'r' or '-', 'm' (many) or '-', ':' and the path.
 * 0, or -1 where anything failed. */
int zd_copy_serve(const char *request, int in, int out);
