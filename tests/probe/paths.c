/* SPDX-License-Identifier: ISC
 *
 * Probes: what of /proc, /sys and /dev shows or changes the host.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include "tests/probe/probe.h"

static enum verdict
absent(void)
{
	return say(outside ? CANNOT_TRY : BLOCKED, "%s", strerror(errno));
}

/* What lies here on a machine that has it mounted: outside it is put there, in
 * mounts of our own. */
static void
put_there(const char *path)
{
	static const struct {
		const char *path;
		const char *type;
	} known[] = {
		{ "/sys/kernel/debug", "debugfs" },
		{ "/sys/kernel/tracing", "tracefs" },
		{ "/sys/kernel/security", "securityfs" },
		{ "/sys/fs/pstore", "pstore" },
		{ "/proc/sys/fs/binfmt_misc", "binfmt_misc" },
	};

	for (size_t i = 0; outside && i < ARRAY_LEN(known); i++) {
		if (strncmp(path, known[i].path, strlen(known[i].path)) == 0)
			(void)mount("none", known[i].path, known[i].type, 0,
			    NULL);
	}
}

/* Does the directory hold anything? */
static enum verdict
list(const struct probe *p)
{
	struct dirent *ent;
	enum verdict v = BLOCKED;
	DIR *d;

	put_there(p->arg);
	d = opendir(p->arg);
	if (!d)
		return absent();
	for (ent = readdir(d); ent && v == BLOCKED; ent = readdir(d)) {
		if (strcmp(ent->d_name, ".") != 0 &&
		    strcmp(ent->d_name, "..") != 0)
			v = say(SUCCEEDED, "it holds '%s'", ent->d_name);
	}
	(void)closedir(d);
	return v == BLOCKED && outside ? say(CANNOT_TRY, "empty here") : v;
}

/* Can anything be read? */
static enum verdict
see(const struct probe *p)
{
	int fd = open(p->arg, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	static char data[8192]; /* a whole record of the log */
	ssize_t n = fd == -1 ? -1 : read(fd, data, sizeof(data));

	if (n > 0)
		return SUCCEEDED;
	if (n == 0)
		return say(outside ? CANNOT_TRY : BLOCKED, "empty");
	return absent();
}

/* Can it be opened for writing? Nothing is written: that is the same right. */
static enum verdict
change(const struct probe *p)
{
	struct stat st;
	int fd;

	put_there(p->arg);
	fd = open(p->arg, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return absent();
	if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	    st.st_rdev == makedev(1, 3))
		return say(BLOCKED, "a null device lies over it");
	return SUCCEEDED;
}

/* Can it be opened? Not read: that would act. A null device lies over it, or
 * it reads as nothing, where it is masked. */
static enum verdict
reach(const struct probe *p)
{
	struct stat st;
	int fd = open(p->arg, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		return absent();
	if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	    st.st_rdev == makedev(1, 3))
		return say(BLOCKED, "a null device lies over it");
	return SUCCEEDED;
}

/* Does a line start with an address? They read as 0 without the right to see
 * them. */
static enum verdict
addresses(const struct probe *p)
{
	const char *text = slurp(p->arg);

	if (!text)
		return absent();
	while (*text != '\0') {
		text += strspn(text, " ");
		if (strspn(text, "0123456789abcdef") >= 8 &&
		    strspn(text, "0") < 8)
			return SUCCEEDED;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return say(outside ? CANNOT_TRY : BLOCKED, "no address in it");
}

static enum verdict
write_usr(const struct probe *p)
{
	struct stat root;
	struct stat usr;
	char path[64];
	int fd;

	(void)p;
	if (stat("/", &root) == -1 || stat("/usr", &usr) == -1)
		return say(CANNOT_TRY, "no /usr");
	if (!outside && root.st_dev == usr.st_dev)
		return say(CANNOT_TRY, "/usr is the zone's own");
	(void)snprintf(path, sizeof(path), "/usr/.probe-%d", (int)getpid());
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return say(BLOCKED, "%s", strerror(errno));
	(void)unlink(path);
	return SUCCEEDED;
}

/* Nodes that every zone has: major, minor. */
static const struct {
	unsigned major;
	unsigned minor;
} nodes[] = { { 1, 3 }, { 1, 5 }, { 1, 7 }, { 1, 8 }, { 1, 9 }, { 5, 0 },
	{ 5, 2 } };

static bool
is_allowed_node(const struct stat *st)
{
	/* Terminals of the zone: pty slaves, the console among them. */
	if (S_ISCHR(st->st_mode) && major(st->st_rdev) >= 136 &&
	    major(st->st_rdev) <= 143)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(nodes); i++) {
		if (S_ISCHR(st->st_mode) &&
		    st->st_rdev == makedev(nodes[i].major, nodes[i].minor))
			return true;
	}
	return !S_ISCHR(st->st_mode) && !S_ISBLK(st->st_mode);
}

static enum verdict
foreign_nodes(const struct probe *p)
{
	DIR *d = opendir(p->arg);
	enum verdict v = BLOCKED;
	struct dirent *ent;
	struct stat st;

	if (!d)
		return absent();
	for (ent = readdir(d); ent && v == BLOCKED; ent = readdir(d)) {
		if (fstatat(dirfd(d), ent->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
			0 &&
		    !is_allowed_node(&st))
			v = say(SUCCEEDED, "'%s' is there", ent->d_name);
	}
	(void)closedir(d);
	return v;
}

static const struct probe table[] = {
	{ "kcore", see, RUN, "read the kernel's memory", "/proc/kcore" },
	{ "kmsg", see, RUN, "read the kernel's log", "/dev/kmsg" },
	{ "proc-kmsg", change, RUN, "take the log from its reader",
	    "/proc/kmsg" },
	{ "mem", see, RUN, "read physical memory", "/dev/mem" },
	{ "port", reach, RUN, "ports of devices", "/dev/port" },
	{ "fuse", reach, RUN, "file systems of one's own making", "/dev/fuse" },
	{ "tun", reach, RUN, "network links of one's own making",
	    "/dev/net/tun" },
	{ "kvm", reach, RUN, "virtual machines", "/dev/kvm" },
	{ "loop-control", reach, RUN, "loop devices", "/dev/loop-control" },
	{ "mapper-control", reach, RUN, "the device mapper",
	    "/dev/mapper/control" },
	{ "kallsyms", addresses, RUN, "addresses of the kernel",
	    "/proc/kallsyms" },
	{ "iomem", addresses, RUN, "addresses of devices", "/proc/iomem" },
	{ "keys", see, RUN, "key rings of others", "/proc/keys" },
	{ "key-users", see, RUN, "users of key rings", "/proc/key-users" },
	{ "softirqs", see, RUN, "keystroke timing", "/proc/softirqs" },
	{ "config", see, RUN, "how the kernel was built", "/proc/config.gz" },
	{ "notes", see, RUN, "which build it is", "/sys/kernel/notes" },
	{ "slab", list, RUN, "what the kernel allocates", "/sys/kernel/slab" },
	{ "thermal", see, RUN, "how warm the host is",
	    "/sys/devices/system/cpu/cpu0/thermal_throttle/"
	    "core_throttle_count" },
	{ "timer-list", see, RUN, "timers of the host", "/proc/timer_list" },
	{ "sched-debug", see, RUN, "processes of the host",
	    "/proc/sched_debug" },
	{ "interrupts", see, RUN, "keystroke timing", "/proc/interrupts" },
	{ "kpagecount", see, RUN, "physical pages", "/proc/kpagecount" },
	{ "kpageflags", see, RUN, "physical pages", "/proc/kpageflags" },
	{ "kpagecgroup", see, RUN, "physical pages", "/proc/kpagecgroup" },
	{ "pressure", list, RUN, "load of the host, and alarms on it",
	    "/proc/pressure" },
	{ "latency-stats", see, RUN, "what the host does",
	    "/proc/latency_stats" },
	{ "proc-scsi", list, RUN, "disks of the host", "/proc/scsi" },
	{ "proc-acpi", list, RUN, "power of the host", "/proc/acpi" },
	{ "sys-firmware", list, RUN, "firmware tables", "/sys/firmware" },
	{ "sys-debug", list, MNT, "debugfs", "/sys/kernel/debug" },
	{ "sys-tracing", list, MNT, "tracefs", "/sys/kernel/tracing" },
	{ "sys-security", list, MNT, "security modules",
	    "/sys/kernel/security" },
	{ "sys-bpf", list, MNT, "pinned programs", "/sys/fs/bpf" },
	{ "sys-pstore", list, MNT, "crash logs", "/sys/fs/pstore" },
	{ "sys-module", list, RUN, "parameters of modules", "/sys/module" },
	{ "sys-btf", list, RUN, "layout of the kernel", "/sys/kernel/btf" },
	{ "sys-powercap", list, RUN, "power side channel",
	    "/sys/devices/virtual/powercap" },
	{ "sys-power", list, RUN, "suspend the host", "/sys/power" },
	{ "core-pattern", change, RUN, "a program run as the host's root",
	    "/proc/sys/kernel/core_pattern" },
	{ "modprobe", change, RUN, "likewise, for modules",
	    "/proc/sys/kernel/modprobe" },
	{ "usermodehelper", change, RUN, "rights of such programs",
	    "/proc/sys/kernel/usermodehelper/bset" },
	{ "uevent-helper", change, RUN, "likewise, for devices",
	    "/sys/kernel/uevent_helper" },
	{ "sysctl-sysrq", change, RUN, "switch SysRq on",
	    "/proc/sys/kernel/sysrq" },
	{ "sysctl-panic", change, RUN, "what a panic does",
	    "/proc/sys/kernel/panic" },
	{ "drop-caches", change, RUN, "drop the host's caches",
	    "/proc/sys/vm/drop_caches" },
	{ "overcommit", change, RUN, "memory policy of the host",
	    "/proc/sys/vm/overcommit_memory" },
	{ "binfmt-misc", change, MNT, "interpreters for programs",
	    "/proc/sys/fs/binfmt_misc/register" },
	{ "file-max", change, RUN, "limits of the host",
	    "/proc/sys/fs/file-max" },
	{ "sysrq-trigger", change, RUN, "restart the host",
	    "/proc/sysrq-trigger" },
	{ "irq-affinity", change, RUN, "where interrupts go",
	    "/proc/irq/default_smp_affinity" },
	{ "hugepages", change, RUN, "memory policy of the host",
	    "/sys/kernel/mm/transparent_hugepage/enabled" },
	{ "sys-profiling", change, RUN, "profile the kernel",
	    "/sys/kernel/profiling" },
	{ "rcu-expedited", change, RUN, "slow the host down",
	    "/sys/kernel/rcu_expedited" },
	{ "cpu-online", change, RUN, "switch a processor off",
	    "/sys/devices/system/cpu/cpu1/online" },
	{ "uevent", change, RUN, "make up events of devices",
	    "/sys/class/net/lo/uevent" },
	{ "foreign-nodes", foreign_nodes, RUN, "devices not on the list",
	    "/dev" },
	{ "write-usr", write_usr, RUN, "write to the host's /usr" },
};

const struct probes path_probes = { table, ARRAY_LEN(table) };
