/* SPDX-License-Identifier: ISC
 *
 * apply - carry a plan out, and undo one.
 */
#include "net/apply.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "net/bridges.h"
#include "net/guard.h"
#include "net/link.h"
#include "net/neighbours.h"
#include "net/plan.h"
#include "net/probe.h"
#include "net/settle.h"
#include "net/switch.h"
#include "net/uplink.h"

struct work {
	const struct net_spec *spec;
	struct mnl_socket *host;
	struct mnl_socket *zone; /* NULL: the namespace is gone */
	int zone_ns;
	int host_ns;
	int lock; /* of the uplinks */
	struct guard_links links;
	int bridge[NET_LINKS_MAX]; /* whose port a link is */
};

static const struct net_link *
link_of(const struct work *w, const struct net_op *op)
{
	return &w->spec->link[op->link];
}

/* A link that must be there. Returns its index. */
static int
must_find(struct mnl_socket *nl, const char *name, struct err *e)
{
	struct link_info info;
	int rc = link_find(nl, name, &info, e);

	if (rc == 0)
		return err_set(e, ENODEV, "link '%s' is gone", name);
	return rc == -1 ? -1 : info.index;
}

/* --- on the host ---------------------------------------------------------- */

static int
veth_do(struct work *w, const struct net_op *op, struct err *e)
{
	const struct net_link *l = link_of(w, op);
	int index;

	if (link_veth(w->host, l, l->mtu, w->zone_ns, e) == -1)
		return -1;
	index = must_find(w->host, l->host, e);
	w->links.host[op->link] = index;
	return index == -1 ? -1 : 0;
}

static int
altname_do(struct work *w, const struct net_op *op, struct err *e)
{
	_autofree char *name = net_altname(w->spec, link_of(w, op));

	return link_altname(w->host, w->links.host[op->link], name, e);
}

static int
macvlan_do(struct work *w, const struct net_op *op, struct err *e)
{
	const struct net_link *l = link_of(w, op);
	_autofree char *name = net_altname(w->spec, l);
	_autofree char *longer = mem_printf("%sm", name);
	int lower = must_find(w->host, l->lower, e);
	int index;

	if (lower == -1 || link_macvlan(w->host, l, lower, e) == -1)
		return -1;
	index = must_find(w->host, l->over, e);
	w->links.over[op->link] = index;
	return index == -1 ? -1 : link_altname(w->host, index, longer, e);
}

/* What comes up with IPv6 tells everybody, several times, and on a switch that
 * is work for each of its ports. */
static int
quiet_do(struct work *w, const struct net_op *op, struct err *e)
{
	int over = w->links.over[op->link];

	if (over != 0 && link_quiet(w->host, over, e) == -1)
		return -1;
	return link_quiet(w->host, w->links.host[op->link], e);
}

static int
zone_quiet_do(struct work *w, const struct net_op *op, struct err *e)
{
	int index = must_find(w->zone, link_of(w, op)->name, e);

	return index == -1 ? -1 : link_quiet(w->zone, index, e);
}

static int
take_do(struct work *w, const struct net_op *op, struct err *e)
{
	int index = must_find(w->host, link_of(w, op)->lower, e);

	w->links.over[op->link] = index;
	return index == -1 ? -1 : 0;
}

/* "tcp port 8080": what a claim on it is called, and errors say. */
static char *
port_claim(const struct net_port *p)
{
	return mem_printf("%s port %u", p->proto == IPPROTO_UDP ? "udp" : "tcp",
	    p->host);
}

/* Nobody in the global zone listens there: packets would pass it by. */
static int
port_is_free(const struct net_port *p, int family, const char *what,
    struct err *e)
{
	bool udp = p->proto == IPPROTO_UDP;
	struct sockaddr_in any = { .sin_family = AF_INET,
		.sin_port = htons(p->host) };
	struct sockaddr_in6 any6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(p->host) };
	_autoclose int fd = socket(family,
	    (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
	int one = 1;
	int rc;

	if (fd == -1)
		return family == AF_INET6 ? 0 : err_sys(e, "socket");
	/* Connections that have ended are no listener. */
	if (!udp)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one,
		    sizeof(one));
	if (family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one,
		    sizeof(one));
	rc = family == AF_INET
	    ? bind(fd, (struct sockaddr *)&any, sizeof(any))
	    : bind(fd, (struct sockaddr *)&any6, sizeof(any6));
	if (rc == 0)
		return 0;
	return errno == EADDRINUSE
	    ? err_set(e, EADDRINUSE,
		  "port-forward: %s is in use in the global zone; 'ss -lntup' "
		  "shows by whom",
		  what)
	    : err_sys(e, "%s", what);
}

static int
claim_do(struct work *w, const struct net_op *op, struct err *e)
{
	const struct net_ports *ports = &link_of(w, op)->ports;

	for (size_t i = 0; i < ports->n; i++) {
		_autofree char *what = port_claim(&ports->p[i]);

		if (claim_take(w->spec, what, e) == -1)
			return err_in(e, "port-forward");
		if (port_is_free(&ports->p[i], AF_INET, what, e) == -1 ||
		    port_is_free(&ports->p[i], AF_INET6, what, e) == -1)
			return -1;
	}
	return 0;
}

static int
uplink_do(struct work *w, const struct net_op *op, struct err *e)
{
	const struct net_link *l = link_of(w, op);
	bool filter = false;

	if (w->lock == -1)
		w->lock = uplink_lock(e);
	if (w->lock == -1 ||
	    uplink_up(w->spec, net_lower(l, op->family == AF_INET6), op->family,
		&filter, e) == -1)
		return -1;
	if (filter && op->family == AF_INET)
		w->links.filtered4 |= 1U << op->link;
	if (filter && op->family == AF_INET6)
		w->links.filtered6 |= 1U << op->link;
	return 0;
}

static int
end_do(struct work *w, const struct net_op *op, struct err *e)
{
	return uplink_end(link_of(w, op)->host, e);
}

/* Made by the first that needs it; the administrator's own are left alone. */
static int
switch_do(struct work *w, const struct net_op *op, struct err *e)
{
	const struct net_link *l = link_of(w, op);
	struct link_info info;
	int rc;

	if (w->lock == -1)
		w->lock = uplink_lock(e);
	if (w->lock == -1 || uplink_join(w->spec, l->lower, e) == -1)
		return -1;
	rc = link_find(w->host, l->lower, &info, e);
	if (rc != 0)
		return rc == -1 ? -1 : 0;
	return net_switch_make(w->host, l->lower, l->mtu, e);
}

/* "kept:NAME": not ours to remove. Where we cannot ask, it stays. */
static bool
is_kept(struct work *w, const char *name)
{
	_autofree char *kept = mem_printf(NET_KEPT "%s", name);
	struct link_info info;
	struct err ignored;

	return link_find(w->host, kept, &info, &ignored) != 0;
}

/* With the last zone on it; under the lock of the uplinks. */
static void
drop_switches(struct work *w)
{
	for (size_t i = 0; i < w->spec->nlinks; i++) {
		const struct net_link *l = &w->spec->link[i];
		_autofree char *mark = mem_printf(NET_SWITCH "%s", l->lower);
		struct link_info info;
		struct err ignored;

		if (!l->demand || !uplink_leave(w->spec, l->lower) ||
		    link_find(w->host, l->lower, &info, &ignored) != 1 ||
		    !str_eq(info.altname, mark))
			continue;
		bridges_drop(w->host, l->lower);
		if (!is_kept(w, l->lower))
			(void)!link_delete(w->host, info.index, &ignored);
	}
}

static int
port_do(struct work *w, const struct net_op *op, struct err *e)
{
	const struct net_link *l = link_of(w, op);
	int index = w->links.host[op->link];

	if (bridges_port(w->host, l, index, &w->bridge[op->link], e) == -1)
		return -1;
	return l->protect & NET_MAC_NOSPOOF
	    ? neigh_port(w->host, index, l->mac, e)
	    : 0;
}

static int
answer_do(struct work *w, const struct net_op *op, struct err *e)
{
	return neigh_add(w->host, w->bridge[op->link], op->at,
	    link_of(w, op)->mac, e);
}

static int
shape_do(struct work *w, const struct net_op *op, struct err *e)
{
	return link_shape(w->host, w->links.host[op->link],
	    link_of(w, op)->maxbw, e);
}

static int
guard_do(struct work *w, const struct net_op *op, struct err *e)
{
	int rc = -1;

	(void)op;
	if (w->lock == -1)
		w->lock = uplink_lock(e);
	if (w->lock != -1 && neighbours_join(w->spec, e) == 0)
		rc = guard_up(w->spec, &w->links, e);
	fd_close_at(&w->lock);
	w->lock = -1;
	return rc;
}

static int
host_up_do(struct work *w, const struct net_op *op, struct err *e)
{
	return link_up(w->host, w->links.host[op->link], false, e);
}

static int
over_up_do(struct work *w, const struct net_op *op, struct err *e)
{
	/* The zone's groups are not known to it: it takes all. */
	return link_up(w->host, w->links.over[op->link], true, e);
}

static int
neigh_do(struct work *w, const struct net_op *op, struct err *e)
{
	return neigh_add(w->host, w->links.host[op->link], op->at,
	    link_of(w, op)->mac, e);
}

static int
route_do(struct work *w, const struct net_op *op, struct err *e)
{
	struct link_route r = { .family = op->at->family,
		.index = w->links.host[op->link],
		.dst = op->at };

	return route_add(w->host, &r, e);
}

static int
proxy_do(struct work *w, const struct net_op *op, struct err *e)
{
	int lower = must_find(w->host, link_of(w, op)->lower, e);

	return lower == -1 ? -1 : neigh_add(w->host, lower, op->at, NULL, e);
}

static int
move_do(struct work *w, const struct net_op *op, struct err *e)
{
	const struct net_link *l = link_of(w, op);
	int index = must_find(w->host, l->lower, e);

	return index == -1 ? -1
			   : link_move(w->host, index, l->name, w->zone_ns, e);
}

/* --- in the zone ---------------------------------------------------------- */

static int
zone_up_do(struct work *w, const struct net_op *op, struct err *e)
{
	int index = must_find(w->zone, link_of(w, op)->name, e);

	return index == -1 ? -1 : link_up(w->zone, index, false, e);
}

static int
address_do(struct work *w, const struct net_op *op, struct err *e)
{
	int index = must_find(w->zone, link_of(w, op)->name, e);

	return index == -1
	    ? -1
	    : addr_add(w->zone, index, op->at, op->kind == NET_OP_BARE, e);
}

/* An address that means the host's end, whoever asks: never seen on a wire. */
static struct net_addr
gateway_of(int family)
{
	struct net_addr gw = { .family = family, .prefix = 32 };

	if (family == AF_INET6)
		gw.prefix = 128;
	(void)inet_pton(family, family == AF_INET ? "169.254.1.1" : "fe80::1",
	    gw.ip);
	return gw;
}

static int
gateway_do(struct work *w, const struct net_op *op, struct err *e)
{
	const struct net_link *l = link_of(w, op);
	struct net_addr gw = gateway_of(op->family);
	int index = must_find(w->zone, l->name, e);
	struct link_route route = { .family = op->family,
		.index = index,
		.via = &gw,
		.onlink = true };

	if (index == -1 || neigh_add(w->zone, index, &gw, l->host_mac, e) == -1)
		return -1;
	return route_add(w->zone, &route, e);
}

static int
default_do(struct work *w, const struct net_op *op, struct err *e)
{
	struct link_route r = { .family = op->at->family,
		.index = must_find(w->zone, link_of(w, op)->name, e),
		.via = op->at,
		.onlink = true };

	return r.index == -1 ? -1 : route_add(w->zone, &r, e);
}

/* --- undoing: nothing there is fine ------------------------------------------
 */

static int
proxy_undo(struct work *w, const struct net_op *op, struct err *e)
{
	struct link_info lower;
	struct err why;
	int rc = link_find(w->host, link_of(w, op)->lower, &lower, e);

	if (rc != 1)
		return rc;
	if (neigh_unproxy(w->host, lower.index, op->at, &why) == 0 ||
	    why.code == ENOENT)
		return 0;
	*e = why;
	return -1;
}

static int
answer_undo(struct work *w, const struct net_op *op, struct err *e)
{
	return bridges_forget(w->host, link_of(w, op)->lower, op->at, e);
}

/* Ports, and addresses, which were chosen before (settle.c). */
static void
drop_claims(const struct net_spec *s)
{
	for (size_t i = 0; i < s->nlinks; i++) {
		const struct net_ports *ports = &s->link[i].ports;

		for (size_t k = 0; k < ports->n; k++) {
			_autofree char *what = port_claim(&ports->p[k]);

			claim_drop(s, what);
		}
	}
	net_unsettle(s);
}

static int
guard_undo(struct work *w, const struct net_op *op, struct err *e)
{
	(void)op;
	if (w->lock == -1)
		w->lock = uplink_lock(e);
	if (w->lock == -1)
		return -1;
	drop_claims(w->spec);
	drop_switches(w);
	neighbours_leave(w->spec);
	for (size_t i = 0; i < 2 * w->spec->nlinks; i++) {
		const struct net_link *l = &w->spec->link[i / 2];

		if (net_is_routed(l) &&
		    uplink_down(w->spec, net_lower(l, i % 2 == 1), e) == -1)
			return -1;
	}
	return guard_down(w->spec, uplink_unused(), e);
}

/* Back under its own name. In another namespace already: nothing to do. */
static int
move_undo(struct work *w, const struct net_op *op, struct err *e)
{
	const struct net_link *l = link_of(w, op);
	struct link_info info;
	int rc;

	if (!w->zone)
		return 0;
	rc = link_find(w->zone, l->name, &info, e);
	if (rc != 1)
		return rc;
	return link_move(w->zone, info.index, l->lower, w->host_ns, e);
}

/* A row a step. A NULL undo goes with the link. */
static const struct {
	int (*doit)(struct work *w, const struct net_op *op, struct err *e);
	int (*undo)(struct work *w, const struct net_op *op, struct err *e);
} rows[NET_OP_KINDS] = {
	[NET_OP_SWITCH] = { switch_do, NULL },
	[NET_OP_VETH] = { veth_do, NULL },
	[NET_OP_ALTNAME] = { altname_do, NULL },
	[NET_OP_MACVLAN] = { macvlan_do, NULL },
	[NET_OP_QUIET] = { quiet_do, NULL },
	[NET_OP_ZONE_QUIET] = { zone_quiet_do, NULL },
	[NET_OP_TAKE] = { take_do, NULL },
	[NET_OP_CLAIM] = { claim_do, NULL },
	[NET_OP_UPLINK] = { uplink_do, NULL },
	[NET_OP_END] = { end_do, NULL },
	[NET_OP_PORT] = { port_do, NULL },
	[NET_OP_ANSWER] = { answer_do, answer_undo },
	[NET_OP_SHAPE] = { shape_do, NULL },
	[NET_OP_GUARD] = { guard_do, guard_undo },
	[NET_OP_HOST_UP] = { host_up_do, NULL },
	[NET_OP_OVER_UP] = { over_up_do, NULL },
	[NET_OP_MOVE] = { move_do, move_undo },
	[NET_OP_ZONE_UP] = { zone_up_do, NULL },
	[NET_OP_ADDRESS] = { address_do, NULL },
	[NET_OP_BARE] = { address_do, NULL },
	[NET_OP_NEIGH] = { neigh_do, NULL },
	[NET_OP_ROUTE] = { route_do, NULL },
	[NET_OP_PROXY] = { proxy_do, proxy_undo },
	[NET_OP_GATEWAY] = { gateway_do, NULL },
	[NET_OP_DEFAULT] = { default_do, NULL },
};

/* A socket of the zone's namespace: made there, used from here. */
static struct mnl_socket *
open_in(int zone_ns, int host_ns, struct err *e)
{
	struct mnl_socket *nl;

	if (setns(zone_ns, CLONE_NEWNET) == -1) {
		(void)err_sys(e, "enter the zone's network namespace");
		return NULL;
	}
	nl = rtnl_open(NETLINK_ROUTE, e);
	if (setns(host_ns, CLONE_NEWNET) == -1) {
		(void)err_sys(e, "leave the zone's network namespace");
		rtnl_close_at(&nl);
	}
	return nl;
}

static int
start(struct work *w, struct err *e)
{
	w->host = rtnl_open(NETLINK_ROUTE, e);
	if (!w->host)
		return -1;
	if (w->zone_ns == -1)
		return 0;
	w->zone = open_in(w->zone_ns, w->host_ns, e);
	return w->zone ? 0 : -1;
}

static void
done(struct work *w)
{
	rtnl_close_at(&w->host);
	rtnl_close_at(&w->zone);
	fd_close_at(&w->lock);
}

/* --- addresses on the wire ------------------------------------------------ */

static int
each_shared(struct work *w,
    int (*fn)(const struct net_link *, const struct link_info *, struct err *),
    struct err *e)
{
	for (size_t i = 0; i < w->spec->nlinks; i++) {
		const struct net_link *l = &w->spec->link[i];
		struct link_info lower;

		if (l->kind != NET_SHARED)
			continue;
		if (link_find(w->host, l->lower, &lower, e) == 1 &&
		    fn(l, &lower, e) == -1)
			return err_in(e, "net '%s'", net_link_label(l));
	}
	return 0;
}

static int
announce(const struct net_link *l, const struct link_info *lower, struct err *e)
{
	(void)e;
	probe_announce(l, lower);
	return 0;
}

int
net_up(const struct net_spec *spec, int zone_ns, struct err *e)
{
	_autoclose int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	_cleanup(done) struct work w = { .spec = spec,
		.zone_ns = zone_ns,
		.host_ns = own,
		.lock = -1 };
	_cleanup(net_plan_done) struct net_plan plan = { 0 };

	if (own == -1)
		return err_sys(e, "network namespace");
	if (start(&w, e) == -1 || each_shared(&w, probe_addresses, e) == -1)
		return -1;
	net_plan_make(spec, &plan);
	for (size_t i = 0; i < plan.n; i++) {
		const struct net_op *op = &plan.op[i];

		if (rows[op->kind].doit(&w, op, e) == 0)
			continue;
		if (op->kind == NET_OP_GUARD)
			return -1;
		return err_in(e, "net '%s'", net_link_label(link_of(&w, op)));
	}
	return each_shared(&w, announce, e);
}

/* Links that are still there, if they are ours. */
static void
delete_links(const struct net_spec *s)
{
	struct err ignored;
	_autonl struct mnl_socket *nl = rtnl_open(NETLINK_ROUTE, &ignored);

	for (size_t i = 0; nl && i < s->nlinks; i++) {
		_autofree char *altname = net_altname(s, &s->link[i]);
		const char *const names[] = { s->link[i].host,
			s->link[i].over };

		for (size_t k = 0; k < ARRAY_LEN(names); k++) {
			struct link_info info;

			if (*names[k] != '\0' &&
			    link_find(nl, names[k], &info, &ignored) == 1 &&
			    str_starts(info.altname, altname))
				(void)!link_delete(nl, info.index, &ignored);
		}
	}
}

/* Removing a link takes the kernel milliseconds, and nobody waits for it: names
 * are taken back by who needs them. */
static void
delete_links_later(const struct net_spec *s)
{
	pid_t pid = fork();

	if (pid == -1)
		delete_links(s);
	if (pid != 0)
		return;
	(void)setsid();
	(void)signal(SIGHUP, SIG_IGN);
	/* Who started us reads our end of its pipes to the end. */
	(void)close_range(0, ~0U, 0);
	delete_links(s);
	_exit(0);
}

int
net_down(const struct net_spec *spec, int zone_ns, int host_ns, struct err *e)
{
	_cleanup(done) struct work w = { .spec = spec,
		.zone_ns = zone_ns,
		.host_ns = host_ns,
		.lock = -1 };
	_cleanup(net_plan_done) struct net_plan plan = { 0 };
	int rc = 0;

	if (start(&w, e) == -1)
		return -1;
	net_plan_make(spec, &plan);
	for (size_t i = plan.n; i-- > 0;) {
		const struct net_op *op = &plan.op[i];
		struct err why;

		if (!rows[op->kind].undo ||
		    rows[op->kind].undo(&w, op, &why) == 0)
			continue;
		if (rc == 0)
			*e = why;
		rc = -1;
	}
	delete_links_later(spec);
	return rc;
}
