/* SPDX-License-Identifier: ISC
 *
 * The last steps of every process that enters a zone, tried in a child that is
 * root of a user namespace of its own.
 */
#include "zoned/drop.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "tests/unit/unit.h"

/* Everything goes but getppid(2), which fails with EBADMSG. */
static const struct sock_filter prog[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EBADMSG),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};
static const struct priv_filter filter = { prog, ARRAY_LEN(prog), 0 };

enum { KEPT = (1 << CAP_CHOWN) | (1 << CAP_KILL) | (1 << CAP_SETUID) };

static struct err e;

/* Put an id map of our own in a user namespace of our own. */
static void
become_root(void)
{
	_autofree char *uids = mem_printf("0 %u 1", (unsigned)geteuid());
	_autofree char *gids = mem_printf("0 %u 1", (unsigned)getegid());

	if (unshare(CLONE_NEWUSER) == -1)
		_exit(77);
	ck_assert_int_eq(fd_put(AT_FDCWD, "/proc/self/setgroups", "deny", &e),
	    0);
	ck_assert_int_eq(fd_put(AT_FDCWD, "/proc/self/uid_map", uids, &e), 0);
	ck_assert_int_eq(fd_put(AT_FDCWD, "/proc/self/gid_map", gids, &e), 0);
}

/* Run check(arg) in a child that has dropped: it returns 0, or the number of
 * what is wrong. prepare runs before the drop. */
static void
in_dropped_child(void (*prepare)(void), int (*check)(void))
{
	const char *step = "";
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		long ret;

		become_root();
		if (prepare)
			prepare();
		ret = zd_drop(&(struct zd_power){ KEPT, &filter, 0,
				  SCHED_BATCH },
		    &step);
		if (ret != 0) {
			(void)fprintf(stderr, "%s: %s\n", step,
			    strerror((int)-ret));
			_exit(100);
		}
		_exit(check());
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		return; /* no user namespaces here */
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}

static unsigned long long
status_field(const char *key)
{
	_autofree char *text = NULL;
	const char *at;

	if (fd_read_file(AT_FDCWD, "/proc/self/status", 65536, &text, NULL,
		&e) == -1)
		_exit(101);
	at = strstr(text, key);
	return at ? strtoull(at + strlen(key), NULL, 16) : ~0ULL;
}

static int
caps_are_kept(void)
{
	if (status_field("\nCapBnd:") != KEPT)
		return 1;
	if (status_field("\nCapPrm:") != KEPT)
		return 2;
	if (status_field("\nCapEff:") != KEPT)
		return 3;
	if (status_field("\nCapInh:") != 0)
		return 4;
	return status_field("\nCapAmb:") == 0 ? 0 : 5;
}

static void
raise_ambient(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data) == -1)
		_exit(102);
	data[0].inheritable = data[0].permitted;
	if (syscall(SYS_capset, &head, data) == -1 ||
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0) == -1)
		_exit(103);
}

START_TEST(only_the_capabilities_of_the_bound_are_left)
{
	in_dropped_child(NULL, caps_are_kept);
}
END_TEST

START_TEST(inheritable_and_ambient_ones_are_gone)
{
	in_dropped_child(raise_ambient, caps_are_kept);
}
END_TEST

static int
filter_is_on(void)
{
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != SECCOMP_MODE_FILTER)
		return 1;
	return syscall(SYS_getppid) == -1 && errno == EBADMSG ? 0 : 2;
}

START_TEST(the_filter_is_loaded)
{
	in_dropped_child(NULL, filter_is_on);
}
END_TEST

static int
may_gain(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
}

START_TEST(set_user_id_programs_work)
{
	in_dropped_child(NULL, may_gain);
}
END_TEST

static void
block_and_ignore(void)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_IGN);
}

static int
signals_are_default(void)
{
	if (status_field("\nSigBlk:") != 0)
		return 1;
	if (status_field("\nSigIgn:") != 0)
		return 2;
	return status_field("\nSigCgt:") == 0 ? 0 : 3;
}

START_TEST(signals_are_default_and_unblocked)
{
	in_dropped_child(block_and_ignore, signals_are_default);
}
END_TEST

static void
mask_all(void)
{
	(void)umask(0777);
}

static int
mask_is_022(void)
{
	return umask(0) == 022 ? 0 : 1;
}

START_TEST(the_file_mode_mask_is_022)
{
	in_dropped_child(mask_all, mask_is_022);
}
END_TEST

static int
limits_are_set(void)
{
	struct rlimit files;
	struct rlimit locked;
	struct rlimit core;

	if (getrlimit(RLIMIT_NOFILE, &files) == -1 ||
	    getrlimit(RLIMIT_MEMLOCK, &locked) == -1 ||
	    getrlimit(RLIMIT_CORE, &core) == -1)
		return 1;
	if (files.rlim_cur != 1024 || files.rlim_max > 524288)
		return 2;
	if (locked.rlim_max > 8 << 20)
		return 3;
	return core.rlim_cur == 0 ? 0 : 4;
}

START_TEST(limits_are_those_of_a_zone)
{
	in_dropped_child(NULL, limits_are_set);
}
END_TEST

static void
few_files(void)
{
	const struct rlimit l = { 100, 200 };

	if (setrlimit(RLIMIT_NOFILE, &l) == -1)
		_exit(104);
}

static int
files_still_few(void)
{
	struct rlimit l;

	return getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur == 200 &&
		l.rlim_max == 200
	    ? 0
	    : 1;
}

START_TEST(a_lower_hard_limit_stays)
{
	in_dropped_child(few_files, files_still_few);
}
END_TEST

static long keyring_before;

static void
note_keyring(void)
{
	keyring_before = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
	    KEY_SPEC_SESSION_KEYRING, 0);
}

static int
another_keyring(void)
{
	long now = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
	    KEY_SPEC_SESSION_KEYRING, 0);

	return now == -1 || now != keyring_before ? 0 : 1;
}

START_TEST(the_session_keyring_is_a_new_one)
{
	in_dropped_child(note_keyring, another_keyring);
}
END_TEST

static int
class_is_batch(void)
{
	return syscall(SYS_sched_getscheduler, 0) == SCHED_BATCH ? 0 : 1;
}

START_TEST(the_scheduling_class_is_the_one_given)
{
	in_dropped_child(NULL, class_is_batch);
}
END_TEST

START_TEST(a_step_that_fails_is_named)
{
	const char *step = "";
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		/* Longer than any filter: the kernel refuses it. */
		const struct priv_filter bad = { prog, 65535, 0 };

		become_root();
		if (zd_drop(&(struct zd_power){ KEPT, &bad, 0, 0 }, &step) !=
		    -EINVAL)
			_exit(1);
		_exit(strcmp(step, "system call filter") == 0 ? 0 : 2);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
}
END_TEST

UNIT_MAIN("drop", only_the_capabilities_of_the_bound_are_left,
    inheritable_and_ambient_ones_are_gone, the_filter_is_loaded,
    set_user_id_programs_work, signals_are_default_and_unblocked,
    the_file_mode_mask_is_022, limits_are_those_of_a_zone,
    a_lower_hard_limit_stays, the_session_keyring_is_a_new_one,
    the_scheduling_class_is_the_one_given, a_step_that_fails_is_named)
