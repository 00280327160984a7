/* SPDX-License-Identifier: ISC
 *
 * Probe: lie in wait for what enters, while it does, and take what it has: its
 * program, its root, its directories, its rights.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/probe/probe.h"

enum { PIDS = 1 << 22, HELD = 512, FDS = 16, LOOKS = 200 };

/* How often each process was looked at; LOOKS: it was there before, or is done
 * with. */
static unsigned char seen[PIDS];
/* Programs to write to once nobody runs them any more (CVE-2019-5736). */
static int held[HELD];
static size_t n_held;
static unsigned long n_met;
static unsigned long n_traced;
static pid_t prey; /* outside: the only one that is hunted */

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* What was found, for the report. */
static char found[PATH_MAX + 64];

/* A directory that one cannot come to by its name from here. It is held first:
 * behind the link another may be by the time that it is looked at. */
static bool
is_beyond(const char *link)
{
	static char path[PATH_MAX];
	char held_link[64];
	struct stat its;
	struct stat own;
	int fd = open(link, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool beyond = false;
	ssize_t n;

	if (fd == -1)
		return false;
	(void)snprintf(held_link, sizeof(held_link), "/proc/self/fd/%d", fd);
	n = readlink(held_link, path, sizeof(path) - 1);
	if (n > 0 && fstat(fd, &its) == 0) {
		path[n] = '\0';
		beyond = stat(path, &own) == -1 || !same_file(&its, &own);
	}
	if (beyond)
		(void)snprintf(found, sizeof(found), "%s is '%s'", link, path);
	(void)close(fd);
	return beyond;
}

static bool
leads_out(pid_t pid)
{
	static const char *const links[] = { "root/.", "cwd" };
	struct stat its;
	struct stat own;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, links[0]);
	if (stat(path, &its) == 0 && stat("/", &own) == 0 &&
	    !same_file(&its, &own)) {
		(void)snprintf(found, sizeof(found), "%s", path);
		return true;
	}
	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, links[1]);
	if (is_beyond(path))
		return true;
	for (int fd = 0; fd < FDS; fd++) {
		(void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid,
		    fd);
		if (is_beyond(path))
			return true;
	}
	return false;
}

/* Does it lack our filter, or has it capabilities that we lack? */
static bool
is_stronger(pid_t pid)
{
	unsigned long long its = 0;
	unsigned long long own = 0;
	unsigned filter = 2;
	const char *text;
	char path[64];

	text = slurp("/proc/self/status");
	text = text ? strstr(text, "\nCapBnd:") : NULL;
	if (!text || sscanf(text, "\nCapBnd: %llx", &own) != 1)
		return false;
	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	text = slurp(path);
	text = text ? strstr(text, "\nCapBnd:") : NULL;
	if (!text || sscanf(text, "\nCapBnd: %llx", &its) != 1)
		return false;
	text = strstr(text, "\nSeccomp:");
	if (text)
		(void)sscanf(text, "\nSeccomp: %u", &filter);
	return (its & ~own) != 0 || (filter != 2 && !outside);
}

/* One that has a name here is the zone's own. */
static bool
is_of_here(const char *path)
{
	static char name[PATH_MAX];
	struct stat its;
	struct stat own;
	ssize_t n = readlink(path, name, sizeof(name) - 1);

	if (n <= 0)
		return false;
	name[n] = '\0';
	return stat(path, &its) == 0 && stat(name, &own) == 0 &&
	    same_file(&its, &own);
}

/* One that one traces shows its namespaces: are its users others than ours, is
 * its program none of ours? */
static bool
is_foreign(pid_t pid)
{
	struct stat its;
	struct stat own;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)pid);
	if (stat("/proc/self/ns/user", &own) == -1 || stat(path, &its) == -1 ||
	    !same_file(&its, &own)) {
		(void)snprintf(found, sizeof(found), "%s", path);
		return true;
	}
	(void)snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	(void)snprintf(found, sizeof(found), "%s", path);
	return stat(path, &its) == 0 && !is_of_here(path);
}

/* A process that one traces is one's own: it must not be stronger then. */
static bool
can_take_over(pid_t pid)
{
	bool taken;
	int status;

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) == -1)
		return false;
	if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == -1 ||
	    waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		return false;
	n_traced++;
	taken = is_stronger(pid) || is_foreign(pid);
	(void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return taken;
}

static void
hold_program(pid_t pid)
{
	char path[64];
	int fd;

	if (n_held == HELD)
		return;
	(void)snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd != -1)
		held[n_held++] = fd;
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

/* ETXTBSY: somebody runs it still; the right is there. */
static bool
can_write_held(void)
{
	char path[64];

	for (size_t i = 0; i < n_held; i++) {
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", held[i]);
		if (is_of_here(path) || is_sealed(path))
			continue;
		if (open(path, O_WRONLY | O_CLOEXEC) != -1 || errno == ETXTBSY)
			return true;
	}
	return false;
}

static const char *
take(pid_t pid)
{
	if (leads_out(pid))
		return "its root or a directory";
	hold_program(pid);
	if (can_take_over(pid))
		return "its rights";
	return NULL;
}

static const char *
look(bool first)
{
	DIR *d = opendir("/proc");
	const char *got = NULL;
	struct dirent *ent;

	for (ent = d ? readdir(d) : NULL; ent && !got; ent = readdir(d)) {
		int pid = 0;

		if (sscanf(ent->d_name, "%d", &pid) != 1 || pid >= PIDS ||
		    pid == getpid() || seen[pid] >= LOOKS ||
		    (outside && pid != prey))
			continue;
		n_met += seen[pid] == 0;
		/* More than once: it changes as it enters. */
		seen[pid] = first ? LOOKS : (unsigned char)(seen[pid] + 1);
		got = first ? NULL : take(pid);
	}
	if (d)
		(void)closedir(d);
	return got;
}

/* Outside: what comes runs a program whose name is gone; or, as it is told, has
 * another root for a while. */
static pid_t
send_prey(const char *kind)
{
	const char *dir = scratch();
	char name[] = "prey";
	char *const argv[] = { name, NULL };
	char path[128];
	pid_t pid;

	(void)snprintf(path, sizeof(path), "%s/prey", dir);
	if (linkat(AT_FDCWD, "/proc/self/exe", AT_FDCWD, path,
		AT_SYMLINK_FOLLOW) == -1)
		exit((int)say(CANNOT_TRY, "link: %s", strerror(errno)));
	pid = fork();
	if (pid == 0) {
		if (kind && strcmp(kind, "root") == 0 && chroot(dir) == 0)
			(void)pause();
		(void)setenv("PROBE_PAUSE", "1", 1);
		(void)execv(path, argv);
		_exit(127);
	}
	(void)usleep(200000);
	(void)unlink(path);
	return pid;
}

static enum verdict
run_hunt(const struct probe *p)
{
	const char *text = given("seconds");
	int seconds = 1;
	time_t end;
	const char *got;

	(void)p;
	if (text)
		(void)sscanf(text, "%d", &seconds);
	got = look(true);
	n_met = 0;
	if (outside)
		prey = send_prey(given("prey"));
	for (end = time(NULL) + seconds; !got && time(NULL) <= end;)
		got = look(false);
	if (prey > 0) {
		(void)kill(prey, SIGKILL);
		(void)waitpid(prey, NULL, 0);
	}
	if (!got && can_write_held())
		got = "its program";
	if (got)
		return say(SUCCEEDED, "%s %s", got, found);
	return say(BLOCKED, "met %lu, traced %lu, held %zu", n_met, n_traced,
	    n_held);
}

static const struct probe table[] = {
	{ "hunt", run_hunt, RUN, "take from what enters, while it does" },
};

const struct probes hunt_probes = { table, ARRAY_LEN(table) };
