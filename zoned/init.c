/* SPDX-License-Identifier: ISC
 *
 * zone-init - the init of a zone whose root has none: reaps, offers a shell on
 * the console, ends the zone in good order.
 *
 *   zone-init                        as process 1 of a zone
 *   reboot | poweroff | halt         by that name, or as its argument: asks
 *                                    process 1
 *
 * SIGINT, SIGTERM and SIGRTMIN+5 reboot; SIGPWR, SIGUSR1, SIGUSR2, SIGRTMIN+3
 * and SIGRTMIN+4 power off: as busybox' and systemd's commands send them.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/str.h"

enum {
	EXIT_REFUSED = 126,
	RT = 34,         /* SIGRTMIN as glibc and systemd count it */
	GRACE_MS = 5000, /* from SIGTERM to SIGKILL */
	STEP_MS = 20,
	RESPAWN_MS = 1000, /* a shell that ends at once does not spin */
};

static const char console[] = "/dev/console";
static const char shell[] = "/bin/sh";

/* signal, does it reboot */
static const struct {
	int sig;
	bool reboot;
} endings[] = {
	{ SIGINT, true },
	{ RT + 5, true },
	{ SIGTERM, true },
	{ SIGPWR, false },
	{ SIGUSR1, false },
	{ SIGUSR2, false },
	{ RT + 3, false },
	{ RT + 4, false },
};

/* name, signal for process 1 */
static const struct {
	const char *name;
	int sig;
} orders[] = {
	{ "reboot", SIGINT },
	{ "poweroff", SIGPWR },
	{ "halt", SIGPWR },
};

struct init {
	int signals;
	int console; /* watched for somebody who wants a shell; -1: not */
	pid_t shell;
};

static void
say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) == -1)
		return;
}

/* An order to process 1, by one of our other names. -1: it is none. */
static int
order(const char *name)
{
	const char *slash = strrchr(name, '/');

	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		if (str_eq(slash ? slash + 1 : name, orders[i].name))
			return kill(1, orders[i].sig) == 0 ? 0 : 1;
	}
	return -1;
}

static int
open_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		(void)sigaddset(&set, endings[i].sig);
	(void)sigprocmask(SIG_SETMASK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
reap(struct init *in)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
		if (pid == in->shell)
			in->shell = 0;
	}
}

/* Offer a shell; it is started when somebody presses Enter, so that a thousand
 * idle zones run no thousand shells. */
static void
offer_shell(struct init *in)
{
	struct stat st;

	if (access(shell, X_OK) == -1)
		return;
	in->console = open(console, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (in->console == -1)
		return;
	/* The host had no pty: there is nobody to offer anything to. */
	if (fstat(in->console, &st) == 0 && st.st_rdev == makedev(1, 3)) {
		(void)close(in->console);
		in->console = -1;
		return;
	}
	say(in->console,
	    "\r\nzone-init: press Enter for a shell on this console\r\n");
}

static void NORETURN
run_shell(void)
{
	static const char *const argv[] = { "-sh", NULL };
	static const char *const env[] = { "HOME=/", "SHELL=/bin/sh",
		"USER=root", "LOGNAME=root",
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TERM=vt100", NULL };
	sigset_t none;
	int fd;

	(void)setsid();
	fd = open(console, O_RDWR);
	if (fd == -1 || dup2(fd, 0) == -1 || dup2(fd, 1) == -1 ||
	    dup2(fd, 2) == -1)
		_exit(1);
	(void)ioctl(0, TIOCSCTTY, 1);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)execve(shell, (char *const *)(uintptr_t)argv,
	    (char *const *)(uintptr_t)env);
	say(2, "zone-init: cannot run /bin/sh\r\n");
	_exit(127);
}

/* Somebody typed: the line is eaten, the shell takes over. */
static void
on_console(struct init *in)
{
	char eaten[256];
	ssize_t n = read(in->console, eaten, sizeof(eaten));
	struct timespec pause = { .tv_nsec = RESPAWN_MS * 1000000L / 2 };

	if (n == -1 && errno == EAGAIN)
		return;
	(void)close(in->console);
	in->console = -1;
	/* A console that was taken away: look again a little later. */
	if (n <= 0) {
		(void)nanosleep(&pause, NULL);
		offer_shell(in);
		return;
	}
	in->shell = vfork();
	if (in->shell == 0)
		run_shell();
}

/* Everybody but process 1 is gone. */
static bool
alone(void)
{
	return kill(-1, 0) == -1 && errno == ESRCH;
}

static void
stop_all(struct init *in)
{
	struct timespec step = { .tv_nsec = STEP_MS * 1000000L };

	(void)kill(-1, SIGTERM);
	/* An interactive shell ignores that; those of zlogin are hung up with
	 * their terminal, ours has to be told. */
	if (in->shell > 0)
		(void)kill(in->shell, SIGHUP);
	(void)kill(-1, SIGCONT);
	for (int ms = 0; ms < GRACE_MS; ms += STEP_MS) {
		reap(in);
		if (alone())
			return;
		(void)nanosleep(&step, NULL);
	}
	(void)kill(-1, SIGKILL);
}

/* The end of the zone. No sync(2): that would wait for all of the machine, and
 * what this zone wrote is in the machine's page cache, which stays. */
static void NORETURN
finish(struct init *in, bool again)
{
	stop_all(in);
	(void)reboot(again ? RB_AUTOBOOT : RB_POWER_OFF);
	/* Not permitted: the end of process 1 ends the zone too. */
	_exit(again ? EXIT_REFUSED : 0);
}

static void
on_signal(struct init *in)
{
	struct signalfd_siginfo si;

	while (read(in->signals, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
			if ((int)si.ssi_signo == endings[i].sig)
				finish(in, endings[i].reboot);
		}
	}
	reap(in);
	if (in->shell == 0 && in->console == -1)
		offer_shell(in);
}

int
main(int argc, char **argv)
{
	struct init in = { .console = -1 };
	int done = argc > 0 ? order(argv[0]) : -1;

	if (done == -1 && argc == 2)
		done = order(argv[1]);
	if (done != -1)
		return done;
	if (getpid() != 1) {
		say(2, "zone-init: runs as process 1 of a zone only\n");
		return EXIT_REFUSED;
	}
	/* Executed by descriptor, it would be called by its number. */
	(void)prctl(PR_SET_NAME, "zone-init");
	(void)setsid();
	in.signals = open_signals();
	if (in.signals == -1)
		return EXIT_REFUSED;
	offer_shell(&in);
	for (;;) {
		struct pollfd p[] = { { .fd = in.signals, .events = POLLIN },
			{ .fd = in.console, .events = POLLIN } };

		if (poll(p, 2, -1) == -1)
			continue;
		if (p[1].revents != 0)
			on_console(&in);
		if (p[0].revents != 0)
			on_signal(&in);
	}
}
