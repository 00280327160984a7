/* SPDX-License-Identifier: ISC
 *
 * A zone's passwd and group files: the first line is who is asked for, the rest
 * is both files. Whoever is found is exactly the one asked for, and every
 * number stands in the file as it was taken.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "zoned/passwd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The decimal number is a field of the text. */
static void
check_number(const char *text, size_t len, uint32_t n)
{
	_autofree char *field = mem_printf(":%u:", (unsigned)n);

	if (!memmem(text, len, field, strlen(field)))
		abort();
}

static void
check_user(const struct zd_user *u, const char *who, const char *text,
    size_t len)
{
	_autofree char *number = mem_printf("%u", (unsigned)u->uid);

	if (strcmp(u->name, who) != 0 && strcmp(number, who) != 0)
		abort();
	if (u->uid == UINT32_MAX || u->gid == UINT32_MAX || u->home[0] != '/' ||
	    u->shell[0] != '/')
		abort();
	check_number(text, len, u->uid);
	for (size_t i = 0; i < u->ngroups; i++)
		check_number(text, len, u->groups[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *end = size > 0 ? memchr(text, '\n', size) : NULL;
	size_t n = end ? (size_t)(end - text) : size;
	_autofree char *who = mem_strndup(size > 0 ? text : "", n);
	const char *rest = end ? end + 1 : "";
	size_t len = end ? size - n - 1 : 0;
	struct zd_user u = { 0 };
	struct err e = { 0 };

	if (zd_passwd_find(rest, len, who, &u, &e) == -1)
		return 0;
	if (zd_group_add(rest, len, &u, &e) == 0)
		check_user(&u, who, rest, len);
	zd_user_done(&u);
	return 0;
}
