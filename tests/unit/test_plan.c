/* SPDX-License-Identifier: ISC
 *
 * What a zone's root is made of, against tests/golden/plan/NAME.ok. After a
 * change on purpose: GOLDEN=rewrite build/tests/unit/test_plan, and read the
 * difference.
 */
#include "fs/plan.h"

#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "tests/unit/unit.h"

enum { GOLDEN_MAX = 64 * 1024 };

static struct err e;

static void
assert_golden(const char *name, const struct fs_root_spec *spec)
{
	_autofree char *file = mem_printf("%s/tests/golden/plan/%s.ok",
	    TEST_SOURCE_DIR, name);
	_autofree char *wanted = NULL;
	_autofree char *text = NULL;
	struct fs_plan plan;

	ck_assert_msg(fs_plan_make(spec, &plan, &e) == 0, "%s", e.msg);
	text = fs_plan_print(&plan);
	fs_plan_done(&plan);
	if (str_eq(getenv("GOLDEN"), "rewrite")) {
		_autoclose int fd = open(file,
		    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

		ck_assert_int_eq(fd_write_all(fd, text, strlen(text), &e), 0);
	}
	ck_assert_msg(fd_read_file(AT_FDCWD, file, GOLDEN_MAX, &wanted, NULL,
			  &e) == 0,
	    "%s", e.msg);
	ck_assert_str_eq(text, wanted);
}

static void
assert_refused(const struct fs_root_spec *spec, const char *text)
{
	struct fs_plan plan = { 0 };

	ck_assert_int_eq(fs_plan_make(spec, &plan, &e), -1);
	ck_assert_int_eq(e.code, ERR_CONFIG);
	ck_assert_str_eq(e.msg, text);
	ck_assert_ptr_null(plan.op);
}

START_TEST(a_whole_root)
{
	assert_golden("whole",
	    &(struct fs_root_spec){ .zonepath = "/zones/web" });
}
END_TEST

START_TEST(a_sparse_root)
{
	static const char *const dirs[] = { "/usr", "/opt/tools" };

	assert_golden("sparse",
	    &(struct fs_root_spec){ "/zones/web", dirs, ARRAY_LEN(dirs) });
}
END_TEST

START_TEST(an_immutable_root)
{
	assert_golden("strict",
	    &(struct fs_root_spec){ .zonepath = "/zones/web",
		.profile = FS_PROFILE_STRICT });
	assert_golden("flexible",
	    &(struct fs_root_spec){ .zonepath = "/zones/web",
		.profile = FS_PROFILE_FLEXIBLE });
}
END_TEST

/* Else a rename of what is above a lock puts something else in its place. */
START_TEST(every_directory_above_a_lock_is_a_mount_point)
{
	struct fs_plan plan;

	ck_assert_int_eq(fs_plan_make(&(struct fs_root_spec){ .zonepath = "/z",
					  .profile = FS_PROFILE_FLEXIBLE },
			     &plan, &e),
	    0);
	for (size_t i = 1; plan.op[i].kind != FS_OP_MADE; i++) {
		_autofree char *above = mem_strdup(plan.op[i].target);
		char *slash = strrchr(above, '/');
		bool found = false;

		if (!slash)
			continue;
		*slash = '\0';
		for (size_t k = 1; k < i; k++)
			found |= str_eq(plan.op[k].target, above) &&
			    plan.op[k].kind == FS_OP_UNLOCK;
		ck_assert_msg(found, "%s", plan.op[i].target);
	}
	fs_plan_done(&plan);
}
END_TEST

START_TEST(a_profile_is_known_by_its_name)
{
	enum fs_profile p;

	ck_assert_int_eq(fs_profile_parse("fixed-configuration", &p, &e), 0);
	ck_assert_int_eq(p, FS_PROFILE_FIXED);
	ck_assert_int_eq(fs_profile_parse("fixed", &p, &e), -1);
	ck_assert_int_eq(e.code, ERR_CONFIG);
	ck_assert_str_eq(e.msg, "file-mac-profile 'fixed' is unknown");
}
END_TEST

START_TEST(the_root_comes_first_and_the_console_last)
{
	struct fs_plan plan;

	ck_assert_int_eq(fs_plan_make(&(struct fs_root_spec){ .zonepath =
								  "/z" },
			     &plan, &e),
	    0);

	ck_assert_int_eq(plan.op[0].kind, FS_OP_ROOT);
	ck_assert_str_eq(plan.op[0].source, "/z/root");
	ck_assert_int_eq(plan.op[plan.n - 1].kind, FS_OP_CONSOLE);
	fs_plan_done(&plan);
}
END_TEST

START_TEST(everything_that_is_made_is_attached_once)
{
	unsigned seen[FS_MADE_N] = { 0 };
	struct fs_plan plan;

	ck_assert_int_eq(fs_plan_make(&(struct fs_root_spec){ .zonepath = "/z",
					  .profile = FS_PROFILE_STRICT },
			     &plan, &e),
	    0);
	for (size_t i = 0; i < plan.n; i++) {
		if (plan.op[i].kind == FS_OP_MADE)
			seen[plan.op[i].made]++;
	}
	fs_plan_done(&plan);

	for (size_t i = 0; i < FS_MADE_N; i++)
		ck_assert_msg(seen[i] == 1, "%s: %u",
		    fs_made_name((enum fs_made)i), seen[i]);
}
END_TEST

START_TEST(proc_and_sys_are_masked_after_they_are_attached)
{
	const char *last = "";
	bool masked = false;
	struct fs_plan plan;

	ck_assert_int_eq(fs_plan_make(&(struct fs_root_spec){ .zonepath =
								  "/z" },
			     &plan, &e),
	    0);
	for (size_t i = 0; i < plan.n; i++) {
		const struct fs_op *op = &plan.op[i];
		size_t len;

		if (op->kind == FS_OP_MADE)
			last = op->target;
		if (op->kind != FS_OP_MASK && op->kind != FS_OP_MASK_EACH)
			continue;
		masked = true;
		len = strlen(last);
		ck_assert_msg(strncmp(op->target, last, len) == 0 &&
			op->target[len] == '/',
		    "%s after %s", op->target, last);
	}
	fs_plan_done(&plan);
	ck_assert(masked);
}
END_TEST

START_TEST(a_zonepath_that_is_not_normal_is_refused)
{
	assert_refused(&(struct fs_root_spec){ .zonepath = "/zones/../etc" },
	    "zonepath '/zones/../etc' is not normal");
	assert_refused(&(struct fs_root_spec){ .zonepath = "zones/web" },
	    "zonepath 'zones/web' is not normal");
	assert_refused(&(struct fs_root_spec){ .zonepath = "" },
	    "zonepath '' is not normal");
}
END_TEST

START_TEST(an_inherited_directory_that_is_not_one_below_the_root_is_refused)
{
	const char *dir[] = { "/usr", "/" };
	const struct fs_root_spec spec = { "/zones/web", dir, 2 };

	assert_refused(&spec, "inherit-pkg-dir '/': not a directory below /");
	dir[1] = "/usr/../etc";
	assert_refused(&spec,
	    "inherit-pkg-dir '/usr/../etc': not a directory below /");
	dir[1] = "lib";
	assert_refused(&spec, "inherit-pkg-dir 'lib': not a directory below /");
}
END_TEST

UNIT_MAIN("plan", a_whole_root, a_sparse_root, an_immutable_root,
    every_directory_above_a_lock_is_a_mount_point,
    a_profile_is_known_by_its_name, the_root_comes_first_and_the_console_last,
    everything_that_is_made_is_attached_once,
    proc_and_sys_are_masked_after_they_are_attached,
    a_zonepath_that_is_not_normal_is_refused,
    an_inherited_directory_that_is_not_one_below_the_root_is_refused)
