/* SPDX-License-Identifier: ISC
 *
 * acl - the POSIX ACLs of an archive member, as the kernel wants them.
 */
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "base/attr.h"
#include "base/err.h"

/* Set the access and the default ACL that the member has, if any, on an open
 * file of the root. Users and groups must come as numbers within 0..65535. */
int fs_acl_set(int fd, struct archive_entry *entry, struct err *e) MUST_CHECK;
