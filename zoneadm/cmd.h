/* SPDX-License-Identifier: ISC
 *
 * cmd - the subcommands of zoneadm: one row each, one function each.
 *
 * commands.c holds the rows. main.c finds the row, gate.c holds the call
 * against it, the row's function does the work, and main.c prints what failed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "zonecfg/index.h"
#include "zonecfg/runstate.h"

enum cmd_flag {
	CMD_ZONE = 1,        /* needs -z (or -u) */
	CMD_ROOT = 2,        /* only root may do it */
	CMD_LOCK = 4,        /* runs under the zone's lock */
	CMD_GLOBAL_OK = 8,   /* -z global is fine */
	CMD_IN_ZONE_OK = 16, /* works inside a zone too */
	CMD_SETTLES = 8192,  /* waits for a zone that goes down by itself */
	CMD_APART = 16384,   /* held by the helper zone-adm (front.c) */
	CMD_ASKS = 32768,    /* with -n it only asks: of any zone, or none */
	/* Which refusals of gate.c have words of their own for it; any other
	 * state that the row does not allow is refused in general words. */
	CMD_HALTED = 32,    /* "operation is invalid for running zones." */
	CMD_RUNNING = 64,   /* "not running" */
	CMD_GONE = 128,     /* "is already in state 'configured'." */
	CMD_FRESH = 256,    /* "is already installed." */
	CMD_WHOLE = 512,    /* "zone is incomplete; uninstall required." */
	CMD_BUILT = 1024,   /* "must be installed before CMD." */
	CMD_MOUNTED = 2048, /* "must be mounted before CMD." */
	CMD_MANAGED = 4096, /* "cannot manage a zone which is in state 'S'" */
};

#define CMD_STATE(s) (1U << (s))

/* One call of a subcommand, as the gate let it through. */
struct cmd_call {
	const struct cmd *cmd;
	const char *zone;      /* NULL where none was given (list, doctor) */
	struct zc_entry entry; /* of the zone; zeroed without one */
	struct zc_run run;     /* likewise */
	enum zc_state state;   /* zc_state_now of both */
	int argc;              /* argv[0] is the subcommand: ready for getopt */
	char **argv;           /* NULL-terminated */
	int lock;              /* holds the zone's lock; -1 without CMD_LOCK */
};

/* 0: done. -1: failed, the error says why; main.c prints it as
 * "zoneadm: zone 'NAME': TEXT" (ERR_UNKNOWN_ZONE: "zoneadm: TEXT") and exits 1;
 * with ERR_USAGE it adds the usage of the subcommand and exits 2. 1: failed,
 * and everything has been said already; exit status 1. */
typedef int cmd_fn(struct cmd_call *call, struct err *e);

struct cmd {
	const char *name;
	const char *args; /* behind the name in the usage text, "" for none */
	const char *help; /* one sentence */
	unsigned flags;   /* enum cmd_flag */
	unsigned states;  /* CMD_STATE bits of the states it is allowed in */
	char force;       /* option letter that lets an incomplete zone pass */
	cmd_fn *run;
	/* What the row cannot say of the words, or NULL: asked before the zone
	 * is looked at, because a wrong call is wrong in every state. */
	cmd_fn *check;
};

/* The table, in the order of the usage text; n of them. */
extern const struct cmd cmd_table[];
extern const size_t cmd_table_n;

/* The words that zoneadm was called with. */
extern char **cmd_argv;

/* Another program holds the subcommand, checks included: its function executes
 * that (front.c, whole.c). */
bool cmd_is_apart(const struct cmd *cmd);

/* -1 with ERR_USAGE: there is no such subcommand, but one like it perhaps. */
int cmd_unknown(const char *name, struct err *e);

/* A line for people on stderr: "zoneadm: zone 'NAME': TEXT". */
void cmd_say(const struct cmd_call *call, const char *fmt, ...) PRINTF(2, 3);

/* The checks of zoneadm verify, also made by install and boot: each fault a
 * plain line on stderr, at the end "zoneadm: zone NAME failed to verify".
 * 0: good (warnings may have been printed), 1: failed and said so, -1: could
 * not check. */
int cmd_verify_zone(struct cmd_call *call, struct err *e) MUST_CHECK;

/* Let a zone that is on its way down come to rest, with a new zoned where its
 * own has died: that one finishes what was begun, and boots the zone where that
 * was asked inside. Reads the call's entry, run and state again. */
int cmd_settle(struct cmd_call *call, struct err *e) MUST_CHECK;

/* cmd_list.c */
int cmd_list(struct cmd_call *call, struct err *e);
/* cmd_verify.c */
int cmd_verify(struct cmd_call *call, struct err *e);
/* cmd_install.c */
int cmd_install(struct cmd_call *call, struct err *e);
int cmd_install_check(struct cmd_call *call, struct err *e);
/* cmd_clone.c */
int cmd_clone(struct cmd_call *call, struct err *e);
int cmd_clone_check(struct cmd_call *call, struct err *e);
/* cmd_snapshot.c */
int cmd_snapshot(struct cmd_call *call, struct err *e);
int cmd_snapshot_check(struct cmd_call *call, struct err *e);
/* cmd_uninstall.c */
int cmd_uninstall(struct cmd_call *call, struct err *e);
/* cmd_move.c */
int cmd_move_check(struct cmd_call *call, struct err *e);
int cmd_move(struct cmd_call *call, struct err *e);
/* A move was interrupted (moving.h): bring the zone to one of the two paths,
 * and read the call's entry and state again. 1: failed, and that was said. */
int cmd_finish_move(struct cmd_call *call, struct err *busy, struct err *e)
    MUST_CHECK;
/* cmd_detach.c */
int cmd_detach(struct cmd_call *call, struct err *e);
/* cmd_attach.c */
int cmd_attach(struct cmd_call *call, struct err *e);
int cmd_attach_check(struct cmd_call *call, struct err *e);
/* cmd_migrate.c */
int cmd_migrate(struct cmd_call *call, struct err *e);
/* A migration was interrupted (migrating.h): bring the zone to where it is this
 * host's or not, and read the call's entry and state again. 1: failed, and that
 * was said. */
int cmd_finish_migrate(struct cmd_call *call, struct err *busy, struct err *e)
    MUST_CHECK;
/* cmd_receive.c */
int cmd_receive(struct cmd_call *call, struct err *e);
/* cmd_mark.c */
int cmd_mark(struct cmd_call *call, struct err *e);
int cmd_mark_check(struct cmd_call *call, struct err *e);
/* cmd_mount.c */
int cmd_mount(struct cmd_call *call, struct err *e);
int cmd_unmount(struct cmd_call *call, struct err *e);
/* cmd_boot.c */
int cmd_ready(struct cmd_call *call, struct err *e);
int cmd_boot(struct cmd_call *call, struct err *e);
int cmd_reboot(struct cmd_call *call, struct err *e);
int cmd_shutdown(struct cmd_call *call, struct err *e);
int cmd_shutdown_check(struct cmd_call *call, struct err *e);
int cmd_halt(struct cmd_call *call, struct err *e);
int cmd_upgrade(struct cmd_call *call, struct err *e);
/* cmd_doctor.c */
int cmd_doctor(struct cmd_call *call, struct err *e);
/* cmd_help.c */
int cmd_help(struct cmd_call *call, struct err *e);
void cmd_usage(const struct cmd *cmd); /* NULL: of the whole, to stderr */
int cmd_print_usage(FILE *out);        /* of the whole; 0, or -1 */
