/* SPDX-License-Identifier: ISC
 *
 * zone-unpack - fill a zone's root from an archive or a directory, bring it to
 * the level of one, or read its packages, with no more power than the zone
 * itself will have.
 *
 *   zone-unpack archive|carried|tree|packages|files|database BASE ZONE
 *
 * Descriptors: 0 the archive or the directory, 1 progress ("ENTRIES BYTES"
 * lines), 2 what went wrong (the last line) or is to be told, 3 the root, 4 the
 * zone's lock, held as long as anything of us lives. ZONE "" leaves the
 * identity as it is.
 *
 * One process stays outside and waits; its child, process 1 of a pid namespace,
 * does the work.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/sys.h"
#include "fs/archive.h"
#include "fs/copy.h"
#include "fs/identity.h"
#include "fs/idrange.h"
#include "fs/mount.h"
#include "fs/packages.h"
#include "fs/unpack_jail.h"
#include "fs/update.h"

enum { STATUS_MAX = 64 << 20 };

enum { FD_SOURCE = 0, FD_PROGRESS = 1, FD_ROOT = 3, FD_LAST = 4 };

static int
unpack_archive(int source, int root, struct fs_progress *p, struct err *e)
{
	return fs_archive_unpack(source, root, &FS_ARCHIVE_LIMITS, p, e);
}

static int
unpack_carried(int source, int root, struct fs_progress *p, struct err *e)
{
	return fs_archive_unpack(source, root, &FS_ARCHIVE_CARRIED, p, e);
}

/* The packages of a zone, to stderr. */
static int
tell_packages(int source, int root, struct fs_progress *p, struct err *e)
{
	_cleanup_packages struct fs_packages all = { 0 };
	_autofree char *text = NULL;

	(void)root;
	(void)p;
	if (fd_read_all(source, STATUS_MAX, &text, NULL, e) == -1)
		return -1;
	fs_packages_parse(text, &all);
	for (size_t i = 0; i < all.n; i++)
		(void)dprintf(STDERR_FILENO, "%s %s\n", all.of[i].name,
		    all.of[i].version);
	return 0;
}

/* What there is to unpack: name, is the source a directory, limits, function.
 */
static const struct mode {
	const char *name;
	bool tree;
	struct unpack_limits limits;
	int (*fill)(int source, int root, struct fs_progress *p, struct err *e);
} modes[] = {
	{ "archive", false, { 16ULL << 30, 1ULL << 30, 256 }, unpack_archive },
	{ "carried", false, { RLIM_INFINITY, 8ULL << 30, 256 },
	    unpack_carried },
	{ "tree", true, { RLIM_INFINITY, 8ULL << 30, 4096 }, fs_copy_tree },
	{ "packages", false, { RLIM_INFINITY, 1ULL << 30, 256 },
	    tell_packages },
	{ "files", true, { RLIM_INFINITY, 2ULL << 30, 256 }, fs_update_files },
	{ "database", true, { RLIM_INFINITY, 2ULL << 30, 256 },
	    fs_update_database },
};

struct job {
	const struct mode *mode;
	uint32_t base;
	const char *zone;
	int source;
	int root;
	int userns;
};

/* Nobody listens any more: who started us is dead, and nobody will wait for
 * what we do. The order to die with our parent does not cover the time before
 * it was given. */
static void
tell(uint64_t entries, uint64_t bytes)
{
	if (dprintf(FD_PROGRESS, "%llu %llu\n", (unsigned long long)entries,
		(unsigned long long)bytes) < 0)
		_exit(1);
}

static void
show_progress(const struct fs_progress *p)
{
	static const long step = 100L * 1000 * 1000;
	struct timespec *last = p->arg;
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec == last->tv_sec && now.tv_nsec - last->tv_nsec < step)
		return;
	*last = now;
	tell(p->entries, p->bytes);
}

/* The child: everything it opens from here on lies below the root or source. */
static int
work(const struct job *job, struct err *e)
{
	struct timespec last = { 0 };
	struct fs_progress p = { .tick = show_progress, .arg = &last };

	if (unpack_drop(job->userns, &job->mode->limits, e) == -1)
		return -1;
	(void)close(job->userns);
	tell(0, 0);
	if (job->mode->fill(job->source, job->root, &p, e) == -1)
		return -1;
	if (*job->zone == '\0')
		return 0;
	return fs_identity_set(job->root, job->zone, e);
}

static int
report(const struct err *e)
{
	(void)dprintf(STDERR_FILENO, "%s\n", e->msg);
	return 1;
}

/* Mounts with shifted owners for both sides; the descriptors that came are
 * closed in the child, they would show the owners that the host sees. */
static int
open_sides(struct job *job, struct err *e)
{
	job->userns = unpack_userns(job->base, e);
	if (job->userns == -1)
		return -1;
	job->root = fs_mount_clone(FD_ROOT, "",
	    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, job->userns, e);
	if (job->root == -1)
		return err_in(e, "root");
	if (!job->mode->tree) {
		job->source = FD_SOURCE;
		return 0;
	}
	job->source = fs_mount_clone(FD_SOURCE, "",
	    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
		MOUNT_ATTR_NOEXEC,
	    job->userns, e);
	if (job->source != -1)
		return 0;
	(void)err_in(e, "source");
	if (e->code == EINVAL)
		return err_set(e, ENOTSUP,
		    "the file system of the directory cannot show its files "
		    "with the zone's owners; pack it with tar and install "
		    "with -a");
	return -1;
}

static int
child(const struct job *job)
{
	struct err e = { 0 };

	if (job->mode->tree)
		(void)close(FD_SOURCE);
	(void)close(FD_ROOT);
	(void)close(FD_LAST);
	if (work(job, &e) == -1)
		return report(&e);
	return 0;
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1) {
		if (errno != EINTR)
			return 1;
	}
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	(void)dprintf(STDERR_FILENO,
	    "unpacking was stopped by signal %d (%s)\n", WTERMSIG(status),
	    strsignal(WTERMSIG(status)));
	return 1;
}

static int
run(struct job *job, struct err *e)
{
	pid_t pid;

	(void)umask(0);
	(void)signal(SIGPIPE, SIG_IGN);
	/* Who started us is the one who would clean up. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1)
		return err_sys(e, "follow the parent");
	tell(0, 0);
	if (open_sides(job, e) == -1 || unpack_leave_host(e) == -1)
		return -1;
	pid = fork();
	if (pid == -1)
		return err_sys(e, "fork");
	if (pid == 0)
		_exit(child(job));
	return wait_for(pid);
}

int
main(int argc, char **argv)
{
	struct err e = { 0 };
	struct job job = { .source = -1, .root = -1, .userns = -1 };
	uint64_t base;
	int status;

	for (size_t i = 0; argc == 4 && i < ARRAY_LEN(modes); i++) {
		if (str_eq(argv[1], modes[i].name))
			job.mode = &modes[i];
	}
	if (!job.mode || str_u64(argv[2], FS_IDRANGE_LAST, &base) == -1 ||
	    base < FS_IDRANGE_FIRST) {
		(void)dprintf(STDERR_FILENO,
		    "usage: zone-unpack archive|carried|tree|packages|files|"
		    "database base zone\n");
		return 2;
	}
	job.base = (uint32_t)base;
	job.zone = argv[3];
	(void)sys_close_range(FD_LAST + 1, ~0U, 0);
	fs_archive_prepare();
	status = run(&job, &e);
	return status == -1 ? report(&e) : status;
}
