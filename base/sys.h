/* SPDX-License-Identifier: ISC
 *
 * sys - thin wrappers for system calls that a libc of ours lacks: each returns
 * what the kernel returns, -1 with errno set on failure. Descriptors they make
 * are close-on-exec. Tests replace this file to fail the Nth call.
 */
#pragma once

#include <linux/openat2.h>
#include <linux/sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* From linux/mount.h, which cannot be included beside glibc 2.36's
 * sys/mount.h; musl 1.2.3 declares none of them. */
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif
#ifndef OPEN_TREE_CLOEXEC
#define OPEN_TREE_CLOEXEC 02000000
#endif
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 0x04
#endif
#ifndef MOVE_MOUNT_T_EMPTY_PATH
#define MOVE_MOUNT_T_EMPTY_PATH 0x40
#endif
#ifndef MOUNT_ATTR_RDONLY
#define MOUNT_ATTR_RDONLY 0x01
#define MOUNT_ATTR_NOSUID 0x02
#define MOUNT_ATTR_NODEV 0x04
#define MOUNT_ATTR_NOEXEC 0x08
#endif
#ifndef MOUNT_ATTR_IDMAP
#define MOUNT_ATTR_IDMAP 0x100000
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

enum sys_fsconfig {
	SYS_FSCONFIG_FLAG = 0,
	SYS_FSCONFIG_STRING = 1,
	SYS_FSCONFIG_FD = 5,
	SYS_FSCONFIG_CREATE = 6,
};

/* As struct mount_attr of linux/mount.h, kernel 5.12. */
struct sys_mount_attr {
	uint64_t attr_set;
	uint64_t attr_clr;
	uint64_t propagation;
	uint64_t userns_fd;
};

int sys_openat2(int dirfd, const char *path, const struct open_how *how);
/* Of an open file; the structure is that of linux/stat.h, which musl 1.2.3 does
 * not declare the call for. */
struct statx;
int sys_statx(int fd, unsigned mask, struct statx *out);
int sys_open_tree(int dirfd, const char *path, unsigned flags);
int sys_move_mount(int from, const char *fpath, int to, const char *tpath,
    unsigned flags);
int sys_fsopen(const char *type);
int sys_fsconfig(int fs, unsigned cmd, const char *key, const void *value,
    int aux);
int sys_fsmount(int fs, unsigned attrs);
int sys_mount_setattr(int dirfd, const char *path, unsigned flags,
    const struct sys_mount_attr *attr);
int sys_pivot_root(const char *new_root, const char *put_old);
int sys_pidfd_open(pid_t pid);
int sys_pidfd_signal(int pidfd, int sig);
int sys_pidfd_getfd(int pidfd, int fd);
int sys_close_range(unsigned first, unsigned last, unsigned flags);
int sys_execveat(int fd, const char *path, char *const argv[],
    char *const envp[], int flags);

/* clone3(2) of a child that shares this process's memory and runs fn(arg) on
 * the stack [stack, stack + size), then _exits with what fn returns.
 * args->stack and CLONE_VM are set here; flags, cgroup, pidfd and exit_signal
 * are the caller's. Parent and child share errno: whichever runs while the
 * other does must use base/raw.h instead of libc. Returns the pid, or -1. */
pid_t sys_clone_vm(struct clone_args *args, int (*fn)(void *), void *arg,
    void *stack, size_t size);
