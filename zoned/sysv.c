/* SPDX-License-Identifier: ISC
 *
 * sysv - limits of a zone's System V shared memory, queues and semaphores.
 */
#include "zoned/sysv.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "zonecfg/limits.h"

enum { IDS_MOST = 32768, TEXT_MAX = 256 };

static char *
pages(int dir, uint64_t bytes, struct err *e)
{
	(void)dir;
	(void)e;
	return mem_printf("%" PRIu64, bytes / (uint64_t)sysconf(_SC_PAGESIZE));
}

static char *
ids(int dir, uint64_t n, struct err *e)
{
	(void)dir;
	(void)e;
	return mem_printf("%" PRIu64, n > IDS_MOST ? IDS_MOST : n);
}

/* The fourth word of "250 32000 32 128"; the others stay. */
static char *
fourth(int dir, uint64_t n, struct err *e)
{
	_autofree char *text = NULL;
	uint64_t word[3];
	char *at;

	if (fd_read_file(dir, "kernel/sem", TEXT_MAX, &text, NULL, e) == -1)
		return NULL;
	at = text;
	for (size_t i = 0; i < ARRAY_LEN(word); i++)
		word[i] = strtoull(at, &at, 10);
	return mem_printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
	    word[0], word[1], word[2], n > IDS_MOST ? IDS_MOST : n);
}

static const struct {
	const char *rctl;
	const char *file;
	char *(*print)(int dir, uint64_t value, struct err *e);
} rows[] = {
	[ZD_SYSV_SHM_MEMORY] = { "zone.max-shm-memory", "kernel/shmall",
	    pages },
	[ZD_SYSV_SHM_IDS] = { "zone.max-shm-ids", "kernel/shmmni", ids },
	[ZD_SYSV_MSG_IDS] = { "zone.max-msg-ids", "kernel/msgmni", ids },
	[ZD_SYSV_SEM_IDS] = { "zone.max-sem-ids", "kernel/sem", fourth },
};

struct zd_sysv
zd_sysv_of(const struct zc_zone *cfg)
{
	struct zd_sysv s;

	for (size_t i = 0; i < ZD_SYSV_LIMITS; i++) {
		if (!zc_limit(cfg, rows[i].rctl, &s.value[i]))
			s.value[i] = UINT64_MAX;
	}
	return s;
}

bool
zd_sysv_is_set(const struct zd_sysv *sysv)
{
	for (size_t i = 0; i < ZD_SYSV_LIMITS; i++) {
		if (sysv->value[i] != UINT64_MAX)
			return true;
	}
	return false;
}

int
zd_sysv_put(const struct zd_sysv *sysv, int dir, struct err *e)
{
	for (size_t i = 0; i < ZD_SYSV_LIMITS; i++) {
		_autofree char *text = NULL;

		/* A kernel without them has nothing to limit. */
		if (sysv->value[i] == UINT64_MAX ||
		    faccessat(dir, rows[i].file, F_OK, 0) == -1)
			continue;
		text = rows[i].print(dir, sysv->value[i], e);
		if (!text || fd_put(dir, rows[i].file, text, e) == -1)
			return err_in(e, "%s", rows[i].rctl);
	}
	return fd_put(dir, "user/max_ipc_namespaces", "0", e);
}
