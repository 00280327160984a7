/* SPDX-License-Identifier: ISC
 *
 * Packets: what the check takes can be read and packed again as the same.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "zoned/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Pack the words of m anew, one by one. */
static void
repack(const struct zd_msg *m, struct zd_msg *out)
{
	const char *end = m->buf + m->len;

	zd_msg_start(out, zd_msg_type(m));
	for (const char *p = m->buf + strlen(m->buf) + 1; p < end;
	     p += strlen(p) + 1) {
		const char *eq = strchr(p, '=');
		_autofree char *key = mem_strndup(p, (size_t)(eq - p));

		if (!zd_msg_get(m, key))
			abort();
		(void)zd_msg_num(m, key, 0);
		zd_msg_add(out, key, eq + 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zd_msg m = { .len = size };
	struct err e = { 0 };

	if (zd_msg_check((const char *)data, size, &e) == -1)
		return e.code != EPROTO ? abort(), 0 : 0;
	m.buf = mem_alloc(size);
	memcpy(m.buf, data, size);
	{
		_cleanup_msg struct zd_msg again = { 0 };

		repack(&m, &again);
		if (again.len != size || memcmp(again.buf, data, size) != 0)
			abort();
		if (zd_msg_to_err(&m, &e) != -1)
			abort();
	}
	zd_msg_done(&m);
	return 0;
}
