/* SPDX-License-Identifier: ISC
 *
 * tarstream - a tar archive that is read to its very end.
 */
#include "fs/tarstream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

enum {
	BUFFER = 128 * 1024,
	END_MARK = 1024, /* two blocks of zeros */
};

/* What fd gives, gzip taken off: the first stage. */
struct source {
	int fd;
	bool begun;
	bool ended; /* nothing more will come */
	bool gzip;
	bool between; /* a gzip member has ended, another may follow */
	z_stream z;
	unsigned char in[BUFFER];
	unsigned char out[BUFFER];
	uint64_t given; /* bytes handed on */
};

struct fs_tarstream {
	struct source source;
	struct archive *raw;
	struct archive *tar;
	bool raw_open;
	bool tar_open;
	bool raw_ended;
	uint64_t members;
	uint64_t max;
	uint64_t given; /* bytes of the tar stream handed on */
	uint64_t zeros; /* of them, how many at the end are zero */
	struct err why; /* what failed below, for who asked above */
};

/* --- first stage: the file, and gzip -----------------------------------------
 */

static ssize_t
read_some(int fd, void *buf, size_t size)
{
	ssize_t n;

	do {
		n = read(fd, buf, size);
	} while (n == -1 && errno == EINTR);
	return n;
}

/* Fill the input buffer of zlib: 1, or 0 at the end of the file. */
static int
refill(struct source *s, struct err *e)
{
	ssize_t n;

	if (s->z.avail_in > 0)
		return 1;
	n = read_some(s->fd, s->in, sizeof(s->in));
	if (n == -1)
		return err_sys(e, "read");
	s->z.next_in = s->in;
	s->z.avail_in = (unsigned)n;
	return n > 0;
}

static int
begin(struct source *s, struct err *e)
{
	s->begun = true;
	if (refill(s, e) == -1)
		return -1;
	s->gzip = s->z.avail_in >= 2 && s->in[0] == 0x1f && s->in[1] == 0x8b;
	/* 16: gzip and nothing else, with its sum verified. */
	if (s->gzip && inflateInit2(&s->z, 15 + 16) != Z_OK)
		return err_set(e, ENOMEM, "cannot start to decompress");
	return 0;
}

/* Behind a member: 1 another one begins, 0 the file ends. */
static int
next_gzip(struct source *s, struct err *e)
{
	int more = refill(s, e);

	if (more != 1)
		return more;
	if (s->z.next_in[0] != 0x1f)
		return err_set(e, EINVAL, "something follows the archive");
	if (inflateReset(&s->z) != Z_OK)
		return err_set(e, ENOMEM, "cannot start to decompress");
	s->between = false;
	return 1;
}

static int
inflate_some(struct source *s, struct err *e)
{
	int more = refill(s, e);
	int status;

	if (more == -1)
		return -1;
	if (more == 0)
		return err_set(e, EINVAL, "it is truncated");
	status = inflate(&s->z, Z_NO_FLUSH);
	if (status == Z_STREAM_END)
		s->between = true;
	else if (status != Z_OK && status != Z_BUF_ERROR)
		return err_set(e, EINVAL, "it is damaged (%s)",
		    s->z.msg ? s->z.msg : "gzip");
	return 0;
}

static ssize_t
source_gzip(struct source *s, struct err *e)
{
	s->z.next_out = s->out;
	s->z.avail_out = sizeof(s->out);
	while (s->z.avail_out == sizeof(s->out)) {
		if (s->between) {
			int more = next_gzip(s, e);

			if (more != 1) {
				s->ended = more == 0;
				return more;
			}
		}
		if (inflate_some(s, e) == -1)
			return -1;
	}
	return (ssize_t)(sizeof(s->out) - s->z.avail_out);
}

/* A piece of the file: its length, 0 at the end. */
static ssize_t
source_read(struct source *s, const void **data, struct err *e)
{
	ssize_t n;

	if (s->ended)
		return 0;
	if (!s->begun && begin(s, e) == -1)
		return -1;
	if (s->gzip) {
		*data = s->out;
		n = source_gzip(s, e);
	} else {
		if (refill(s, e) == -1)
			return -1;
		*data = s->in;
		n = s->z.avail_in;
		s->z.avail_in = 0;
		s->ended = n == 0;
	}
	if (n > 0)
		s->given += (uint64_t)n;
	return n;
}

/* --- second stage: other compressions ------------------------------------- */

/* libarchive's message, fit to be shown; the reason below it wins. */
static int
archive_err(struct fs_tarstream *t, struct archive *a, struct err *e)
{
	const char *text = archive_error_string(a);
	_autofree char *shown = NULL;

	if (t->why.code != 0) {
		*e = t->why;
		return -1;
	}
	if (!text)
		text = "it is damaged";
	shown = str_visible(text, strnlen(text, 256));
	return err_set(e, EINVAL, "%s", shown);
}

static la_ssize_t
read_source(struct archive *a, void *arg, const void **data)
{
	struct fs_tarstream *t = arg;
	ssize_t n = source_read(&t->source, data, &t->why);

	if (n == -1)
		archive_set_error(a, t->why.code, "%s", t->why.msg);
	return n;
}

static int
open_raw(struct fs_tarstream *t, struct err *e)
{
	struct archive_entry *ignored;

	/* Not "all": the others start programs, of which there are none. */
	(void)archive_read_support_filter_bzip2(t->raw);
	(void)archive_read_support_filter_compress(t->raw);
	(void)archive_read_support_filter_lz4(t->raw);
	(void)archive_read_support_filter_lzip(t->raw);
	(void)archive_read_support_filter_lzma(t->raw);
	(void)archive_read_support_filter_xz(t->raw);
	(void)archive_read_support_filter_zstd(t->raw);
	if (archive_read_support_format_raw(t->raw) != ARCHIVE_OK ||
	    archive_read_open(t->raw, t, NULL, read_source, NULL) !=
		ARCHIVE_OK ||
	    archive_read_next_header(t->raw, &ignored) != ARCHIVE_OK)
		return archive_err(t, t->raw, e);
	t->raw_open = true;
	return 0;
}

static void
count_zeros(struct fs_tarstream *t, const char *data, size_t len)
{
	size_t n = 0;

	while (n < len && data[len - 1 - n] == '\0')
		n++;
	t->zeros = n == len ? t->zeros + n : n;
	t->given += len;
}

/* A piece of the tar stream: its length, 0 at the end. */
static ssize_t
raw_read(struct fs_tarstream *t, const void **data, struct err *e)
{
	la_int64_t at;
	size_t len;
	int status;

	if (t->raw_ended)
		return 0;
	do {
		status = archive_read_data_block(t->raw, data, &len, &at);
	} while (status == ARCHIVE_OK && len == 0);
	if (status == ARCHIVE_EOF) {
		t->raw_ended = true;
		return 0;
	}
	if (status != ARCHIVE_OK)
		return archive_err(t, t->raw, e);
	count_zeros(t, *data, len);
	if (t->given > t->max)
		return err_set(e, EFBIG, "it unpacks to more than %llu GiB",
		    (unsigned long long)(t->max >> 30));
	return (ssize_t)len;
}

/* --- third stage: tar -------------------------------------------------------
 */

static la_ssize_t
read_raw(struct archive *a, void *arg, const void **data)
{
	struct fs_tarstream *t = arg;
	struct err why = { 0 };
	ssize_t n = raw_read(t, data, &why);

	if (n == -1) {
		t->why = why;
		archive_set_error(a, why.code, "%s", why.msg);
	}
	return n;
}

static int
open_tar(struct fs_tarstream *t, struct err *e)
{
	if (archive_read_support_format_tar(t->tar) != ARCHIVE_OK ||
	    archive_read_open(t->tar, t, NULL, read_raw, NULL) != ARCHIVE_OK)
		return archive_err(t, t->tar, e);
	t->tar_open = true;
	return 0;
}

/* The end mark begins where the reader stopped and goes on to the end of the
 * stream; and the file holds nothing behind what was decompressed. */
static int
check_end(struct fs_tarstream *t, struct err *e)
{
	uint64_t mark = (uint64_t)archive_read_header_position(t->tar);
	const void *data;
	ssize_t n;
	uint64_t used;

	do {
		n = raw_read(t, &data, e);
	} while (n > 0);
	if (n == -1)
		return -1;
	if (t->given < mark + END_MARK)
		return err_set(e, EINVAL, "it is truncated");
	if (t->zeros < t->given - mark)
		return err_set(e, EINVAL, "something follows the archive");
	used = (uint64_t)archive_filter_bytes(t->raw, -1);
	do {
		n = source_read(&t->source, &data, e);
	} while (n > 0);
	if (n == -1)
		return -1;
	if (t->source.given != used)
		return err_set(e, EINVAL, "something follows the archive");
	if (t->members == 0)
		return err_set(e, EINVAL, "it is empty");
	return 0;
}

struct fs_tarstream *
fs_tarstream_new(int fd, uint64_t max)
{
	struct fs_tarstream *t = mem_alloc(sizeof(*t));

	t->source.fd = fd;
	t->max = max;
	t->raw = archive_read_new();
	t->tar = archive_read_new();
	if (!t->raw || !t->tar)
		abort();
	return t;
}

void
fs_tarstream_free(struct fs_tarstream **at)
{
	struct fs_tarstream *t = *at;

	if (!t)
		return;
	(void)archive_read_free(t->tar);
	(void)archive_read_free(t->raw);
	if (t->source.gzip)
		(void)inflateEnd(&t->source.z);
	free(t);
}

int
fs_tarstream_next(struct fs_tarstream *t, struct archive_entry **entry,
    struct err *e)
{
	int status;

	if (!t->raw_open && open_raw(t, e) == -1)
		return -1;
	if (!t->tar_open && open_tar(t, e) == -1)
		return -1;
	status = archive_read_next_header(t->tar, entry);
	if (status == ARCHIVE_EOF)
		return check_end(t, e);
	/* A warning is a header that was understood in part. */
	if (status != ARCHIVE_OK)
		return archive_err(t, t->tar, e);
	t->members++;
	return 1;
}

int
fs_tarstream_data(struct fs_tarstream *t, const void **data, size_t *len,
    uint64_t *at, struct err *e)
{
	la_int64_t offset;
	int status = archive_read_data_block(t->tar, data, len, &offset);

	if (status == ARCHIVE_EOF)
		return 0;
	if (status != ARCHIVE_OK)
		return archive_err(t, t->tar, e);
	if (offset < 0)
		return err_set(e, EINVAL, "it is damaged");
	*at = (uint64_t)offset;
	return 1;
}
