/* SPDX-License-Identifier: ISC
 *
 * zone-login - the first process of a session in a zone: becomes the user,
 * starts the shell and reports how it ended.
 *
 *   zone-login MODE USER TERM FLAGS [COMMAND]      started by zoned/enter.c
 *
 * MODE is pty, pipe or copy; FLAGS holds 'f' for the failsafe shell and 'l' for
 * login(1). 0, 1 and 2 are the session's pipes or its terminal, 3 a socket: the
 * wait status of the shell goes out there as one int, and every byte that comes
 * in is a signal number for the shell's process group.
 *
 * It runs with the bound and the filter of the zone and has nothing that the
 * zone does not have: what it reads of the zone can only mislead the zone.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/raw.h"
#include "base/str.h"
#include "zoned/copy.h"
#include "zoned/passwd.h"

/* By mistake, as the interpreter of a script that says #!/proc/self/exe. */
enum { EXIT_NOT_FOUND = 127, EXIT_REFUSED = 126, STATUS_FD = 3 };

/* The kernel's signal set. */
enum { KERNEL_SIGSET = 8 };

/* A wait status as waitpid(2) gives it for an exit with that code. */
#define EXITED(code) ((code) << 8)

enum mode { MODE_PTY, MODE_PIPE, MODE_COPY, MODES };

static const char *const mode_name[MODES] = { "pty", "pipe", "copy" };

struct login {
	enum mode mode;
	const char *who;
	const char *term;
	bool failsafe;
	bool use_login;
	const char *command; /* NULL: an interactive or a login shell */
	struct zd_user user;
};

enum { MAX_ARGS = 4, MAX_ENV = 8 };

/* What is executed; text belongs to it. */
struct program {
	const char *path;
	const char *argv[MAX_ARGS];
	char *env[MAX_ENV];
};

static void
say(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) == -1)
		return;
}

/* The words of an error, for the person at the other end. */
static void
complain(const struct err *e)
{
	say("zlogin: ");
	say(e->msg);
	say("\n");
}

/* The arguments of zoned, or -1 for anybody else's. */
static int
parse(int argc, char **argv, struct login *l)
{
	struct stat st;
	size_t mode = 0;

	if (argc < 5 || argc > 6 || !str_eq(argv[0], "zone-login") ||
	    fstat(STATUS_FD, &st) == -1 || !S_ISSOCK(st.st_mode))
		return -1;
	while (mode < MODES && !str_eq(argv[1], mode_name[mode]))
		mode++;
	if (mode == MODES)
		return -1;
	l->mode = (enum mode)mode;
	l->who = argv[2];
	l->term = argv[3];
	l->failsafe = strchr(argv[4], 'f') != NULL;
	l->use_login = strchr(argv[4], 'l') != NULL;
	l->command = argv[5];
	return l->mode == MODE_COPY && !l->command ? -1 : 0;
}

static void
on_child(int sig)
{
	(void)sig;
}

/* zoned blocks every signal and ignores some: start from nothing. All stay
 * blocked here, SIGCHLD but for the moments in which we wait: an init that ends
 * the zone signals everybody, and the shell is to have its time, with somebody
 * there to tell its status. */
static void
reset_signals(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	struct sigaction chld = { .sa_handler = on_child };
	sigset_t set;

	for (int sig = 1; sig < NSIG; sig++)
		(void)sigaction(sig, &dfl, NULL);
	(void)sigaction(SIGCHLD, &chld, NULL);
	(void)sigfillset(&set);
	(void)sigprocmask(SIG_SETMASK, &set, NULL);
}

static bool
executable(const char *path)
{
	return access(path, X_OK) == 0;
}

/* Its own pipes and terminal belong to the user, so that /dev/stdout opens. */
static void
give_descriptors(const struct login *l)
{
	if (l->user.uid == 0)
		return;
	for (int fd = 0; fd <= (l->mode == MODE_PTY ? 0 : 2); fd++)
		(void)fchown(fd, l->user.uid, (gid_t)-1);
}

/* A terminal's name as terminfo(5) allows it; nothing else leaves the host. */
static bool
term_ok(const char *term)
{
	size_t len = strlen(term);

	return len > 0 && len <= 64 &&
	    strspn(term,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789+-._") == len;
}

/* The environment, made from nothing. */
static void
set_env(const struct login *l, struct program *p)
{
	const struct zd_user *u = &l->user;
	size_t n = 0;

	p->env[n++] = mem_printf("HOME=%s", u->home);
	p->env[n++] = mem_printf("LOGNAME=%s", u->name);
	p->env[n++] = mem_printf("USER=%s", u->name);
	p->env[n++] = mem_printf("SHELL=%s", u->shell);
	p->env[n++] = mem_printf("MAIL=/var/mail/%s", u->name);
	p->env[n++] = mem_strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	if (term_ok(l->term))
		p->env[n++] = mem_printf("TERM=%s", l->term);
	p->env[n] = NULL;
}

/* Choose the program: login(1) for an interactive session of a zone that has
 * it, else the user's shell; "-bash" as a login shell where there is no
 * command. */
static void
set_program(const struct login *l, struct program *p)
{
	const char *slash = strrchr(l->user.shell, '/');
	const char *base = slash ? slash + 1 : l->user.shell;

	if (l->use_login && !l->command && !l->failsafe &&
	    executable("/bin/login")) {
		p->path = "/bin/login";
		p->argv[0] = "login";
		p->argv[1] = "-f";
		p->argv[2] = l->user.name;
		return;
	}
	p->path = l->user.shell;
	if (!l->command) {
		p->argv[0] = mem_printf("-%s", base);
		return;
	}
	p->argv[0] = base;
	p->argv[1] = "-c";
	p->argv[2] = l->command;
}

/* To the home directory, as the user; where that does not go, to "/". A
 * directory outside the root shows as "(unreachable)" (getcwd(2)). */
static void
go_home(const struct zd_user *u)
{
	char cwd[4096];
	long n = -1;

	if (chdir(u->home) == 0)
		n = raw2(SYS_getcwd, cwd, sizeof(cwd));
	if (n > 0 && cwd[0] == '/')
		return;
	say("zlogin: cannot change to the home directory ");
	say(u->home);
	say(", using /\n");
	if (chdir("/") == -1)
		_exit(EXIT_REFUSED);
}

/* Become the user for good. Raw calls: in the vfork child libc's own would
 * tell the parent's threads. */
static void
become(const struct zd_user *u)
{
	if (raw2(SYS_setgroups, u->ngroups, u->groups) < 0 ||
	    raw3(SYS_setresgid, u->gid, u->gid, u->gid) < 0 ||
	    raw3(SYS_setresuid, u->uid, u->uid, u->uid) < 0) {
		say("zlogin: the user's ids do not fit into the zone\n");
		_exit(EXIT_REFUSED);
	}
}

/* The child, up to the shell. login(1) becomes the user itself. */
static void NORETURN
run(const struct login *l, const struct program *p)
{
	uint64_t none = 0;
	int code;

	(void)setsid();
	if (l->mode == MODE_PTY)
		(void)ioctl(STDIN_FILENO, TIOCSCTTY, 0);
	if (!str_eq(p->path, "/bin/login")) {
		become(&l->user);
		go_home(&l->user);
	}
	(void)raw4(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, KERNEL_SIGSET);
	code = -(int)raw3(SYS_execve, p->path, p->argv, p->env);
	say("zlogin: cannot run ");
	say(p->path);
	say(": ");
	say(strerror(code));
	say("\n");
	_exit(code == ENOENT ? EXIT_NOT_FOUND : EXIT_REFUSED);
}

/* Pass a signal number from the other end on to the shell's session. The other
 * end gone before the shell is a hangup. Returns false on that. */
static bool
forward_signal(pid_t shell)
{
	unsigned char sig;
	ssize_t n = read(STATUS_FD, &sig, 1);

	if (n == -1)
		return errno == EINTR || errno == EAGAIN;
	if (n == 1 && sig > 0 && sig < 32)
		(void)kill(-shell, sig);
	if (n == 0)
		(void)kill(-shell, SIGHUP);
	return n == 1;
}

/* Wait for the shell; its wait status. */
static int
wait_for(pid_t shell)
{
	struct pollfd p = { .fd = STATUS_FD, .events = POLLIN };
	sigset_t others;
	int status;

	(void)sigfillset(&others);
	(void)sigdelset(&others, SIGCHLD);
	for (;;) {
		pid_t pid = waitpid(shell, &status, WNOHANG);

		if (pid == shell)
			return status;
		if (pid == -1 && errno != EINTR)
			return EXITED(EXIT_REFUSED);
		if (ppoll(&p, 1, NULL, &others) == 1 && !forward_signal(shell))
			p.fd = -1;
	}
}

static int
session(struct login *l)
{
	struct program p = { 0 };
	pid_t shell;

	set_env(l, &p);
	set_program(l, &p);
	shell = vfork();
	if (shell == 0)
		run(l, &p);
	if (shell == -1) {
		say("zlogin: cannot start a process in the zone\n");
		return EXITED(EXIT_REFUSED);
	}
	/* The other ends must see it when the shell closes its own. */
	for (int fd = 0; fd <= 2; fd++)
		(void)close(fd);
	return wait_for(shell);
}

/* zonecp's end in the zone: this process itself, as the user. */
static int
copy(struct login *l)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	become(&l->user);
	go_home(&l->user);
	if (zd_copy_serve(l->command, STDIN_FILENO, STDOUT_FILENO) == -1)
		return EXITED(1);
	return EXITED(0);
}

static int
find_user(struct login *l, struct err *e)
{
	if (!l->failsafe)
		return zd_user_load(l->who, &l->user, e);
	/* Where the distribution has no /sbin/sh, the usual one. */
	zd_user_root(&l->user, executable("/sbin/sh") ? "/sbin/sh" : "/bin/sh");
	return 0;
}

int
main(int argc, char **argv)
{
	struct login l = { 0 };
	struct err e = { 0 };
	int status;

	if (parse(argc, argv, &l) == -1) {
		say("zone-login: started by zoned only\n");
		return EXIT_REFUSED;
	}
	(void)fcntl(STATUS_FD, F_SETFD, FD_CLOEXEC);
	reset_signals();
	(void)setsid();
	(void)umask(022);
	if (find_user(&l, &e) == -1) {
		complain(&e);
		status = EXITED(1);
	} else {
		give_descriptors(&l);
		status = l.mode == MODE_COPY ? copy(&l) : session(&l);
	}
	(void)send(STATUS_FD, &status, sizeof(status), MSG_NOSIGNAL);
	return 0;
}
