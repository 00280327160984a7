/* SPDX-License-Identifier: ISC
 *
 * sign - is a file what the holder of a trusted key signed? Keys and detached
 * signatures are minisign's: Ed25519 over the file ("Ed") or over its BLAKE2b
 * ("ED"), and over the signature with its trusted comment.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum {
	FS_SIGN_TEXT_MAX = 16 * 1024, /* bytes of a key's or signature's file */
	FS_SIGN_COMMENT_MAX = 8 * 1024, /* of one comment in it */
	FS_SIGN_KEYS_MAX = 256,
	FS_SIGN_ID_SIZE = 17, /* "E7620F1842B4E81F" */
};

struct fs_sign_key {
	uint8_t id[8];
	uint8_t key[32];
};

struct fs_signature {
	bool hashed;
	uint8_t id[8];
	/* The signature, and behind it the trusted comment: what the second
	 * signature is over. */
	uint8_t signed_text[64 + FS_SIGN_COMMENT_MAX];
	size_t comment_len;
	uint8_t global[64];
};

struct fs_sign_keys {
	struct fs_sign_key of[FS_SIGN_KEYS_MAX];
	size_t n;
};

/* The whole text of a file, which is exactly that and nothing more. Pure. */
int fs_sign_parse_key(const char *text, size_t len, struct fs_sign_key *out,
    struct err *e) MUST_CHECK;
int fs_sign_parse(const char *text, size_t len, struct fs_signature *out,
    struct err *e) MUST_CHECK;

/* A key's id as minisign prints it. */
void fs_sign_id(const uint8_t id[8], char out[FS_SIGN_ID_SIZE]);

/* Read the keys NAME.pub of the directory trusted-keys in dir, called path in
 * messages: none where there is no such directory. One that others than root
 * can write, or that is no key, is an error: without it the others would say
 * less than the administrator meant. */
int fs_sign_keys_read(int dir, const char *path, struct fs_sign_keys *out,
    struct err *e) MUST_CHECK;

/* Is there a key of that id? */
bool fs_sign_is_known(const struct fs_sign_keys *keys,
    const struct fs_signature *sig);

/* Read a signature that lies at path; ENOENT where there is none. */
int fs_sign_read(const char *path, struct fs_signature *out, struct err *e)
    MUST_CHECK;

/* A copy of the open file that nobody else can reach: it has no name. It shares
 * the blocks where dir's file system can; else it is written there. */
int fs_sign_copy(int file, int dir, struct err *e) MUST_CHECK;

/* Verify the whole of a file that fs_sign_copy made. */
int fs_sign_verify(int copy, const struct fs_signature *sig,
    const struct fs_sign_keys *keys, struct err *e) MUST_CHECK;
