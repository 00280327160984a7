/* SPDX-License-Identifier: ISC
 *
 * zone-net - gives a zone its links and takes them away: started by zoned for a
 * moment, and not at all for a zone without networks.
 *
 *	zone-net up    the spec on stdin
 *	zone-net down
 *
 * Descriptors: 3 the zone's network namespace (up; for down it may be
 * /dev/null), 4 the host's, 5 the directory of the zone's run record, where
 * "net" says what was made.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "net/apply.h"
#include "net/settle.h"

enum { FD_ZONE = 3, FD_HOST = 4, FD_RUN = 5 };

static const char record[] = "net";

static int
save(const struct net_spec *s, struct err *e)
{
	_autofree char *text = net_spec_print(s);

	return fd_replace_file(FD_RUN, record, 0600, text, strlen(text),
	    FD_VOLATILE, e);
}

static int
up(struct err *e)
{
	_autofree char *text = NULL;
	_cleanup_net_spec struct net_spec s = { 0 };
	_autonl struct mnl_socket *nl = NULL;

	if (fd_read_all(STDIN_FILENO, NET_TEXT_MAX, &text, NULL, e) == -1 ||
	    net_spec_parse(text, true, &s, e) == -1)
		return -1;
	nl = rtnl_open(NETLINK_ROUTE, e);
	if (!nl || net_settle(nl, &s, e) == -1 || save(&s, e) == -1)
		return -1;
	return net_up(&s, FD_ZONE, e);
}

static int
down(struct err *e)
{
	_autofree char *text = NULL;
	_cleanup_net_spec struct net_spec s = { 0 };
	struct err why;
	bool gone = ioctl(FD_ZONE, NS_GET_NSTYPE) != CLONE_NEWNET;

	if (fd_read_file(FD_RUN, record, NET_TEXT_MAX, &text, NULL, &why) ==
	    -1) {
		if (why.code == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	if (net_spec_parse(text, false, &s, e) == -1 ||
	    net_down(&s, gone ? -1 : FD_ZONE, FD_HOST, e) == -1)
		return -1;
	if (unlinkat(FD_RUN, record, 0) == -1)
		return err_sys(e, "remove the record of the links");
	return 0;
}

int
main(int argc, char **argv)
{
	struct err e = { 0 };
	int rc;

	if (argc != 2 || (!str_eq(argv[1], "up") && !str_eq(argv[1], "down"))) {
		(void)fputs("zone-net: started by zoned, never by hand\n",
		    stderr);
		return 2;
	}
	if (setns(FD_HOST, CLONE_NEWNET) == -1)
		rc = err_sys(&e, "the host's network namespace");
	else
		rc = str_eq(argv[1], "up") ? up(&e) : down(&e);
	if (rc == 0)
		return 0;
	(void)fprintf(stderr, "%s\n", e.msg);
	return 1;
}
