/* SPDX-License-Identifier: ISC
 *
 * acl - the POSIX ACLs of an archive member, as the kernel wants them.
 */
#include "fs/acl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/posix_acl_xattr.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/copy.h"

enum { ACL_MAX = 4096, NAMES_MAX = 16 * 1024 * 1024 };

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

/* --- names ---------------------------------------------------------------- */

void
fs_acl_names_done(struct fs_acl_names *names)
{
	free(names->passwd);
	free(names->group);
}

static char *
read_names(int etc, const char *name)
{
	struct err ignored;
	struct stat st;
	char *text;

	if (fstatat(etc, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    !S_ISREG(st.st_mode) ||
	    fd_read_file(etc, name, NAMES_MAX, &text, NULL, &ignored) == -1)
		return mem_strdup("");
	return text;
}

void
fs_acl_names_read(int root, struct fs_acl_names *out)
{
	struct err ignored;
	_autoclose int etc = fd_open_beneath(root, "etc",
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_PATH | O_DIRECTORY, 0, &ignored);

	out->passwd = read_names(etc, "passwd");
	out->group = read_names(etc, "group");
}

/* The number in the third field of the line that begins with the name, or -1:
 * passwd(5) and group(5) agree so far. */
static int
number_of(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *s = text; *s != '\0'; s += *s == '\n') {
		if (strncmp(s, name, len) == 0 && s[len] == ':') {
			const char *field = s + len + 1;
			_autofree char *digits = NULL;
			uint64_t id;

			field += strcspn(field, ":\n");
			field += *field == ':';
			digits = mem_strndup(field, strcspn(field, ":\n"));
			if (str_u64(digits, FS_ID_MAX, &id) == 0)
				return (int)id;
		}
		s += strcspn(s, "\n");
	}
	return -1;
}

bool
fs_acl_has_names(struct archive_entry *entry)
{
	int both = ARCHIVE_ENTRY_ACL_TYPE_POSIX1E;
	int type;
	int permset;
	int tag;
	int id;
	const char *name;

	(void)archive_entry_acl_reset(entry, both);
	while (archive_entry_acl_next(entry, both, &type, &permset, &tag, &id,
		   &name) == ARCHIVE_OK) {
		if ((tag == ARCHIVE_ENTRY_ACL_USER ||
			tag == ARCHIVE_ENTRY_ACL_GROUP) &&
		    id == -1)
			return true;
	}
	return false;
}

struct archive_entry *
fs_acl_copy(struct archive_entry *entry)
{
	struct archive_entry *copy = archive_entry_new();
	int both = ARCHIVE_ENTRY_ACL_TYPE_POSIX1E;
	int type;
	int permset;
	int tag;
	int id;
	const char *name;

	if (!copy)
		abort();
	(void)archive_entry_acl_reset(entry, both);
	while (archive_entry_acl_next(entry, both, &type, &permset, &tag, &id,
		   &name) == ARCHIVE_OK)
		(void)archive_entry_acl_add_entry(copy, type, permset, tag, id,
		    name);
	return copy;
}

/* --- values ----------------------------------------------------------------
 */

/* One row of an ACL, as libarchive gives it. */
struct row {
	int type;
	int permset;
	int tag;
	int id;
	const char *name;
};

static int
resolve(struct row *row, const struct fs_acl_names *names, struct err *e)
{
	_autofree char *shown = NULL;

	if (row->id == -1 && row->name && names)
		row->id = number_of(row->tag == ARCHIVE_ENTRY_ACL_USER
			? names->passwd
			: names->group,
		    row->name);
	if (row->id >= 0 && row->id <= FS_ID_MAX)
		return 0;
	shown = str_visible(row->name ? row->name : "",
	    row->name ? strlen(row->name) : 0);
	return err_set(e, ERANGE,
	    "its ACL names '%.64s', who has no number within 0..%d", shown,
	    FS_ID_MAX);
}

static int
add(struct value *value, size_t tag, const struct row *row, struct err *e)
{
	if (value->n == ACL_MAX)
		return err_set(e, E2BIG, "its ACL is too long");
	value->v[value->n++] = (struct posix_acl_xattr_entry){
		.e_tag = tags[tag].kernel,
		.e_perm = (uint16_t)(row->permset & 7),
		.e_id = tags[tag].named ? (uint32_t)row->id : UINT32_MAX,
	};
	return 0;
}

static int
collect(struct archive_entry *entry, int type, size_t tag,
    const struct fs_acl_names *names, struct value *value, struct err *e)
{
	struct row row;

	(void)archive_entry_acl_reset(entry, type);
	while (archive_entry_acl_next(entry, type, &row.type, &row.permset,
		   &row.tag, &row.id, &row.name) == ARCHIVE_OK) {
		if (row.type != type || row.tag != tags[tag].archive)
			continue;
		if (tags[tag].named && resolve(&row, names, e) == -1)
			return -1;
		if (add(value, tag, &row, e) == -1)
			return -1;
	}
	return 0;
}

static int
set_one(int fd, struct archive_entry *entry, int type,
    const struct fs_acl_names *names, struct err *e)
{
	const char *attribute = type == ARCHIVE_ENTRY_ACL_TYPE_ACCESS
	    ? "system.posix_acl_access"
	    : "system.posix_acl_default";
	_autofree struct value *value = mem_alloc(sizeof(*value));

	value->header.a_version = POSIX_ACL_XATTR_VERSION;
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		if (collect(entry, type, i, names, value, e) == -1)
			return -1;
	}
	if (fsetxattr(fd, attribute, value,
		sizeof(value->header) + value->n * sizeof(value->v[0]),
		0) == -1)
		return err_sys(e, "set its ACL");
	return 0;
}

int
fs_acl_set(int fd, struct archive_entry *entry,
    const struct fs_acl_names *names, struct err *e)
{
	static const int each[] = { ARCHIVE_ENTRY_ACL_TYPE_ACCESS,
		ARCHIVE_ENTRY_ACL_TYPE_DEFAULT };
	int types = archive_entry_acl_types(entry);

	for (size_t i = 0; i < ARRAY_LEN(each); i++) {
		if ((types & each[i]) &&
		    set_one(fd, entry, each[i], names, e) == -1)
			return -1;
	}
	return 0;
}
