/* SPDX-License-Identifier: ISC
 *
 * acl - the POSIX ACLs of an archive member, as the kernel wants them.
 */
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

/* Files of the root that say which number a name has; "" where missing. */
struct fs_acl_names {
	char *passwd;
	char *group;
};
void fs_acl_names_done(struct fs_acl_names *names);

/* Read etc/passwd and etc/group of a root, if they are regular files. */
void fs_acl_names_read(int root, struct fs_acl_names *out);

/* Whether an ACL of the member has users or groups by name only, as GNU tar
 * writes them. */
bool fs_acl_has_names(struct archive_entry *entry);

/* An entry with nothing but the ACLs of the member: the caller frees it with
 * archive_entry_free. */
struct archive_entry *fs_acl_copy(struct archive_entry *entry);

/* Set the access and the default ACL that the member has, if any, on an open
 * file of the root. Names are looked up in names, which may be NULL where there
 * are none. Numbers must be within 0..65535. */
int fs_acl_set(int fd, struct archive_entry *entry,
    const struct fs_acl_names *names, struct err *e) MUST_CHECK;
