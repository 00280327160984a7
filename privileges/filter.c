/* SPDX-License-Identifier: ISC
 *
 * filter - compiled system call filters: finding, checking, caching.
 */
#include "privileges/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/memfd.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/spawn.h"
#include "privileges/caps.h"

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#error "privileges/filter.c: add the name of this architecture"
#endif

enum {
	MAX_FILE = (int)(sizeof(struct priv_filter_header) +
	    PRIV_FILTER_MAX * sizeof(struct sock_filter)),
	COMPILE_MS = 30000,
};

static uint64_t
fnv1a(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	while (len-- > 0)
		h = (h ^ *p++) * UINT64_C(0x100000001b3);
	return h;
}

void
priv_filter_head(struct priv_filter_header *h, uint32_t opens,
    const struct sock_filter *prog, size_t len)
{
	*h = (struct priv_filter_header){
		.version = PRIV_TABLE_VERSION,
		.sum = fnv1a(prog, len * sizeof(*prog)),
		.arch = NATIVE_ARCH,
		.opens = opens,
		.len = (uint32_t)len,
	};
	memcpy(h->magic, PRIV_FILTER_MAGIC, sizeof(h->magic));
}

int
priv_filter_check(const void *file, size_t size, uint32_t opens, struct err *e)
{
	const struct priv_filter_header *h = file;
	const struct sock_filter *prog = (const void *)(h + 1);
	struct priv_filter_header want;

	if (size < sizeof(*h) || h->len == 0 || h->len > PRIV_FILTER_MAX ||
	    size != sizeof(*h) + h->len * sizeof(*prog))
		return err_set(e, ERR_CONFIG, "wrong size");
	priv_filter_head(&want, opens, prog, h->len);
	if (memcmp(h, &want, sizeof(want)) != 0)
		return err_set(e, ERR_CONFIG,
		    "damaged, or of another version or other privileges");
	return 0;
}

/* Map a filter file and check what it holds. Closes fd. */
static int
map_filter(int fd_, uint32_t opens, struct priv_filter *out, struct err *e)
{
	_autoclose int fd = fd_;
	struct stat st;
	size_t size;
	const struct priv_filter_header *h;
	void *map;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat");
	if (!S_ISREG(st.st_mode) || st.st_size <= 0 || st.st_size > MAX_FILE)
		return err_set(e, ERR_CONFIG, "wrong size");
	size = (size_t)st.st_size;
	map = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (map == MAP_FAILED)
		return err_sys(e, "map");
	if (priv_filter_check(map, size, opens, e) == -1) {
		(void)munmap(map, size);
		return -1;
	}
	h = map;
	*out = (struct priv_filter){ .prog = h + 1,
		.len = (unsigned short)h->len,
		.map_size = size };
	return 0;
}

void
priv_filter_done(struct priv_filter *f)
{
	const struct priv_filter_header *h = f->prog;

	if (h)
		(void)munmap((void *)(uintptr_t)(h - 1), f->map_size);
	*f = (struct priv_filter){ 0 };
}

/* The name of the filter made at build time for those groups, or NULL. */
static const char *
built_name(uint32_t opens)
{
	struct priv_set shared = priv_set_default(false);
	struct priv_set exclusive = priv_set_default(true);

	if (opens == priv_set_opens(&shared))
		return "default.bpf";
	if (opens == priv_set_opens(&exclusive))
		return "default-exclusive.bpf";
	return NULL;
}

/* One that was made at build time: as trustworthy as the programs it lies
 * beside. */
static int
load_built(const char *helper, uint32_t opens, struct priv_filter *out,
    struct err *e)
{
	const char *name = built_name(opens);
	const char *slash = strrchr(helper, '/');
	_autofree char *path = NULL;
	int fd;

	if (!name)
		return err_set(e, ENOENT, "not a default filter");
	path = mem_printf("%.*s/%s", slash ? (int)(slash - helper) : 0, helper,
	    name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "open '%s'", path);
	return map_filter(fd, opens, out, e);
}

/* Open the cache, making it where it is missing. */
static int
open_cache(struct err *e)
{
	_autoclose int var = path_open(PATH_VAR, e);
	_autoclose int dir = -1;
	struct stat st;

	if (var == -1)
		return -1;
	if (mkdirat(var, "filters", 0700) == -1 && errno != EEXIST)
		return err_sys(e, "make '%s/filters'", path_of(PATH_VAR));
	dir = openat(var, "filters",
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir == -1 || fstat(dir, &st) == -1)
		return err_sys(e, "open '%s/filters'", path_of(PATH_VAR));
	if (st.st_uid != geteuid() || (st.st_mode & 0077) != 0)
		return err_set(e, ERR_CONFIG,
		    "'%s/filters' must belong to root and have mode 0700; "
		    "remove it",
		    path_of(PATH_VAR));
	return fd_take(&dir);
}

static int
load_cached(int dir, const char *name, uint32_t opens, struct priv_filter *out,
    struct err *e)
{
	_autoclose int fd = openat(dir, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(e, "open '%s'", name);
	if (st.st_uid != geteuid() || (st.st_mode & 0022) != 0)
		return err_set(e, ERR_CONFIG, "not root's alone");
	return map_filter(fd_take(&fd), opens, out, e);
}

/* Have the helper compile the filter into a file in memory. */
static int
make_filter(const char *helper, const struct priv_set *s, struct err *e)
{
	_autoclose int fd = memfd_create("zone-filter", MFD_CLOEXEC);
	_autofree char *text = priv_set_print(s);
	const char *const argv[] = { helper, text, NULL };
	struct spawn sp = SPAWN(argv);

	if (fd == -1)
		return err_sys(e, "memfd_create");
	sp.fd[1] = fd;
	if (spawn_run(&sp, COMPILE_MS, e) == -1)
		return err_in(e, "compile the system call filter");
	return fd_take(&fd);
}

/* Make the filter, put it into the cache and load it. */
static int
load_made(int made_, int dir, const char *name, uint32_t opens,
    struct priv_filter *out, struct err *e)
{
	_autoclose int made = made_;
	struct priv_filter f;

	if (map_filter(fd_take(&made), opens, &f, e) == -1)
		return err_in(e, "the compiled system call filter");
	if (fd_replace_file(dir, name, 0600,
		(const struct priv_filter_header *)f.prog - 1, f.map_size,
		FD_VOLATILE, e) == -1) {
		priv_filter_done(&f);
		return err_in(e, "cache the system call filter");
	}
	*out = f;
	return 0;
}

int
priv_filter_load(const struct priv_set *s, struct priv_filter *out,
    struct err *e)
{
	const uint32_t opens = priv_set_opens(s);
	const uint64_t key[] = { PRIV_TABLE_VERSION, NATIVE_ARCH, opens };
	_autofree char *helper = path_helper("zone-filter");
	_autofree char *name = NULL;
	_autoclose int dir = -1;
	struct err why = { 0 };
	int made;

	if (load_built(helper, opens, out, &why) == 0)
		return 0;
	dir = open_cache(e);
	if (dir == -1)
		return -1;
	name = mem_printf("%016llx.bpf",
	    (unsigned long long)fnv1a(key, sizeof(key)));
	if (load_cached(dir, name, opens, out, &why) == 0)
		return 0;
	made = make_filter(helper, s, e);
	if (made == -1)
		return -1;
	return load_made(made, dir, name, opens, out, e);
}
