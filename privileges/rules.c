/* SPDX-License-Identifier: ISC
 *
 * rules - the table of argument rules.
 */
#include "privileges/rules.h"

#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/fsverity.h>
#include <linux/netlink.h>
#include <linux/personality.h>
#include <linux/prctl.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define NAMESPACES                                                   \
	(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | \
	    CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

/* clang-format off */
#define EQ(v, o) { .value = (v), .then = (o) }
#define EQ_WITH(v, o, g) { .value = (v), .then = (o), .with = (g) }
#define EQ_WITHOUT(v, o, g) { .value = (v), .then = (o), .without = (g) }
#define ANY_WITHOUT(v, o, g) \
	{ .value = (v), .then = (o), .without = (g), .op = RULE_ANY }

const struct rule rules[RULE_COUNT] = {
	/* A namespace of users gives every capability in it, one of networks
	 * opens the packet filter's code. The others need CAP_SYS_ADMIN, which
	 * another privilege may have brought. */
	[RULE_CLONE] = { .arg = 0, .n = 2, .otherwise = ALLOW, .row = {
		ANY_WITHOUT(CLONE_NEWUSER | CLONE_NEWNET, FAIL(EPERM),
		    PRIV_G_USERNS),
		ANY_WITHOUT(NAMESPACES, FAIL(EPERM),
		    PRIV_G_MOUNT | PRIV_G_USERNS),
	} },
	[RULE_UNSHARE] = { .arg = 0, .n = 1, .otherwise = ALLOW, .row = {
		ANY_WITHOUT(CLONE_NEWUSER | CLONE_NEWNET, FAIL(EPERM),
		    PRIV_G_USERNS),
	} },
	/* What is refused answers as a kernel without that family. AF_VSOCK
	 * reaches the hypervisor, AF_ALG and the rare ones kernel bugs. */
	[RULE_SOCKET] = { .arg = 0, .n = 5, .otherwise = FAIL(EAFNOSUPPORT),
		.row = {
		EQ(AF_UNIX, ALLOW),
		EQ(AF_NETLINK, RULE_SOCKET_NETLINK),
		EQ_WITH(AF_INET, RULE_SOCKET_INET, PRIV_G_INET),
		EQ_WITH(AF_INET6, RULE_SOCKET_INET, PRIV_G_INET),
		EQ_WITH(AF_PACKET, ALLOW, PRIV_G_RAW),
	} },
	[RULE_SOCKET_INET] = { .arg = 1, .mask = 0xf, .n = 2,
		.otherwise = ALLOW, .row = {
		EQ_WITHOUT(SOCK_RAW, FAIL(EPERM), PRIV_G_RAW),
		EQ_WITHOUT(SOCK_PACKET, FAIL(EPERM), PRIV_G_RAW),
	} },
	/* Audit is one for the whole machine; sshd and PAM take this answer for
	 * a kernel without it. */
	[RULE_SOCKET_NETLINK] = { .arg = 2, .n = 5,
		.otherwise = FAIL(EPROTONOSUPPORT), .row = {
		EQ(NETLINK_ROUTE, ALLOW),
		EQ(NETLINK_SOCK_DIAG, ALLOW),
		EQ(NETLINK_KOBJECT_UEVENT, ALLOW),
		EQ(NETLINK_GENERIC, ALLOW),
		EQ_WITH(NETLINK_NETFILTER, ALLOW, PRIV_G_NETFILTER),
	} },
	[RULE_SOCKETPAIR] = { .arg = 0, .n = 1, .otherwise = FAIL(EOPNOTSUPP),
		.row = {
		EQ(AF_UNIX, ALLOW),
	} },
	/* No addresses without randomness, unless the zone's security-flags leave
	 * them to its programs; never readable means executable. */
	[RULE_PERSONALITY] = { .arg = 0, .n = 6, .otherwise = FAIL(EPERM),
		.row = {
		EQ(0xffffffff, ALLOW), /* asks, changes nothing */
		EQ(PER_LINUX, ALLOW),
		EQ_WITH(PER_LINUX32, ALLOW, PRIV_G_PERSONA),
		EQ_WITH(UNAME26, ALLOW, PRIV_G_PERSONA),
		EQ_WITH(UNAME26 | PER_LINUX32, ALLOW, PRIV_G_PERSONA),
		EQ_WITH(ADDR_NO_RANDOMIZE, ALLOW, PRIV_G_NOASLR),
	} },
	/* A lease on a file of the global zone that a zone shares, and whose
	 * owner it seems to be, would hold up who opens it there. The answer is
	 * that of somebody else's file. */
	[RULE_FCNTL] = { .arg = 1, .n = 1, .otherwise = ALLOW, .row = {
		EQ(F_SETLEASE, FAIL(EACCES)),
	} },
	/* Input pushed into a terminal, line disciplines, the host's console,
	 * and what stalls or seals a shared file system. */
	[RULE_IOCTL] = { .arg = 1, .n = 7, .otherwise = RULE_IOCTL_LOOP,
		.row = {
		EQ(TIOCSTI, FAIL(EPERM)),
		EQ(TIOCLINUX, FAIL(EPERM)),
		EQ(TIOCSETD, FAIL(EPERM)),
		EQ(TIOCCONS, FAIL(EPERM)),
		EQ(FIFREEZE, FAIL(EPERM)),
		EQ(FITHAW, FAIL(EPERM)),
		EQ(FS_IOC_ENABLE_VERITY, FAIL(EPERM)),
	} },
	/* A subvolume of the zone's own making would escape the limit of the
	 * one that is its root; what makes directories instead wants ENOTTY. */
	[RULE_IOCTL_LOOP] = { .arg = 1, .mask = 0xffffff00, .n = 2,
		.otherwise = RULE_IOCTL_DM, .row = {
		EQ(0x4c00, FAIL(EPERM)), /* LOOP_SET_FD and the rest */
		EQ(0x50009400, FAIL(ENOTTY)), /* BTRFS_IOC_SUBVOL_CREATE ... */
	} },
	[RULE_IOCTL_DM] = { .arg = 1, .mask = 0xff00, .n = 1,
		.otherwise = ALLOW, .row = {
		EQ(0xfd00, FAIL(EPERM)), /* DM_IOCTL */
	} },
	/* The kernel takes a mode of 16 bits. */
	[RULE_MKNOD] = { .arg = 1, .mask = S_IFMT, .n = 4,
		.otherwise = FAIL(EPERM), .row = {
		EQ(0, ALLOW),
		EQ(S_IFREG, ALLOW),
		EQ(S_IFIFO, ALLOW),
		EQ(S_IFSOCK, ALLOW),
	} },
	[RULE_MKNODAT] = { .arg = 2, .mask = S_IFMT, .n = 4,
		.otherwise = FAIL(EPERM), .row = {
		EQ(0, ALLOW),
		EQ(S_IFREG, ALLOW),
		EQ(S_IFIFO, ALLOW),
		EQ(S_IFSOCK, ALLOW),
	} },
	/* These end the zone's pid namespace, or do nothing in it. */
	[RULE_REBOOT] = { .arg = 2, .n = 4, .otherwise = FAIL(EPERM), .row = {
		EQ(LINUX_REBOOT_CMD_RESTART, ALLOW),
		EQ(LINUX_REBOOT_CMD_HALT, ALLOW),
		EQ(LINUX_REBOOT_CMD_POWER_OFF, ALLOW),
		EQ(LINUX_REBOOT_CMD_CAD_OFF, ALLOW),
	} },
	[RULE_PRCTL] = { .arg = 0, .n = 2, .otherwise = ALLOW, .row = {
		EQ(PR_SET_MM, FAIL(EPERM)),
		EQ(PR_SCHED_CORE, RULE_PRCTL_CORE),
	} },
	[RULE_PRCTL_CORE] = { .arg = 2, .n = 1, .otherwise = FAIL(EPERM),
		.row = {
		EQ(0, ALLOW), /* oneself */
	} },
};
/* clang-format on */
