/* SPDX-License-Identifier: ISC
 *
 * launch - our own programs on a private read-only mount.
 *
 * What enters a zone, or makes its processes, is run from there: a program in
 * the zone that reaches it through /proc/PID/exe finds a mount nobody can write
 * to and that is part of no tree.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"

/* The directory that holds the named helper, as a detached read-only mount.
 * Returns its descriptor, or -1. */
int zd_launch_dir(const char *helper, struct err *e) MUST_CHECK;

/* A program in it, for execveat(2). */
int zd_launch_program(int dir, const char *name, struct err *e) MUST_CHECK;
