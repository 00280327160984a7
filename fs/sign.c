/* SPDX-License-Identifier: ISC
 *
 * sign - is a file what the holder of a trusted key signed?
 */
#include "fs/sign.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/copy.h"

#define KEYS_DIR "trusted-keys"
#define COMMENT "untrusted comment: "
#define TRUSTED "trusted comment: "

enum { SIG_SIZE = 64, CHUNK = 256 * 1024 };

/* Nothing larger is unpacked, whatever its compression. */
#define FILE_MAX (32ULL << 30)

/* --- texts ---------------------------------------------------------------- */

struct text {
	const char *at;
	size_t left;
};

/* The next line, which begins with start: what is behind that, up to a newline
 * that must be there. */
static int
line(struct text *t, const char *start, const char **out, size_t *len,
    struct err *e)
{
	size_t skip = strlen(start);
	const char *end = memchr(t->at, '\n', t->left);

	if (!end || (size_t)(end - t->at) < skip ||
	    memcmp(t->at, start, skip) != 0)
		return err_set(e, ERR_CONFIG,
		    "it is not in the format of minisign");
	*out = t->at + skip;
	*len = (size_t)(end - *out);
	t->left -= (size_t)(end - t->at) + 1;
	t->at = end + 1;
	if (*len > FS_SIGN_COMMENT_MAX || memchr(*out, '\0', *len))
		return err_set(e, ERR_CONFIG, "a line of it is too long");
	return 0;
}

/* A line of base64 that is size bytes long, spelt in the one way there is. */
static int
bytes(struct text *t, uint8_t *out, size_t size, struct err *e)
{
	const char *p;
	const char *end;
	size_t len;
	size_t n;

	if (line(t, "", &p, &len, e) == -1)
		return -1;
	if (sodium_base642bin(out, size, p, len, NULL, &n, &end,
		sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    n != size || end != p + len)
		return err_set(e, ERR_CONFIG, "it is damaged");
	return 0;
}

static int
begin(struct text *t, struct err *e)
{
	const char *p;
	size_t len;

	if (t->left > FS_SIGN_TEXT_MAX)
		return err_set(e, EFBIG, "it is too long");
	return line(t, COMMENT, &p, &len, e);
}

static int
no_more(const struct text *t, struct err *e)
{
	return t->left == 0
	    ? 0
	    : err_set(e, ERR_CONFIG, "something follows the last line");
}

int
fs_sign_parse_key(const char *text, size_t len, struct fs_sign_key *out,
    struct err *e)
{
	struct text t = { text, len };
	uint8_t raw[2 + 8 + 32];

	if (begin(&t, e) == -1 || bytes(&t, raw, sizeof(raw), e) == -1 ||
	    no_more(&t, e) == -1)
		return -1;
	if (memcmp(raw, "Ed", 2) != 0)
		return err_set(e, ERR_CONFIG, "it is no key of Ed25519");
	memcpy(out->id, raw + 2, sizeof(out->id));
	memcpy(out->key, raw + 10, sizeof(out->key));
	return 0;
}

int
fs_sign_parse(const char *text, size_t len, struct fs_signature *out,
    struct err *e)
{
	struct text t = { text, len };
	uint8_t raw[2 + 8 + SIG_SIZE];
	uint8_t global[SIG_SIZE];
	const char *comment;
	size_t n;

	if (begin(&t, e) == -1 || bytes(&t, raw, sizeof(raw), e) == -1 ||
	    line(&t, TRUSTED, &comment, &n, e) == -1 ||
	    bytes(&t, global, sizeof(global), e) == -1 || no_more(&t, e) == -1)
		return -1;
	if (memcmp(raw, "Ed", 2) != 0 && memcmp(raw, "ED", 2) != 0)
		return err_set(e, ERR_CONFIG, "it is no signature of Ed25519");
	out->hashed = raw[1] == 'D';
	memcpy(out->id, raw + 2, sizeof(out->id));
	memcpy(out->signed_text, raw + 10, SIG_SIZE);
	memcpy(out->signed_text + SIG_SIZE, comment, n);
	out->comment_len = n;
	memcpy(out->global, global, sizeof(global));
	return 0;
}

void
fs_sign_id(const uint8_t id[8], char out[FS_SIGN_ID_SIZE])
{
	for (size_t i = 0; i < 8; i++)
		(void)snprintf(out + 2 * i, 3, "%02X", id[7 - i]);
}

/* --- files ---------------------------------------------------------------- */

struct reading {
	const char *path;
	struct fs_sign_keys *keys;
};

static int
read_key(int dir, const char *name, const char *path, struct fs_sign_key *out,
    struct err *e)
{
	_autofree char *text = NULL;
	size_t len;
	_autoclose int fd = openat(dir, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd == -1)
		return err_sys(e, "key '%s'", path);
	if (fd_check_owner(fd, path, S_IFREG, e) == -1)
		return -1;
	if (fd_read_all(fd, FS_SIGN_TEXT_MAX, &text, &len, e) == -1 ||
	    fs_sign_parse_key(text, len, out, e) == -1)
		return err_in(e, "key '%s'", path);
	return 0;
}

static int
add_key(int dir, const struct dirent *d, void *arg, struct err *e)
{
	struct reading *r = arg;
	_autofree char *shown = str_visible(d->d_name, strlen(d->d_name));
	_autofree char *path = mem_printf("%s/" KEYS_DIR "/%s", r->path, shown);

	if (!str_ends(d->d_name, ".pub"))
		return 0;
	if (r->keys->n == FS_SIGN_KEYS_MAX)
		return err_set(e, E2BIG, "'%s' is one key too many", path);
	if (read_key(dir, d->d_name, path, &r->keys->of[r->keys->n], e) == -1)
		return -1;
	r->keys->n++;
	return 0;
}

int
fs_sign_keys_read(int dir, const char *path, struct fs_sign_keys *out,
    struct err *e)
{
	struct reading r = { path, out };
	_autofree char *shown = mem_printf("%s/" KEYS_DIR, path);
	_autoclose int keys = openat(dir, KEYS_DIR,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	out->n = 0;
	if (keys == -1 && errno == ENOENT)
		return 0;
	if (keys == -1)
		return err_sys(e, "'%s'", shown);
	if (fd_check_owner(keys, shown, S_IFDIR, e) == -1)
		return -1;
	return fd_each_entry(keys, add_key, &r, e);
}

static bool
same_id(const struct fs_sign_key *key, const struct fs_signature *sig)
{
	return memcmp(key->id, sig->id, sizeof(key->id)) == 0;
}

bool
fs_sign_is_known(const struct fs_sign_keys *keys,
    const struct fs_signature *sig)
{
	for (size_t i = 0; i < keys->n; i++) {
		if (same_id(&keys->of[i], sig))
			return true;
	}
	return false;
}

int
fs_sign_read(const char *path, struct fs_signature *out, struct err *e)
{
	_autofree char *text = NULL;
	struct stat st;
	size_t len;
	_autoclose int fd = open(path,
	    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(e, "signature '%s'", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, EINVAL,
		    "signature '%s' is not a regular file", path);
	if (fd_read_all(fd, FS_SIGN_TEXT_MAX, &text, &len, e) == -1 ||
	    fs_sign_parse(text, len, out, e) == -1)
		return err_in(e, "signature '%s'", path);
	return 0;
}

/* --- the signed file ------------------------------------------------------ */

/* A file without a name. Where the file system has none, one that loses its
 * name at once; dir is root's own. */
static int
nameless(int dir, struct err *e)
{
	const char *name = ".verified";
	int fd = openat(dir, ".", O_RDWR | O_TMPFILE | O_EXCL | O_CLOEXEC,
	    0600);

	if (fd == -1 && errno == EOPNOTSUPP) {
		(void)unlinkat(dir, name, 0); /* of one that was killed */
		fd = openat(dir, name,
		    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		(void)unlinkat(dir, name, 0);
	}
	return fd == -1 ? err_sys(e, "make a file to verify") : fd;
}

int
fs_sign_copy(int file, int dir, struct err *e)
{
	struct fs_progress none = { 0 };
	struct stat st;
	_autoclose int copy = -1;

	if (fstat(file, &st) == -1)
		return err_sys(e, "stat");
	if ((uint64_t)st.st_size > FILE_MAX)
		return err_set(e, EFBIG, "it is larger than %llu GiB",
		    FILE_MAX >> 30);
	copy = nameless(dir, e);
	if (copy == -1 || fs_copy_data(file, copy, &none, e) == -1)
		return -1;
	return fd_take(&copy);
}

/* What a signature is over: the file, or its hash. */
struct message {
	uint8_t hash[crypto_generichash_BYTES_MAX];
	void *map;
	size_t size;
};

static void
message_done(struct message *m)
{
	if (m->map)
		(void)munmap(m->map, m->size);
}

static int
hash_file(int fd, size_t size, uint8_t *out, size_t len, struct err *e)
{
	_autofree unsigned char *buffer = mem_alloc(CHUNK);
	crypto_generichash_state state;
	size_t at = 0;

	(void)crypto_generichash_init(&state, NULL, 0, len);
	while (at < size) {
		ssize_t n = pread(fd, buffer, CHUNK, (off_t)at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == -1 ? err_sys(e, "read")
				       : err_set(e, EIO, "it ends too early");
		(void)crypto_generichash_update(&state, buffer, (size_t)n);
		at += (size_t)n;
	}
	(void)crypto_generichash_final(&state, out, len);
	return 0;
}

/* The older form is over the file itself, which the library wants in one piece:
 * it is mapped. */
static int
read_message(int fd, bool hashed, struct message *m, struct err *e)
{
	struct stat st;
	void *map;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat");
	if (st.st_size == 0)
		return err_set(e, EINVAL, "it is empty");
	m->size = (size_t)st.st_size;
	if (hashed)
		return hash_file(fd, m->size, m->hash, sizeof(m->hash), e);
	map = mmap(NULL, m->size, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return err_sys(e, "map");
	m->map = map;
	return 0;
}

static bool
is_signed_by(const struct fs_sign_key *key, const struct fs_signature *sig,
    const struct message *m)
{
	const uint8_t *text = m->map ? m->map : m->hash;
	size_t size = m->map ? m->size : sizeof(m->hash);

	return crypto_sign_verify_detached(sig->signed_text, text, size,
		   key->key) == 0 &&
	    crypto_sign_verify_detached(sig->global, sig->signed_text,
		SIG_SIZE + sig->comment_len, key->key) == 0;
}

int
fs_sign_verify(int copy, const struct fs_signature *sig,
    const struct fs_sign_keys *keys, struct err *e)
{
	_cleanup(message_done) struct message m = { 0 };

	if (sodium_init() == -1)
		return err_set(e, ENOTSUP, "libsodium does not start");
	if (read_message(copy, sig->hashed, &m, e) == -1)
		return -1;
	for (size_t i = 0; i < keys->n; i++) {
		if (same_id(&keys->of[i], sig) &&
		    is_signed_by(&keys->of[i], sig, &m))
			return 0;
	}
	return err_set(e, EBADMSG,
	    "it is not what was signed: file and signature do not belong "
	    "together, or one of them was changed");
}
