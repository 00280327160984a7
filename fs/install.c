/* SPDX-License-Identifier: ISC
 *
 * install - fill a new root from a source.
 */
#include "fs/install.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/spawn.h"
#include "base/str.h"
#include "fs/identity.h"

enum { WORDS_MAX = 16 * 1024, ANSWER_MAX = 4 << 20 };

/* Take what zone-unpack says of its progress until it closes the pipe. */
static void
follow(int fd, struct fs_progress *p)
{
	char line[256];
	size_t used = 0;

	for (;;) {
		ssize_t n = read(fd, line + used, sizeof(line) - 1 - used);
		unsigned long long entries;
		unsigned long long bytes;
		char *end;

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		used += (size_t)n;
		line[used] = '\0';
		end = strrchr(line, '\n');
		if (!end && used < sizeof(line) - 1)
			continue;
		/* From here on it is a hostile process that may speak. */
		if (sscanf(line, "%20llu %20llu", &entries, &bytes) == 2) {
			p->entries = entries;
			p->bytes = bytes;
			if (p->tick)
				p->tick(p);
		}
		used = 0;
	}
}

/* A place for what zone-unpack says on stderr, of a fixed size: who took it
 * over must not fill our memory. */
static int
make_words(off_t size, struct err *e)
{
	_autoclose int fd = memfd_create("stderr",
	    MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd == -1)
		return err_sys(e, "memfd_create");
	if (ftruncate(fd, size) == -1 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) == -1)
		return err_sys(e, "seal a memfd");
	return fd_take(&fd);
}

/* What it said, up to the first NUL. */
static char *
read_words(int words)
{
	struct err ignored;
	char *text = NULL;

	if (lseek(words, 0, SEEK_SET) == 0 &&
	    fd_read_all(words, ANSWER_MAX, &text, NULL, &ignored) == 0)
		return text;
	return mem_strdup("");
}

/* Its last line is the reason; only the text is taken from there. */
static int
failed(int words, int status, struct err *e)
{
	_autofree char *text = read_words(words);
	_autofree char *shown = NULL;
	size_t len = strlen(text);
	const char *line;

	while (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	if (len > 0) {
		line = strrchr(text, '\n');
		line = line ? line + 1 : text;
		shown = str_visible(line, strlen(line));
		if (*shown != '\0')
			return err_set(e, ECHILD, "%s", shown);
	}
	return err_set(e, ECHILD, "zone-unpack ended with status %d", status);
}

static const char *
mode_of(const struct fs_install *spec)
{
	static const char *const others[] = {
		[FS_INSTALL_PACKAGES] = "packages",
		[FS_INSTALL_FILES] = "files",
		[FS_INSTALL_DATABASE] = "database",
	};

	if (spec->what != FS_INSTALL_FILL)
		return others[spec->what];
	return spec->tree != -1 ? "tree"
	    : spec->carried     ? "carried"
				: "archive";
}

static int
start(const struct fs_install *spec, int progress, int words, pid_t *pid,
    struct err *e)
{
	_autofree char *program = path_helper("zone-unpack");
	_autofree char *base = mem_printf("%u", spec->id_base);
	const char *argv[] = { program, mode_of(spec), base,
		spec->zone ? spec->zone : "", NULL };
	const int keep[] = { spec->root, spec->lock };
	struct spawn s = SPAWN(argv);

	s.fd[0] = spec->tree != -1 ? spec->tree : spec->archive;
	s.fd[1] = progress;
	s.fd[2] = words;
	s.keep = keep;
	s.nkeep = ARRAY_LEN(keep);
	*pid = spawn_start(&s, e);
	return *pid == -1 ? -1 : 0;
}

static int
run_unpack(const struct fs_install *spec, struct err *e)
{
	int ends[2];
	_autoclose int words = make_words(spec->words ? ANSWER_MAX : WORDS_MAX,
	    e);
	_autoclose int in = -1;
	_autoclose int out = -1;
	pid_t pid;
	int status;

	if (words == -1)
		return -1;
	if (pipe2(ends, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	in = ends[0];
	out = ends[1];
	if (start(spec, out, words, &pid, e) == -1)
		return -1;
	(void)close(fd_take(&out));
	follow(in, spec->progress);
	status = spawn_wait(pid, -1, e);
	if (status == -1)
		return -1;
	if (status != 0)
		return failed(words, status, e);
	if (spec->words)
		*spec->words = read_words(words);
	return 0;
}

/* The global zone's own files, which root may copy as root. */
static int
run_copy(const struct fs_install *spec, struct err *e)
{
	mode_t old = umask(0);
	int result = fs_copy_entries(spec->entries, spec->host, spec->root,
	    spec->progress, e);

	(void)umask(old);
	if (result == 0 && spec->zone)
		result = fs_identity_set(spec->root, spec->zone, e);
	return result;
}

/* The directory that was filled is still the one in the zonepath, and nobody
 * changed its mode. */
static int
seal(int root, struct err *e)
{
	if (fchown(root, 0, 0) == -1 || fchmod(root, 0755) == -1)
		return err_sys(e, "chmod the root");
	if (syncfs(root) == -1)
		return err_sys(e, "flush the root to disk");
	return 0;
}

int
fs_install(const struct fs_install *spec, struct err *e)
{
	int result = spec->entries ? run_copy(spec, e) : run_unpack(spec, e);

	if (result == -1 || spec->what == FS_INSTALL_PACKAGES)
		return result;
	return seal(spec->root, e);
}
