/* SPDX-License-Identifier: ISC
 *
 * zonecfg - configure zones: options, and where the commands come from.
 */
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/str.h"
#include "zonecfg/hint.h"
#include "zonecfg/session.h"
#include "zonecfg/store.h"
#include "zonecfg/term.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct options {
	const char *zone;
	const char *uuid;
	const char *file;
	const char *json;
	const char *root;
	bool live;
	bool help;
	bool version;
};

static const char usage_text[] =
    "usage: zonecfg [-R ROOT] -z ZONE | -u UUID\n"
    "       zonecfg [-R ROOT] -z ZONE | -u UUID SUBCOMMAND [; SUBCOMMAND] ...\n"
    "       zonecfg [-R ROOT] -z ZONE | -u UUID -f FILE | -f -\n"
    "       zonecfg [-R ROOT] -z ZONE | -u UUID -j FILE | -j -\n"
    "       zonecfg [-R ROOT] -z ZONE | -u UUID -r [SUBCOMMAND] ...\n"
    "       zonecfg help [TOPIC]\n";

static int
usage(const char *why)
{
	if (why)
		fprintf(stderr, "zonecfg: %s\n", why);
	fputs(usage_text, stderr);
	return EXIT_USAGE;
}

/* Always well: who asks has been told. */
static int
help(const char *topic)
{
	struct err e;

	if (!topic)
		fputs(usage_text, stdout);
	if (zc_help(topic, stdout, &e) == -1)
		fprintf(stderr, "zonecfg: %s\n", e.msg);
	return EXIT_OK;
}

/* NULL, or what is wrong with an option: the caller's to free. */
static char *
parse_options(int argc, char **argv, struct options *o)
{
	static const char letters[] = "+:z:u:f:j:rR:";
	static const struct option names[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		if (c == 'z')
			o->zone = optarg;
		else if (c == 'u')
			o->uuid = optarg;
		else if (c == 'f')
			o->file = optarg;
		else if (c == 'j')
			o->json = optarg;
		else if (c == 'r')
			o->live = true;
		else if (c == 'R')
			o->root = optarg;
		else if (c == 'h' || (c == '?' && optopt == '?'))
			o->help = true;
		else if (c == 'V')
			o->version = true;
		else
			return opt_wrong(c, argv, letters, names);
	}
	return NULL;
}

static int
zone_of_uuid(const char *uuid, char name[ZC_NAME_MAX + 1], struct err *e)
{
	struct zc_index index;
	bool found = false;

	if (zc_index_load(&index, NULL, e) == -1)
		return -1;
	for (size_t i = 0; i < index.n && !found; i++) {
		found = *uuid != '\0' && strcmp(index.zone[i].uuid, uuid) == 0;
		if (found)
			(void)snprintf(name, ZC_NAME_MAX + 1, "%s",
			    index.zone[i].name);
	}
	zc_index_free(&index);
	if (!found)
		return err_set(e, ERR_UNKNOWN_ZONE,
		    "%s: No such zone configured", uuid);
	return 0;
}

/* --- the four ways in ----------------------------------------------------- */

static void
run_argv(struct zc_session *s, char **argv)
{
	_autofree char *text = mem_strdup(argv[0]);

	for (argv++; *argv; argv++) {
		char *longer = mem_printf("%s %s", text, *argv);

		free(text);
		text = longer;
	}
	zc_session_run(s, text, strlen(text), 1);
	if (!s->quit)
		(void)zc_session_finish(s, false);
}

/* How much of a text's start is what some editors put there to say that it is
 * UTF-8. */
static size_t
byte_order_mark(const char *text, size_t len)
{
	return len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static int
read_file(const char *file, char **text, size_t *len, struct err *e)
{
	_autoclose int fd = strcmp(file, "-") == 0
	    ? fd_dup(STDIN_FILENO, e)
	    : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t mark;

	if (fd == -1)
		return err_sys(e, "could not open file '%s'", file);
	if (fd_read_all(fd, ZC_STORE_MAX, text, len, e) == -1)
		return err_in(e, "'%s'", file);
	mark = byte_order_mark(*text, *len);
	*len -= mark;
	memmove(*text, *text + mark, *len + 1);
	return 0;
}

/* All of the configuration at once: nothing is saved unless all is good. */
static int
run_json(struct zc_session *s, struct err *e)
{
	_autofree char *text = NULL;
	size_t len;

	if (read_file(s->file, &text, &len, e) == -1)
		return -1;
	if (strcmp(s->file, "-") == 0)
		s->file = "standard input";
	zc_cmd_json(s, text, len);
	if (!s->failed)
		(void)zc_session_finish(s, false);
	return 0;
}

static int
run_file(struct zc_session *s, struct err *e)
{
	_autofree char *text = NULL;
	size_t len;

	if (read_file(s->file, &text, &len, e) == -1)
		return -1;
	zc_session_run(s, text, len, 1);
	if (!s->quit)
		(void)zc_session_finish(s, false);
	return 0;
}

static void
run_stdin(struct zc_session *s)
{
	_autofree char *text = NULL;
	size_t room = 0;
	ssize_t len;

	if (!s->zone)
		fprintf(stderr, "%s\n", s->broken.msg);
	for (unsigned line = 1; !s->quit; line++) {
		len = getline(&text, &room, stdin);
		if (len == -1)
			break;
		size_t mark = line == 1 ? byte_order_mark(text, (size_t)len)
					: 0;

		zc_session_run(s, text + mark, (size_t)len - mark, line);
	}
	if (!s->quit)
		(void)zc_session_finish(s, false);
}

static void
greet(const struct zc_session *s)
{
	if (!s->zone)
		fprintf(stderr, "%s\n", s->broken.msg);
	if (s->read_only)
		fprintf(stderr,
		    "WARNING: the configurations cannot be written "
		    "by you;\nonly looking is possible.\n");
	else if (!s->zone && !s->on_disk)
		puts("Use 'create' to begin configuring a new zone.");
}

static void
run_terminal(struct zc_session *s)
{
	struct zc_term *t = zc_term_new(s);

	greet(s);
	while (!s->quit) {
		const char *line = zc_term_line(t);

		if (!line)
			s->quit = zc_session_finish(s, false);
		else
			zc_session_run(s, line, strlen(line), 0);
		if (!line)
			clearerr(stdin);
	}
	zc_term_free(t);
}

static enum zc_mode
mode_of(const struct options *o, char **rest)
{
	if (*rest)
		return ZC_ARGV;
	if (o->json || (o->file && strcmp(o->file, "-") != 0))
		return ZC_FILE;
	return isatty(STDIN_FILENO) == 1 ? ZC_TERMINAL : ZC_STDIN;
}

static int
run(const struct options *o, const char *name, char **rest)
{
	struct zc_session s;
	struct err e;
	enum zc_mode mode = mode_of(o, rest);
	int rc = 0;

	if (zc_session_open(&s, name, mode, &e) == -1) {
		fprintf(stderr, "zonecfg: %s\n", e.msg);
		return EXIT_FAILED;
	}
	s.file = o->json ? o->json : o->file;
	s.moved = o->root != NULL;
	if (o->live && zc_session_go_live(&s, &e) == -1)
		rc = -1;
	else if (o->json)
		rc = run_json(&s, &e);
	else if (mode == ZC_ARGV)
		run_argv(&s, rest);
	else if (mode == ZC_FILE)
		rc = run_file(&s, &e);
	else if (mode == ZC_STDIN)
		run_stdin(&s);
	else
		run_terminal(&s);
	if (rc == -1)
		fprintf(stderr, "zonecfg: %s\n", e.msg);
	/* A command wanted a zone that is not there. */
	if (s.failed && !s.zone && !s.on_disk)
		zc_hint_zone("zonecfg", name);
	zc_session_close(&s);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "zonecfg: cannot write the output\n");
		rc = -1;
	}
	return rc == -1 || s.failed ? EXIT_FAILED : EXIT_OK;
}

/* Editing lines takes libraries that no script should wait for. */
static void
become_editor(char **argv)
{
#ifndef ZONES_LIBEDIT
	_autofree char *path = path_helper("zone-cfg");

	(void)execv(path, argv);
	/* Without it lines are typed plainly. */
#else
	(void)argv;
#endif
}

/* Which zone: 0, or the exit status. */
static int
pick_zone(const struct options *o, char name[ZC_NAME_MAX + 1])
{
	struct err e;

	if (path_init(o->root, &e) == -1 ||
	    (!o->zone && zone_of_uuid(o->uuid, name, &e) == -1)) {
		fprintf(stderr, "zonecfg: %s\n", e.msg);
		return e.code == ERR_USAGE ? EXIT_USAGE : EXIT_FAILED;
	}
	if (!o->zone)
		return 0;
	if (!zc_name_ok(o->zone)) {
		_autofree char *shown = str_visible(o->zone, strlen(o->zone));

		fprintf(stderr,
		    "%s: Bogus zone name\n"
		    "A zone's name starts with a letter or digit, goes on with "
		    "letters, digits, '-', '_'\nand '.', has at most %d "
		    "characters and does not start with SUNW.\n",
		    shown, ZC_NAME_MAX);
		return EXIT_USAGE;
	}
	(void)snprintf(name, ZC_NAME_MAX + 1, "%s", o->zone);
	return 0;
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	_autofree char *wrong = NULL;
	char name[ZC_NAME_MAX + 1];
	int rc;

	wrong = parse_options(argc, argv, &o);
	if (wrong)
		return usage(wrong);
	if (o.version) {
		puts("zonecfg " ZONES_VERSION);
		return EXIT_OK;
	}
	if (o.help ||
	    (argv[optind] && !o.zone && !o.uuid &&
		strcmp(argv[optind], "help") == 0))
		return help(o.help ? NULL : argv[optind + 1]);
	if (path_in_zone()) {
		fprintf(stderr,
		    "zonecfg: can only be run from the global zone\n");
		return EXIT_FAILED;
	}
	if (!o.zone == !o.uuid)
		return usage("exactly one of -z and -u is needed");
	if (o.file && argv[optind])
		return usage("-f takes the commands from a file: none can "
			     "follow");
	if (o.json && (o.file || argv[optind]))
		return usage("-j takes the whole configuration: no -f and no "
			     "commands with it");
	rc = pick_zone(&o, name);
	if (rc == 0 && mode_of(&o, argv + optind) == ZC_TERMINAL)
		become_editor(argv);
	return rc != 0 ? rc : run(&o, name, argv + optind);
}
