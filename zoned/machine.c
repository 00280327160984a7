/* SPDX-License-Identifier: ISC
 *
 * machine - the state machine.
 */
#include "zoned/machine.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "zoned/console.h"
#include "zoned/control.h"
#include "zoned/exit.h"
#include "zoned/loop.h"
#include "zoned/shutdown.h"
#include "zoned/steps.h"

enum {
	MAX_WAITERS = 32,
	DRAIN_MS = 10,      /* between two looks at what is left */
	DRAIN_LOOKS = 1000, /* then the teardown counts as stuck */
	SHUTDOWN_DEFAULT_S = 60,
	NUDGE_MS = 2000,        /* between two signals that ask for an end */
	REBOOT_PAUSE_MS = 1000, /* after a zone that lived shorter than that */
};

/* What comes after the zone is down. */
enum want { WANT_ASKED_INSIDE, WANT_INSTALLED, WANT_READY, WANT_RUNNING };

static struct {
	struct zd_zone *z;
	enum want want;
	char *args; /* for the next boot, NULL: bootargs */
	bool going_down;
	int drain_looks;
	int shutdown_timer; /* 0: no shutdown under way */
	int nudge_timer;    /* 0: none */
	int64_t booted_ms;
	struct waiter {
		int client;
		enum zc_state state; /* it waits for this one */
	} waiter[MAX_WAITERS];
	size_t nwaiters;
} m;

static void go_down(void);

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum zc_state
state(void)
{
	return m.z->run.state;
}

/* --- who waits ------------------------------------------------------------ */

static void
answer_state(int client)
{
	struct zd_msg reply;

	zd_msg_start(&reply, "done");
	zd_msg_add(&reply, "state", zc_state_name(state()));
	zd_msg_addf(&reply, "id", "%d", m.z->run.id);
	zd_control_done(client, &reply);
}

static void
wait_for(int client, enum zc_state wanted)
{
	struct err why;

	if (m.nwaiters == MAX_WAITERS) {
		(void)err_set(&why, EBUSY, "too many requests at once");
		zd_control_fail(client, &why);
		return;
	}
	m.waiter[m.nwaiters++] = (struct waiter){ client, wanted };
}

/* The state has changed for good: answer everybody who waits. Somebody who
 * waited for another state was overtaken. */
static void
settled(void)
{
	for (size_t i = 0; i < m.nwaiters; i++) {
		struct err why;

		if (m.waiter[i].state == state()) {
			answer_state(m.waiter[i].client);
			continue;
		}
		(void)err_set(&why, ERR_STATE,
		    "another request came between: the zone is in state '%s'",
		    zc_state_name(state()));
		zd_control_fail(m.waiter[i].client, &why);
	}
	m.nwaiters = 0;
}

static void
failed(const struct err *why)
{
	log_error(why);
	for (size_t i = 0; i < m.nwaiters; i++)
		zd_control_fail(m.waiter[i].client, why);
	m.nwaiters = 0;
}

void
zd_machine_forget(int client)
{
	size_t kept = 0;

	for (size_t i = 0; i < m.nwaiters; i++) {
		if (m.waiter[i].client != client)
			m.waiter[kept++] = m.waiter[i];
	}
	m.nwaiters = kept;
}

bool
zd_machine_idle(void)
{
	/* WANT_RUNNING: a reboot asked inside waits for its pause. */
	return state() <= ZC_INSTALLED && !m.going_down && m.nwaiters == 0 &&
	    m.want != WANT_RUNNING;
}

/* --- up ------------------------------------------------------------------- */

static void
set_args(const char *args)
{
	char *fresh = args ? mem_strdup(args) : NULL;

	free(m.args);
	m.args = fresh;
	m.z->args = fresh;
}

static void
on_init_end(int fd, uint32_t events, void *arg)
{
	(void)fd;
	(void)events;
	(void)arg;
	zd_loop_remove(m.z->init_fd);
	go_down();
}

static int
watch_init(struct err *e)
{
	return zd_loop_add(m.z->init_fd, EPOLLIN, on_init_end, NULL, e);
}

/* What the state became on failure is what the steps left: nothing. A reboot
 * that did not come about is over, too. */
static void
up_failed(const struct err *why)
{
	struct err more;

	m.z->run.state = ZC_INSTALLED;
	if (zc_run_remove(m.z->name, &more) == -1)
		log_warn(&more, "record");
	failed(why);
}

/* A zone without its console is still a zone. */
static void
console_start(void)
{
	struct err why;

	if (m.z->console_fd == -1) {
		zd_console_notice(
		    "[NOTICE: no pty is free on this host "
		    "(kernel.pty.max): /dev/null is the console]");
		(void)err_set(&why, ENOSPC,
		    "no pty is free on this host (kernel.pty.max)");
		log_warn(&why, "console");
	} else if (zd_console_start(m.z->console_fd, &why) == -1) {
		log_warn(&why, "console");
	}
}

static int
up_ready(struct err *e)
{
	m.want = WANT_ASKED_INSIDE;
	m.z->run.again = false;
	if (zd_steps_up(m.z, e) == -1)
		return -1;
	console_start();
	return watch_init(e);
}

static int
up_running(struct err *e)
{
	if (state() <= ZC_INSTALLED && up_ready(e) == -1)
		return -1;
	/* Not while it is born: its failure is told by the birth itself. */
	zd_loop_remove(m.z->init_fd);
	zd_console_notice("[NOTICE: Zone booting up]");
	if (zd_steps_init(m.z, e) == -1) {
		zd_console_stop();
		return -1;
	}
	m.booted_ms = now_ms();
	log_info("running id=%d init=%d", m.z->run.id, (int)m.z->run.init.pid);
	return watch_init(e);
}

static void
to_ready(void)
{
	struct err why;

	if (up_ready(&why) == -1)
		up_failed(&why);
	else
		settled();
}

static void
to_running(void)
{
	struct err why;

	if (up_running(&why) == -1)
		up_failed(&why);
	else
		settled();
	set_args(NULL);
}

/* --- down ----------------------------------------------------------------- */

static void
boot_again(void *arg)
{
	(void)arg;
	if (state() <= ZC_INSTALLED && m.want == WANT_RUNNING)
		to_running();
}

static void
next(void)
{
	if (m.want != WANT_RUNNING)
		m.z->run.boots = 0;
	if (m.want == WANT_READY) {
		to_ready();
	} else if (m.want != WANT_RUNNING) {
		zd_console_halted();
		settled();
	} else if (m.nwaiters == 0 &&
	    now_ms() - m.booted_ms < REBOOT_PAUSE_MS) {
		/* An init that does nothing but reboot must not keep the host
		 * busy. */
		if (zd_loop_after(REBOOT_PAUSE_MS, boot_again, NULL) == 0)
			boot_again(NULL);
	} else {
		to_running();
	}
}

/* All processes are gone: take the platform down. */
static void
finish(void)
{
	struct err why;

	m.going_down = false;
	zd_console_stop();
	if (zd_steps_down(m.z, &why) == -1) {
		m.z->run.state = ZC_DOWN;
		failed(&why);
		return;
	}
	m.z->run.state = ZC_INSTALLED;
	next();
}

static void
drain(void *arg)
{
	struct err why;
	int left = zd_cgroup_populated(&m.z->cgroup, &why);

	(void)arg;
	if (left != 1) {
		finish();
		return;
	}
	if (m.drain_looks++ == 0 && zd_cgroup_kill(&m.z->cgroup, &why) == -1)
		log_warn(&why, "kill what is left");
	if (m.drain_looks < DRAIN_LOOKS &&
	    zd_loop_after(DRAIN_MS, drain, NULL) != 0)
		return;
	m.going_down = false;
	m.z->run.state = ZC_DOWN;
	if (zd_record(m.z, ZC_DOWN, &why) == -1)
		log_warn(&why, "record");
	(void)err_set(&why, EBUSY,
	    "processes of the zone do not end (see %s/cgroup.procs); "
	    "run 'zoneadm -z %s halt' again",
	    m.z->run.cgroup ? m.z->run.cgroup : "its control group", m.z->name);
	failed(&why);
}

/* What init's end means when nobody outside asked for anything. */
static enum want
asked_inside(void)
{
	static const char *const words[] = {
		[ZD_END_HALT] = "halted from inside",
		[ZD_END_REBOOT] = "rebooted from inside",
		[ZD_END_EXIT] = "init ended",
		[ZD_END_UNKNOWN] = "init ended unseen, taken for a halt",
	};
	int status;
	enum zd_end end = zd_exit_read(&m.z->run.init, m.z->init_fd, &status);

	log_info("%s status=%#x", words[end], (unsigned)status);
	return end == ZD_END_REBOOT ? WANT_RUNNING : WANT_INSTALLED;
}

/* Init has ended. */
static void
go_down(void)
{
	struct err why;

	if (m.shutdown_timer != 0)
		zd_loop_cancel(m.shutdown_timer);
	m.shutdown_timer = 0;
	if (m.want == WANT_ASKED_INSIDE) {
		m.want = state() == ZC_READY ? WANT_INSTALLED : asked_inside();
		m.z->run.again = m.want == WANT_RUNNING;
	}
	zd_console_notice("[NOTICE: Zone %s]",
	    m.want == WANT_RUNNING ? "rebooting" : "halted");
	m.z->run.state = ZC_SHUTTING_DOWN;
	m.going_down = true;
	m.drain_looks = 0;
	if (zd_record(m.z, ZC_SHUTTING_DOWN, &why) == -1)
		log_warn(&why, "record");
	drain(NULL);
}

/* Kill the zone. Its pid namespace dies with init; but init must first come to
 * run for that, and others fork meanwhile: so all at once. */
static void
bring_down(enum want want)
{
	struct err why;

	m.want = want;
	m.z->run.again = false;
	if (m.going_down)
		return;
	if (m.z->init_fd == -1 || state() == ZC_DOWN) {
		go_down();
		return;
	}
	m.z->run.state = ZC_SHUTTING_DOWN;
	if (zd_record(m.z, ZC_SHUTTING_DOWN, &why) == -1)
		log_warn(&why, "record");
	if (sys_pidfd_signal(m.z->init_fd, SIGKILL) == -1 && errno != ESRCH) {
		(void)err_sys(&why, "kill init");
		log_warn(&why, "halt");
	}
	if (zd_cgroup_kill(&m.z->cgroup, &why) == -1)
		log_warn(&why, "kill the zone's processes");
}

/* --- requests ------------------------------------------------------------- */

void
zd_machine_status(int client, struct zd_msg *msg)
{
	(void)msg;
	answer_state(client);
}

void
zd_machine_ready(int client, struct zd_msg *msg)
{
	(void)msg;
	wait_for(client, ZC_READY);
	if (state() <= ZC_INSTALLED && !m.going_down)
		to_ready();
	else if (state() == ZC_READY)
		settled();
	else
		bring_down(WANT_READY);
}

void
zd_machine_boot(int client, struct zd_msg *msg)
{
	wait_for(client, ZC_RUNNING);
	if (state() == ZC_RUNNING) {
		settled();
		return;
	}
	set_args(zd_msg_get(msg, "args"));
	if (!m.going_down &&
	    (state() <= ZC_INSTALLED ||
		(state() == ZC_READY && m.z->birth && zd_steps_fit(m.z))))
		to_running();
	else
		bring_down(WANT_RUNNING);
}

void
zd_machine_reboot(int client, struct zd_msg *msg)
{
	struct err why;

	if (state() != ZC_RUNNING) {
		(void)err_set(&why, ERR_STATE, "not running");
		zd_control_fail(client, &why);
		return;
	}
	set_args(zd_msg_get(msg, "args"));
	wait_for(client, ZC_RUNNING);
	bring_down(WANT_RUNNING);
}

/* The pause before a reboot is over, without one. */
static void
forget_reboot(void)
{
	struct err why;

	m.want = WANT_INSTALLED;
	m.z->run.boots = 0;
	if (!m.z->run.again)
		return;
	m.z->run.again = false;
	if (zc_run_remove(m.z->name, &why) == -1)
		log_warn(&why, "record");
}

void
zd_machine_halt(int client, struct zd_msg *msg)
{
	(void)msg;
	wait_for(client, ZC_INSTALLED);
	if (state() <= ZC_INSTALLED && !m.going_down) {
		forget_reboot();
		settled();
	} else {
		bring_down(WANT_INSTALLED);
	}
}

/* The signal that this init takes for "power off". */
static int
ask_init(struct err *e)
{
	char name[ZD_INIT_NAME_MAX];

	zd_init_name(m.z->run.init.pid, name);
	if (sys_pidfd_signal(m.z->init_fd, zd_shutdown_signal(name, false)) ==
	    -1)
		return err_sys(e, "signal init");
	return 0;
}

/* Again, while it goes on: an init that has just started drops what it has no
 * handler for yet. */
static void
nudge(void *arg)
{
	struct err why;

	(void)arg;
	m.nudge_timer = 0;
	if (m.shutdown_timer == 0)
		return;
	if (ask_init(&why) == -1)
		log_warn(&why, "shutdown");
	m.nudge_timer = zd_loop_after(NUDGE_MS, nudge, NULL);
}

static void
shutdown_timeout(void *arg)
{
	struct err why;

	(void)arg;
	m.shutdown_timer = 0;
	m.want = WANT_ASKED_INSIDE;
	(void)err_set(&why, ETIMEDOUT,
	    "unable to shutdown zone; run 'zoneadm -z %s halt'", m.z->name);
	failed(&why);
}

void
zd_machine_shutdown(int client, struct zd_msg *msg)
{
	bool again = zd_msg_num(msg, "reboot", 0) == 1;
	uint64_t s = zd_msg_num(msg, "timeout", SHUTDOWN_DEFAULT_S);
	struct err why;

	if (state() != ZC_RUNNING)
		(void)err_set(&why, ERR_STATE, "not running");
	else if (m.shutdown_timer != 0)
		(void)err_set(&why, EBUSY, "shutdown already in progress");
	else if (ask_init(&why) == 0)
		why.code = 0;
	if (why.code != 0) {
		zd_control_fail(client, &why);
		return;
	}
	log_info("shutdown%s asked, timeout=%" PRIu64 "s",
	    again ? " and reboot" : "", s);
	set_args(zd_msg_get(msg, "args"));
	m.want = again ? WANT_RUNNING : WANT_INSTALLED;
	wait_for(client, again ? ZC_RUNNING : ZC_INSTALLED);
	m.shutdown_timer = zd_loop_after((int)(s < 86400 ? s : 86400) * 1000,
	    shutdown_timeout, NULL);
	if (m.nudge_timer == 0)
		m.nudge_timer = zd_loop_after(NUDGE_MS, nudge, NULL);
}

/* --- start ---------------------------------------------------------------- */

/* The zone of a zoned that was killed is not finished, on its way down, or has
 * ended meanwhile. Of one that was only ready nothing can be lost: its platform
 * is built anew. */
static void
take_down(void)
{
	struct err why;
	bool waits = zc_process_alive(&m.z->run.init);

	if (m.z->run.again)
		m.want = WANT_RUNNING;
	else if (state() == ZC_READY && waits)
		m.want = WANT_READY;
	else if (state() != ZC_RUNNING || waits)
		m.want = WANT_INSTALLED;
	/* Killed, it is seen to end; requests only say what is wanted next. */
	if (m.z->init_fd != -1 && waits && watch_init(&why) == 0)
		bring_down(m.want);
	else
		go_down();
}

/* The zoned before us was killed in the pause before a reboot. */
static void
reboot_pending(void)
{
	log_info("carrying out the reboot asked inside");
	to_running();
}

int
zd_machine_init(struct zd_zone *z, struct err *e)
{
	int rc = zc_run_load_raw(z->name, &z->run, e);

	m.z = z;
	if (rc == -1)
		return -1;
	/* The view of a halted zone is zoneadm's; it may go meanwhile. */
	if (rc == 0 && z->run.state == ZC_MOUNTED)
		zc_run_done(&z->run);
	if (rc == 1)
		return 0;
	if (z->run.state <= ZC_INSTALLED) {
		if (z->run.again)
			reboot_pending();
		return 0;
	}
	if (zd_steps_adopt(z, e) == -1)
		return err_in(e, "adopt");
	log_info("adopting state=%s id=%d", zc_state_name(z->run.state),
	    z->run.id);
	if (z->run.state == ZC_RUNNING && zc_process_executed(&z->run.init)) {
		console_start();
		m.booted_ms = now_ms();
		if (zd_record(z, ZC_RUNNING, e) == -1)
			return -1;
		return watch_init(e);
	}
	take_down();
	return 0;
}
