/* SPDX-License-Identifier: ISC
 *
 * plan - what a zone's root is made of, as an ordered list of mount operations.
 */
#include "fs/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"

#define NOXNODEV (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

/* What is attached where. Columns: name, target. */
static const struct {
	const char *name;
	const char *target;
} made[] = {
	[FS_MADE_PROC] = { "proc", "proc" },
	[FS_MADE_SYSFS] = { "sysfs", "sys" },
	[FS_MADE_CGROUP] = { "cgroup2", "sys/fs/cgroup" },
	[FS_MADE_DEV] = { "dev", "dev" },
	[FS_MADE_DEVPTS] = { "devpts", "dev/pts" },
	[FS_MADE_SHM] = { "shm", "dev/shm" },
	[FS_MADE_MQUEUE] = { "mqueue", "dev/mqueue" },
	[FS_MADE_RUN] = { "run", "run" },
	[FS_MADE_TMP] = { "tmp", "tmp" },
};

struct row {
	enum fs_op_kind kind;
	const char *target;
};

static const struct row proc_rows[] = {
#define FS_MASK_PROC(op, path, why) { FS_OP_##op, path },
#include "fs/mask.def"
};

static const struct row sys_rows[] = {
#define FS_MASK_SYS(op, path, why) { FS_OP_##op, path },
#include "fs/mask.def"
};

static const struct row var_rows[] = {
#define FS_PROFILE_VAR(op, path, why) { FS_OP_##op, path },
#include "fs/profile.def"
};

static const struct row etc_rows[] = {
#define FS_PROFILE_ETC(op, path, why) { FS_OP_##op, path },
#include "fs/profile.def"
};

/* How far each profile goes. */
static const struct {
	const char *name;
	bool var;
	bool etc;
} profiles[] = {
	[FS_PROFILE_NONE] = { "none", false, false },
	[FS_PROFILE_STRICT] = { "strict", false, false },
	[FS_PROFILE_FIXED] = { "fixed-configuration", true, false },
	[FS_PROFILE_FLEXIBLE] = { "flexible-configuration", true, true },
	[FS_PROFILE_DYNAMIC] = { "dynamic-zones", true, false },
};

int
fs_profile_parse(const char *name, enum fs_profile *out, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
		if (!str_eq(name, profiles[i].name))
			continue;
		*out = (enum fs_profile)i;
		return 0;
	}
	return err_set(e, ERR_CONFIG, "file-mac-profile '%s' is unknown", name);
}

const char *
fs_made_name(enum fs_made which)
{
	return made[which].name;
}

static void
add(struct fs_plan *p, struct fs_op op)
{
	/* Grown by the power of two: few calls for a list of some fifty. */
	if ((p->n & (p->n - 1)) == 0)
		p->op = mem_grow(p->op, p->n ? p->n * 2 : 64, sizeof(*p->op));
	p->op[p->n++] = op;
}

static void
add_made(struct fs_plan *p, enum fs_made which)
{
	add(p,
	    (struct fs_op){ .kind = FS_OP_MADE,
		.made = which,
		.target = made[which].target });
}

static void
add_rows(struct fs_plan *p, const struct row *row, size_t n, unsigned common)
{
	for (size_t i = 0; i < n; i++) {
		unsigned attrs = common;

		if (row[i].kind != FS_OP_UNLOCK)
			attrs |= MOUNT_ATTR_RDONLY;
		add(p,
		    (struct fs_op){ .kind = row[i].kind,
			.target = row[i].target,
			.attrs = attrs });
	}
}

static int
check(const struct fs_root_spec *spec, struct err *e)
{
	if (!path_is_normal(spec->zonepath))
		return err_set(e, ERR_CONFIG, "zonepath '%s' is not normal",
		    spec->zonepath);
	for (size_t i = 0; i < spec->ninherit; i++) {
		const char *dir = spec->inherit[i];

		if (!path_is_normal(dir) || dir[1] == '\0')
			return err_set(e, ERR_CONFIG,
			    "inherit-pkg-dir '%s': not a directory below /",
			    dir);
	}
	return 0;
}

/* Of an immutable zone, behind all others: its own tree read-only, and what is
 * not. */
static void
add_seal(struct fs_plan *p, enum fs_profile profile)
{
	add(p,
	    (struct fs_op){ .kind = FS_OP_SEAL,
		.target = "",
		.attrs = MOUNT_ATTR_RDONLY });
	if (profiles[profile].var)
		add_rows(p, var_rows, ARRAY_LEN(var_rows), MOUNT_ATTR_NODEV);
	if (profiles[profile].etc)
		add_rows(p, etc_rows, ARRAY_LEN(etc_rows), MOUNT_ATTR_NODEV);
}

/* Behind all that is the zone's own: they hide what lies below them. */
static void
add_resources(struct fs_plan *p, const struct fs_root_spec *spec)
{
	for (size_t i = 0; i < spec->nresources; i++) {
		const struct fs_resource *r = &spec->resource[i];

		add(p,
		    (struct fs_op){ .kind = FS_OP_MOUNT,
			.resource = r,
			.source = r->special,
			.target = r->dir + 1,
			.attrs = r->attrs });
	}
}

int
fs_plan_make(const struct fs_root_spec *spec, struct fs_plan *out,
    struct err *e)
{
	struct fs_plan p = { 0 };

	if (check(spec, e) == -1)
		return -1;
	p.text = mem_printf("%s/root", spec->zonepath);
	add(&p,
	    (struct fs_op){ .kind = FS_OP_ROOT,
		.source = p.text,
		.target = "",
		.attrs = MOUNT_ATTR_NODEV });
	for (size_t i = 0; i < spec->ninherit; i++) {
		add(&p,
		    (struct fs_op){ .kind = FS_OP_INHERIT,
			.source = spec->inherit[i],
			.target = spec->inherit[i] + 1,
			.attrs = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV });
	}
	for (size_t i = 0; i < spec->nhidden; i++) {
		add(&p,
		    (struct fs_op){ .kind = FS_OP_MASK,
			.target = spec->hidden[i] + 1,
			.attrs = NOXNODEV | MOUNT_ATTR_RDONLY });
	}
	add_made(&p, FS_MADE_RUN);
	/* As on Solaris; elsewhere it is the zone's to decide. */
	if (spec->profile != FS_PROFILE_NONE)
		add_made(&p, FS_MADE_TMP);
	add_made(&p, FS_MADE_PROC);
	add_rows(&p, proc_rows, ARRAY_LEN(proc_rows), NOXNODEV);
	add_made(&p, FS_MADE_SYSFS);
	add_rows(&p, sys_rows, ARRAY_LEN(sys_rows), NOXNODEV);
	add_made(&p, FS_MADE_CGROUP);
	add_made(&p, FS_MADE_DEV);
	add_made(&p, FS_MADE_DEVPTS);
	add_made(&p, FS_MADE_SHM);
	add_made(&p, FS_MADE_MQUEUE);
	add(&p,
	    (struct fs_op){ .kind = FS_OP_CONSOLE, .target = "dev/console" });
	add_resources(&p, spec);
	p.nopen = p.n;
	if (spec->profile != FS_PROFILE_NONE)
		add_seal(&p, spec->profile);
	*out = p;
	return 0;
}

void
fs_plan_done(struct fs_plan *plan)
{
	free(plan->op);
	free(plan->text);
	*plan = (struct fs_plan){ 0 };
}

bool
fs_plan_makes(const struct fs_plan *plan, enum fs_made which)
{
	for (size_t i = 0; i < plan->n; i++) {
		if (plan->op[i].kind == FS_OP_MADE && plan->op[i].made == which)
			return true;
	}
	return false;
}

static void
print_attrs(FILE *f, unsigned attrs)
{
	static const struct {
		unsigned bit;
		const char *name;
	} bits[] = {
		{ MOUNT_ATTR_RDONLY, "ro" },
		{ MOUNT_ATTR_NOSUID, "nosuid" },
		{ MOUNT_ATTR_NODEV, "nodev" },
		{ MOUNT_ATTR_NOEXEC, "noexec" },
	};
	const char *comma = " ";

	for (size_t i = 0; i < ARRAY_LEN(bits); i++) {
		if (!(attrs & bits[i].bit))
			continue;
		(void)fprintf(f, "%s%s", comma, bits[i].name);
		comma = ",";
	}
}

char *
fs_plan_print(const struct fs_plan *plan)
{
	static const char *const verb[] = {
		[FS_OP_ROOT] = "root",
		[FS_OP_INHERIT] = "inherit",
		[FS_OP_MADE] = "attach",
		[FS_OP_LOCK] = "lock",
		[FS_OP_UNLOCK] = "unlock",
		[FS_OP_MASK] = "mask",
		[FS_OP_MASK_EACH] = "mask",
		[FS_OP_MOUNT] = "mount",
		[FS_OP_CONSOLE] = "console",
		[FS_OP_SEAL] = "seal",
	};
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		abort();
	for (size_t i = 0; i < plan->n; i++) {
		const struct fs_op *op = &plan->op[i];

		(void)fprintf(f, "%s ", verb[op->kind]);
		if (op->kind == FS_OP_MADE)
			(void)fprintf(f, "%s ", made[op->made].name);
		if (op->kind == FS_OP_MOUNT)
			(void)fprintf(f, "%s ", op->resource->type);
		if (op->source)
			(void)fprintf(f, "%s ", op->source);
		(void)fprintf(f, "/%s", op->target);
		print_attrs(f, op->attrs);
		(void)fputc('\n', f);
	}
	(void)fclose(f);
	return text;
}
