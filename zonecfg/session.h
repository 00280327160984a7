/* SPDX-License-Identifier: ISC
 *
 * session - one run of zonecfg: the zone in work, what was changed, and how the
 * commands come in.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/edit.h"
#include "zonecfg/index.h"
#include "zonecfg/state.h"

enum zc_mode {
	ZC_TERMINAL, /* prompts, questions */
	ZC_STDIN,    /* a pipe: goes on after errors */
	ZC_ARGV,     /* goes on after errors */
	ZC_FILE,     /* stops at the first error, never asks */
};

struct zc_session {
	enum zc_mode mode;
	const char *file; /* the FILE of -f, for messages */
	unsigned line;    /* of it, or of stdin; 0: no line */
	bool can_ask;     /* stdin is a terminal */
	bool read_only;
	bool live;  /* -r: what the running zone has, to look at */
	bool moved; /* -R: the configuration of another system */
	char name[ZC_NAME_MAX + 1]; /* as it is called on disk */
	struct zc_zone *zone;       /* as it is being edited; NULL: none */
	struct zc_edit edit;        /* of zone */
	struct err broken;          /* why the stored one cannot be read */
	bool on_disk;
	struct zc_stamp stamp; /* of the stored one that was read */
	bool dirty;            /* changed since the last commit */
	bool refused; /* the last commit failed, nothing changed since */
	bool failed;  /* exit status 1 */
	bool quit;
	int lock;
};

/* Read the stored configuration, if there is one. */
int zc_session_open(struct zc_session *s, const char *name, enum zc_mode mode,
    struct err *e) MUST_CHECK;

/* Look at what the zone runs with instead. */
int zc_session_go_live(struct zc_session *s, struct err *e) MUST_CHECK;
void zc_session_close(struct zc_session *s);

/* Put commands through: text of several lines, the first has the number. */
void zc_session_run(struct zc_session *s, const char *text, size_t len,
    unsigned line);

/* The end of the commands: commit what was changed. False: the person at the
 * terminal would rather go on. */
bool zc_session_finish(struct zc_session *s, bool force);

/* --- for the handlers of cmd.c ---------------------------------------------
 */

/* Print a message on stderr, with the line it belongs to. fail also sets the
 * exit status. */
void zc_say(struct zc_session *s, const char *fmt, ...) PRINTF(2, 3);
void zc_fail(struct zc_session *s, const char *fmt, ...) PRINTF(2, 3);

/* A question with "no" as the default: 1 yes, 0 no, -1 nobody to ask. */
int zc_ask(struct zc_session *s, const char *fmt, ...) PRINTF(2, 3);

/* Replace the zone in work; it becomes the session's. */
void zc_session_take(struct zc_session *s, struct zc_zone *zone);

/* Forget the zone in work and read the stored one again. */
int zc_session_load(struct zc_session *s, struct err *e) MUST_CHECK;

/* Before the first change of a run that nobody sits at: hold the zone's lock up
 * to the end, on what is stored now, so that no two runs overwrite each other.
 * At a terminal only commit takes it. */
int zc_session_begin(struct zc_session *s, struct err *e) MUST_CHECK;

/* Verify and save. Messages are printed; -1 where it failed. */
int zc_session_commit(struct zc_session *s);

/* The state of the stored zone (configured where there is none), found out now:
 * the durable one and the live one. */
int zc_session_state(const struct zc_session *s, enum zc_state *durable,
    enum zc_state *live, struct err *e) MUST_CHECK;

/* What cmd.c offers in turn: carry out one command. */
void zc_cmd_run(struct zc_session *s, const struct zc_cmd *cmd);

/* The zone becomes what JSON text says (-j); s->file names it. */
void zc_cmd_json(struct zc_session *s, const char *text, size_t len);

/* show.c: what only looks. */
void zc_show_info(struct zc_session *s, const struct zc_cmd *cmd);
void zc_show_export(struct zc_session *s, const struct zc_cmd *cmd);
void zc_show_help(struct zc_session *s, const struct zc_cmd *cmd);
void zc_show_diff(struct zc_session *s, const struct zc_cmd *cmd);

/* help.c: explain a topic (NULL: all there are). -1: none such; the error names
 * one that is called nearly so. */
int zc_help(const char *topic, FILE *out, struct err *e) MUST_CHECK;
