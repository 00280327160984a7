/* SPDX-License-Identifier: ISC
 *
 * Probes: system calls that no zone, or no zone with the default privileges,
 * gets through to.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/acct.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/quota.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <time.h>

#include "tests/probe/probe.h"

/* A call with arguments that are wrong behind the check of rights. */
static enum verdict
bare_call(const struct probe *p)
{
	return judge(syscall(p->nr, 0L, 0L, 0L, 0L, 0L, 0L));
}

static enum verdict
minus_call(const struct probe *p)
{
	return judge(syscall(p->nr, -1L, -1L, -1L, -1L, -1L, -1L));
}

static enum verdict
try_unshare(const struct probe *p)
{
	return judge(unshare((int)p->nr));
}

static enum verdict
run_unshare(const struct probe *p)
{
	return in_child(p, try_unshare);
}

/* The child of a successful clone ends at once. */
static enum verdict
try_clone(const struct probe *p)
{
	long pid = syscall(SYS_clone, p->nr | SIGCHLD, 0L, 0L, 0L, 0L);

	if (pid == 0)
		_exit(0);
	return judge(pid);
}

static enum verdict
run_clone(const struct probe *p)
{
	return in_child(p, try_clone);
}

static enum verdict
try_clone3(const struct probe *p)
{
	struct clone_args a = { .flags = (uint64_t)p->nr,
		.exit_signal = SIGCHLD };
	long pid = syscall(SYS_clone3, &a, sizeof(a));

	if (pid == 0)
		_exit(0);
	return judge(pid);
}

static enum verdict
run_clone3(const struct probe *p)
{
	return in_child(p, try_clone3);
}

/* The right is checked first, the magic number next: nothing restarts. */
static enum verdict
run_reboot(const struct probe *p)
{
	return judge(syscall(SYS_reboot, 0L, 0L, p->nr, 0L));
}

static enum verdict
run_kexec(const struct probe *p)
{
	(void)p;
	return judge(syscall(SYS_kexec_load, 0L, 0L, 0L, 0xffffL));
}

static enum verdict
run_bpf(const struct probe *p)
{
	union bpf_attr a = { .map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = 4,
		.value_size = 4,
		.max_entries = 1 };

	(void)p;
	return judge(syscall(SYS_bpf, BPF_MAP_CREATE, &a, sizeof(a)));
}

static enum verdict
run_perf(const struct probe *p)
{
	struct perf_event_attr a = { .type = PERF_TYPE_SOFTWARE,
		.size = sizeof(a),
		.config = PERF_COUNT_SW_CPU_CLOCK };

	(void)p;
	return judge(syscall(SYS_perf_event_open, &a, 0, -1, -1, 0));
}

static enum verdict
run_userfaultfd(const struct probe *p)
{
	(void)p;
	return judge(syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* user only */));
}

static enum verdict
run_add_key(const struct probe *p)
{
	(void)p;
	return judge(syscall(SYS_add_key, "user", "zones-probe", "x", 1L, -2L));
}

/* Setting the frequency to what it is changes nothing. */
static enum verdict
run_adjtimex(const struct probe *p)
{
	struct timex t = { 0 };

	if (p->nr == SYS_clock_adjtime) {
		if (syscall(p->nr, CLOCK_REALTIME, &t) == -1)
			return judge(-1);
		t.modes = ADJ_FREQUENCY;
		return judge(syscall(p->nr, CLOCK_REALTIME, &t));
	}
	if (syscall(p->nr, &t) == -1)
		return judge(-1);
	t.modes = ADJ_FREQUENCY;
	return judge(syscall(p->nr, &t));
}

/* Likewise the time zone of the kernel. */
static enum verdict
run_settimeofday(const struct probe *p)
{
	struct timezone tz = { 0 };
	struct timeval tv;

	(void)p;
	if (gettimeofday(&tv, &tz) == -1)
		return judge(-1);
	return judge(syscall(SYS_settimeofday, NULL, &tz));
}

static enum verdict
run_swapon(const struct probe *p)
{
	(void)p;
	return judge(swapon("/nonexistent", 0));
}

static enum verdict
run_acct(const struct probe *p)
{
	(void)p;
	return judge(acct("/nonexistent"));
}

static enum verdict
run_syslog(const struct probe *p)
{
	static char text[65536];

	(void)p;
	return judge(klogctl(3, text, sizeof(text)));
}

static enum verdict
run_nofile(const struct probe *p)
{
	struct rlimit l;

	(void)p;
	if (getrlimit(RLIMIT_NOFILE, &l) == -1)
		return judge(-1);
	l.rlim_max++;
	if (setrlimit(RLIMIT_NOFILE, &l) == -1 && outside)
		return say(CANNOT_TRY, "no right to raise limits here");
	return judge(setrlimit(RLIMIT_NOFILE, &l));
}

static enum verdict
try_personality(const struct probe *p)
{
	return judge(syscall(SYS_personality, p->nr));
}

static enum verdict
run_personality(const struct probe *p)
{
	return in_child(p, try_personality);
}

static enum verdict
run_mknod(const struct probe *p)
{
	char path[128];
	enum verdict v;

	(void)snprintf(path, sizeof(path), "%s/node", scratch());
	v = judge(mknod(path, (mode_t)p->nr | 0600,
	    p->nr == S_IFBLK ? makedev(8, 0) : makedev(1, 11)));
	(void)unlink(path);
	return v;
}

/* As a device node comes when the mode is wider than the kernel reads. */
static enum verdict
run_mknod_wide(const struct probe *p)
{
	char path[128];
	enum verdict v;

	(void)snprintf(path, sizeof(path), "%s/node", scratch());
	v = judge(syscall(SYS_mknodat, AT_FDCWD, path,
	    (UINT64_C(1) << 32) | 0x10000 | (uint64_t)p->nr | 0600,
	    makedev(8, 0)));
	(void)unlink(path);
	return v;
}

static enum verdict
run_sti(const struct probe *p)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	char c = '\n';
	int tty;

	if (fd == -1 || grantpt(fd) == -1 || unlockpt(fd) == -1)
		return say(CANNOT_TRY, "no pty: %s", strerror(errno));
	tty = open(ptsname(fd), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (tty == -1)
		return say(CANNOT_TRY, "no pty: %s", strerror(errno));
	/* Numbers are cut to 32 bits in the kernel, CVE-2019-10063. */
	if (syscall(SYS_ioctl, tty, (p->nr << 32) | TIOCSTI, &c) == 0)
		return SUCCEEDED;
	return say(BLOCKED, "%s", strerror(errno));
}

/* Of consoles; a pty knows none of them, so outside there is nothing. */
static enum verdict
run_console_call(const struct probe *p)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	char sub = 0x7f; /* no subcommand of TIOCLINUX */

	if (fd == -1)
		return say(CANNOT_TRY, "no pty: %s", strerror(errno));
	return judge(ioctl(fd, (unsigned long)p->nr, &sub));
}

static enum verdict
run_setd(const struct probe *p)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	int discipline = 0;

	(void)p;
	if (fd == -1)
		return say(CANNOT_TRY, "no pty: %s", strerror(errno));
	return judge(ioctl(fd, TIOCSETD, &discipline));
}

static enum verdict
run_vm_readv(const struct probe *p)
{
	char from = 'x';
	char to = 0;
	struct iovec local = { &to, 1 };
	struct iovec remote = { &from, 1 };

	(void)p;
	return judge(syscall(SYS_process_vm_readv, getpid(), &local, 1L,
	    &remote, 1L, 0L));
}

#ifdef __x86_64__
static enum verdict
try_x32(const struct probe *p)
{
	(void)p;
	return syscall(0x40000000L | SYS_getpid) == getpid()
	    ? SUCCEEDED
	    : say(outside ? CANNOT_TRY : BLOCKED, "%s", strerror(errno));
}

static enum verdict
try_int80(const struct probe *p)
{
	long ret;

	(void)p;
	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(20L) : "memory");
	return ret == getpid() ? SUCCEEDED : say(BLOCKED, "answer %ld", ret);
}
#else
#define try_x32 no_such_interface
#define try_int80 no_such_interface
static enum verdict
no_such_interface(const struct probe *p)
{
	(void)p;
	return CANNOT_TRY;
}
#endif

static enum verdict
run_x32(const struct probe *p)
{
	return in_child(p, try_x32);
}

static enum verdict
run_int80(const struct probe *p)
{
	enum verdict v = in_child(p, try_int80);

	return v == BLOCKED && outside
	    ? say(CANNOT_TRY, "this kernel does not have it")
	    : v;
}

/* name, function, outside, sentence, argument, number */
static const struct probe table[] = {
	{ "unshare-user", run_unshare, RUN, "a user namespace by unshare(2)",
	    NULL, CLONE_NEWUSER },
	{ "unshare-net", run_unshare, RUN, "a network namespace by unshare(2)",
	    NULL, CLONE_NEWNET },
	{ "clone-user", run_clone, RUN, "a user namespace by clone(2)", NULL,
	    CLONE_NEWUSER },
	{ "clone3-user", run_clone3, RUN, "a user namespace by clone3(2)", NULL,
	    CLONE_NEWUSER },
	{ "clone3", run_clone3, RUN, "clone3(2), whose flags no filter sees" },
	{ "reboot-kexec", run_reboot, RUN, "start a loaded kernel", NULL,
	    0x45584543 },
	{ "reboot-suspend", run_reboot, RUN, "suspend the machine to disk",
	    NULL, 0xd000fce2 },
	{ "reboot-cad", run_reboot, RUN, "switch Ctrl-Alt-Del on", NULL,
	    0x89abcdef },
	{ "kexec-load", run_kexec, RUN, "load a kernel" },
	{ "kexec-file-load", minus_call, RUN, "load a kernel from a file", NULL,
	    SYS_kexec_file_load },
	{ "init-module", bare_call, RUN, "load a module", NULL,
	    SYS_init_module },
	{ "finit-module", minus_call, RUN, "load a module from a file", NULL,
	    SYS_finit_module },
	{ "delete-module", bare_call, RUN, "remove a module", NULL,
	    SYS_delete_module },
	{ "bpf", run_bpf, RUN, "make a BPF map" },
	{ "perf-event", run_perf, RUN, "count events" },
	{ "io-uring", bare_call, RUN, "make an io_uring", NULL,
	    SYS_io_uring_setup },
	{ "io-setup", bare_call, RUN, "make an old aio context", NULL,
	    SYS_io_setup },
	{ "userfaultfd", run_userfaultfd, RUN, "handle page faults oneself" },
	{ "add-key", run_add_key, RUN, "add a key to a key ring" },
	{ "keyctl", bare_call, RUN, "ask for a key ring", NULL, SYS_keyctl },
	{ "request-key", bare_call, RUN, "ask for a key", NULL,
	    SYS_request_key },
	{ "set-clock", run_adjtimex, RUN, "set the clock's frequency", NULL,
	    SYS_adjtimex },
	{ "set-clock2", run_adjtimex, RUN, "set it by clock_adjtime(2)", NULL,
	    SYS_clock_adjtime },
	{ "set-timezone", run_settimeofday, RUN, "set the kernel's time zone" },
	{ "swapon", run_swapon, RUN, "swap to a file" },
	{ "swapoff", bare_call, RUN, "switch swap off", NULL, SYS_swapoff },
	{ "acct", run_acct, RUN, "switch process accounting on" },
	{ "syslog", run_syslog, RUN, "read the kernel's log" },
	{ "nofile", run_nofile, RUN, "raise the hard limit of descriptors" },
	{ "no-aslr", run_personality, RUN, "addresses without randomness", NULL,
	    ADDR_NO_RANDOMIZE },
	{ "read-exec", run_personality, RUN, "readable memory executable", NULL,
	    READ_IMPLIES_EXEC },
	{ "no-aslr-wide", run_personality, RUN, "the same with a high bit set",
	    NULL, (1L << 40) | ADDR_NO_RANDOMIZE },
	{ "mknod-block", run_mknod, RUN, "make a disk's node", NULL, S_IFBLK },
	{ "mknod-char", run_mknod, RUN, "make the kernel log's node", NULL,
	    S_IFCHR },
	{ "mknod-wide", run_mknod_wide, RUN, "the same with high bits set",
	    NULL, S_IFBLK },
	{ "tiocsti", run_sti, RUN, "push input into a terminal", NULL, 0 },
	{ "tiocsti-wide", run_sti, RUN, "the same with high bits set", NULL,
	    1 },
	{ "tioclinux", run_console_call, RUN, "paste into a console", NULL,
	    TIOCLINUX },
	{ "tiocsetd", run_setd, RUN, "change a line discipline" },
	{ "process-vm", run_vm_readv, RUN, "read memory by process_vm_readv" },
	{ "pidfd-getfd", minus_call, RUN, "take descriptors of a process", NULL,
	    SYS_pidfd_getfd },
	{ "kcmp", bare_call, RUN, "compare kernel objects", NULL, SYS_kcmp },
	{ "fanotify", bare_call, RUN, "watch a file system", NULL,
	    SYS_fanotify_init },
	{ "fsopen", bare_call, RUN, "the new mount interface", NULL,
	    SYS_fsopen },
	{ "fspick", minus_call, RUN, "change a mounted file system", NULL,
	    SYS_fspick },
	{ "fsconfig", minus_call, RUN, "set its parameters", NULL,
	    SYS_fsconfig },
	{ "mount-setattr", minus_call, RUN, "change the flags of mounts", NULL,
	    SYS_mount_setattr },
	{ "move-mount", minus_call, RUN, "move a mount", NULL, SYS_move_mount },
	{ "open-tree", minus_call, RUN, "copy a mount", NULL, SYS_open_tree },
	{ "vmsplice", minus_call, RUN, "splice user pages", NULL,
	    SYS_vmsplice },
	{ "tee", minus_call, RUN, "copy pages of a pipe", NULL, SYS_tee },
	{ "name-to-handle", minus_call, RUN, "make a file handle", NULL,
	    SYS_name_to_handle_at },
	{ "quotactl", bare_call, RUN, "change quotas", NULL, SYS_quotactl },
	{ "setdomainname", minus_call, RUN, "set the NIS domain", NULL,
	    SYS_setdomainname },
	{ "mbind", minus_call, RUN, "bind memory to nodes", NULL, SYS_mbind },
#ifdef __x86_64__
	{ "iopl", bare_call, RUN, "set the level of port access", NULL,
	    SYS_iopl },
	{ "ioperm", minus_call, RUN, "get at ports", NULL, SYS_ioperm },
	{ "modify-ldt", bare_call, RUN, "read the descriptor table", NULL,
	    SYS_modify_ldt },
#endif
	{ "x32", run_x32, RUN, "calls of the x32 interface" },
	{ "int80", run_int80, RUN, "calls of the 32-bit interface" },
};

const struct probes call_probes = { table, ARRAY_LEN(table) };
