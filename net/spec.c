/* SPDX-License-Identifier: ISC
 *
 * spec - the links that a zone is to have.
 */
#include "net/spec.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

static const char *const kinds[] = {
	[NET_SHARED] = "shared",
	[NET_LINK] = "link",
	[NET_NIC] = "nic",
};
static const char *const belows[] = {
	[NET_BELOW_UNKNOWN] = "",
	[NET_BELOW_SWITCH] = "switch",
	[NET_BELOW_NIC] = "nic",
	[NET_BELOW_ALONE] = "alone",
	[NET_BELOW_NAT] = "nat",
};
static const char *const protections[] = { "mac-nospoof", "ip-nospoof",
	"dhcp-nospoof", "restricted" };

/* --- small texts ---------------------------------------------------------- */

uint64_t
net_hash(const char *a, const char *b, unsigned n)
{
	/* FNV-1a over both with what separates them, then the number. */
	const char *part[2] = { a, b };
	uint64_t h = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < 2; i++) {
		for (const char *s = part[i];; s++) {
			h = (h ^ (uint8_t)*s) * 0x100000001b3ULL;
			if (*s == '\0')
				break;
		}
	}
	h = (h ^ n) * 0x100000001b3ULL;
	return h ^ h >> 29;
}

const char *
net_mac_text(const uint8_t m[6], char buf[NET_MAC_TEXT])
{
	(void)snprintf(buf, NET_MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", m[0],
	    m[1], m[2], m[3], m[4], m[5]);
	return buf;
}

int
net_mac_parse(const char *text, uint8_t mac[6])
{
	for (int i = 0; i < 6; i++) {
		char *end;
		unsigned long byte = strtoul(text, &end, 16);

		if (end == text || end > text + 2 || byte > 255 ||
		    *end != (i < 5 ? ':' : '\0'))
			return -1;
		mac[i] = (uint8_t)byte;
		text = end + 1;
	}
	return 0;
}

const char *
net_addr_text(const struct net_addr *a, char buf[NET_ADDR_TEXT])
{
	char ip[INET6_ADDRSTRLEN] = "?";

	(void)inet_ntop(a->family, a->ip, ip, sizeof(ip));
	(void)snprintf(buf, NET_ADDR_TEXT, "%s/%u", ip, a->prefix);
	return buf;
}

/* --- reading -------------------------------------------------------------- */

static int
look_up(const char *name, struct net_addr *out, struct err *e)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list;
	int rc = getaddrinfo(name, NULL, &hints, &list);

	if (rc != 0)
		return err_set(e, ENOENT, "address '%s': %s", name,
		    gai_strerror(rc));
	out->family = list->ai_family;
	if (out->family == AF_INET)
		memcpy(out->ip,
		    &((struct sockaddr_in *)(void *)list->ai_addr)->sin_addr,
		    4);
	else
		memcpy(out->ip,
		    &((struct sockaddr_in6 *)(void *)list->ai_addr)->sin6_addr,
		    16);
	freeaddrinfo(list);
	return 0;
}

/* Of an address without a prefix: what its class says, as on Solaris; a host
 * name stands for one address on the network of its class. */
static unsigned
class_prefix(const uint8_t ip[4])
{
	if (ip[0] < 128)
		return 8;
	return ip[0] < 192 ? 16 : 24;
}

static int
parse_addr(const char *text, bool resolve, struct net_addr *out, struct err *e)
{
	struct net_addr a = { .family = AF_INET };
	_autofree char *ip = mem_strdup(text);
	char *slash = strchr(ip, '/');
	uint64_t prefix;

	if (slash)
		*slash = '\0';
	if (inet_pton(AF_INET, ip, a.ip) != 1) {
		a.family = AF_INET6;
		if (inet_pton(AF_INET6, ip, a.ip) != 1 &&
		    (!resolve || look_up(ip, &a, e) == -1))
			return resolve
			    ? -1
			    : err_set(e, EINVAL, "address '%s': wrong syntax",
				  text);
	}
	a.prefix = a.family == AF_INET ? class_prefix(a.ip) : 64;
	if (slash) {
		if (str_u64(slash + 1, a.family == AF_INET ? 32 : 128,
			&prefix) == -1)
			return err_set(e, EINVAL,
			    "address '%s': wrong prefix length", text);
		a.prefix = (unsigned)prefix;
	}
	*out = a;
	return 0;
}

static int
parse_addrs(char *list, bool resolve, struct net_addrs *out, struct err *e)
{
	char *save;

	for (char *w = strtok_r(list, ",", &save); w;
	     w = strtok_r(NULL, ",", &save)) {
		if (out->n == NET_ADDRS_MAX)
			return err_set(e, E2BIG, "more than %d addresses",
			    NET_ADDRS_MAX);
		if (parse_addr(w, resolve, &out->a[out->n], e) == -1)
			return -1;
		out->n++;
	}
	return 0;
}

const char *
net_port_text(const struct net_port *p, char buf[NET_PORT_TEXT])
{
	(void)snprintf(buf, NET_PORT_TEXT, "%u:%u/%s", p->host, p->zone,
	    p->proto == IPPROTO_UDP ? "udp" : "tcp");
	return buf;
}

/* HOST[:ZONE][/tcp|/udp] */
static int
parse_port(const char *text, struct net_port *out, struct err *e)
{
	_autofree char *host = mem_strndup(text, strcspn(text, "/"));
	const char *proto = text + strlen(host);
	char *zone = strchr(host, ':');
	uint64_t a = 0;
	uint64_t b = 0;

	if (zone)
		*zone++ = '\0';
	if (str_u64(host, UINT16_MAX, &a) == -1 ||
	    str_u64(zone ? zone : host, UINT16_MAX, &b) == -1 || a == 0 ||
	    b == 0 ||
	    (*proto != '\0' && !str_eq(proto, "/tcp") &&
		!str_eq(proto, "/udp")))
		return err_set(e, EINVAL,
		    "port-forward '%s': wrong syntax; write 8080:80 or "
		    "53:53/udp",
		    text);
	*out = (struct net_port){
		.proto = str_eq(proto, "/udp") ? IPPROTO_UDP : IPPROTO_TCP,
		.host = (uint16_t)a,
		.zone = (uint16_t)b,
	};
	return 0;
}

static int
parse_ports(char *list, struct net_ports *out, struct err *e)
{
	char *save;

	for (char *w = strtok_r(list, ",", &save); w;
	     w = strtok_r(NULL, ",", &save)) {
		if (out->n == NET_PORTS_MAX)
			return err_set(e, E2BIG, "more than %d ports",
			    NET_PORTS_MAX);
		if (parse_port(w, &out->p[out->n], e) == -1)
			return -1;
		out->n++;
	}
	return 0;
}

static int
word_of(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(words[i], word))
			return (int)i;
	}
	return -1;
}

static int
parse_protect(char *list, unsigned *out, struct err *e)
{
	char *save;

	for (char *w = strtok_r(list, ",", &save); w;
	     w = strtok_r(NULL, ",", &save)) {
		int i = word_of(protections, ARRAY_LEN(protections), w);

		if (i == -1)
			return err_set(e, EINVAL,
			    "link-protection '%s': no "
			    "such word",
			    w);
		*out |= 1U << i;
	}
	return 0;
}

static int
parse_name(const char *key, const char *value, char out[NET_NAME_SIZE],
    struct err *e)
{
	if (!path_is_name(value) || strlen(value) >= NET_NAME_SIZE)
		return err_set(e, EINVAL,
		    "%s '%s': not the name of a link (at most %d letters)", key,
		    value, NET_NAME_SIZE - 1);
	(void)snprintf(out, NET_NAME_SIZE, "%s", value);
	return 0;
}

static int
parse_number(const char *key, const char *value, uint64_t max, uint64_t *out,
    struct err *e)
{
	if (str_u64(value, max, out) == -1)
		return err_set(e, EINVAL, "%s '%s': not a number", key, value);
	return 0;
}

/* An address, where it comes from, or how one that is made begins. */
static int
mac_word(struct net_link *l, const char *key, const char *value)
{
	if (str_eq(key, "macprefix")) {
		_autofree char *whole = mem_printf("%s:0:0:0", value);
		uint8_t mac[6];

		/* Of one station, not of a group. */
		if (net_mac_parse(whole, mac) == -1 || (mac[0] & 1))
			return -1;
		memcpy(l->mac_prefix, mac, sizeof(l->mac_prefix));
		return 0;
	}
	if (str_eq(value, "random"))
		l->mac_from = NET_MAC_RANDOM;
	else if (str_eq(value, "factory"))
		l->mac_from = NET_MAC_FACTORY;
	else
		return net_mac_parse(value,
		    str_eq(key, "mac") ? l->mac : l->host_mac);
	return 0;
}

/* The small ones: numbers and words. */
static int
link_scalar(struct net_link *l, const char *key, const char *value,
    struct err *e)
{
	uint64_t n = 0;
	int i;

	if (str_eq(key, "below")) {
		i = word_of(belows, ARRAY_LEN(belows), value);
		l->below = i == -1 ? NET_BELOW_UNKNOWN : (enum net_below)i;
		return 0;
	}
	if (str_eq(key, "mac") || str_eq(key, "macprefix") ||
	    str_eq(key, "hostmac")) {
		if (mac_word(l, key, value) == 0)
			return 0;
		return err_set(e, EINVAL, "mac-address '%s': wrong syntax",
		    value);
	}
	if (parse_number(key, value, UINT64_MAX / 2, &n, e) == -1)
		return -1;
	if (str_eq(key, "mtu"))
		l->mtu = (unsigned)n;
	else if (str_eq(key, "vlan"))
		l->vlan = (unsigned)n;
	else if (str_eq(key, "maxbw"))
		l->maxbw = n;
	else if (str_eq(key, "demand"))
		l->demand = n == 1;
	else if (str_eq(key, "isolated"))
		l->isolated = n == 1;
	else if (str_eq(key, "configure"))
		l->configure = n == 1;
	else
		return err_set(e, EINVAL, "'%s': no such word", key);
	return 0;
}

static int
link_word(struct net_link *l, const char *key, char *value, bool resolve,
    struct err *e)
{
	if (str_eq(key, "name"))
		return parse_name(key, value, l->name, e);
	if (str_eq(key, "lower") && str_starts(value, NET_SWITCH)) {
		l->demand = true;
		value += strlen(NET_SWITCH);
	}
	if (str_eq(key, "lower"))
		return parse_name(key, value, l->lower, e);
	if (str_eq(key, "lower6"))
		return parse_name(key, value, l->lower6, e);
	if (str_eq(key, "host"))
		return parse_name(key, value, l->host, e);
	if (str_eq(key, "over"))
		return parse_name(key, value, l->over, e);
	if (str_eq(key, "address"))
		return parse_addrs(value, resolve, &l->address, e);
	if (str_eq(key, "router"))
		return parse_addrs(value, resolve, &l->router, e);
	if (str_eq(key, "ports"))
		return parse_ports(value, &l->ports, e);
	if (str_eq(key, "protect"))
		return parse_protect(value, &l->protect, e);
	return link_scalar(l, key, value, e);
}

/* Each key=value of a line. */
static int
each_word(char *save, struct net_spec *s, struct net_link *l, bool resolve,
    struct err *e)
{
	for (char *w = strtok_r(NULL, " ", &save); w;
	     w = strtok_r(NULL, " ", &save)) {
		char *value = strchr(w, '=');

		if (!value)
			return err_set(e, EINVAL, "'%s': no value", w);
		*value++ = '\0';
		if (l && link_word(l, w, value, resolve, e) == -1)
			return err_in(e, "net '%s'",
			    *l->name != '\0' ? l->name : l->lower);
		if (!l && str_eq(w, "uuid"))
			(void)snprintf(s->uuid, sizeof(s->uuid), "%s", value);
		if (!l && str_eq(w, "root"))
			(void)snprintf(s->root, sizeof(s->root), "%s", value);
	}
	return 0;
}

/* Several addresses on one link of the host are one link of the zone. */
static bool
merged(struct net_spec *s, const struct net_link *l)
{
	for (size_t i = 0; i < s->nlinks; i++) {
		struct net_link *have = &s->link[i];

		if (have->kind != NET_SHARED || l->kind != NET_SHARED ||
		    !str_eq(have->lower, l->lower) ||
		    have->address.n + l->address.n > NET_ADDRS_MAX ||
		    have->router.n + l->router.n > NET_ADDRS_MAX)
			continue;
		memcpy(&have->address.a[have->address.n], l->address.a,
		    l->address.n * sizeof(l->address.a[0]));
		have->address.n += l->address.n;
		memcpy(&have->router.a[have->router.n], l->router.a,
		    l->router.n * sizeof(l->router.a[0]));
		have->router.n += l->router.n;
		return true;
	}
	return false;
}

static int
add_link(struct net_spec *s, char *save, bool resolve, struct err *e)
{
	_autofree struct net_link *l = mem_alloc(sizeof(*l));
	char *word = strtok_r(NULL, " ", &save);
	int kind = word ? word_of(kinds, ARRAY_LEN(kinds), word) : -1;

	if (kind == -1)
		return err_set(e, EINVAL, "link of no kind");
	l->kind = (enum net_kind)kind;
	if (each_word(save, s, l, resolve, e) == -1)
		return -1;
	if (merged(s, l))
		return 0;
	if (s->nlinks == NET_LINKS_MAX)
		return err_set(e, E2BIG, "more than %d links", NET_LINKS_MAX);
	s->link = mem_grow(s->link, s->nlinks + 1, sizeof(*s->link));
	s->link[s->nlinks++] = *l;
	return 0;
}

static int
parse_ula(struct net_spec *s, const char *word, struct err *e)
{
	if (!word || parse_addr(word, false, &s->ula, e) == -1)
		return err_set(e, EINVAL, "ula: no prefix");
	if (s->ula.family != AF_INET6 || s->ula.ip[0] != 0xfd ||
	    s->ula.prefix != 48)
		return err_set(e, EINVAL, "ula '%s': not fdXX:XXXX:XXXX::/48",
		    word);
	return 0;
}

static int
parse_line(struct net_spec *s, char *line, bool resolve, struct err *e)
{
	char *save;
	char *word = strtok_r(line, " ", &save);

	if (!word)
		return 0;
	if (str_eq(word, "link"))
		return add_link(s, save, resolve, e);
	if (str_eq(word, "ula"))
		return parse_ula(s, strtok_r(NULL, " ", &save), e);
	word = str_eq(word, "zone") ? strtok_r(NULL, " ", &save) : NULL;
	if (!word || strlen(word) >= sizeof(s->zone))
		return err_set(e, EINVAL, "neither a zone nor a link");
	(void)snprintf(s->zone, sizeof(s->zone), "%s", word);
	return each_word(save, s, NULL, resolve, e);
}

int
net_spec_parse(const char *text, bool resolve, struct net_spec *out,
    struct err *e)
{
	struct net_spec s = { .root = "0" };
	_autofree char *copy = mem_strdup(text);
	char *save;

	for (char *line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (parse_line(&s, line, resolve, e) == -1) {
			net_spec_done(&s);
			return -1;
		}
	}
	if (*s.zone == '\0') {
		net_spec_done(&s);
		return err_set(e, EINVAL, "networks of no zone");
	}
	*out = s;
	return 0;
}

void
net_spec_done(struct net_spec *spec)
{
	free(spec->link);
	*spec = (struct net_spec){ 0 };
}

/* --- printing ------------------------------------------------------------- */

static void PRINTF(2, 3) add(char **text, const char *fmt, ...)
{
	va_list ap;
	_autofree char *more = NULL;
	char *longer;

	va_start(ap, fmt);
	more = mem_vprintf(fmt, ap);
	va_end(ap);
	longer = mem_printf("%s%s", *text ? *text : "", more);
	free(*text);
	*text = longer;
}

static void
add_addrs(char **text, const char *key, const struct net_addrs *list)
{
	char buf[NET_ADDR_TEXT];

	for (size_t i = 0; i < list->n; i++)
		add(text, "%s%s", i == 0 ? key : ",",
		    net_addr_text(&list->a[i], buf));
}

static void
add_ports(char **text, const struct net_ports *list)
{
	char buf[NET_PORT_TEXT];

	for (size_t i = 0; i < list->n; i++)
		add(text, "%s%s", i == 0 ? " ports=" : ",",
		    net_port_text(&list->p[i], buf));
}

static void
add_name(char **text, const char *key, const char *name)
{
	if (*name != '\0')
		add(text, " %s=%s", key, name);
}

static void
add_link_text(char **text, const struct net_link *l)
{
	static const uint8_t none[6];
	char buf[NET_MAC_TEXT];
	const char *sep = " protect=";

	add(text, "link %s", kinds[l->kind]);
	add_name(text, "name", l->name);
	add_name(text, "lower", l->lower);
	add_name(text, "lower6", l->lower6);
	add_name(text, "host", l->host);
	add_name(text, "over", l->over);
	if (l->below != NET_BELOW_UNKNOWN)
		add(text, " below=%s", belows[l->below]);
	if (memcmp(l->mac, none, 6) != 0)
		add(text, " mac=%s", net_mac_text(l->mac, buf));
	if (memcmp(l->host_mac, none, 6) != 0)
		add(text, " hostmac=%s", net_mac_text(l->host_mac, buf));
	if (l->mtu > 0)
		add(text, " mtu=%u", l->mtu);
	if (l->vlan > 0)
		add(text, " vlan=%u", l->vlan);
	if (l->maxbw > 0)
		add(text, " maxbw=%llu", (unsigned long long)l->maxbw);
	for (size_t i = 0; i < ARRAY_LEN(protections); i++) {
		if (!(l->protect & 1U << i))
			continue;
		add(text, "%s%s", sep, protections[i]);
		sep = ",";
	}
	if (l->demand)
		add(text, " demand=1");
	if (l->isolated)
		add(text, " isolated=1");
	if (l->configure)
		add(text, " configure=1");
	add_addrs(text, " address=", &l->address);
	add_addrs(text, " router=", &l->router);
	add_ports(text, &l->ports);
	add(text, "\n");
}

char *
net_spec_print(const struct net_spec *s)
{
	char *text = mem_printf("zone %s uuid=%s root=%s\n", s->zone, s->uuid,
	    s->root);
	char buf[NET_ADDR_TEXT];

	if (s->ula.family != 0)
		add(&text, "ula %s\n", net_addr_text(&s->ula, buf));
	for (size_t i = 0; i < s->nlinks; i++)
		add_link_text(&text, &s->link[i]);
	return text;
}

/* Locally administered, unicast. */
static void
make_mac(const struct net_spec *s, unsigned n, uint8_t mac[6])
{
	static const uint8_t none[6];
	uint64_t h = net_hash(s->uuid, s->zone, n);

	if (memcmp(mac, none, 6) != 0)
		return;
	mac[0] = 0x02;
	for (int i = 1; i < 6; i++)
		mac[i] = (uint8_t)(h >> (8 * i));
}

static int
own_mac(const struct net_spec *s, unsigned n, struct net_link *l, struct err *e)
{
	static const uint8_t none[6];
	bool given = memcmp(l->mac, none, 6) != 0;

	make_mac(s, n, l->mac);
	if (given)
		return 0;
	if (l->mac_from == NET_MAC_RANDOM && getrandom(l->mac + 1, 5, 0) != 5)
		return err_sys(e, "a random mac-address");
	if (memcmp(l->mac_prefix, none, sizeof(l->mac_prefix)) != 0)
		memcpy(l->mac, l->mac_prefix, sizeof(l->mac_prefix));
	return 0;
}

int
net_spec_macs(struct net_spec *s, struct err *e)
{
	for (unsigned i = 0; i < s->nlinks; i++) {
		if (own_mac(s, 2 * i, &s->link[i], e) == -1)
			return -1;
		make_mac(s, 2 * i + 1, s->link[i].host_mac);
	}
	return 0;
}
