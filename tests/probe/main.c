/* SPDX-License-Identifier: ISC
 *
 * probe - run one attack: "probe NAME [KEY=VALUE...]", or all, or list them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/probe/probe.h"

enum { SECONDS = 20 };

static const struct probes *const all[] = { &call_probes, &socket_probes,
	&path_probes, &mount_probes, &process_probes, &share_probes,
	&hunt_probes };

bool outside;
static char *const *keys;
static char scratch_path[64];

const char *
given(const char *key)
{
	size_t n = strlen(key);

	for (char *const *k = keys; *k; k++) {
		if (strncmp(*k, key, n) == 0 && (*k)[n] == '=')
			return *k + n + 1;
	}
	return NULL;
}

enum verdict
say(enum verdict v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	return v;
}

enum verdict
judge(long ret)
{
	if (ret >= 0)
		return SUCCEEDED;
	if (errno == ENOSYS && outside)
		return say(CANNOT_TRY, "this kernel does not have it");
	if (errno == EPERM || errno == EACCES || errno == ENOSYS)
		return say(BLOCKED, "%s", strerror(errno));
	return say(SUCCEEDED, "allowed: %s", strerror(errno));
}

static void
scratch_remove(void)
{
	(void)umount2(scratch_path, MNT_DETACH);
	(void)rmdir(scratch_path);
}

const char *
scratch(void)
{
	static const char *const places[] = { "/tmp", "/run", "/var/tmp", "" };

	if (scratch_path[0] != '\0')
		return scratch_path;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		(void)snprintf(scratch_path, sizeof(scratch_path),
		    "%s/.probe-XXXXXX", places[i]);
		if (mkdtemp(scratch_path)) {
			(void)atexit(scratch_remove);
			return scratch_path;
		}
	}
	scratch_path[0] = '\0';
	exit((int)say(CANNOT_TRY, "no place for a directory"));
}

const char *
slurp(const char *path)
{
	static char text[65536];
	size_t len = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 1;

	if (fd == -1)
		return NULL;
	while (n > 0 && len < sizeof(text) - 1) {
		n = read(fd, text + len, sizeof(text) - 1 - len);
		len += n > 0 ? (size_t)n : 0;
	}
	(void)close(fd);
	text[len] = '\0';
	return n < 0 ? NULL : text;
}

enum verdict
in_child(const struct probe *p, enum verdict (*fn)(const struct probe *p))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == -1)
		return say(CANNOT_TRY, "fork: %s", strerror(errno));
	if (pid == 0) {
		(void)alarm(SECONDS);
		exit((int)fn(p));
	}
	if (waitpid(pid, &status, 0) != pid)
		return say(CANNOT_TRY, "waitpid: %s", strerror(errno));
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		return say(CANNOT_TRY, "it hangs");
	if (WIFSIGNALED(status))
		return say(BLOCKED, "%s", strsignal(WTERMSIG(status)));
	return (enum verdict)WEXITSTATUS(status);
}

static int
list(void)
{
	static const char
	    *const how[] = { [RUN] = "run", [MNT] = "ns", [SKIP] = "skip" };

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		for (size_t k = 0; k < all[i]->n; k++) {
			const struct probe *p = &all[i]->probe[k];

			(void)printf("%s\t%s\t%s\n", p->name, how[p->outside],
			    p->sentence);
		}
	}
	return 0;
}

static const struct probe *
find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		for (size_t k = 0; k < all[i]->n; k++) {
			if (strcmp(all[i]->probe[k].name, name) == 0)
				return &all[i]->probe[k];
		}
	}
	return NULL;
}

static enum verdict
run(const struct probe *p)
{
	if (outside && p->outside == SKIP)
		return say(CANNOT_TRY, "not outside a zone");
	if (outside && p->outside == MNT &&
	    (unshare(CLONE_NEWNS) == -1 ||
		mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1))
		return say(CANNOT_TRY, "unshare: %s", strerror(errno));
	return p->run(p);
}

/* What one of them mounts, the next is not to meet: where it may, each has
 * mounts of its own, as outside. */
static enum verdict
try_apart(const struct probe *p)
{
	/* Standard output is for verdicts. */
	(void)dup2(STDERR_FILENO, STDOUT_FILENO);
	if (!outside && p->outside == MNT && unshare(CLONE_NEWNS) == 0)
		(void)mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	return run(p);
}

/* The verdict of each, a line a probe; what they say besides goes nowhere. */
static int
run_all(void)
{
	static const char *const words[] = { [SUCCEEDED] = "open",
		[BLOCKED] = "blocked",
		[CANNOT_TRY] = "nothing" };

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		for (size_t k = 0; k < all[i]->n; k++) {
			const struct probe *p = &all[i]->probe[k];
			enum verdict v = in_child(p, try_apart);

			(void)printf("%s\t%s\n", p->name,
			    (size_t)v < ARRAY_LEN(words) ? words[v] : "odd");
			(void)fflush(stdout);
		}
	}
	return 0;
}

static int
usage(void)
{
	(void)fputs("usage: probe --list\n"
		    "       probe [--outside] NAME|--all [KEY=VALUE...]\n"
		    "Exit status: 0 the attack works, 1 it is blocked, 2 it "
		    "cannot be tried.\n",
	    stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	const struct probe *p;

	/* Of overwrite-program: a process that only stands there. */
	if (getenv("PROBE_PAUSE"))
		(void)pause();
	if (argc == 2 && strcmp(argv[1], "--list") == 0)
		return list();
	outside = argc > 1 && strcmp(argv[1], "--outside") == 0;
	argv += outside ? 2 : 1;
	if (!*argv)
		return usage();
	keys = argv + 1;
	(void)umask(022);
	if (strcmp(*argv, "--all") == 0)
		return run_all();
	p = find(*argv);
	if (!p) {
		(void)fprintf(stderr, "probe: no probe '%s'\n", *argv);
		return 2;
	}
	return (int)run(p);
}
