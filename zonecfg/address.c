/* SPDX-License-Identifier: ISC
 *
 * address - addresses of networks as people write them.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/value.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool
made_of(const char *text, const char *chars)
{
	return *text != '\0' && text[strspn(text, chars)] == '\0';
}

/* RFC 1123: labels of letters, digits and dashes; one that is all digits at the
 * end is a mistyped address. */
bool
zc_is_host_name(const char *text)
{
	const char *last = strrchr(text, '.');

	if (strlen(text) > 253 || !made_of(text, LETTERS DIGITS "-._"))
		return false;
	if (strstr(text, "..") || *text == '.' || *text == '-')
		return false;
	return !made_of(last ? last + 1 : text, DIGITS);
}

static int
check_prefix(const char *text, const char *prefix, enum zc_family family,
    struct err *e)
{
	unsigned most = family == ZC_IPV6 ? 128 : 32;
	uint64_t n;

	if (str_u64(prefix, most, &n) == 0)
		return 0;
	return err_set(e, ERR_CONFIG,
	    "%s: IPv%d prefix lengths must be 0 - %u.", text,
	    family == ZC_IPV6 ? 6 : 4, most);
}

int
zc_address_parse(const char *text, enum zc_family *family, struct err *e)
{
	_autofree char *host = mem_strndup(text, strcspn(text, "/"));
	const char *prefix = strchr(text, '/');
	unsigned char addr[16];
	enum zc_family found;

	if (inet_pton(AF_INET, host, addr) == 1)
		found = ZC_IPV4;
	else if (inet_pton(AF_INET6, host, addr) == 1)
		found = ZC_IPV6;
	else if (zc_is_host_name(host))
		found = ZC_HOST;
	else
		return err_set(e, ERR_CONFIG,
		    "%s: bogus host name or network address syntax; write "
		    "192.0.2.7/24, 2001:db8::7/64 or a host name",
		    text);
	if (found == ZC_IPV6 && !prefix)
		return err_set(e, ERR_CONFIG,
		    "%s: IPv6 addresses require /prefix-length suffix.", text);
	if (prefix && check_prefix(text, prefix + 1, found, e) == -1)
		return -1;
	*family = found;
	return 0;
}
