/* SPDX-License-Identifier: ISC
 *
 * Probes: processes, namespaces, descriptors and environments of the host.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/memfd.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "tests/probe/probe.h"

extern char **environ;

/* Call fn for every process that /proc shows, until it is true. */
static bool
any_process(bool (*fn)(pid_t pid))
{
	DIR *d = opendir("/proc");
	struct dirent *ent;
	bool found = false;

	for (ent = d ? readdir(d) : NULL; ent && !found; ent = readdir(d)) {
		int pid = 0;

		if (sscanf(ent->d_name, "%d", &pid) == 1)
			found = fn(pid);
	}
	if (d)
		(void)closedir(d);
	return found;
}

/* The file NAME of a process, or what a link says. */
static const char *
slurp_of(pid_t pid, const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return slurp(path);
}

static bool
link_of(pid_t pid, const char *name, char out[PATH_MAX])
{
	char path[64];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	n = readlink(path, out, PATH_MAX - 1);
	out[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* The host runs "sleep NUMBER"; the number comes to us reversed, so that our
 * own command line does not hold it. */
static const char *
marker(void)
{
	static char text[64];
	const char *reversed = given("marker");
	size_t n = reversed ? strlen(reversed) : 0;

	if (n == 0 || n >= sizeof(text))
		exit(say(CANNOT_TRY, "needs marker=REVERSED"));
	for (size_t i = 0; i < n; i++)
		text[i] = reversed[n - 1 - i];
	return text;
}

static bool
is_marked(pid_t pid)
{
	char path[64];
	static char text[4096];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd == -1 ? -1 : read(fd, text, sizeof(text));
	if (fd != -1)
		(void)close(fd);
	return n > 0 &&
	    memmem(text, (size_t)n, marker(), strlen(marker())) != NULL;
}

static enum verdict
run_see_host(const struct probe *p)
{
	(void)p;
	(void)marker();
	return any_process(is_marked) ? SUCCEEDED : BLOCKED;
}

/* Its pid in the host's numbers. */
static pid_t
host_pid(void)
{
	const char *text = given("pid");
	int pid = 0;

	if (!text || sscanf(text, "%d", &pid) != 1)
		exit(say(CANNOT_TRY, "needs pid=N"));
	return pid;
}

/* The number may well be that of a process of the zone's own. */
static enum verdict
judge_pid(pid_t pid, long ret)
{
	if (ret >= 0 && is_marked(pid))
		return SUCCEEDED;
	return say(BLOCKED, "%s", ret >= 0 ? "our own" : strerror(errno));
}

static enum verdict
run_kill(const struct probe *p)
{
	(void)p;
	return judge_pid(host_pid(), kill(host_pid(), 0));
}

static enum verdict
run_pidfd(const struct probe *p)
{
	(void)p;
	return judge_pid(host_pid(), syscall(SYS_pidfd_open, host_pid(), 0));
}

static enum verdict
run_ptrace(const struct probe *p)
{
	pid_t pid = host_pid();
	long ret = ptrace(PTRACE_SEIZE, pid, NULL, NULL);
	int saved = errno;
	enum verdict v;

	(void)p;
	errno = saved;
	v = judge_pid(pid, ret);
	if (ret == 0 && ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == 0 &&
	    waitpid(pid, NULL, __WALL) == pid)
		(void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return v;
}

static enum verdict
run_memory(const struct probe *p)
{
	pid_t pid = host_pid();
	char path[64];

	(void)p;
	(void)snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	return judge_pid(pid, open(path, O_RDWR | O_CLOEXEC));
}

/* A process whose root is not ours, and leads there: what enters a zone has the
 * host's for a while. */
static bool
has_other_root(pid_t pid)
{
	char path[64];
	struct stat its;
	struct stat own;

	(void)snprintf(path, sizeof(path), "/proc/%d/root/.", (int)pid);
	return stat(path, &its) == 0 && stat("/", &own) == 0 &&
	    (its.st_dev != own.st_dev || its.st_ino != own.st_ino);
}

static enum verdict
run_other_root(const struct probe *p)
{
	const char *dir = scratch();
	enum verdict v;
	pid_t pid = -1;

	(void)p;
	if (!outside)
		return any_process(has_other_root) ? SUCCEEDED : BLOCKED;
	pid = fork();
	if (pid == 0) {
		if (chroot(dir) == 0)
			(void)pause();
		_exit(0);
	}
	(void)usleep(200000);
	v = has_other_root(pid) ? SUCCEEDED : BLOCKED;
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	return v;
}

/* Is the process in another user namespace, and can we trace it all the same?
 * What enters a zone must not be open to those inside. */
static bool
is_foreign(pid_t pid)
{
	static char mine[PATH_MAX];
	static char its[PATH_MAX];

	return link_of(getpid(), "ns/user", mine) &&
	    (!link_of(pid, "ns/user", its) || strcmp(mine, its) != 0);
}

static bool
can_trace_foreign(pid_t pid)
{
	return is_foreign(pid) && ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0;
}

static enum verdict
run_trace_foreign(const struct probe *p)
{
	pid_t pid = -1;
	enum verdict v;

	(void)p;
	if (!outside)
		return any_process(can_trace_foreign) ? SUCCEEDED : BLOCKED;
	/* A child in a user namespace of its own. */
	pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0L, 0L, 0L,
	    0L);
	if (pid == 0) {
		(void)pause();
		_exit(0);
	}
	v = can_trace_foreign(pid) ? SUCCEEDED : BLOCKED;
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	return v;
}

/* A process with a capability that we lack. */
static uint64_t
bounding_set(pid_t pid)
{
	const char *text = slurp_of(pid, "status");
	unsigned long long set = 0;

	text = text ? strstr(text, "\nCapBnd:") : NULL;
	if (text)
		(void)sscanf(text, "\nCapBnd: %llx", &set);
	return set;
}

static bool
is_stronger(pid_t pid)
{
	return (bounding_set(pid) & ~bounding_set(getpid())) != 0;
}

static enum verdict
try_stronger(const struct probe *p)
{
	(void)p;
	if (outside && prctl(PR_CAPBSET_DROP, 0, 0, 0, 0) == -1)
		return CANNOT_TRY;
	return any_process(is_stronger) ? SUCCEEDED : BLOCKED;
}

static enum verdict
run_stronger(const struct probe *p)
{
	return in_child(p, try_stronger);
}

/* A namespace of some process that is not ours, and that we can join. */
static const char *const spaces[] = { "ns/mnt", "ns/pid", "ns/net", "ns/ipc",
	"ns/uts", "ns/cgroup", "ns/user", "ns/time" };

/* One that a process of ours made belongs to our user namespace. */
static bool
is_our_own(int space)
{
	int owner = outside ? -1 : ioctl(space, NS_GET_USERNS);
	struct stat its;
	struct stat mine;
	bool same = owner != -1 && fstat(owner, &its) == 0 &&
	    stat("/proc/self/ns/user", &mine) == 0 && its.st_ino == mine.st_ino;

	if (owner != -1)
		(void)close(owner);
	return same;
}

static bool
can_join(pid_t pid)
{
	static char mine[PATH_MAX];
	static char its[PATH_MAX];

	for (size_t i = 0; i < ARRAY_LEN(spaces); i++) {
		char path[64];
		int fd;

		if (!link_of(getpid(), spaces[i], mine) ||
		    !link_of(pid, spaces[i], its) || strcmp(mine, its) == 0)
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid,
		    spaces[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd != -1 && !is_our_own(fd) && setns(fd, 0) == 0) {
			(void)say(SUCCEEDED, "%s of %d", spaces[i], (int)pid);
			return true;
		}
		if (fd != -1)
			(void)close(fd);
	}
	return false;
}

static enum verdict
try_join(const struct probe *p)
{
	(void)p;
	/* Outside, leave the host's namespaces first. */
	if (outside && unshare(CLONE_NEWUTS) == -1)
		return say(CANNOT_TRY, "%s", strerror(errno));
	return any_process(can_join) ? SUCCEEDED : BLOCKED;
}

static enum verdict
run_join(const struct probe *p)
{
	return in_child(p, try_join);
}

/* The namespace that owns ours. */
static enum verdict
try_parent(const struct probe *p)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/self/%s", p->arg);
	if (outside) {
		/* Seen from its parent, a child's leads there. */
		pid_t pid = (pid_t)syscall(SYS_clone,
		    CLONE_NEWUSER | CLONE_NEWPID | SIGCHLD, 0L, 0L, 0L, 0L);

		if (pid == 0) {
			(void)pause();
			_exit(0);
		}
		(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid,
		    p->arg);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		(void)kill(pid, SIGKILL);
		return judge(ioctl(fd, NS_GET_PARENT));
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return judge(ioctl(fd, NS_GET_PARENT));
}

static enum verdict
run_parent(const struct probe *p)
{
	return in_child(p, try_parent);
}

/* Is a namespace of ours one of the host's? The test passes what the links say
 * there. */
static enum verdict
run_shared(const struct probe *p)
{
	static char mine[PATH_MAX];
	const char *theirs = given("namespaces");

	(void)p;
	if (!theirs)
		return say(CANNOT_TRY, "needs namespaces=LINKS");
	for (size_t i = 0; i < ARRAY_LEN(spaces); i++) {
		/* Time is apart only where the configuration says so. */
		if (strcmp(spaces[i], "ns/time") != 0 &&
		    link_of(getpid(), spaces[i], mine) && strstr(theirs, mine))
			return say(SUCCEEDED, "%s", mine);
	}
	return BLOCKED;
}

/* A program of the host's that runs here and could be overwritten: not now,
 * while it runs, but through this descriptor later (CVE-2019-5736). */
static bool
is_host_program(int exe, pid_t pid)
{
	static char path[PATH_MAX];
	struct stat its;
	struct stat own;

	if (!link_of(pid, "exe", path) || fstat(exe, &its) == -1)
		return false;
	return stat(path, &own) == -1 || own.st_dev != its.st_dev ||
	    own.st_ino != its.st_ino;
}

static bool
is_sealed(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int seals = fd == -1 ? -1 : fcntl(fd, F_GET_SEALS);

	if (fd != -1)
		(void)close(fd);
	return seals != -1 && (seals & F_SEAL_WRITE) != 0;
}

static bool
can_overwrite(pid_t pid)
{
	char path[64];
	int exe;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	exe = open(path, O_PATH | O_CLOEXEC);
	if (exe == -1 || !is_host_program(exe, pid))
		return false;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd == -1 && errno != ETXTBSY)
		return false;
	if (is_sealed(path))
		return false;
	(void)say(SUCCEEDED, "process %d: %s", (int)pid,
	    fd == -1 ? strerror(errno) : "opened");
	return true;
}

static enum verdict
run_overwrite(const struct probe *p)
{
	(void)p;
	return any_process(can_overwrite) ? SUCCEEDED : BLOCKED;
}

/* Outside: a child that runs a copy of us whose name is gone. */
static enum verdict
run_overwrite_outside(const struct probe *p)
{
	char path[128];
	char *const argv[] = { path, NULL };
	const char *dir = scratch();
	enum verdict v;
	pid_t pid;

	(void)snprintf(path, sizeof(path), "%s/copy", dir);
	if (!outside)
		return run_overwrite(p);
	if (link("/proc/self/exe", path) == -1 &&
	    linkat(AT_FDCWD, "/proc/self/exe", AT_FDCWD, path,
		AT_SYMLINK_FOLLOW) == -1)
		return say(CANNOT_TRY, "link: %s", strerror(errno));
	pid = fork();
	if (pid == 0) {
		(void)setenv("PROBE_PAUSE", "1", 1);
		(void)execv(path, argv);
		_exit(127);
	}
	(void)usleep(200000);
	(void)unlink(path);
	v = can_overwrite(pid) ? SUCCEEDED : BLOCKED;
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	return v;
}

static enum verdict
run_descriptors(const struct probe *p)
{
	struct stat st;

	(void)p;
	if (outside)
		(void)dup2(STDERR_FILENO, 77);
	for (int fd = 3; fd < 4096; fd++) {
		if (fstat(fd, &st) == 0)
			return say(SUCCEEDED, "descriptor %d is open", fd);
	}
	return BLOCKED;
}

/* The caller's own 0, 1, 2: a zone gets pipes or a terminal of its own. */
static enum verdict
run_standard(const struct probe *p)
{
	struct stat st;

	(void)p;
	for (int fd = 0; fd < 3; fd++) {
		if (fstat(fd, &st) == 0 && !S_ISFIFO(st.st_mode) &&
		    !S_ISCHR(st.st_mode))
			return say(SUCCEEDED, "descriptor %d", fd);
	}
	return BLOCKED;
}

static enum verdict
run_directory(const struct probe *p)
{
	char path[PATH_MAX];

	(void)p;
	if (syscall(SYS_getcwd, path, sizeof(path)) > 0 && path[0] != '/')
		return say(SUCCEEDED, "%s", path);
	return BLOCKED;
}

static enum verdict
try_directory_outside(const struct probe *p)
{
	if (outside && chroot(scratch()) == -1)
		return say(CANNOT_TRY, "%s", strerror(errno));
	return run_directory(p);
}

static enum verdict
run_directory_child(const struct probe *p)
{
	(void)scratch(); /* the child cannot remove it */
	return in_child(p, try_directory_outside);
}

/* The test sets this in the environment of what it runs. */
static bool
has_secret(pid_t pid)
{
	char path[64];
	static char text[65536];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd == -1 ? -1 : read(fd, text, sizeof(text));
	if (fd != -1)
		(void)close(fd);
	return n > 0 && memmem(text, (size_t)n, "PROBE_SECRET=", 13) != NULL;
}

static enum verdict
run_environment(const struct probe *p)
{
	(void)p;
	return any_process(has_secret) ? SUCCEEDED : BLOCKED;
}

/* Host ids: is id 0 outside one that we can become? */
static enum verdict
run_host_ids(const struct probe *p)
{
	const char *text = slurp(p->arg);
	unsigned long in;
	unsigned long out;
	unsigned long n;
	int at = 0;

	if (!text)
		return CANNOT_TRY;
	for (; sscanf(text, "%lu %lu %lu%n", &in, &out, &n, &at) == 3;
	     text += at) {
		if (out < 65536)
			return say(SUCCEEDED, "%lu is %lu outside", in, out);
	}
	return BLOCKED;
}

/* A line of /proc/self/status: is the number behind it, and-ed, not 0? */
static enum verdict
status_has(const char *field, unsigned long long bits)
{
	const char *text = slurp("/proc/self/status");
	unsigned long long value = 0;

	text = text ? strstr(text, field) : NULL;
	if (!text || sscanf(text + strlen(field), "%llx", &value) != 1)
		return CANNOT_TRY;
	return (value & bits) != 0 ? say(SUCCEEDED, "%s %llx", field + 1, value)
				   : say(BLOCKED, "%s %llx", field + 1, value);
}

/* All but the nineteen of the default sets. */
static enum verdict
run_capabilities(const struct probe *p)
{
	(void)p;
	return status_has("\nCapBnd:", ~0xa06cf5fbULL);
}

/* Outside, there is one first. */
static enum verdict
try_inheritable(const struct probe *p)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
		0 };
	struct __user_cap_data_struct data[2];

	if (outside &&
	    (syscall(SYS_capget, &head, data) == -1 ||
		(data[0].inheritable = 1U << CAP_CHOWN,
		    syscall(SYS_capset, &head, data)) == -1 ||
		prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0) ==
		    -1))
		return say(CANNOT_TRY, "%s", strerror(errno));
	return status_has(p->arg, ~0ULL);
}

static enum verdict
run_inheritable(const struct probe *p)
{
	return in_child(p, try_inheritable);
}

static enum verdict
run_no_filter(const struct probe *p)
{
	(void)p;
	return status_has("\nSeccomp:", 2) == SUCCEEDED ? BLOCKED : SUCCEEDED;
}

static const struct probe table[] = {
	{ "see-host", run_see_host, RUN, "see a process of the host" },
	{ "kill-host", run_kill, RUN, "signal a process of the host" },
	{ "pidfd-host", run_pidfd, RUN, "open a process of the host" },
	{ "ptrace-host", run_ptrace, RUN, "trace a process of the host" },
	{ "memory-host", run_memory, RUN, "open its memory" },
	{ "other-root", run_other_root, RUN, "see through another's root" },
	{ "trace-foreign", run_trace_foreign, RUN,
	    "trace a process of another user namespace" },
	{ "stronger", run_stronger, RUN,
	    "see a process with more capabilities" },
	{ "join-namespace", run_join, RUN, "join a namespace of the host" },
	{ "parent-user", run_parent, RUN, "the user namespace above",
	    "ns/user" },
	{ "parent-pid", run_parent, RUN, "the pid namespace above", "ns/pid" },
	{ "shared-namespace", run_shared, RUN, "share a namespace with it" },
	{ "overwrite-program", run_overwrite_outside, RUN,
	    "overwrite a program of the host" },
	{ "leaked-descriptor", run_descriptors, RUN, "a descriptor from 3 on" },
	{ "foreign-standard", run_standard, RUN,
	    "the caller's standard input, output or error" },
	{ "directory", run_directory_child, RUN,
	    "stand in a directory outside the root" },
	{ "environment", run_environment, RUN, "the caller's environment" },
	{ "host-uids", run_host_ids, RUN, "user ids of the host",
	    "/proc/self/uid_map" },
	{ "host-gids", run_host_ids, RUN, "group ids of the host",
	    "/proc/self/gid_map" },
	{ "capabilities", run_capabilities, RUN,
	    "a capability that no privilege carries" },
	{ "inheritable", run_inheritable, RUN, "inheritable capabilities",
	    "\nCapInh:" },
	{ "ambient", run_inheritable, RUN, "ambient capabilities",
	    "\nCapAmb:" },
	{ "no-filter", run_no_filter, RUN, "run without a filter" },
};

const struct probes process_probes = { table, ARRAY_LEN(table) };
