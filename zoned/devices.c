/* SPDX-License-Identifier: ISC
 *
 * devices - which device nodes the processes of a control group may open.
 */
#include "zoned/devices.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"

enum { ANY = -1 };

/* Character devices, those of fs/root.c and the ptys: major, minor. The host's
 * console (5, 1) is not among them, a zone's is a pty. */
static const struct {
	int major;
	int minor;
} allowed[] = {
	{ 1, 3 },     /* null */
	{ 1, 5 },     /* zero */
	{ 1, 7 },     /* full */
	{ 1, 8 },     /* random */
	{ 1, 9 },     /* urandom */
	{ 5, 0 },     /* tty */
	{ 5, 2 },     /* ptmx */
	{ 136, ANY }, /* pts */
};

static int
allow(int list, const char *text, struct err *e)
{
	if (write(list, text, strlen(text)) == -1)
		return err_sys(e, "write '%s' to 'devices.allow'", text);
	return 0;
}

int
zd_devices_v1(int dir, const struct fs_devices *more, struct err *e)
{
	_autoclose int list = -1;
	char text[48];

	if (fd_put(dir, "devices.deny", "a", e) == -1)
		return -1;
	list = openat(dir, "devices.allow", O_WRONLY | O_CLOEXEC);
	if (list == -1)
		return err_sys(e, "open 'devices.allow'");
	for (size_t i = 0; i < ARRAY_LEN(allowed); i++) {
		if (allowed[i].minor == ANY)
			(void)snprintf(text, sizeof(text), "c %d:* rw",
			    allowed[i].major);
		else
			(void)snprintf(text, sizeof(text), "c %d:%d rw",
			    allowed[i].major, allowed[i].minor);
		if (allow(list, text, e) == -1)
			return -1;
	}
	for (size_t i = 0; i < more->n; i++) {
		const struct fs_device *d = &more->item[i];

		(void)snprintf(text, sizeof(text), "%c %u:%u rw",
		    d->block ? 'b' : 'c', d->major, d->minor);
		if (allow(list, text, e) == -1)
			return -1;
	}
	return 0;
}

/* --- cgroup2 -------------------------------------------------------------- */

enum { HEAD = 4, ROW = 4, TAIL = 4 };
enum {
	ROWS_MAX = (int)ARRAY_LEN(allowed) + FS_DEVICES_MAX,
	INSNS_MAX = HEAD + ROW * ROWS_MAX + TAIL,
};

struct program {
	uint64_t insn[INSNS_MAX]; /* struct bpf_insn, little-endian */
	int n;
	int yes; /* where "return 1" will stand */
};

static void
put(struct program *p, uint8_t code, uint8_t dst, uint8_t src, int off, int imm)
{
	p->insn[p->n++] = (uint64_t)code | (uint64_t)dst << 8 |
	    (uint64_t)src << 12 | (uint64_t)(uint16_t)off << 16 |
	    (uint64_t)(uint32_t)imm << 32;
}

static void
put_load(struct program *p, uint8_t dst, size_t offset)
{
	put(p, BPF_LDX | BPF_MEM | BPF_W, dst, BPF_REG_1, (int)offset, 0);
}

/* Over the next skip instructions unless the register has that value. */
static void
put_unless(struct program *p, uint8_t reg, int value, int skip)
{
	put(p, BPF_JMP | BPF_JNE | BPF_K, reg, 0, skip, value);
}

static void
put_return(struct program *p, int value)
{
	put(p, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, value);
	put(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

enum { TYPE = BPF_REG_2, MAJOR = BPF_REG_3, MINOR = BPF_REG_4 };

static void
put_row(struct program *p, int type, int major, int minor)
{
	put_unless(p, TYPE, type, 3);
	put_unless(p, MAJOR, major, 2);
	if (minor == ANY)
		put(p, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	else
		put_unless(p, MINOR, minor, 1);
	put(p, BPF_JMP | BPF_JA, 0, 0, p->yes - p->n - 1, 0);
}

static void
make_program(struct program *p, const struct fs_devices *more)
{
	p->yes = HEAD + ROW * ((int)ARRAY_LEN(allowed) + (int)more->n) + 2;
	put_load(p, TYPE, offsetof(struct bpf_cgroup_dev_ctx, access_type));
	put(p, BPF_ALU | BPF_AND | BPF_K, TYPE, 0, 0, 0xffff);
	put_load(p, MAJOR, offsetof(struct bpf_cgroup_dev_ctx, major));
	put_load(p, MINOR, offsetof(struct bpf_cgroup_dev_ctx, minor));
	for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
		put_row(p, BPF_DEVCG_DEV_CHAR, allowed[i].major,
		    allowed[i].minor);
	for (size_t i = 0; i < more->n; i++) {
		const struct fs_device *d = &more->item[i];

		put_row(p, d->block ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR,
		    (int)d->major, (int)d->minor);
	}
	put_return(p, 0);
	put_return(p, 1);
}

static int
bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

int
zd_devices_v2(int dir, const struct fs_devices *more, struct err *e)
{
	struct program p = { .n = 0 };
	union bpf_attr load = { 0 };
	union bpf_attr attach = { 0 };
	_autoclose int prog = -1;

	make_program(&p, more);
	load.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	load.insns = (uint64_t)(uintptr_t)p.insn;
	load.insn_cnt = (uint32_t)p.n;
	load.license = (uint64_t)(uintptr_t) "ISC";
	prog = bpf(BPF_PROG_LOAD, &load);
	if (prog == -1)
		return err_sys(e, "load the program for devices");
	attach.target_fd = (uint32_t)dir;
	attach.attach_bpf_fd = (uint32_t)prog;
	attach.attach_type = BPF_CGROUP_DEVICE;
	attach.attach_flags = BPF_F_ALLOW_MULTI;
	if (bpf(BPF_PROG_ATTACH, &attach) == -1)
		return err_sys(e, "attach the program for devices");
	return 0;
}
