/* SPDX-License-Identifier: ISC
 *
 * passwd - who a user is, by the zone's own /etc/passwd and /etc/group.
 */
#include "zoned/passwd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

enum { PASSWD_FIELDS = 7, GROUP_FIELDS = 4, MAX_FIELDS = 8 };

/* A piece of the file; not terminated. */
struct part {
	const char *s;
	size_t len;
};

static bool
part_is(struct part p, const char *s)
{
	return strlen(s) == p.len && memcmp(p.s, s, p.len) == 0;
}

/* The next line from *rest on, without its end. */
static bool
next_line(struct part *rest, struct part *line)
{
	const char *end;

	if (rest->len == 0)
		return false;
	end = memchr(rest->s, '\n', rest->len);
	line->s = rest->s;
	line->len = end ? (size_t)(end - rest->s) : rest->len;
	rest->s += line->len + (end ? 1 : 0);
	rest->len -= line->len + (end ? 1 : 0);
	return true;
}

/* Take a line apart at its colons. Returns the number of fields there are,
 * MAX_FIELDS + 1 where there are more than fit. */
static size_t
split(struct part line, struct part field[MAX_FIELDS])
{
	size_t n = 0;

	for (;;) {
		const char *end = memchr(line.s, ':', line.len);
		size_t len = end ? (size_t)(end - line.s) : line.len;

		if (n == MAX_FIELDS)
			return MAX_FIELDS + 1;
		field[n++] = (struct part){ line.s, len };
		if (!end)
			return n;
		line.s += len + 1;
		line.len -= len + 1;
	}
}

/* A user or group id: digits, no leading zero, not (uint32_t)-1, which means
 * "leave it" to chown(2) and setresuid(2). */
static int
parse_id(struct part p, uint32_t *out)
{
	char text[11];
	uint64_t n;

	if (p.len == 0 || p.len >= sizeof(text) || (p.len > 1 && *p.s == '0'))
		return -1;
	memcpy(text, p.s, p.len);
	text[p.len] = '\0';
	if (str_u64(text, UINT32_MAX - 1, &n) == -1)
		return -1;
	*out = (uint32_t)n;
	return 0;
}

static bool
has_control(struct part p)
{
	for (size_t i = 0; i < p.len; i++) {
		if ((unsigned char)p.s[i] < ' ' || p.s[i] == 0x7f)
			return true;
	}
	return false;
}

void
zd_user_done(struct zd_user *u)
{
	free(u->name);
	free(u->home);
	free(u->shell);
	free(u->groups);
	memset(u, 0, sizeof(*u));
}

static void
add_group(struct zd_user *u, uint32_t gid)
{
	for (size_t i = 0; i < u->ngroups; i++) {
		if (u->groups[i] == gid)
			return;
	}
	u->groups = mem_grow(u->groups, u->ngroups + 1, sizeof(*u->groups));
	u->groups[u->ngroups++] = gid;
}

/* The text of an absolute path, or otherwise where the field is empty. */
static char *
path_field(struct part p, const char *otherwise)
{
	if (p.len == 0)
		return mem_strdup(otherwise);
	return *p.s == '/' ? mem_strndup(p.s, p.len) : NULL;
}

/* Fill u from the entry of the user who was asked for. */
static int
take_entry(struct part line, const struct part *f, size_t n, const char *who,
    struct zd_user *u, struct err *e)
{
	uint32_t uid;
	uint32_t gid;
	_autofree char *home = NULL;
	_autofree char *shell = NULL;

	if (n != PASSWD_FIELDS || has_control(line))
		return err_set(e, ERR_CONFIG,
		    "/etc/passwd: the entry of '%s' is damaged", who);
	if (parse_id(f[2], &uid) == -1 || parse_id(f[3], &gid) == -1)
		return err_set(e, ERR_CONFIG,
		    "/etc/passwd: the entry of '%s' has a wrong number", who);
	home = path_field(f[5], "/");
	shell = path_field(f[6], "/bin/sh");
	if (!home || !shell)
		return err_set(e, ERR_CONFIG,
		    "/etc/passwd: the entry of '%s' has a relative path", who);
	memset(u, 0, sizeof(*u));
	u->name = mem_strndup(f[0].s, f[0].len);
	u->home = mem_take(&home);
	u->shell = mem_take(&shell);
	u->uid = uid;
	u->gid = gid;
	add_group(u, gid);
	return 0;
}

/* Not a comment, nor a line for NIS. */
static bool
is_entry(const struct part *f)
{
	return f[0].len > 0 && !strchr("#+-", *f[0].s);
}

static bool
has_name(const struct part *f, size_t n, const char *who)
{
	(void)n;
	return is_entry(f) && part_is(f[0], who);
}

static bool
has_uid(const struct part *f, size_t n, const char *who)
{
	uint32_t wanted;
	uint32_t uid;

	return n == PASSWD_FIELDS && is_entry(f) &&
	    parse_id((struct part){ who, strlen(who) }, &wanted) == 0 &&
	    parse_id(f[2], &uid) == 0 && uid == wanted;
}

int
zd_passwd_find(const char *text, size_t len, const char *who,
    struct zd_user *out, struct err *e)
{
	/* A name goes before a number that looks the same. */
	static bool (*const match[])(const struct part *, size_t,
	    const char *) = { has_name, has_uid };

	for (size_t i = 0; i < ARRAY_LEN(match); i++) {
		struct part rest = { text, len };
		struct part line;

		while (next_line(&rest, &line)) {
			struct part f[MAX_FIELDS];
			size_t n = split(line, f);

			if (match[i](f, n, who))
				return take_entry(line, f, n, who, out, e);
		}
	}
	return err_set(e, ENOENT, "no such user '%s'", who);
}

/* name is one of the words between the commas. */
static bool
is_member(struct part list, const char *name)
{
	while (list.len > 0) {
		const char *end = memchr(list.s, ',', list.len);
		size_t len = end ? (size_t)(end - list.s) : list.len;

		if (part_is((struct part){ list.s, len }, name))
			return true;
		list.s += len + (end ? 1 : 0);
		list.len -= len + (end ? 1 : 0);
	}
	return false;
}

int
zd_group_add(const char *text, size_t len, struct zd_user *u, struct err *e)
{
	struct part rest = { text, len };
	struct part line;

	while (next_line(&rest, &line)) {
		struct part f[MAX_FIELDS];
		uint32_t gid;

		if (split(line, f) != GROUP_FIELDS || !is_member(f[3], u->name))
			continue;
		if (has_control(line) || parse_id(f[2], &gid) == -1)
			return err_set(e, ERR_CONFIG,
			    "/etc/group: a group of '%s' is damaged", u->name);
		add_group(u, gid);
		if (u->ngroups > ZD_GROUPS_MAX)
			return err_set(e, ERR_CONFIG,
			    "/etc/group: '%s' is in more than %d groups",
			    u->name, ZD_GROUPS_MAX);
	}
	return 0;
}

void
zd_user_root(struct zd_user *out, const char *shell)
{
	memset(out, 0, sizeof(*out));
	out->name = mem_strdup("root");
	out->home = mem_strdup("/");
	out->shell = mem_strdup(shell);
	add_group(out, 0);
}

/* The text of a file that the zone wrote: it may be a pipe or a device, which
 * must neither block nor be read for ever. */
static int
read_table(const char *path, char **text, size_t *len, struct err *e)
{
	_autoclose int fd = open(path,
	    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(e, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_CONFIG, "%s: not a regular file", path);
	if (fd_read_all(fd, ZD_PASSWD_MAX, text, len, e) == -1)
		return err_in(e, "%s", path);
	return 0;
}

int
zd_user_load(const char *who, struct zd_user *out, struct err *e)
{
	_autofree char *passwd = NULL;
	_autofree char *group = NULL;
	struct zd_user u = { 0 };
	size_t len;

	if (read_table("/etc/passwd", &passwd, &len, e) == -1) {
		if (e->code != ENOENT ||
		    (!str_eq(who, "root") && !str_eq(who, "0")))
			return -1;
		zd_user_root(out, "/bin/sh");
		return 0;
	}
	if (zd_passwd_find(passwd, len, who, &u, e) == -1)
		return -1;
	if (read_table("/etc/group", &group, &len, e) == -1
		? e->code != ENOENT
		: zd_group_add(group, len, &u, e) == -1) {
		zd_user_done(&u);
		return -1;
	}
	*out = u;
	return 0;
}
