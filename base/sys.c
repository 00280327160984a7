/* SPDX-License-Identifier: ISC
 *
 * sys - thin wrappers for system calls that a libc of ours lacks.
 */
#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* musl 1.2.3 predates it; the number is the same on every architecture. */
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

/* FSOPEN_CLOEXEC and FSMOUNT_CLOEXEC of linux/mount.h. */
enum { FS_CLOEXEC = 1 };

int
sys_openat2(int dirfd, const char *path, const struct open_how *how)
{
	return (int)syscall(SYS_openat2, dirfd, path, how, sizeof(*how));
}

int
sys_statx(int fd, unsigned mask, struct statx *out)
{
	return (int)syscall(SYS_statx, fd, "", AT_EMPTY_PATH, mask, out);
}

int
sys_open_tree(int dirfd, const char *path, unsigned flags)
{
	return (
	    int)syscall(SYS_open_tree, dirfd, path, flags | OPEN_TREE_CLOEXEC);
}

int
sys_move_mount(int from, const char *fpath, int to, const char *tpath,
    unsigned flags)
{
	return (int)syscall(SYS_move_mount, from, fpath, to, tpath, flags);
}

int
sys_fsopen(const char *type)
{
	return (int)syscall(SYS_fsopen, type, FS_CLOEXEC);
}

int
sys_fsconfig(int fs, unsigned cmd, const char *key, const void *value, int aux)
{
	return (int)syscall(SYS_fsconfig, fs, cmd, key, value, aux);
}

int
sys_fsmount(int fs, unsigned attrs)
{
	return (int)syscall(SYS_fsmount, fs, FS_CLOEXEC, attrs);
}

int
sys_mount_setattr(int dirfd, const char *path, unsigned flags,
    const struct sys_mount_attr *attr)
{
	return (int)syscall(SYS_mount_setattr, dirfd, path, flags, attr,
	    sizeof(*attr));
}

int
sys_pivot_root(const char *new_root, const char *put_old)
{
	return (int)syscall(SYS_pivot_root, new_root, put_old);
}

int
sys_pidfd_open(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

int
sys_pidfd_signal(int pidfd, int sig)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
}

int
sys_pidfd_getfd(int pidfd, int fd)
{
	return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

int
sys_close_range(unsigned first, unsigned last, unsigned flags)
{
	return (int)syscall(SYS_close_range, first, last, flags);
}

int
sys_execveat(int fd, const char *path, char *const argv[], char *const envp[],
    int flags)
{
	return (int)syscall(SYS_execveat, fd, path, argv, envp, flags);
}

/* The child starts with an empty frame on its own stack and never returns. */
static long
clone3_on_stack(struct clone_args *args, int (*fn)(void *), void *arg)
{
#if defined(__x86_64__)
	register long ret __asm__("rax") = SYS_clone3;
	register int (*r12)(void *) __asm__("r12") = fn;
	register void *r13 __asm__("r13") = arg;

	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "mov %%r13, %%rdi\n\t"
			 "call *%%r12\n\t"
			 "mov %%eax, %%edi\n\t"
			 "mov %[nr_exit], %%eax\n\t"
			 "syscall\n\t"
			 "hlt\n"
			 "1:"
			 : "+r"(ret)
			 : "D"(args), "S"(sizeof(*args)), "r"(r12),
			 "r"(r13), [nr_exit] "i"(SYS_exit_group)
			 : "rcx", "r11", "memory");
	return ret;
#else
	register long x8 __asm__("x8") = SYS_clone3;
	register long x0 __asm__("x0") = (long)args;
	register long x1 __asm__("x1") = sizeof(*args);
	register int (*x20)(void *) __asm__("x20") = fn;
	register void *x21 __asm__("x21") = arg;

	__asm__ volatile("svc 0\n\t"
			 "cbnz x0, 1f\n\t"
			 "mov x29, xzr\n\t"
			 "mov x0, x21\n\t"
			 "blr x20\n\t"
			 "mov x8, %[nr_exit]\n\t"
			 "svc 0\n"
			 "1:"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x20),
			 "r"(x21), [nr_exit] "i"(SYS_exit_group)
			 : "memory", "x30");
	return x0;
#endif
}

pid_t
sys_clone_vm(struct clone_args *args, int (*fn)(void *), void *arg, void *stack,
    size_t size)
{
	long ret;

	args->flags |= CLONE_VM;
	args->stack = (uint64_t)(uintptr_t)stack;
	args->stack_size = size;
	ret = clone3_on_stack(args, fn, arg);
	if (ret < 0) {
		errno = (int)-ret;
		return -1;
	}
	return (pid_t)ret;
}
