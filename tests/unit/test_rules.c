/* SPDX-License-Identifier: ISC
 *
 * Argument rules, asked of the kernel: with the filter a call is refused as the
 * table says, without it the kernel goes past that point. Arguments are wrong
 * further on, so that nothing happens either way.
 */
#include "privileges/rules.h"

#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/fsverity.h>
#include <linux/netlink.h>
#include <linux/reboot.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "privileges/caps.h"
#include "privileges/compile.h"
#include "privileges/explain.h"
#include "privileges/filter.h"
#include "tests/unit/unit.h"

#define HIGH (UINT64_C(0xdead) << 32)
#define NO_FD UINT32_MAX

enum {
	NO_TYPE = 0xf,     /* of a socket: EINVAL for every family */
	NO_FLAG = 1,       /* of unshare: likewise */
	NO_PROTOCOL = 300, /* of an internet socket: likewise */
	NO_COMMAND = 99,   /* of PR_SCHED_CORE: likewise */
};

/* limitpriv, call, arguments, the filter's error, and whether the kernel goes
 * on for root alone. Clone with what excludes one another is EINVAL. */
static const struct asked {
	const char *set;
	const char *call;
	uint64_t args[CALL_ARGS];
	int refused;
	bool root;
} cases[] = {
	{ "default", "clone", { CLONE_NEWUSER | CLONE_FS }, EPERM },
	{ "default", "clone", { HIGH | CLONE_NEWUSER | CLONE_FS }, EPERM },
	{ "default", "clone", { CLONE_NEWNET | CLONE_THREAD }, EPERM },
	{ "default,!sys_mount", "clone", { CLONE_NEWNS | CLONE_FS }, EPERM },
	{ "default,!sys_mount", "clone", { CLONE_NEWPID | CLONE_THREAD },
	    EPERM },
	{ "default", "unshare", { CLONE_NEWUSER | NO_FLAG }, EPERM },
	{ "default", "unshare", { HIGH | CLONE_NEWNET | NO_FLAG }, EPERM },
	{ "default", "fcntl", { NO_FD, F_SETLEASE }, EACCES },
	{ "default", "fcntl", { NO_FD, HIGH | F_SETLEASE }, EACCES },
	{ "default", "socket", { AF_PACKET, NO_TYPE }, EAFNOSUPPORT },
	{ "default", "socket", { AF_VSOCK, NO_TYPE }, EAFNOSUPPORT },
	{ "default", "socket", { AF_ALG, NO_TYPE }, EAFNOSUPPORT },
	{ "default", "socket", { AF_KEY, NO_TYPE }, EAFNOSUPPORT },
	{ "default", "socket", { AF_XDP, NO_TYPE }, EAFNOSUPPORT },
	{ "default", "socket", { AF_TIPC, NO_TYPE }, EAFNOSUPPORT },
	{ "default", "socket", { AF_RDS, NO_TYPE }, EAFNOSUPPORT },
	{ "default", "socket", { AF_CAN, NO_TYPE }, EAFNOSUPPORT },
	{ "default", "socket", { AF_BLUETOOTH, NO_TYPE }, EAFNOSUPPORT },
	{ "default", "socket", { HIGH | AF_ALG, NO_TYPE }, EAFNOSUPPORT },
	{ "default,!net_access", "socket", { AF_INET, NO_TYPE }, EAFNOSUPPORT },
	{ "default", "socket", { AF_INET, SOCK_RAW, NO_PROTOCOL }, EPERM },
	{ "default", "socket", { AF_INET6, SOCK_RAW, NO_PROTOCOL }, EPERM },
	{ "default", "socket",
	    { AF_INET, SOCK_RAW | SOCK_CLOEXEC, NO_PROTOCOL }, EPERM },
	{ "default", "socket", { AF_INET, SOCK_PACKET, 0 }, EPERM, true },
	{ "default", "socket", { AF_NETLINK, NO_TYPE, NETLINK_AUDIT },
	    EPROTONOSUPPORT },
	{ "default", "socket", { AF_NETLINK, NO_TYPE, HIGH | NETLINK_AUDIT },
	    EPROTONOSUPPORT },
	{ "default", "socket", { AF_NETLINK, NO_TYPE, NETLINK_NETFILTER },
	    EPROTONOSUPPORT },
	{ "default", "socket", { AF_NETLINK, NO_TYPE, NETLINK_XFRM },
	    EPROTONOSUPPORT },
	{ "default", "socketpair", { AF_TIPC, SOCK_STREAM }, EOPNOTSUPP },
	{ "default", "personality", { ADDR_NO_RANDOMIZE }, EPERM },
	{ "default", "personality", { HIGH | READ_IMPLIES_EXEC }, EPERM },
	{ "default", "personality", { MMAP_PAGE_ZERO }, EPERM },
	{ "default,!proc_secflags", "personality", { PER_LINUX32 }, EPERM },
	{ "default", "ioctl", { NO_FD, TIOCSTI }, EPERM },
	{ "default", "ioctl", { NO_FD, HIGH | TIOCSTI }, EPERM },
	{ "default", "ioctl", { NO_FD, TIOCLINUX }, EPERM },
	{ "default", "ioctl", { NO_FD, TIOCSETD }, EPERM },
	{ "default", "ioctl", { NO_FD, TIOCCONS }, EPERM },
	{ "default", "ioctl", { NO_FD, FIFREEZE }, EPERM },
	{ "default", "ioctl", { NO_FD, FITHAW }, EPERM },
	{ "default", "ioctl", { NO_FD, FS_IOC_ENABLE_VERITY }, EPERM },
	{ "default", "ioctl", { NO_FD, 0x4c00 }, EPERM }, /* LOOP_SET_FD */
	/* BTRFS_IOC_SUBVOL_CREATE */
	{ "default", "ioctl", { NO_FD, 0x5000940e }, ENOTTY },
	{ "default", "ioctl", { NO_FD, 0x4c82 }, EPERM },     /* GET_FREE */
	{ "default", "ioctl", { NO_FD, 0xc138fd00 }, EPERM }, /* DM_VERSION */
	{ "default", "mknod", { 0, S_IFBLK | 0600 }, EPERM },
	{ "default", "mknod", { 0, HIGH | S_IFCHR | 0600 }, EPERM },
	{ "default", "mknodat", { NO_FD, 0, S_IFBLK | 0600 }, EPERM },
	{ "default", "mknodat", { NO_FD, 0, 0x10000 | S_IFCHR }, EPERM },
	{ "default", "reboot", { 0, 0, LINUX_REBOOT_CMD_KEXEC }, EPERM, true },
	{ "default", "reboot", { 0, 0, LINUX_REBOOT_CMD_SW_SUSPEND }, EPERM,
	    true },
	{ "default", "reboot", { 0, 0, LINUX_REBOOT_CMD_CAD_ON }, EPERM, true },
	{ "default", "prctl", { PR_SET_MM, 0, 0, 0, 1 }, EPERM },
	{ "default", "prctl", { HIGH | PR_SET_MM, 0, 0, 0, 1 }, EPERM },
	{ "default", "prctl", { PR_SCHED_CORE, NO_COMMAND, 1 }, EPERM },
};

static struct sock_filter prog[PRIV_FILTER_MAX];
static struct err e;

static uint32_t
opens_of(const struct asked *a)
{
	struct priv_set s = { 0 };
	struct priv_fault f = { 0 };

	ck_assert_int_eq(priv_set_read(a->set, false, &s, &f), 0);
	return priv_set_opens(&s);
}

/* The error of the call in a process of its own, 0 for none. */
static int
tried(const struct asked *a, const struct priv_filter *filter)
{
	int status = 0;
	pid_t pid = fork();

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		long nr = call_number(call_find(a->call));
		const uint64_t *x = a->args;

		if (filter &&
		    (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
			priv_filter_apply_raw(filter) != 0))
			_exit(255);
		_exit(syscall(nr, x[0], x[1], x[2], x[3], x[4], x[5]) == -1
			? errno
			: 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(the_filter_refuses_what_the_kernel_goes_on_with)
{
	const struct asked *a = &cases[_i];
	struct priv_filter filter = { .prog = prog };
	int n = priv_compile(opens_of(a), prog, &e);
	int without;

	ck_assert_msg(n > 0, "%s", e.msg);
	filter.len = (unsigned short)n;
	ck_assert_msg(tried(a, &filter) == a->refused, "%s of %s: %s", a->call,
	    a->set, strerror(tried(a, &filter)));
	if (a->root && geteuid() != 0)
		return;
	without = tried(a, NULL);
	ck_assert_msg(without != a->refused && without != ENOSYS,
	    "%s without a filter: %s", a->call, strerror(without));
}
END_TEST

/* The row of that rule which answers the case, -1: otherwise, -2: not asked. */
static int
row_of(const struct asked *a, uint32_t id)
{
	uint32_t opens = opens_of(a);
	outcome o = call_outcome(call_find(a->call), opens | CALL_ALWAYS);

	while (o < RULE_COUNT) {
		const struct rule *r = &rules[o];
		uint32_t mask = r->mask ? r->mask : UINT32_MAX;
		uint32_t arg = (uint32_t)a->args[r->arg] & mask;
		size_t i;

		for (i = 0; i < r->n; i++) {
			const struct rule_row *row = &r->row[i];

			if ((!row->with || (row->with & opens)) &&
			    !(row->without & opens) &&
			    (row->op == RULE_ANY ? (arg & row->value) != 0
						 : arg == row->value))
				break;
		}
		if (o == id)
			return i < r->n ? (int)i : -1;
		o = i < r->n ? r->row[i].then : r->otherwise;
	}
	return -2;
}

static bool
some_case_meets(uint32_t id, int row)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (row_of(&cases[i], id) == row)
			return true;
	}
	return false;
}

START_TEST(every_refusal_of_the_table_has_a_case)
{
	for (uint32_t id = RULE_NONE + 1; id < RULE_COUNT; id++) {
		const struct rule *r = &rules[id];

		if (r->otherwise >= RULE_COUNT && r->otherwise != ALLOW)
			ck_assert_msg(some_case_meets(id, -1), "rule %u", id);
		for (size_t i = 0; i < r->n; i++) {
			if (r->row[i].then >= RULE_COUNT &&
			    r->row[i].then != ALLOW)
				ck_assert_msg(some_case_meets(id, (int)i),
				    "rule %u, row %zu", id, i);
		}
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rules");
	TCase *tcase = tcase_create("rules");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, every_refusal_of_the_table_has_a_case);
	tcase_add_loop_test(tcase,
	    the_filter_refuses_what_the_kernel_goes_on_with, 0,
	    (int)ARRAY_LEN(cases));
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
