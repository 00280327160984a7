/* SPDX-License-Identifier: ISC
 *
 * zoned - the monitor of one zone: makes its processes, watches its init, keeps
 * its console. Started by zoneadm and zlogin, never by hand.
 *
 * It can be killed at any instant: the zone goes on, and the next zoned adopts
 * it from the record below /run/zones. It therefore holds nothing that is not
 * there, in the kernel, or in the zone's keeper (birth.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/raw.h"
#include "zoned/console.h"
#include "zoned/control.h"
#include "zoned/drop.h"
#include "zoned/launch.h"
#include "zoned/loop.h"
#include "zoned/machine.h"
#include "zoned/upgrade.h"

enum { IDLE_MS = 50, LOG_MAX = 256 * 1024 };

struct options {
	const char *zone;
	const char *root;
	const char *helpers; /* -H: where our programs lie */
	int client;          /* -c: connected already */
	int lock;            /* -l, -s, -C, -P: kept over a re-execution */
	int listening;
	int console;
	int console_pid;
	bool adopt; /* -a: a second one, waits for the lock */
};

static int
parse_options(int argc, char **argv, struct options *o, struct err *e)
{
	int c;

	*o = (struct options){ .client = -1,
		.lock = -1,
		.listening = -1,
		.console = -1 };
	while ((c = getopt(argc, argv, "z:R:H:c:l:s:C:P:a")) != -1) {
		int n = optarg ? (int)strtol(optarg, NULL, 10) : 0;

		switch (c) {
		case 'z':
			o->zone = optarg;
			break;
		case 'R':
			o->root = optarg;
			break;
		case 'H':
			o->helpers = optarg;
			break;
		case 'c':
			o->client = n;
			break;
		case 'l':
			o->lock = n;
			break;
		case 's':
			o->listening = n;
			break;
		case 'C':
			o->console = n;
			break;
		case 'P':
			o->console_pid = n;
			break;
		case 'a':
			o->adopt = true;
			break;
		default:
			return err_set(e, ERR_USAGE, "unknown option");
		}
	}
	if (!o->zone || !zc_name_ok(o->zone) ||
	    (o->client == -1 && o->listening == -1 && !o->adopt))
		return err_set(e, ERR_USAGE,
		    "started by zoneadm, never by hand; see zoneadm(8)");
	return 0;
}

/* Descriptors that are ours alone from here on. */
static void
own_fds(const struct options *o)
{
	const int fds[] = { o->client, o->lock, o->listening, o->console };

	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		if (fds[i] >= 0)
			(void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
	}
}

/* Our own words go to /var/log/zones/NAME.log, bounded. */
static void
log_to_file(const char *zone)
{
	_autofree char *name = mem_printf("%s.log", zone);
	struct err ignored;
	_autoclose int dir = path_open(PATH_LOG, &ignored);
	_autoclose int fd = -1;
	struct stat st;

	if (getenv("JOURNAL_STREAM") || dir == -1)
		return;
	fd = openat(dir, name,
	    O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return;
	if (fstat(fd, &st) == 0 && st.st_size > LOG_MAX)
		(void)!ftruncate(fd, 0);
	(void)dup2(fd, STDERR_FILENO);
}

/* A command often follows another: linger a moment before going. */
static int linger;

static bool
is_idle(void)
{
	return zd_machine_idle() && zd_control_quiet() && !zd_console_busy();
}

static void
stop_if_idle(void *arg)
{
	(void)arg;
	linger = 0;
	if (is_idle() && zd_control_close())
		zd_loop_stop();
}

static void
look_idle(void *arg)
{
	(void)arg;
	if (linger == 0 && is_idle())
		linger = zd_loop_after(IDLE_MS, stop_if_idle, NULL);
}

/* Only one zoned a zone; a second says so to who started it. */
static int
take_lock(struct zd_zone *z, const struct options *o, struct err *e)
{
	int lock = o->lock;

	/* The second watchman of a service manager waits for its turn. */
	if (lock == -1)
		lock = lock_take(z->run_dir, "zoned.lock", "zoned",
		    o->adopt && o->client == -1 ? -1 : 0, e);
	if (lock == -1 && e->code == EWOULDBLOCK)
		return err_set(e, EAGAIN, "another zoned is there");
	if (lock != -1)
		zd_upgrade_keep_lock(lock);
	return lock == -1 ? -1 : 0;
}

/* Out here; what a zone's processes have is another matter. */
static const struct {
	unsigned cap;
	const char *name;
} needed[] = {
	{ CAP_CHOWN, "cap_chown" },
	{ CAP_DAC_OVERRIDE, "cap_dac_override" },
	{ CAP_FOWNER, "cap_fowner" },
	{ CAP_KILL, "cap_kill" },
	{ CAP_SETGID, "cap_setgid" },
	{ CAP_SETUID, "cap_setuid" },
	{ CAP_SETPCAP, "cap_setpcap" },
	{ CAP_SYS_PTRACE, "cap_sys_ptrace" },
	{ CAP_SYS_ADMIN, "cap_sys_admin" },
	{ CAP_MKNOD, "cap_mknod" },
};

/* What a starter that gave up too much cannot be helped with. */
static int
check_starter(struct err *e)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2] = { 0 };

	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		return err_set(e, EPERM,
		    "started with no_new_privs, with which no set-user-id "
		    "program of a zone works; run zoneadm from a process "
		    "without (systemd.exec(5): NoNewPrivileges=no)");
	if (syscall(SYS_capget, &head, data) == -1)
		return err_sys(e, "own capabilities");
	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		unsigned cap = needed[i].cap;

		if (!(data[cap / 32].effective & 1U << cap % 32))
			return err_set(e, EPERM,
			    "started without the capability '%s'; run zoneadm "
			    "as a root that has it",
			    needed[i].name);
	}
	return 0;
}

static int
set_up(struct zd_zone *z, const struct options *o, struct err *e)
{
	if (check_starter(e) == -1 || path_init(o->root, e) == -1)
		return -1;
	path_set_helpers(o->helpers);
	z->run_dir = path_open_run(z->name, e);
	if (z->run_dir == -1 || take_lock(z, o, e) == -1)
		return -1;
	log_to_file(z->name);
	z->helpers = zd_launch_dir("zone-login", e);
	if (z->helpers == -1 || zd_loop_init(e) == -1)
		return -1;
	if (o->lock != -1)
		zd_upgrade_sessions();
	zd_console_init(z->name, NULL, NULL);
	if (o->console >= 0 &&
	    zd_console_resume(o->console, o->console_pid, e) == -1)
		log_warn(e, "console client");
	/* First the zone as it is, then the door. */
	if (zd_machine_init(z, e) == -1)
		return -1;
	return zd_control_init(z, o->listening, o->client, e);
}

/* What a zone's processes would inherit of who happened to start us: its
 * address space layout, limits, scheduling class, priority and cpus. */
static void
forget_starter(void)
{
	const int priority = 0;
	cpu_set_t all;

	memset(&all, 0xff, sizeof(all));
	(void)personality(PER_LINUX);
	(void)zd_limits_own();
	/* musl has only a stub of it. */
	(void)raw3(SYS_sched_setscheduler, 0, SCHED_OTHER, &priority);
	(void)setpriority(PRIO_PROCESS, 0, 0);
	(void)sched_setaffinity(0, sizeof(all), &all);
	(void)umask(022);
}

static void
tell_starter(const struct options *o, const struct err *why)
{
	struct zd_msg m;
	struct err ignored;

	if (o->client == -1)
		return;
	if (why)
		zd_msg_from_err(&m, why);
	else
		zd_msg_start(&m, "done");
	(void)!zd_msg_send(o->client, &m, &ignored);
	zd_msg_done(&m);
}

int
main(int argc, char **argv)
{
	struct zd_zone zone = { .run_dir = -1,
		.helpers = -1,
		.cgroup = ZD_CGROUP_NONE,
		.init_fd = -1,
		.keeper_fd = -1,
		.console_fd = -1,
		.net_fd = -1 };
	struct options o;
	struct err e;

	log_init("zoned", NULL);
	/* Our memory is shared with what is born in the zone for a moment. */
	if (prctl(PR_SET_DUMPABLE, 0) == -1 || path_in_zone() ||
	    parse_options(argc, argv, &o, &e) == -1) {
		(void)dprintf(STDERR_FILENO,
		    "zoned: started by zoneadm, never by hand; see "
		    "zoneadm(8)\n");
		return 2;
	}
	zone.name = o.zone;
	log_init("zoned", o.zone);
	own_fds(&o);
	(void)prctl(PR_SET_NAME, "zoned");
	(void)setsid();
	forget_starter();
	if (chdir("/") == -1 || set_up(&zone, &o, &e) == -1) {
		tell_starter(&o, &e);
		log_error(&e);
		return 1;
	}
	tell_starter(&o, NULL);
	zd_loop_each(look_idle, NULL);
	look_idle(NULL);
	if (zd_loop_run(&e) == -1) {
		log_error(&e);
		return 1;
	}
	return 0;
}
