/* SPDX-License-Identifier: ISC
 *
 * vouch - may this archive be installed: who signed it, and does anybody ask?
 *
 * With one key in /etc/zones/trusted-keys an archive needs a signature by one
 * of them beside it (ARCHIVE.minisig); without any key it is taken as it is.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "fs/sign.h"

struct vouch {
	struct fs_sign_keys keys;
	struct fs_signature sig;
	const char *archive;
	bool unsigned_too; /* the administrator said so */
	bool needed;       /* a signature is: after vouch_begin */
};

/* Read keys and signature; archive and unsigned_too are set. An error where a
 * signature is needed and there is none by a known key. */
int vouch_begin(struct vouch *v, struct err *e) MUST_CHECK;

/* Where a signature is needed: put in place of *archive a copy that nobody can
 * change, made in the directory dir, and verify that. */
int vouch_finish(const struct vouch *v, int *archive, int dir, struct err *e)
    MUST_CHECK;

/* May a directory be taken that was named where an archive might be? With keys
 * it may not: who can write beside an archive could put it in its place. */
int vouch_directory(const char *path, struct err *e) MUST_CHECK;

/* The id of the key, "" where nobody asked. */
void vouch_signer(const struct vouch *v, char out[FS_SIGN_ID_SIZE]);

/* For people: that it was not verified and why, or by whom it is signed and
 * what he says of it. The caller frees it. */
char *vouch_text(const struct vouch *v);
