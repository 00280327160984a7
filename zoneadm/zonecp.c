/* SPDX-License-Identifier: ISC
 *
 * zonecp - copy files and trees into and out of a running zone, through a
 * process inside it: this side never walks a path of the zone's.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/str.h"
#include "zoneadm/progress.h"
#include "zonecfg/index.h"
#include "zonecfg/runstate.h"
#include "zoned/client.h"
#include "zoned/copy.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, SHOW_EVERY = 4 * 1024 * 1024 };

/* Out of a zone come no set-user-id bits: its root is not ours. */
enum { MODE_IN = 07777, MODE_OUT = 0777 };

/* One side of a copy. */
struct place {
	char *zone; /* NULL: here */
	const char *path;
};

struct options {
	bool recursive;
	bool keep;
	bool quiet;
	const char *user;
	struct place *from;
	size_t nfrom;
	struct place to;
};

/* A copy that is under way. */
struct job {
	struct zd_copy copy;
	const char *zone;
	const char *what; /* shown as progress */
	uint64_t shown;   /* bytes, when last shown */
	struct progress progress;
	int status;
	int err;
};

static int
usage(const char *why)
{
	(void)fprintf(stderr, "zonecp: %s\n", why);
	(void)fputs("usage: zonecp [-pqr] [-l USER] FILE... ZONE:PATH\n"
		    "       zonecp [-pqr] [-l USER] ZONE:PATH... PATH\n",
	    stderr);
	return EXIT_USAGE;
}

/* "ZONE:PATH", unless a slash comes before the colon. */
static struct place
parse_place(const char *text)
{
	size_t n = strcspn(text, ":/");

	if (text[n] != ':')
		return (struct place){ NULL, text };
	return (struct place){ mem_strndup(text, n), text + n + 1 };
}

/* One side is a zone's, the other is not: NULL, or what is wrong. */
static const char *
check_places(const struct options *o)
{
	size_t zones = 0;

	for (size_t i = 0; i < o->nfrom; i++)
		zones += o->from[i].zone != NULL;
	if (zones == (o->to.zone ? 0 : o->nfrom))
		return NULL;
	if (o->to.zone)
		return "not from a zone into a zone; copy it here first";
	return zones == 0 ? "no word names a zone; write ZONE:PATH"
			  : "either all files come from zones or none";
}

/* NULL, or what is wrong: the caller's to free. */
static char *
parse_options(int argc, char **argv, struct options *o)
{
	static const char letters[] = ":l:pqr";
	const char *why;
	int c;

	*o = (struct options){ 0 };
	opterr = 0;
	while ((c = getopt(argc, argv, letters)) != -1) {
		switch (c) {
		case 'l':
			o->user = optarg;
			break;
		case 'p':
			o->keep = true;
			break;
		case 'q':
			o->quiet = true;
			break;
		case 'r':
			o->recursive = true;
			break;
		default:
			return opt_wrong(c, argv, letters, NULL);
		}
	}
	if (argc - optind < 2)
		return mem_strdup("what to copy and where to are needed");
	o->nfrom = (size_t)(argc - optind - 1);
	o->from = mem_alloc(o->nfrom * sizeof(*o->from));
	for (size_t i = 0; i < o->nfrom; i++)
		o->from[i] = parse_place(argv[optind + (int)i]);
	o->to = parse_place(argv[argc - 1]);
	why = check_places(o);
	return why ? mem_strdup(why) : NULL;
}

static void
options_done(struct options *o)
{
	for (size_t i = 0; i < o->nfrom; i++)
		free(o->from[i].zone);
	free(o->from);
	free(o->to.zone);
}

/* --- telling -------------------------------------------------------------- */

static void
complain(struct job *j, const char *text, bool remote)
{
	_autofree char *shown = str_visible(text, strlen(text));

	progress_clear(&j->progress);
	if (remote)
		(void)fprintf(stderr, "zonecp: %s:%s\n", j->zone, shown);
	else
		(void)fprintf(stderr, "zonecp: %s\n", shown);
}

static void
on_note(struct zd_copy *c, const char *text, bool remote)
{
	complain(c->arg, text, remote);
}

static void
on_moved(struct zd_copy *c)
{
	struct job *j = c->arg;
	_autofree char *text = NULL;

	if (c->bytes - j->shown < SHOW_EVERY)
		return;
	j->shown = c->bytes;
	text = mem_printf("%s: %llu MiB", j->what,
	    (unsigned long long)(c->bytes >> 20));
	progress_show(&j->progress, text);
}

/* --- the process in the zone ---------------------------------------------- */

/* What leads on from a state to a zone that runs. */
static const char *const ways[] = {
	[ZC_CONFIGURED] = "install",
	[ZC_INCOMPLETE] = "uninstall -F",
	[ZC_INSTALLED] = "boot",
	[ZC_READY] = "boot",
	[ZC_MOUNTED] = "unmount",
	[ZC_SHUTTING_DOWN] = "halt",
	[ZC_DOWN] = "halt",
};

static int
check_zone(const char *zone, struct err *e)
{
	enum zc_state state;
	_cleanup_entry struct zc_entry entry = { 0 };
	_cleanup_run struct zc_run run = { 0 };

	if (zc_name_is_global(zone))
		return err_set(e, ERR_STATE,
		    "'global' is here; leave out the zone's name");
	if (!zc_name_ok(zone))
		return err_set(e, ERR_UNKNOWN_ZONE, "zone '%s' unknown", zone);
	if (zc_index_get(zone, &entry, e) == -1)
		return e->code == ERR_UNKNOWN_ZONE
		    ? err_set(e, e->code, "zone '%s' unknown", zone)
		    : -1;
	if (zc_run_load(zone, &run, e) == -1)
		return -1;
	if (run.state == ZC_DOWN) {
		zc_run_done(&run);
		if (zd_client_settle(zone, e) == -1 ||
		    zc_run_load(zone, &run, e) == -1)
			return -1;
	}
	state = zc_state_now(&entry, &run);
	if (state != ZC_RUNNING)
		return err_set(e, ERR_STATE,
		    "zone '%s' is %s; run 'zoneadm -z %s %s' first", zone,
		    zc_state_name(state), zone, ways[state]);
	return 0;
}

/* Start zone-login as a copier. way is 'g', 'p' or 'P'. */
static int
open_zone(struct job *j, const struct options *o, const char *zone, char way,
    const char *path, struct err *e)
{
	_cleanup_msg struct zd_msg m = { 0 };
	_cleanup_msg struct zd_msg reply = { 0 };
	_autoclose int sock = -1;
	bool restarted;

	if (check_zone(zone, e) == -1)
		return -1;
	sock = zd_client_open(zone, true, &restarted, e);
	if (sock == -1)
		return -1;
	zd_msg_start(&m, "login");
	zd_msg_add(&m, "mode", "copy");
	zd_msg_add(&m, "user", o->user ? o->user : "root");
	zd_msg_addf(&m, "command", "%c%c%c:%s", way, o->recursive ? 'r' : '-',
	    o->nfrom > 1 ? 'm' : '-', path);
	if (zd_client_ask(sock, &m, &reply, NULL, NULL, -1, e) == -1)
		return -1;
	j->zone = zone;
	j->copy = (struct zd_copy){ .out = zd_msg_take_fd(&reply, 0),
		.in = zd_msg_take_fd(&reply, 1),
		.recursive = o->recursive,
		.note = on_note,
		.moved = o->quiet ? NULL : on_moved,
		.arg = j };
	j->err = zd_msg_take_fd(&reply, 2);
	j->status = zd_msg_take_fd(&reply, 3);
	return 0;
}

/* What zone-login itself had to say: an unknown user, say. */
static bool
hear_login(struct job *j)
{
	char text[512];
	ssize_t n = read(j->err, text, sizeof(text) - 1);
	char *words;

	if (n <= 0)
		return false;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	words = str_starts(text, "zlogin:") ? text + strlen("zlogin:") : text;
	j->copy.failed++;
	complain(j, words, true);
	return true;
}

/* The end of a copy. A broken stream is told only where nobody said why. */
static int
close_zone(struct job *j, int ret, const struct err *e)
{
	int status = 1;

	progress_clear(&j->progress);
	fd_close_at(&j->copy.out);
	if (ret == -1 && !hear_login(j) && j->copy.failed == 0)
		(void)fprintf(stderr, "zonecp: zone '%s': %s\n", j->zone,
		    e->msg);
	fd_close_at(&j->copy.in);
	fd_close_at(&j->err);
	if (recv(j->status, &status, sizeof(status), MSG_WAITALL) !=
		(ssize_t)sizeof(status) ||
	    status != 0)
		ret = -1;
	fd_close_at(&j->status);
	zd_copy_done(&j->copy);
	return ret == -1 || j->copy.failed > 0 ? -1 : 0;
}

/* --- both ways ------------------------------------------------------------ */

static int
copy_in(const struct options *o)
{
	struct job j = { 0 };
	struct err e = { 0 };
	int ret = 0;

	progress_start(&j.progress);
	if (open_zone(&j, o, o->to.zone, o->keep ? 'P' : 'p', o->to.path, &e) ==
	    -1) {
		complain(&j, e.msg, false);
		return -1;
	}
	j.copy.mode = MODE_IN;
	(void)fcntl(j.copy.out, F_SETFL, O_WRONLY | O_NONBLOCK);
	for (size_t i = 0; i < o->nfrom && ret == 0; i++) {
		j.what = o->from[i].path;
		ret = zd_copy_send(&j.copy, o->from[i].path, &e);
	}
	if (ret == 0)
		ret = zd_copy_send_end(&j.copy, &e);
	return close_zone(&j, ret, &e);
}

/* The name a file is to have here: the one that was asked for, never one that
 * the zone thought of. NULL where the path has none. */
static char *
own_name(const char *path)
{
	_autofree char *clean = path_squeeze(*path != '\0' ? path : ".");
	const char *slash = strrchr(clean, '/');
	const char *name = slash ? slash + 1 : clean;

	return path_is_name(name) ? mem_strdup(name) : NULL;
}

static int
copy_out(const struct options *o, const struct place *from)
{
	struct job j = { .what = from->path };
	struct err e = { 0 };
	_autofree char *name = own_name(from->path);
	int ret;

	progress_start(&j.progress);
	if (!name) {
		(void)fprintf(stderr,
		    "zonecp: %s:%s: name the file or directory itself\n",
		    from->zone, from->path);
		return -1;
	}
	if (open_zone(&j, o, from->zone, 'g', from->path, &e) == -1) {
		complain(&j, e.msg, false);
		return -1;
	}
	fd_close_at(&j.copy.out);
	j.copy.out = -1;
	j.copy.mode = MODE_OUT;
	j.copy.keep = o->keep;
	j.copy.as = name;
	j.copy.into_dir = o->nfrom > 1;
	ret = zd_copy_receive(&j.copy, o->to.path, &e);
	return close_zone(&j, ret, &e);
}

static int
run(const struct options *o)
{
	int ret = 0;

	if (o->to.zone)
		return copy_in(o);
	for (size_t i = 0; i < o->nfrom; i++) {
		if (copy_out(o, &o->from[i]) == -1)
			ret = -1;
	}
	return ret;
}

int
main(int argc, char **argv)
{
	__attribute__((cleanup(options_done))) struct options o;
	_autofree char *wrong = parse_options(argc, argv, &o);
	struct err e;

	if (wrong)
		return usage(wrong);
	(void)signal(SIGPIPE, SIG_IGN);
	if (path_init(NULL, &e) == -1) {
		(void)fprintf(stderr, "zonecp: %s\n", e.msg);
		return EXIT_FAILED;
	}
	if (path_in_zone() || geteuid() != 0) {
		(void)fputs("zonecp: for root of the global zone only\n",
		    stderr);
		return EXIT_FAILED;
	}
	return run(&o) == 0 ? 0 : EXIT_FAILED;
}
