/* SPDX-License-Identifier: ISC
 *
 * vouch - may this archive be installed?
 */
#include "zoneadm/vouch.h"

#include <errno.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

static int
read_keys(struct fs_sign_keys *keys, struct err *e)
{
	_autoclose int etc = path_open(PATH_ETC, e);

	return etc == -1 ? -1
			 : fs_sign_keys_read(etc, path_of(PATH_ETC), keys, e);
}

/* What to type, behind the reason. */
static int
refused(struct err *e)
{
	const struct err why = *e;

	return err_set(e, why.code,
	    "%s; 'install --unsigned' takes the archive, unverified", why.msg);
}

static int
read_signature(struct vouch *v, struct err *e)
{
	_autofree char *path = mem_printf("%s.minisig", v->archive);
	char id[FS_SIGN_ID_SIZE];

	if (fs_sign_read(path, &v->sig, e) == -1)
		return e->code != ENOENT
		    ? -1
		    : err_set(e, ENOENT,
			  "it has no signature '%s', and keys in "
			  "'%s/trusted-keys' ask for one",
			  path, path_of(PATH_ETC));
	if (fs_sign_is_known(&v->keys, &v->sig))
		return 0;
	fs_sign_id(v->sig.id, id);
	return err_set(e, EACCES,
	    "it is signed with key %s, which is not in '%s/trusted-keys'", id,
	    path_of(PATH_ETC));
}

int
vouch_begin(struct vouch *v, struct err *e)
{
	if (v->unsigned_too)
		return 0;
	if (read_keys(&v->keys, e) == -1)
		return refused(e);
	v->needed = v->keys.n > 0;
	return v->needed && read_signature(v, e) == -1 ? refused(e) : 0;
}

int
vouch_finish(const struct vouch *v, int *archive, int dir, struct err *e)
{
	_autoclose int copy = -1;

	if (!v->needed)
		return 0;
	copy = fs_sign_copy(*archive, dir, e);
	if (copy == -1)
		return -1;
	if (fs_sign_verify(copy, &v->sig, &v->keys, e) == -1)
		return refused(e);
	(void)close(*archive);
	*archive = fd_take(&copy);
	return 0;
}

int
vouch_directory(const char *path, struct err *e)
{
	_autofree struct fs_sign_keys *keys = mem_alloc(sizeof(*keys));

	if (read_keys(keys, e) == -1)
		return -1;
	if (keys->n == 0)
		return 0;
	return err_set(e, EISDIR,
	    "'%s' is a directory, and keys in '%s/trusted-keys' ask for an "
	    "archive with a signature; 'install -d' takes a directory",
	    path, path_of(PATH_ETC));
}

void
vouch_signer(const struct vouch *v, char out[FS_SIGN_ID_SIZE])
{
	out[0] = '\0';
	if (v->needed)
		fs_sign_id(v->sig.id, out);
}

char *
vouch_text(const struct vouch *v)
{
	const char *comment = (const char *)v->sig.signed_text + 64;
	_autofree char *shown = NULL;
	char id[FS_SIGN_ID_SIZE];

	if (v->unsigned_too)
		return mem_printf("archive '%s' was not verified: --unsigned",
		    v->archive);
	if (!v->needed)
		return mem_printf("archive '%s' was not verified: there is no "
				  "key in '%s/trusted-keys'",
		    v->archive, path_of(PATH_ETC));
	shown = str_visible(comment, v->sig.comment_len);
	fs_sign_id(v->sig.id, id);
	return mem_printf("archive '%s' is signed with key %s: %s", v->archive,
	    id, shown);
}
