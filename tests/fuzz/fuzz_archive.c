/* SPDX-License-Identifier: ISC
 *
 * Archives: whatever comes in, nothing outside the root changes, the limits
 * hold, and what was unpacked can be removed again.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "fs/archive.h"
#include "fs/remove.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int good, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "fuzz_archive: %s\n", what);
	abort();
}

/* What lies beside the root, as it was made. */
static void
check_outside(int dir)
{
	struct stat st;

	must(fstatat(dir, "outside/secret", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		S_ISREG(st.st_mode) && st.st_nlink == 1 && st.st_size == 0 &&
		(st.st_mode & 07777) == 0600,
	    "outside/secret changed");
	must(unlinkat(dir, "outside/secret", 0) == 0, "unlink");
	must(unlinkat(dir, "outside", AT_REMOVEDIR) == 0,
	    "something was made outside");
}

static void
unpack_in(int dir, const uint8_t *data, size_t size)
{
	struct fs_archive_limits limits = { 1 << 20, 100 };
	struct fs_progress p = { 0 };
	struct err e = { 0 };
	_autoclose int fd = memfd_create("archive", MFD_CLOEXEC);
	_autoclose int root = openat(dir, "root",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	must(fd != -1 && root != -1, "open");
	must(fd_write_all(fd, data, size, &e) == 0, "write");
	must(lseek(fd, 0, SEEK_SET) == 0, "lseek");
	if (fs_archive_unpack(fd, root, &limits, &p, &e) == -1)
		must(e.code != 0 && e.msg[0] != '\0', "no reason");
	must(p.bytes <= limits.bytes && p.entries <= limits.entries,
	    "a limit was passed");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[] = "/tmp/zones-fuzz.XXXXXX";
	struct err e = { 0 };
	_autoclose int dir = -1;
	int secret;

	fs_archive_prepare();
	must(mkdtemp(path) != NULL, "mkdtemp");
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(mkdirat(dir, "root", 0755) == 0, "mkdir");
	must(mkdirat(dir, "outside", 0755) == 0, "mkdir");
	secret = openat(dir, "outside/secret", O_WRONLY | O_CREAT | O_CLOEXEC,
	    0600);
	must(secret != -1, "create");
	(void)close(secret);
	unpack_in(dir, data, size);
	check_outside(dir);
	must(fs_remove_tree(dir, "root", &e) == 0, e.msg);
	must(rmdir(path) == 0, "something was made outside");
	return 0;
}
