/* SPDX-License-Identifier: ISC
 *
 * ula - what addresses of IPv6 on the default network begin with.
 */
#include "zoned/ula.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

enum { TEXT_MAX = 256 };

static const char file[] = ".ula";

/* fd00::/8, 40 random bits, 16 of networks, of which the first is used. */
static char *
choose(struct err *e)
{
	uint8_t ip[16] = { 0xfd };
	char text[INET6_ADDRSTRLEN];

	if (getrandom(ip + 1, 5, 0) != 5 ||
	    !inet_ntop(AF_INET6, ip, text, sizeof(text))) {
		(void)err_sys(e, "a random prefix");
		return NULL;
	}
	return mem_printf("%s/48\n", text);
}

/* Two zones may boot for the first time at once: the first file stays. */
static int
keep(int etc, const char *text, struct err *e)
{
	_autofree char *own = mem_printf("%s.%d", file, (int)getpid());
	int rc = 0;

	if (fd_replace_file(etc, own, 0644, text, strlen(text), FD_DURABLE,
		e) == -1)
		return -1;
	if (linkat(etc, own, etc, file, 0) == -1 && errno != EEXIST)
		rc = err_sys(e, "make '%s/%s'", path_of(PATH_ETC), file);
	(void)unlinkat(etc, own, 0);
	if (rc == 0 && fsync(etc) == -1)
		rc = err_sys(e, "flush '%s'", path_of(PATH_ETC));
	return rc;
}

/* 1: there is one, 0: there is none. */
static int
read_prefix(int etc, char **out, struct err *e)
{
	_autofree char *text = NULL;
	uint8_t ip[16];
	struct err why;
	char *slash;

	if (fd_read_file(etc, file, TEXT_MAX, &text, NULL, &why) == -1) {
		if (why.code == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	text[strcspn(text, "\n")] = '\0';
	slash = strchr(text, '/');
	if (slash)
		*slash = '\0';
	if (!slash || strcmp(slash + 1, "48") != 0 ||
	    inet_pton(AF_INET6, text, ip) != 1 || ip[0] != 0xfd)
		return err_set(e, EINVAL,
		    "'%s/%s' is no prefix as fd12:3456:789a::/48; remove the "
		    "file, and another one is chosen",
		    path_of(PATH_ETC), file);
	*slash = '/';
	*out = mem_take(&text);
	return 1;
}

char *
zd_ula_prefix(struct err *e)
{
	_autoclose int etc = path_open(PATH_ETC, e);
	_autofree char *text = NULL;
	char *out = NULL;
	int rc = etc == -1 ? -1 : read_prefix(etc, &out, e);

	if (rc != 0)
		return out;
	text = choose(e);
	if (!text || keep(etc, text, e) == -1)
		return NULL;
	/* What is there now, whoever made it. */
	if (read_prefix(etc, &out, e) == 0)
		(void)err_set(e, ENOENT, "'%s/%s' is gone", path_of(PATH_ETC),
		    file);
	return out;
}
