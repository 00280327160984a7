/* SPDX-License-Identifier: ISC
 *
 * root - a directory of its own as ZONES_ROOT for each test.
 */
#pragma once

#include <check.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"

static inline void
root_setup(void)
{
	char dir[] = "/tmp/zones-test-XXXXXX";
	struct err e;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(path_init(dir, &e), 0);
}

static inline void
root_teardown(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)execlp("rm", "rm", "-rf", path_root(), NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
