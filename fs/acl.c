/* SPDX-License-Identifier: ISC
 *
 * acl - the POSIX ACLs of an archive member, as the kernel wants them.
 */
#include "fs/acl.h"

#include <errno.h>
#include <linux/posix_acl_xattr.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/mem.h"
#include "base/str.h"
#include "fs/copy.h"

enum { ACL_MAX = 4096 };

/* Tags in the order in which the kernel wants them. */
static const struct {
	int archive;
	uint16_t kernel;
	bool named;
} tags[] = {
	{ ARCHIVE_ENTRY_ACL_USER_OBJ, 0x01, false },
	{ ARCHIVE_ENTRY_ACL_USER, 0x02, true },
	{ ARCHIVE_ENTRY_ACL_GROUP_OBJ, 0x04, false },
	{ ARCHIVE_ENTRY_ACL_GROUP, 0x08, true },
	{ ARCHIVE_ENTRY_ACL_MASK, 0x10, false },
	{ ARCHIVE_ENTRY_ACL_OTHER, 0x20, false },
};

/* The value of the attribute: a header and at most ACL_MAX entries. */
struct value {
	struct posix_acl_xattr_header header;
	struct posix_acl_xattr_entry v[ACL_MAX];
	size_t n;
};

static int
add(struct value *value, size_t tag, int permset, int id, const char *name,
    struct err *e)
{
	if (value->n == ACL_MAX)
		return err_set(e, E2BIG, "its ACL is too long");
	if (tags[tag].named && (id < 0 || id > FS_ID_MAX)) {
		_autofree char *shown = str_visible(name ? name : "",
		    name ? strlen(name) : 0);

		return err_set(e, ERANGE,
		    "its ACL names '%.64s' without a number within 0..%d; "
		    "pack it with numeric owners",
		    shown, FS_ID_MAX);
	}
	value->v[value->n++] = (struct posix_acl_xattr_entry){
		.e_tag = tags[tag].kernel,
		.e_perm = (uint16_t)(permset & 7),
		.e_id = tags[tag].named ? (uint32_t)id : UINT32_MAX,
	};
	return 0;
}

static int
collect(struct archive_entry *entry, int type, size_t tag, struct value *value,
    struct err *e)
{
	int t;
	int permset;
	int found;
	int id;
	const char *name;

	(void)archive_entry_acl_reset(entry, type);
	while (archive_entry_acl_next(entry, type, &t, &permset, &found, &id,
		   &name) == ARCHIVE_OK) {
		if (t == type && found == tags[tag].archive &&
		    add(value, tag, permset, id, name, e) == -1)
			return -1;
	}
	return 0;
}

static int
set_one(int fd, struct archive_entry *entry, int type, const char *attribute,
    struct err *e)
{
	_autofree struct value *value = mem_alloc(sizeof(*value));

	value->header.a_version = POSIX_ACL_XATTR_VERSION;
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		if (collect(entry, type, i, value, e) == -1)
			return -1;
	}
	if (fsetxattr(fd, attribute, value,
		sizeof(value->header) + value->n * sizeof(value->v[0]), 0) ==
	    -1)
		return err_sys(e, "set its ACL");
	return 0;
}

int
fs_acl_set(int fd, struct archive_entry *entry, struct err *e)
{
	int types = archive_entry_acl_types(entry);

	if ((types & ARCHIVE_ENTRY_ACL_TYPE_ACCESS) &&
	    set_one(fd, entry, ARCHIVE_ENTRY_ACL_TYPE_ACCESS,
		"system.posix_acl_access", e) == -1)
		return -1;
	if ((types & ARCHIVE_ENTRY_ACL_TYPE_DEFAULT) &&
	    set_one(fd, entry, ARCHIVE_ENTRY_ACL_TYPE_DEFAULT,
		"system.posix_acl_default", e) == -1)
		return -1;
	return 0;
}
