/* SPDX-License-Identifier: ISC
 *
 * stage - a zone's root that stands on layers.
 */
#include "fs/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/sys.h"
#include "fs/mount.h"
#include "fs/overlay.h"

#define NOTHING (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

/* A copy of a directory's mount, owners mapped, as name of the stage. */
static int
put_on_stage(int stage, const char *name, int dir, int userns, struct err *e)
{
	_autoclose int mount = fs_mount_clone(dir, "", MOUNT_ATTR_NODEV, userns,
	    e);
	_autoclose int target = -1;

	if (mount == -1)
		return -1;
	if (mkdirat(stage, name, 0755) == -1)
		return err_sys(e, "stage: directory '%s'", name);
	target = fd_open_dir(stage, name, e);
	return target == -1 ? -1 : fs_mount_attach(mount, target, e);
}

static int
put_layers(const struct fs_stage *stage, const struct fs_stamp *stamp,
    const struct fs_chain *chain, int store, int userns, struct err *e)
{
	for (size_t i = 0; i < chain->n; i++) {
		char name[24];
		_autoclose int tree = fs_layer_open(store, chain->id[i], e);

		(void)snprintf(name, sizeof(name), "%zu", i);
		if (tree == -1 ||
		    put_on_stage(stage->mount, name, tree, userns, e) == -1)
			return err_in(e, "layer '%s' in '%s'", chain->id[i],
			    stamp->store);
	}
	return 0;
}

/* The tmpfs that holds them, over the raw root: it is covered or gone before
 * the zone runs. */
static int
make_stage(int root, struct err *e)
{
	static const char *const options[] = { "mode", "0755", "size", "4k",
		"nr_inodes", "128", NULL };
	_autoclose int mount = fs_mount_new("tmpfs", options, NOTHING, e);

	if (mount == -1 || fs_mount_attach(mount, root, e) == -1)
		return -1;
	return fd_take(&mount);
}

static int
build(struct fs_stage *stage, int zonepath, int root,
    const struct fs_stamp *stamp, int userns, struct err *e)
{
	struct fs_chain chain;
	_autoclose int work = fs_overlay_work(zonepath, stamp->id, e);
	_autoclose int store = fd_open_dir(AT_FDCWD, stamp->store, e);

	if (work == -1 || store == -1 ||
	    fs_chain_read(store, stamp, &chain, e) == -1)
		return -1;
	stage->mount = make_stage(root, e);
	if (stage->mount == -1 ||
	    put_on_stage(stage->mount, "u", zonepath, userns, e) == -1 ||
	    put_layers(stage, stamp, &chain, store, userns, e) == -1)
		return -1;
	stage->n = chain.n;
	memcpy(stage->work, stamp->id, sizeof(stage->work));
	if (fchdir(stage->mount) == -1)
		return err_sys(e, "enter the stage");
	return 0;
}

int
fs_stage_up(const struct fs_plan *plan, int userns, struct fs_stage *out,
    struct err *e)
{
	const char *source = plan->op[0].source;
	_autofree char *path = mem_strndup(source,
	    strlen(source) - strlen("/root"));
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };
	_autoclose int zonepath = -1;
	_autoclose int root = open(source,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (root == -1)
		return err_sys(e, "open '%s'", source);
	if (fs_stamp_read(root, &stamp, e) == -1)
		return -1;
	if (stamp.lower[0] == '\0')
		return 0;
	zonepath = fd_open_dir(AT_FDCWD, path, e);
	if (zonepath == -1 ||
	    build(out, zonepath, root, &stamp, userns, e) == -1) {
		fs_stage_down(out);
		return -1;
	}
	return 0;
}

/* The directories that the zone's file systems will lie on: made here, where
 * they get their owner, and through the overlay. */
static int
make_targets(int root, const struct fs_plan *plan, struct err *e)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct fs_op *op = &plan->op[i];
		bool ours = op->kind == FS_OP_INHERIT ||
		    (op->kind == FS_OP_MOUNT && !op->resource->is_file) ||
		    (op->kind == FS_OP_MADE && !strchr(op->target, '/'));
		int fd = ours ? fd_make_dirs(root, op->target, 0755, e) : -1;

		if (ours && fd == -1)
			return err_in(e, "mount point '/%s'", op->target);
		fd_close_at(&fd);
	}
	return 0;
}

int
fs_stage_mount(const struct fs_stage *stage, const struct fs_plan *plan,
    struct err *e)
{
	char lower[FS_LAYERS_MAX * 3 + 1] = "";
	_autofree char *work = mem_printf("u/work/%s", stage->work);
	const struct fs_overlay o = {
		.lower = lower,
		.upper = "u/root",
		.work = work,
		.attrs = plan->op[0].attrs,
	};
	_autoclose int mount = -1;
	size_t used = 0;

	for (size_t i = 0; i < stage->n; i++)
		used += (size_t)snprintf(lower + used, sizeof(lower) - used,
		    "%s%zu", i == 0 ? "" : ":", i);
	mount = fs_overlay_mount(&o, e);
	if (mount == -1 || make_targets(mount, plan, e) == -1)
		return -1;
	return fd_take(&mount);
}

void
fs_stage_down(struct fs_stage *stage)
{
	char path[FD_PATH_SIZE];

	if (stage->mount == -1)
		return;
	(void)!chdir("/");
	(void)umount2(fd_path(stage->mount, path), MNT_DETACH);
	fd_close_at(&stage->mount);
	stage->mount = -1;
}
