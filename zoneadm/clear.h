/* SPDX-License-Identifier: ISC
 *
 * clear - take a zonepath away: what uninstall, move and detach do alike.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "fs/backend.h"
#include "zoneadm/cmd.h"
#include "zonecfg/index.h"

/* 1: something is mounted below the zonepath, and that was said. */
int clear_check_mounts(const struct cmd_call *call, struct err *e) MUST_CHECK;

/* Snapshots that a person made share what cannot leave the file system: -1
 * where there is one, in the words "snapshot 'NAME' cannot WHAT". */
int clear_check_snapshots(const struct cmd_call *call,
    const struct fs_backend *backend, const struct fs_home *home,
    const char *what, struct err *e) MUST_CHECK;

/* Everything of ours in the zonepath, and then itself; dir is it, open. What is
 * the administrator's stays, with a warning. Repeated, it goes on. */
int clear_zonepath(const struct zc_entry *entry, int dir, struct err *e)
    MUST_CHECK;

/* Forget where a clone came from, there and here. */
int clear_origin(const struct zc_entry *entry, const struct fs_home *home,
    struct err *e) MUST_CHECK;
