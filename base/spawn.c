/* SPDX-License-Identifier: ISC
 *
 * spawn - run another program.
 */
#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/sys.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4 /* linux/close_range.h, kernel 5.11 */
#endif

enum { MAX_KEEP = 16, STDERR_MAX = 64 * 1024 };

static const char *const plain_env[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"LANG=C.UTF-8", NULL
};

/* Everything the child of vfork needs, decided before. */
struct child {
	const struct spawn *s;
	int from[3 + MAX_KEEP]; /* descriptors far above the final ones */
	size_t n;
	/* errno of the child, in our memory. Volatile: the compiler sees that
	 * no path which writes it returns. */
	volatile int failed;
	int program; /* to execute by descriptor, -1: by path */
};

static void
child_exec(struct child *c)
{
	sigset_t none;
	char *const *env = (char *const *)(uintptr_t)(c->s->env ? c->s->env
								: plain_env);

	for (int sig = 1; sig < _NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	for (size_t i = 0; i < c->n; i++) {
		if (dup2(c->from[i], (int)i) == -1) {
			c->failed = errno;
			_exit(127);
		}
	}
	/* Closed by exec, so that a program given by descriptor is still there.
	 */
	(void)sys_close_range((unsigned)c->n, ~0U, CLOSE_RANGE_CLOEXEC);
	if (c->program != -1)
		(void)sys_execveat(c->program, "",
		    (char *const *)(uintptr_t)c->s->argv, env, AT_EMPTY_PATH);
	else
		(void)execve(c->s->argv[0],
		    (char *const *)(uintptr_t)c->s->argv, env);
	c->failed = errno;
	_exit(127);
}

/* vfork(2): the parent sleeps until exec, so the page tables are not copied.
 * Signals stay blocked meanwhile: no handler may run in the shared memory. */
static __attribute__((noinline)) pid_t
vfork_exec(struct child *c)
{
	sigset_t all;
	sigset_t old;
	pid_t pid;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &old);
	pid = vfork();
	if (pid == 0)
		child_exec(c);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	return pid;
}

/* Copies above the range that dup2 will write to. */
static int
lift_fds(const struct spawn *s, struct child *c, struct err *e)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1)
		return err_sys(e, "open '/dev/null'");
	c->n = 3 + s->nkeep;
	for (size_t i = 0; i < c->n; i++) {
		int fd = i < 3 ? s->fd[i] : s->keep[i - 3];

		c->from[i] = fcntl(fd == -1 ? null : fd, F_DUPFD_CLOEXEC,
		    3 + MAX_KEEP);
		if (c->from[i] == -1) {
			(void)err_sys(e, "dup descriptor %d", fd);
			c->n = i;
			(void)close(null);
			return -1;
		}
	}
	(void)close(null);
	return 0;
}

pid_t
spawn_start(const struct spawn *s, struct err *e)
{
	struct child c = { .s = s, .program = -1 };
	pid_t pid = -1;

	if (s->nkeep > MAX_KEEP)
		return err_set(e, EINVAL, "too many descriptors to pass");
	if (lift_fds(s, &c, e) == 0) {
		if (s->program > 0)
			c.program = fcntl(s->program, F_DUPFD_CLOEXEC,
			    3 + MAX_KEEP);
		pid = vfork_exec(&c);
		if (pid == -1)
			(void)err_sys(e, "start '%s'", s->argv[0]);
	}
	for (size_t i = 0; i < c.n; i++)
		(void)close(c.from[i]);
	fd_close_at(&c.program);
	if (pid > 0 && c.failed != 0) {
		(void)waitpid(pid, NULL, 0);
		errno = c.failed;
		return err_sys(e, "run '%s'", s->argv[0]);
	}
	return pid;
}

int
spawn_wait(pid_t pid, int timeout_ms, struct err *e)
{
	_autoclose int pidfd = -1;
	int status;
	int n;
	struct pollfd p;

	if (timeout_ms >= 0) {
		pidfd = sys_pidfd_open(pid);
		if (pidfd == -1)
			return err_sys(e, "pidfd of process %d", (int)pid);
		p = (struct pollfd){ .fd = pidfd, .events = POLLIN };
		do {
			n = poll(&p, 1, timeout_ms);
		} while (n == -1 && errno == EINTR);
		if (n == 0) {
			(void)sys_pidfd_signal(pidfd, SIGKILL);
			(void)waitpid(pid, NULL, 0);
			return err_set(e, ETIMEDOUT,
			    "not finished after %d seconds", timeout_ms / 1000);
		}
	}
	while (waitpid(pid, &status, 0) == -1) {
		if (errno != EINTR)
			return err_sys(e, "wait for process %d", (int)pid);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

/* What it wrote last, without the newline: usually the reason. */
static char *
last_line(int fd)
{
	struct err ignored;
	_autofree char *text = NULL;
	size_t len = 0;
	char *nl;

	if (lseek(fd, 0, SEEK_SET) == -1 ||
	    fd_read_all(fd, STDERR_MAX, &text, &len, &ignored) == -1)
		return mem_strdup("");
	while (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	nl = strrchr(text, '\n');
	return nl ? str_visible(nl + 1, strlen(nl + 1))
		  : str_visible(text, len);
}

int
spawn_run(const struct spawn *given, int timeout_ms, struct err *e)
{
	struct spawn s = *given;
	_autoclose int words = -1;
	_autofree char *line = NULL;
	pid_t pid;
	int status;

	if (s.fd[2] == -1) {
		words = memfd_create("stderr", MFD_CLOEXEC);
		if (words == -1)
			return err_sys(e, "memfd_create");
		s.fd[2] = words;
	}
	pid = spawn_start(&s, e);
	if (pid == -1)
		return -1;
	status = spawn_wait(pid, timeout_ms, e);
	if (status == -1)
		return err_in(e, "'%s'", s.argv[0]);
	if (status == 0)
		return 0;
	line = words == -1 ? mem_strdup("") : last_line(words);
	if (*line != '\0')
		return err_set(e, ECHILD, "%s", line);
	if (status >= 256)
		return err_set(e, ECHILD, "'%s' was killed by signal %d",
		    s.argv[0], status - 256);
	return err_set(e, ECHILD, "'%s' ended with status %d", s.argv[0],
	    status);
}
