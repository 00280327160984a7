/* SPDX-License-Identifier: ISC
 *
 * unpack_jail - give everything up that unpacking does not need.
 */
#include "fs/unpack_jail.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/sys.h"
#include "fs/idrange.h"
#include "fs/mount.h"
#include "fs/userns.h"

/* --- ids ------------------------------------------------------------------ */

/* In the child of fork: hold a new user namespace until we are told. */
static void NORETURN
hold_userns(uint32_t base, int told, int tell)
{
	struct err why;
	unsigned saved;
	char c = 0;

	if (fs_userns_owner(base, &saved, &why) == -1)
		c = (char)why.code;
	else if (unshare(CLONE_NEWUSER) == -1)
		c = (char)errno;
	(void)!write(tell, &c, 1);
	(void)!read(told, &c, 1);
	_exit(0);
}

static int
map_ids(int proc, uint32_t base, struct err *e)
{
	char line[64];

	(void)snprintf(line, sizeof(line), "0 %u %u\n", base, FS_IDRANGE_SIZE);
	if (fd_put(proc, "uid_map", line, e) == -1)
		return -1;
	return fd_put(proc, "gid_map", line, e);
}

static int
take_userns(pid_t pid, uint32_t base, struct err *e)
{
	char path[32];
	int fd;
	_autoclose int proc = -1;

	(void)snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	proc = fd_open_dir(AT_FDCWD, path, e);
	if (proc == -1 || map_ids(proc, base, e) == -1)
		return -1;
	fd = openat(proc, "ns/user", O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "open a user namespace");
	return fd;
}

int
unpack_userns(uint32_t base, struct err *e)
{
	int tell[2] = { -1, -1 };
	int hear[2] = { -1, -1 };
	char c = 0;
	pid_t pid;
	int fd = -1;

	if (pipe2(tell, O_CLOEXEC) == -1 || pipe2(hear, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	pid = fork();
	if (pid == -1)
		return err_sys(e, "fork");
	if (pid == 0) {
		(void)close(tell[1]);
		hold_userns(base, tell[0], hear[1]);
	}
	(void)close(tell[0]);
	(void)close(hear[1]);
	if (read(hear[0], &c, 1) != 1 || c != 0) {
		errno = c != 0 ? c : EIO;
		(void)err_sys(e, "make a user namespace");
	} else {
		fd = take_userns(pid, base, e);
	}
	(void)close(tell[1]);
	(void)close(hear[0]);
	(void)waitpid(pid, NULL, 0);
	return fd;
}

/* --- sight ---------------------------------------------------------------- */

int
unpack_leave_host(struct err *e)
{
	static const char *const options[] = { "size", "4096", "nr_inodes", "2",
		"mode", "0555", NULL };
	_autoclose int empty = -1;

	if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC |
		CLONE_NEWUTS | CLONE_NEWCGROUP) == -1)
		return err_sys(e, "make namespaces");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		return err_sys(e, "make mounts private");
	empty = fs_mount_new("tmpfs", options,
	    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
		MOUNT_ATTR_NOEXEC,
	    e);
	if (empty == -1)
		return -1;
	/* Any directory will do to attach it; all of them are gone next. */
	if (sys_move_mount(empty, "", AT_FDCWD, "/proc",
		MOVE_MOUNT_F_EMPTY_PATH) == -1)
		return err_sys(e, "attach an empty root");
	if (fchdir(empty) == -1 || sys_pivot_root(".", ".") == -1 ||
	    umount2(".", MNT_DETACH) == -1 || chdir("/") == -1)
		return err_sys(e, "change the root");
	return 0;
}

/* --- power ---------------------------------------------------------------- */

static const unsigned kept[] = {
	CAP_CHOWN,
	CAP_DAC_OVERRIDE,
	CAP_FOWNER,
	CAP_FSETID,
	CAP_SETFCAP,
};

static int
drop_capabilities(struct err *e)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		data[kept[i] / 32].permitted |= 1U << kept[i] % 32;
	for (unsigned cap = 0; cap < 64; cap++) {
		if ((data[cap / 32].permitted & 1U << cap % 32) == 0 &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == -1 &&
		    errno != EINVAL) /* the kernel knows fewer */
			return err_sys(e, "drop capability %u", cap);
	}
	data[0].effective = data[0].permitted;
	data[1].effective = data[1].permitted;
	if (syscall(SYS_capset, &header, data) == -1)
		return err_sys(e, "drop capabilities");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_sys(e, "no_new_privs");
	return 0;
}

static int
limit(int what, uint64_t value, struct err *e)
{
	struct rlimit r = { value, value };

	if (setrlimit((__rlimit_resource_t)what, &r) == -1)
		return err_sys(e, "set a limit");
	return 0;
}

static int
set_limits(const struct unpack_limits *limits, struct err *e)
{
	/* Past the limit write(2) is to fail, not to kill. */
	(void)signal(SIGXFSZ, SIG_IGN);
	if (limit(RLIMIT_CORE, 0, e) == -1 ||
	    limit(RLIMIT_FSIZE, limits->file, e) == -1 ||
	    limit(RLIMIT_NOFILE, limits->files, e) == -1)
		return -1;
#ifdef ZONES_SANITIZE
	return 0; /* its shadow is larger than any limit */
#else
	return limit(RLIMIT_AS, limits->memory, e);
#endif
}

#ifndef ZONES_SANITIZE
/* What copying and unpacking call, the C library underneath included. */
static const unsigned allowed[] = {
	SYS_read,
	SYS_pread64,
	SYS_write,
	SYS_pwrite64,
	SYS_close,
	SYS_lseek,
	SYS_fstat,
	SYS_newfstatat,
	SYS_statx,
	SYS_getdents64,
	SYS_readlinkat,
	SYS_openat,
	SYS_openat2,
	SYS_mkdirat,
	SYS_unlinkat,
	SYS_symlinkat,
	SYS_linkat,
	SYS_renameat,
	SYS_mknodat,
	SYS_fchown,
	SYS_fchownat,
	SYS_fchmod,
	SYS_fchmodat,
	SYS_utimensat,
	SYS_ftruncate,
	SYS_copy_file_range,
	SYS_fsetxattr,
	SYS_fgetxattr,
	SYS_flistxattr,
	SYS_fcntl,
	SYS_mmap,
	SYS_munmap,
	SYS_mremap,
	SYS_mprotect,
	SYS_madvise,
	SYS_brk,
	SYS_futex,
	SYS_getrandom,
	SYS_clock_gettime,
	SYS_getpid,
	SYS_gettid,
	SYS_tgkill,
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_restart_syscall,
	SYS_exit,
	SYS_exit_group,
	SYS_sysinfo,
};

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "fs/unpack_jail.c: add the audit number of this architecture"
#endif

/* Calls of the other tables of x86_64 (x32) have this bit. */
#define OTHER_TABLE 0x40000000U

enum { HEAD = 11, FILTER_MAX = HEAD + 2 * ARRAY_LEN(allowed) + 1 };

/* Everything else fails with EPERM; of ioctl(2) only FICLONE is left. */
static int
set_filter(struct err *e)
{
	struct sock_filter code[FILTER_MAX] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, OTHER_TABLE, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, args[1])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)FICLONE, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	};
	struct sock_fprog program = { .filter = code };
	unsigned short n = HEAD;

	for (size_t i = 0; i < ARRAY_LEN(allowed); i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ |
			BPF_K,
		    allowed[i], 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
		    SECCOMP_RET_ALLOW);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
	    SECCOMP_RET_ERRNO | EPERM);
	program.len = n;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == -1)
		return err_sys(e, "set the filter of system calls");
	return 0;
}
#endif

int
unpack_drop(int userns, const struct unpack_limits *limits, struct err *e)
{
	if (setns(userns, CLONE_NEWUSER) == -1)
		return err_sys(e, "enter the user namespace");
	if (setgroups(0, NULL) == -1 || setresgid(0, 0, 0) == -1 ||
	    setresuid(0, 0, 0) == -1)
		return err_sys(e, "become the zone's root");
	if (drop_capabilities(e) == -1 || set_limits(limits, e) == -1)
		return -1;
	/* A change of user took the order to die with our parent back. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1)
		return err_sys(e, "follow the parent");
#ifdef ZONES_SANITIZE
	return 0; /* its reports need more than the filter allows */
#else
	return set_filter(e);
#endif
}
