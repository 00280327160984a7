/* SPDX-License-Identifier: ISC
 *
 * layer - one writable tree and the frozen ones below it.
 */
#include "fs/layer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

#define STAMP "trusted.zones.layer"

enum { STAMP_MAX = PATH_MAX + 64 };

void
fs_stamp_done(struct fs_stamp *s)
{
	free(s->store);
	*s = (struct fs_stamp){ .store = NULL };
}

static bool
is_id(const char *s, size_t len)
{
	return len == FS_LAYER_ID - 1 && strspn(s, "0123456789abcdef") >= len;
}

/* "ID LOWER STORE", "-" for what is not there. */
static int
parse(const char *text, struct fs_stamp *out)
{
	const char *lower = strchr(text, ' ');
	const char *store = lower ? strchr(lower + 1, ' ') : NULL;

	if (!store || !is_id(text, (size_t)(lower - text)))
		return -1;
	lower++;
	store++;
	if (strncmp(lower, "- ", 2) != 0) {
		if (!is_id(lower, (size_t)(store - 1 - lower)) ||
		    !path_is_normal(store))
			return -1;
		memcpy(out->lower, lower, FS_LAYER_ID - 1);
		out->store = mem_strdup(store);
	}
	memcpy(out->id, text, FS_LAYER_ID - 1);
	return 0;
}

int
fs_stamp_read(int dir, struct fs_stamp *out, struct err *e)
{
	char text[STAMP_MAX + 1];
	ssize_t n = fgetxattr(dir, STAMP, text, STAMP_MAX);

	*out = (struct fs_stamp){ .store = NULL };
	if (n == -1 && (errno == ENODATA || errno == ENOTSUP))
		return 0;
	if (n == -1)
		return err_sys(e, "read the stamp of a layer");
	text[n] = '\0';
	if (parse(text, out) == -1)
		return err_set(e, ERR_CONFIG, "the stamp of a layer is broken");
	return 0;
}

int
fs_stamp_write(int dir, const struct fs_stamp *s, struct err *e)
{
	bool bottom = s->lower[0] == '\0';
	_autofree char *text = mem_printf("%s %s %s", s->id,
	    bottom ? "-" : s->lower, bottom ? "-" : s->store);

	if (fsetxattr(dir, STAMP, text, strlen(text), 0) == -1)
		return err_sys(e, "stamp a layer");
	return 0;
}

int
fs_layer_open(int store, const char *id, struct err *e)
{
	_autofree char *path = mem_printf("%s/t", id);
	int fd = fd_open_beneath(store, path, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);

	return fd == -1 ? err_in(e, "layer '%s'", id) : fd;
}

int
fs_chain_read(int store, const struct fs_stamp *top, struct fs_chain *out,
    struct err *e)
{
	char next[FS_LAYER_ID];

	out->n = 0;
	memcpy(next, top->lower, sizeof(next));
	while (next[0] != '\0') {
		_cleanup_stamp struct fs_stamp s = { .store = NULL };
		_autoclose int tree = -1;

		if (out->n == FS_LAYERS_MAX)
			return err_set(e, ELOOP,
			    "more than %d layers lie below one another",
			    FS_LAYERS_MAX);
		tree = fs_layer_open(store, next, e);
		if (tree == -1 || fs_stamp_read(tree, &s, e) == -1)
			return -1;
		memcpy(out->id[out->n++], next, sizeof(next));
		memcpy(next, s.lower, sizeof(next));
	}
	return 0;
}

char *
fs_chain_text(const struct fs_chain *chain)
{
	char *text = mem_strdup("");

	for (size_t i = 0; i < chain->n; i++) {
		char *longer = mem_printf("%s%s%s/t", text, i > 0 ? ":" : "",
		    chain->id[i]);

		free(text);
		text = longer;
	}
	return text;
}
