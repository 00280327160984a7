/* SPDX-License-Identifier: ISC
 *
 * System call filters: what the compiled program answers to each call, asked in
 * user space; and that a file is checked before it is trusted.
 */
#include "privileges/filter.h"

#include <asm/ioctls.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "privileges/caps.h"
#include "privileges/compile.h"
#include "privileges/explain.h"
#include "tests/unit/bpf.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

#define OK SECCOMP_RET_ALLOW
#define NO(err) (SECCOMP_RET_ERRNO | (err))

/* Numbers up to here are asked one by one: all of Linux 6.18 and some. */
enum { LAST_NUMBER = 500 };

static struct err e;
static struct sock_filter prog[PRIV_FILTER_MAX];
static size_t len;

static uint32_t
opens_of(const char *limitpriv, bool exclusive)
{
	struct priv_set s = { 0 };
	struct priv_fault f = { 0 };

	ck_assert_int_eq(priv_set_read(limitpriv, exclusive, &s, &f), 0);
	return priv_set_opens(&s);
}

static void
compile(uint32_t opens)
{
	int n = priv_compile(opens, prog, &e);

	ck_assert_msg(n > 0, "%s", e.msg);
	len = (size_t)n;
}

static void
compile_for(const char *limitpriv)
{
	compile(opens_of(limitpriv, false));
}

static int
number(const char *name)
{
	for (size_t i = 0; i < ncalls; i++) {
		if (str_eq(calls[i].name, name))
			return call_number(&calls[i]);
	}
	ck_abort_msg("no row for '%s'", name);
	return -1;
}

static uint32_t
ask_number(uint32_t nr, const uint64_t args[6])
{
	struct seccomp_data d = { .nr = (int)nr,
		.arch = seccomp_arch_native(),
		.instruction_pointer = UINT64_MAX };

	memcpy(d.args, args, sizeof(d.args));
	return bpf_run(prog, len, &d);
}

#define ask(name, ...) \
	ask_number((uint32_t)number(name), (const uint64_t[6]){ __VA_ARGS__ })

/* The list of what a default zone may call, kept apart from the tables: a
 * change of them that opens a call must be made twice. */
static char *
default_calls(void)
{
	char *text = NULL;

	ck_assert_msg(fd_read_file(AT_FDCWD,
			  TEST_SOURCE_DIR "/tests/unit/default-calls.txt",
			  65536, &text, NULL, &e) == 0,
	    "%s", e.msg);
	return text;
}

START_TEST(the_default_set_answers_each_number_as_the_list_says)
{
	_autofree char *text = default_calls();
	bool listed[LAST_NUMBER + 1] = { false };
	char *rest = text;

	for (char *name = strsep(&rest, "\n"); name;
	     name = strsep(&rest, "\n")) {
		int nr = *name ? number(name) : -1;

		if (nr >= 0)
			listed[nr] = true;
	}
	compile_for("default");

	for (uint32_t nr = 0; nr <= LAST_NUMBER; nr++) {
		uint32_t answer = ask_number(nr, (const uint64_t[6]){ 0 });
		bool ruled = nr == (uint32_t)number("socket") ||
		    nr == (uint32_t)number("socketpair");

		/* Zero is not a family; all other rules let zeros pass. */
		if (listed[nr] && !ruled)
			ck_assert_msg(answer == OK, "%u: %#x", nr, answer);
		else if (!listed[nr])
			ck_assert_msg(answer == NO(EPERM) ||
				answer == NO(ENOSYS),
			    "%u: %#x", nr, answer);
	}
}
END_TEST

START_TEST(every_call_that_libseccomp_knows_has_a_row)
{
	for (int nr = 0; nr <= LAST_NUMBER; nr++) {
		char *name =
		    seccomp_syscall_resolve_num_arch(seccomp_arch_native(), nr);

		if (name)
			ck_assert_int_eq(number(name), nr);
		free(name);
	}
}
END_TEST

START_TEST(no_call_has_two_rows)
{
	for (size_t i = 0; i < ncalls; i++) {
		for (size_t k = i + 1; k < ncalls; k++)
			ck_assert_str_ne(calls[i].name, calls[k].name);
	}
}
END_TEST

START_TEST(the_default_filter_is_short)
{
	compile_for("default");

	ck_assert_uint_le(len, 200);
}
END_TEST

START_TEST(numbers_of_other_interfaces_are_unknown)
{
	static const uint32_t odd[] = { 471, 512, 1000, 0x3fffffff, 0x40000000,
		0x40000000 + 59, 0x40000200, 0x7fffffff, 0x80000000,
		UINT32_MAX };

	compile_for("all");

	for (size_t i = 0; i < ARRAY_LEN(odd); i++)
		ck_assert_uint_eq(ask_number(odd[i], (const uint64_t[6]){ 0 }),
		    NO(ENOSYS));
}
END_TEST

START_TEST(another_architecture_gets_no_call_at_all)
{
	static const uint32_t archs[] = { AUDIT_ARCH_I386, AUDIT_ARCH_ARM,
		AUDIT_ARCH_S390X, 0, UINT32_MAX };

	compile_for("all");

	for (size_t i = 0; i < ARRAY_LEN(archs); i++) {
		for (int nr = 0; nr <= LAST_NUMBER; nr++) {
			struct seccomp_data d = { .nr = nr, .arch = archs[i] };

			ck_assert_uint_eq(bpf_run(prog, len, &d), NO(ENOSYS));
		}
	}
}
END_TEST

START_TEST(what_acts_on_the_machine_is_refused_and_the_rest_unknown)
{
	static const char *const refused[] = { "acct", "adjtimex",
		"clock_settime", "settimeofday", "swapon", "swapoff",
		"init_module", "finit_module", "delete_module", "kexec_load",
		"quotactl", "syslog", "setdomainname", "open_by_handle_at" };
	static const char *const unknown[] = { "clone3", "bpf",
		"perf_event_open", "userfaultfd", "io_uring_setup", "io_setup",
		"add_key", "keyctl", "request_key", "fsopen", "open_tree",
		"move_mount", "mount_setattr", "name_to_handle_at", "vmsplice",
		"tee", "process_vm_readv", "pidfd_getfd", "kcmp", "mbind",
		"fanotify_init", "memfd_secret", "statmount", "listmount" };

	compile_for("default");

	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		ck_assert_uint_eq(ask(refused[i], 0), NO(EPERM));
	for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
		ck_assert_uint_eq(ask(unknown[i], 0), NO(ENOSYS));
}
END_TEST

START_TEST(nothing_opens_what_no_zone_may_call)
{
	compile(UINT32_MAX >> 1);

	ck_assert_uint_eq(ask("clone3", 0), NO(ENOSYS));
	ck_assert_uint_eq(ask("bpf", 0), NO(ENOSYS));
	ck_assert_uint_eq(ask("kexec_load", 0), NO(EPERM));
	ck_assert_uint_eq(ask("init_module", 0), NO(EPERM));
	ck_assert_uint_eq(ask("open_by_handle_at", 0), NO(EPERM));
}
END_TEST

/* One call with arguments: in which set, what comes out. Columns: limitpriv,
 * exclusive IP, call, arguments, answer. */
#define HIGH (UINT64_C(0xdead) << 32)
static const struct {
	const char *set;
	bool exclusive;
	const char *call;
	uint64_t args[6];
	uint32_t answer;
} cases[] = {
	{ "default", false, "clone", { SIGCHLD }, OK },
	{ "default", false, "clone", { CLONE_VM | CLONE_THREAD }, OK },
	{ "default", false, "clone", { CLONE_NEWUSER | SIGCHLD }, NO(EPERM) },
	{ "default", false, "clone", { HIGH | CLONE_NEWUSER }, NO(EPERM) },
	{ "default", false, "clone", { CLONE_NEWNET }, NO(EPERM) },
	{ "default", false, "clone", { CLONE_NEWNS | CLONE_NEWUTS }, OK },
	{ "default,!sys_mount", false, "clone", { CLONE_NEWNS }, NO(EPERM) },
	{ "default,!sys_mount", false, "clone", { SIGCHLD }, OK },
	{ "default,linux_userns", false, "clone", { CLONE_NEWUSER }, OK },
	{ "default", false, "unshare", { CLONE_NEWUSER }, NO(EPERM) },
	{ "default", false, "unshare", { CLONE_NEWNS | CLONE_NEWNET },
	    NO(EPERM) },
	{ "default", false, "unshare", { HIGH | CLONE_NEWNS }, OK },
	{ "default,!sys_mount", false, "unshare", { CLONE_FS }, NO(EPERM) },
	{ "default,linux_userns", false, "unshare", { CLONE_NEWUSER }, OK },
	{ "default", false, "socket", { AF_UNIX, SOCK_STREAM }, OK },
	{ "default", false, "socket", { AF_INET, SOCK_STREAM }, OK },
	{ "default", false, "socket", { AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC },
	    OK },
	{ "default", false, "socket", { HIGH | AF_INET, SOCK_STREAM }, OK },
	{ "default", false, "socket", { AF_INET, SOCK_RAW, 1 }, NO(EPERM) },
	{ "default", false, "socket", { AF_INET, SOCK_RAW | SOCK_CLOEXEC },
	    NO(EPERM) },
	{ "default", false, "socket", { AF_INET6, SOCK_RAW }, NO(EPERM) },
	{ "default", false, "socket", { AF_INET, SOCK_PACKET }, NO(EPERM) },
	{ "default,net_rawaccess", false, "socket", { AF_INET, SOCK_RAW }, OK },
	{ "default,net_rawaccess", false, "socket", { AF_PACKET, SOCK_RAW },
	    OK },
	{ "default", false, "socket", { AF_PACKET, SOCK_RAW },
	    NO(EAFNOSUPPORT) },
	{ "default", false, "socket", { AF_VSOCK, SOCK_STREAM },
	    NO(EAFNOSUPPORT) },
	{ "default", false, "socket", { AF_ALG, SOCK_SEQPACKET },
	    NO(EAFNOSUPPORT) },
	{ "all", false, "socket", { AF_ALG, SOCK_SEQPACKET },
	    NO(EAFNOSUPPORT) },
	{ "default", false, "socket", { 0 }, NO(EAFNOSUPPORT) },
	{ "default", false, "socket", { UINT32_MAX }, NO(EAFNOSUPPORT) },
	{ "default,!net_access", false, "socket", { AF_INET, SOCK_STREAM },
	    NO(EAFNOSUPPORT) },
	{ "default,!net_access", false, "socket", { AF_UNIX, SOCK_STREAM },
	    OK },
	{ "default", false, "socket", { AF_NETLINK, SOCK_RAW, NETLINK_ROUTE },
	    OK },
	{ "default", false, "socket", { AF_NETLINK, SOCK_RAW, 4 }, OK },
	{ "default", false, "socket", { AF_NETLINK, SOCK_RAW, 15 }, OK },
	{ "default", false, "socket", { AF_NETLINK, SOCK_RAW, 16 }, OK },
	{ "default", false, "socket", { AF_NETLINK, SOCK_RAW, NETLINK_AUDIT },
	    NO(EPROTONOSUPPORT) },
	{ "default", false, "socket",
	    { AF_NETLINK, SOCK_RAW, HIGH | NETLINK_AUDIT },
	    NO(EPROTONOSUPPORT) },
	{ "default", false, "socket",
	    { AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER }, NO(EPROTONOSUPPORT) },
	{ "default", true, "socket",
	    { AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER }, OK },
	{ "default", false, "socket", { AF_NETLINK, SOCK_RAW, 6 },
	    NO(EPROTONOSUPPORT) },
	{ "default", false, "socketpair", { AF_UNIX, SOCK_STREAM }, OK },
	{ "default", false, "socketpair", { AF_TIPC, SOCK_STREAM },
	    NO(EOPNOTSUPP) },
	{ "default", false, "personality", { 0xffffffff }, OK },
	{ "default", false, "personality", { 0 }, OK },
	{ "default", false, "personality", { 0x20008 }, OK },
	{ "default", false, "personality", { 0x0040000 }, NO(EPERM) },
	{ "default", false, "personality", { 0x0400000 }, NO(EPERM) },
	{ "default", false, "personality", { HIGH | 0x0040000 }, NO(EPERM) },
	{ "default,!proc_secflags", false, "personality", { 8 }, NO(EPERM) },
	{ "default", false, "ioctl", { 0, TIOCGWINSZ }, OK },
	{ "default", false, "ioctl", { 0, TIOCSCTTY }, OK },
	{ "default", false, "ioctl", { 0, TIOCSTI }, NO(EPERM) },
	{ "default", false, "ioctl", { 0, HIGH | TIOCSTI }, NO(EPERM) },
	{ "default", false, "ioctl", { 0, TIOCLINUX }, NO(EPERM) },
	{ "default", false, "ioctl", { 0, TIOCSETD }, NO(EPERM) },
	{ "default", false, "ioctl", { 0, TIOCCONS }, NO(EPERM) },
	{ "default", false, "ioctl", { 0, 0xc0045877 }, NO(EPERM) },
	{ "default", false, "ioctl", { 0, 0xffffffffc0045877 }, NO(EPERM) },
	{ "default", false, "ioctl", { 0, 0xc0045878 }, NO(EPERM) },
	{ "default", false, "ioctl", { 0, 0x40806685 }, NO(EPERM) },
	{ "default", false, "ioctl", { 0, 0x4c82 }, NO(EPERM) },
	{ "default", false, "ioctl", { 0, 0x4c00 }, NO(EPERM) },
	{ "default", false, "ioctl", { 0, 0xc138fd00 }, NO(EPERM) },
	{ "default", false, "ioctl", { 0, 0x40049409 }, OK },
	{ "default", false, "mknod", { 0, S_IFCHR | 0600, 5 }, NO(EPERM) },
	{ "default", false, "mknod", { 0, S_IFBLK | 0600, 5 }, NO(EPERM) },
	{ "default", false, "mknod", { 0, HIGH | S_IFBLK, 5 }, NO(EPERM) },
	{ "default", false, "mknod", { 0, 0x10000 | S_IFBLK, 5 }, NO(EPERM) },
	{ "default", false, "mknod", { 0, S_IFIFO | 0600 }, OK },
	{ "default", false, "mknod", { 0, S_IFSOCK | 0600 }, OK },
	{ "default", false, "mknod", { 0, S_IFREG | 04755 }, OK },
	{ "default", false, "mknod", { 0, 0600 }, OK },
	{ "default", false, "mknod", { 0, S_IFDIR | 0700 }, NO(EPERM) },
	{ "default", false, "mknodat", { 0, 0, S_IFCHR, 0 }, NO(EPERM) },
	{ "default", false, "mknodat", { 0, 0, S_IFBLK, 0 }, NO(EPERM) },
	{ "default", false, "mknodat", { 0, 0, S_IFIFO | 0644 }, OK },
	{ "all", true, "mknodat", { 0, 0, S_IFBLK, 0 }, NO(EPERM) },
	{ "default", false, "reboot", { 0, 0, 0x01234567 }, OK },
	{ "default", false, "reboot", { 0, 0, 0xcdef0123 }, OK },
	{ "default", false, "reboot", { 0, 0, HIGH | 0x4321fedc }, OK },
	{ "default", false, "reboot", { 0, 0, 0 }, OK },
	{ "default", false, "reboot", { 0, 0, 0x45584543 }, NO(EPERM) },
	{ "default", false, "reboot", { 0, 0, 0xd000fce2 }, NO(EPERM) },
	{ "default", false, "reboot", { 0, 0, 0x89abcdef }, NO(EPERM) },
	{ "default", false, "reboot", { 0, 0, 0xa1b2c3d4 }, NO(EPERM) },
	{ "default,!sys_admin", false, "reboot", { 0, 0, 0x01234567 },
	    NO(EPERM) },
	{ "default", false, "prctl", { PR_SET_NAME }, OK },
	{ "default", false, "prctl", { PR_SET_NO_NEW_PRIVS, 1 }, OK },
	{ "default", false, "prctl", { PR_SET_MM, PR_SET_MM_EXE_FILE },
	    NO(EPERM) },
	{ "default", false, "prctl", { HIGH | PR_SET_MM }, NO(EPERM) },
	{ "default", false, "prctl", { PR_SCHED_CORE, 1, 0 }, OK },
	{ "default", false, "prctl", { PR_SCHED_CORE, 1, 42 }, NO(EPERM) },
	{ "default", false, "chroot", { 0 }, OK },
	{ "default,!proc_chroot", false, "chroot", { 0 }, NO(EPERM) },
	{ "default,!proc_owner", false, "ptrace", { 0 }, NO(EPERM) },
	{ "default,!sys_mount", false, "mount", { 0 }, NO(EPERM) },
	{ "default,!sys_mount", false, "umount2", { 0 }, NO(EPERM) },
	{ "default,!sys_mount", false, "setns", { 0 }, NO(EPERM) },
	{ "default,!proc_lock_memory", false, "mlockall", { 0 }, NO(EPERM) },
	{ "default,linux_aio", false, "io_setup", { 0 }, OK },
	{ "default,linux_iouring", false, "io_uring_enter", { 0 }, OK },
	{ "default,linux_keyring", false, "keyctl", { 0 }, OK },
	{ "default,linux_newmount", false, "open_tree_attr", { 0 }, OK },
	{ "default,linux_userfaultfd", false, "userfaultfd", { 0 }, OK },
	{ "default,cpc_cpu", false, "perf_event_open", { 0 }, OK },
	{ "default,dtrace_proc", false, "kcmp", { 0 }, OK },
	{ "default,proc_priocntl", false, "mbind", { 0 }, OK },
};

START_TEST(arguments_are_looked_at)
{
	uint32_t answer;

	compile(opens_of(cases[_i].set, cases[_i].exclusive));
	answer = ask_number((uint32_t)number(cases[_i].call), cases[_i].args);
	ck_assert_msg(answer == cases[_i].answer,
	    "%s: %s(%#llx, %#llx, %#llx): %#x", cases[_i].set, cases[_i].call,
	    (unsigned long long)cases[_i].args[0],
	    (unsigned long long)cases[_i].args[1],
	    (unsigned long long)cases[_i].args[2], answer);
}
END_TEST

START_TEST(the_tables_answer_as_the_program_does)
{
	const struct call *c = call_find(cases[_i].call);
	uint32_t opens = opens_of(cases[_i].set, cases[_i].exclusive);

	ck_assert_ptr_nonnull(c);
	ck_assert_ptr_eq(call_at(call_number(c)), c);
	ck_assert_uint_eq(call_answer(c, opens, cases[_i].args),
	    cases[_i].answer);
}
END_TEST

/* Which privilege opens it: in a default zone with ip-type=shared. */
START_TEST(the_privilege_that_opens_a_call_is_named)
{
	static const struct {
		const char *call;
		uint64_t args[6];
		const char *needs;
	} want[] = {
		{ "keyctl", { 0 }, "linux_keyring" },
		{ "kcmp", { 0 }, "dtrace_proc,dtrace_user" },
		{ "clone", { CLONE_NEWUSER }, "linux_userns" },
		{ "socket", { AF_INET, SOCK_RAW }, "net_rawaccess" },
		{ "socket", { AF_PACKET, SOCK_RAW }, "net_rawaccess" },
		{ "socket", { AF_ALG }, "none" },
		{ "bpf", { 0 }, "none" },
		{ "ioctl", { 0, TIOCSTI }, "none" },
	};
	struct priv_set s = priv_set_default(false);

	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		struct priv_set needs = call_needs(call_find(want[i].call), &s,
		    false, want[i].args);
		_autofree char *names = priv_set_print(&needs);

		ck_assert_str_eq(names, want[i].needs);
	}
	ck_assert_int_eq(call_prohibited(call_find("bpf")), PRIV_LINUX_BPF);
	ck_assert_int_eq(call_prohibited(call_find("tee")), -1);
}
END_TEST

/* What the less privileged program allows, the more privileged one allows. */
static void
allows_no_more(const struct sock_filter *less, size_t n)
{
	struct seccomp_data d = { .arch = seccomp_arch_native() };

	for (d.nr = 0; d.nr <= LAST_NUMBER; d.nr++) {
		memset(d.args, 0, sizeof(d.args));
		if (bpf_run(less, n, &d) == OK)
			ck_assert_uint_eq(bpf_run(prog, len, &d), OK);
	}
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		d.nr = number(cases[i].call);
		memcpy(d.args, cases[i].args, sizeof(d.args));
		if (bpf_run(less, n, &d) == OK)
			ck_assert_uint_eq(bpf_run(prog, len, &d), OK);
	}
}

START_TEST(removing_a_privilege_never_opens_a_call)
{
	static const char *const from[] = { "default", "all" };
	static struct sock_filter less[PRIV_FILTER_MAX];

	for (size_t i = 0; i < ARRAY_LEN(from) * PRIV_COUNT; i++) {
		struct priv_fault f = { 0 };
		struct priv_set s = { 0 };
		uint32_t opens;
		int n;

		ck_assert_int_eq(priv_set_read(from[i / PRIV_COUNT], true, &s,
				     &f),
		    0);
		opens = priv_set_opens(&s);
		priv_set_remove(&s, (enum priv)(i % PRIV_COUNT));
		if (priv_set_opens(&s) == opens)
			continue;
		compile(opens);
		n = priv_compile(priv_set_opens(&s), less, &e);
		ck_assert_int_gt(n, 0);
		allows_no_more(less, (size_t)n);
	}
}
END_TEST

START_TEST(the_kernel_takes_every_filter)
{
	for (uint32_t bit = 0; bit <= PRIV_GROUPS; bit++) {
		struct priv_filter f = { .prog = prog };
		int status = 0;
		pid_t pid;

		compile(bit == PRIV_GROUPS ? UINT32_MAX >> 1 : 1U << bit);
		f.len = (unsigned short)len;
		pid = fork();
		ck_assert_int_ne(pid, -1);
		if (pid == 0) {
			(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
			_exit(priv_filter_apply_raw(&f) == 0 ? 0 : 1);
		}
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_int_eq(status, 0);
	}
}
END_TEST

/* The helper and the built filters stand beside the programs; beside this one
 * there are links. */
static void
find_programs(const struct tmpdir *d)
{
	static const char *const names[] = { "zone-filter", "default.bpf",
		"default-exclusive.bpf" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		_autofree char *to = mem_printf(TEST_BINARY_DIR "/bin/%s",
		    names[i]);
		_autofree char *at = mem_printf(TEST_BINARY_DIR
		    "/tests/unit/%s",
		    names[i]);

		if (symlink(to, at) == -1)
			ck_assert_int_eq(errno, EEXIST);
	}
	ck_assert_int_eq(path_init(d->path, &e), 0);
}

static void
same_as(const struct priv_filter *f, const char *limitpriv)
{
	compile_for(limitpriv);
	ck_assert_uint_eq(f->len, len);
	ck_assert_mem_eq(f->prog, prog, len * sizeof(*prog));
}

/* The only file in the cache. */
static char *
cached_name(void)
{
	_autofree char *dir = mem_printf("%s/filters", path_of(PATH_VAR));
	struct dirent **list = NULL;
	char *name = NULL;
	int n = scandir(dir, &list, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (list[i]->d_name[0] != '.') {
			ck_assert_ptr_null(name);
			name = mem_printf("%s/%s", dir, list[i]->d_name);
		}
		free(list[i]);
	}
	free(list);
	return name;
}

START_TEST(the_default_filter_is_found_beside_the_programs)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct priv_set s = priv_set_default(false);
	struct priv_filter f = { 0 };
	_autofree char *cached = NULL;

	find_programs(&d);

	ck_assert_msg(priv_filter_load(&s, &f, &e) == 0, "%s", e.msg);
	same_as(&f, "default");
	cached = cached_name();
	ck_assert_ptr_null(cached);
	priv_filter_done(&f);
	ck_assert_ptr_null(f.prog);
}
END_TEST

/* Load the filter of a set that is not built, and compare it. */
static void
load_other(void)
{
	struct priv_set s = { 0 };
	struct priv_filter f = { 0 };

	ck_assert_int_eq(priv_set_parse("default,linux_aio", false, &s, &e), 0);
	ck_assert_msg(priv_filter_load(&s, &f, &e) == 0, "%s", e.msg);
	same_as(&f, "default,linux_aio");
	priv_filter_done(&f);
}

START_TEST(another_filter_is_made_once_and_kept)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	_autofree char *cached = NULL;
	struct stat before;
	struct stat after;

	find_programs(&d);
	load_other();
	cached = cached_name();
	ck_assert_int_eq(stat(cached, &before), 0);
	ck_assert_uint_eq(before.st_mode, S_IFREG | 0600);

	load_other();
	ck_assert_int_eq(stat(cached, &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
}
END_TEST

START_TEST(a_damaged_filter_is_made_again)
{
	static const off_t places[] = { 0, 9, 17, 25, 29, 33, 64, 100, 1000 };
	_tmpdir struct tmpdir d = tmpdir_new();
	_autofree char *cached = NULL;

	find_programs(&d);
	load_other();
	cached = cached_name();

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		_autoclose int fd = open(cached, O_RDWR | O_CLOEXEC);
		unsigned char c;

		ck_assert_int_eq(pread(fd, &c, 1, places[i]), 1);
		c ^= 0x10;
		ck_assert_int_eq(pwrite(fd, &c, 1, places[i]), 1);
		load_other();
	}
	ck_assert_int_eq(truncate(cached, 0), 0);
	load_other();
	ck_assert_int_eq(truncate(cached, 500), 0);
	load_other();
	ck_assert_int_eq(chmod(cached, 0666), 0);
	load_other();
	ck_assert_int_eq(unlink(cached), 0);
	ck_assert_int_eq(symlink("/etc/passwd", cached), 0);
	load_other();
}
END_TEST

START_TEST(a_cache_that_others_can_write_is_refused)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct priv_set s = { 0 };
	struct priv_filter f = { 0 };
	_autofree char *dir = NULL;
	_autofree char *want = NULL;

	find_programs(&d);
	load_other();
	dir = mem_printf("%s/filters", path_of(PATH_VAR));
	ck_assert_int_eq(chmod(dir, 0770), 0);

	ck_assert_int_eq(priv_set_parse("default,linux_aio", false, &s, &e), 0);
	ck_assert_int_eq(priv_filter_load(&s, &f, &e), -1);
	want =
	    mem_printf("'%s' must belong to root and have mode 0700; remove it",
		dir);
	ck_assert_str_eq(e.msg, want);
}
END_TEST

/* Looped, so UNIT_MAIN does not do. */
int
main(void)
{
	const TTest *const all[] = {
		the_default_set_answers_each_number_as_the_list_says,
		every_call_that_libseccomp_knows_has_a_row,
		no_call_has_two_rows,
		the_default_filter_is_short,
		numbers_of_other_interfaces_are_unknown,
		another_architecture_gets_no_call_at_all,
		what_acts_on_the_machine_is_refused_and_the_rest_unknown,
		nothing_opens_what_no_zone_may_call,
		the_privilege_that_opens_a_call_is_named,
		removing_a_privilege_never_opens_a_call,
		the_kernel_takes_every_filter,
		the_default_filter_is_found_beside_the_programs,
		another_filter_is_made_once_and_kept,
		a_damaged_filter_is_made_again,
		a_cache_that_others_can_write_is_refused,
	};
	Suite *suite = suite_create("filter");
	TCase *tcase = tcase_create("filter");
	SRunner *runner = srunner_create(suite);
	int failed;

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		tcase_add_test(tcase, all[i]);
	tcase_add_loop_test(tcase, arguments_are_looked_at, 0,
	    (int)ARRAY_LEN(cases));
	tcase_add_loop_test(tcase, the_tables_answer_as_the_program_does, 0,
	    (int)ARRAY_LEN(cases));
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
