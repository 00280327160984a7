/* SPDX-License-Identifier: ISC
 *
 * rtnl - one request and its answer over netlink.
 */
#include "net/rtnl.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"

static unsigned sequence;

struct mnl_socket *
rtnl_open(int protocol, struct err *e)
{
	struct mnl_socket *nl = mnl_socket_open2(protocol, SOCK_CLOEXEC);
	int one = 1;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) == -1) {
		(void)err_sys(e, "open netlink");
		rtnl_close_at(&nl);
		return NULL;
	}
	/* The reason in words; and not the whole request back. */
	(void)mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &one, sizeof(one));
	(void)mnl_socket_setsockopt(nl, NETLINK_CAP_ACK, &one, sizeof(one));
	return nl;
}

void
rtnl_close_at(struct mnl_socket **nl)
{
	if (*nl)
		(void)mnl_socket_close(*nl);
	*nl = NULL;
}

void *
rtnl_start(struct rtnl_msg *m, uint16_t type, uint16_t flags, size_t size)
{
	m->nlh = mnl_nlmsg_put_header(m->buf);
	m->nlh->nlmsg_type = type;
	m->nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	m->nlh->nlmsg_seq = ++sequence;
	return mnl_nlmsg_put_extra_header(m->nlh, size);
}

/* What the kernel said beside the number, or NULL. */
static const char *
reason(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *ack = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    !(nlh->nlmsg_flags & NLM_F_CAPPED))
		return NULL;
	rtnl_each(attr, nlh, sizeof(*ack))
	{
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			return mnl_attr_get_str(attr);
	}
	return NULL;
}

/* 0: go on, 1: done, -1: failed. */
static int
one_answer(const struct nlmsghdr *nlh, unsigned seq, mnl_cb_t fn, void *arg,
    struct err *e)
{
	const struct nlmsgerr *ack = mnl_nlmsg_get_payload(nlh);
	const char *why;

	if (nlh->nlmsg_seq != seq)
		return 0;
	if (nlh->nlmsg_type == NLMSG_DONE)
		return 1;
	if (nlh->nlmsg_type != NLMSG_ERROR) {
		if (fn)
			(void)fn(nlh, arg);
		return 0;
	}
	if (ack->error == 0)
		return 1;
	why = reason(nlh);
	return err_set(e, -ack->error, "%s", why ? why : strerror(-ack->error));
}

int
rtnl_ask(struct mnl_socket *nl, struct rtnl_msg *m, mnl_cb_t fn, void *arg,
    struct err *e)
{
	unsigned seq = m->nlh->nlmsg_seq;
	static char buf[32 * 1024];

	if (mnl_socket_sendto(nl, m->nlh, m->nlh->nlmsg_len) == -1)
		return err_sys(e, "send to the kernel");
	for (;;) {
		ssize_t got = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		int len = (int)got;
		const struct nlmsghdr *nlh = (const void *)buf;

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return err_sys(e, "hear from the kernel");
		for (; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			int rc = one_answer(nlh, seq, fn, arg, e);

			if (rc != 0)
				return rc == 1 ? 0 : -1;
		}
	}
}

int
rtnl_talk(struct mnl_socket *nl, struct rtnl_msg *m, struct err *e,
    const char *fmt, ...)
{
	va_list ap;
	_autofree char *what = NULL;

	if (rtnl_ask(nl, m, NULL, NULL, e) == 0)
		return 0;
	va_start(ap, fmt);
	what = mem_vprintf(fmt, ap);
	va_end(ap);
	return err_in(e, "%s", what);
}
