/* SPDX-License-Identifier: ISC
 *
 * Files of keys and of signatures: what is taken has a newline at its end and
 * no NUL, is not too long, and a changed byte of a trusted comment shows in
 * what was read.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fs/sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(int taken, const struct err *e, const uint8_t *data, size_t size)
{
	if (taken == -1 && (e->code == 0 || e->msg[0] == '\0'))
		abort();
	if (taken == 0 &&
	    (size > FS_SIGN_TEXT_MAX || data[size - 1] != '\n' ||
		memchr(data, '\0', size)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct fs_signature sig;
	struct fs_sign_key key;
	struct err e = { 0 };
	int taken = fs_sign_parse_key(text, size, &key, &e);

	check(taken, &e, data, size);
	e = (struct err){ 0 };
	taken = fs_sign_parse(text, size, &sig, &e);
	check(taken, &e, data, size);
	if (taken == 0 &&
	    (sig.comment_len > FS_SIGN_COMMENT_MAX ||
		!memmem(text, size, sig.signed_text + 64, sig.comment_len)))
		abort();
	return 0;
}
