/* SPDX-License-Identifier: ISC
 *
 * Signatures: texts are taken in one form only; a file is taken when it is
 * byte for byte what a trusted key signed, in both forms of minisign's.
 */
#include "fs/sign.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

enum { SIZE = 5000 };

/* A signer, with a file of his. */
struct maker {
	uint8_t public[32];
	uint8_t secret[64];
	uint8_t file[SIZE];
	struct tmpdir dir;
};

static struct maker
maker_new(void)
{
	struct maker m = { .dir = tmpdir_new() };

	ck_assert_int_ne(sodium_init(), -1);
	ck_assert_int_eq(crypto_sign_keypair(m.public, m.secret), 0);
	randombytes_buf(m.file, sizeof(m.file));
	return m;
}

static void
maker_done(struct maker *m)
{
	tmpdir_remove(&m->dir);
}
#define _maker __attribute__((cleanup(maker_done)))

static char *
base64(const void *data, size_t len)
{
	size_t size = sodium_base64_encoded_len(len,
	    sodium_base64_VARIANT_ORIGINAL);
	char *text = mem_alloc(size);

	return sodium_bin2base64(text, size, data, len,
	    sodium_base64_VARIANT_ORIGINAL);
}

/* Two letters, the id, and so many bytes. */
static char *
packed(const char *kind, const uint8_t *data, size_t len)
{
	uint8_t raw[74];

	memcpy(raw, kind, 2);
	memcpy(raw + 2, "\x1f\xe8\xb4\x42\x18\x0f\x62\xe7", 8);
	memcpy(raw + 10, data, len);
	return base64(raw, 10 + len);
}

static char *
key_text(const struct maker *m, const char *kind)
{
	_autofree char *line = packed(kind, m->public, 32);

	return mem_printf("untrusted comment: a key\n%s\n", line);
}

static char *
signature_text(const struct maker *m, const char *kind, const char *comment)
{
	uint8_t both[64 + 100];
	uint8_t hash[64];
	uint8_t global[64];
	bool hashed = kind[1] == 'D';
	_autofree char *first = NULL;
	_autofree char *second = NULL;

	(void)crypto_generichash(hash, 64, m->file, SIZE, NULL, 0);
	(void)crypto_sign_detached(both, NULL, hashed ? hash : m->file,
	    hashed ? 64 : SIZE, m->secret);
	memcpy(both + 64, comment, strlen(comment));
	(void)crypto_sign_detached(global, NULL, both, 64 + strlen(comment),
	    m->secret);
	first = packed(kind, both, 64);
	second = base64(global, 64);
	return mem_printf("untrusted comment: x\n%s\ntrusted comment: %s\n%s\n",
	    first, comment, second);
}

/* What comes of the maker's file, its copy and this text of a signature. */
static int
verify(const struct maker *m, const char *text, size_t len, struct err *e)
{
	_autofree char *key = key_text(m, "Ed");
	_autofree struct fs_sign_keys *keys = mem_alloc(sizeof(*keys));
	struct fs_signature sig;
	_autoclose int file = openat(m->dir.fd, "f",
	    O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	_autoclose int copy = -1;

	keys->n = 1;
	ck_assert_int_eq(fs_sign_parse_key(key, strlen(key), keys->of, e), 0);
	ck_assert_int_eq(fd_write_all(file, m->file, len, e), 0);
	if (fs_sign_parse(text, strlen(text), &sig, e) == -1)
		return -1;
	ck_assert(fs_sign_is_known(keys, &sig));
	copy = fs_sign_copy(file, m->dir.fd, e);
	ck_assert_int_ne(copy, -1);
	/* Whoever changes the file now comes too late. */
	ck_assert_int_eq(pwrite(file, "changed", 7, 0), 7);
	return fs_sign_verify(copy, &sig, keys, e);
}

static void
take_signed(const char *kind)
{
	_maker struct maker m = maker_new();
	_autofree char *text = signature_text(&m, kind, "a word");
	_autofree char *none = signature_text(&m, kind, "");
	struct err e = { 0 };

	ck_assert_msg(verify(&m, text, SIZE, &e) == 0, "%s", e.msg);
	ck_assert_msg(verify(&m, none, SIZE, &e) == 0, "%s", e.msg);
}

START_TEST(a_signed_file_is_taken)
{
	take_signed("Ed");
	take_signed("ED");
}
END_TEST

static void
refuse_changed(const char *kind)
{
	static const size_t at[] = { 0, 1, 63, 64, 4095, 4096, SIZE - 1 };
	_maker struct maker m = maker_new();
	_autofree char *text = signature_text(&m, kind, "a word");
	struct err e = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(at); i++) {
		m.file[at[i]] ^= 1;
		ck_assert_int_eq(verify(&m, text, SIZE, &e), -1);
		ck_assert_ptr_nonnull(strstr(e.msg, "not what was signed"));
		m.file[at[i]] ^= 1;
	}
	ck_assert_int_eq(verify(&m, text, SIZE - 1, &e), -1);
	ck_assert_int_eq(verify(&m, text, 0, &e), -1);
	ck_assert_int_eq(verify(&m, text, SIZE, &e), 0);
}

START_TEST(a_changed_file_is_not)
{
	refuse_changed("Ed");
	refuse_changed("ED");
}
END_TEST

/* Each character of a signature counts, but for those of the first comment. */
static void
refuse_changed_signature(const char *kind)
{
	_maker struct maker m = maker_new();
	_autofree char *text = signature_text(&m, kind, "a word");
	_autofree char *key = key_text(&m, "Ed");
	size_t first = strlen("untrusted comment: x\n");
	_autofree struct fs_sign_keys *keys = mem_alloc(sizeof(*keys));
	_autoclose int fd = memfd_create("f", MFD_CLOEXEC);
	struct fs_signature sig;
	struct err e = { 0 };

	keys->n = 1;
	ck_assert_int_eq(fs_sign_parse_key(key, strlen(key), keys->of, &e), 0);
	ck_assert_int_eq(fd_write_all(fd, m.file, SIZE, &e), 0);
	for (size_t i = first; i < strlen(text); i++) {
		char was = text[i];

		text[i] = was == 'A' ? 'B' : 'A';
		ck_assert_msg(fs_sign_parse(text, strlen(text), &sig, &e) ==
			    -1 ||
			fs_sign_verify(fd, &sig, keys, &e) == -1,
		    "character %zu", i);
		text[i] = was;
	}
	ck_assert_int_eq(fs_sign_parse(text, strlen(text), &sig, &e), 0);
	ck_assert_int_eq(fs_sign_verify(fd, &sig, keys, &e), 0);
}

START_TEST(a_changed_signature_is_not)
{
	refuse_changed_signature("Ed");
	refuse_changed_signature("ED");
}
END_TEST

static void
refuse_other_form(const char *kind)
{
	_maker struct maker m = maker_new();
	_autofree char *text = signature_text(&m, kind, "a word");
	struct err e = { 0 };

	/* "RWQ..." is Ed, "RUQ..." is ED. */
	text[strlen("untrusted comment: x\nR")] = kind[1] == 'd' ? 'U' : 'W';
	ck_assert_int_eq(verify(&m, text, SIZE, &e), -1);
}

START_TEST(the_form_belongs_to_the_signature)
{
	refuse_other_form("Ed");
	refuse_other_form("ED");
}
END_TEST

START_TEST(texts_have_one_form)
{
	_maker struct maker m = maker_new();
	_autofree char *good = signature_text(&m, "ED", "a word");
	_autofree char *key = key_text(&m, "Ed");
	_autofree char *other = key_text(&m, "EC");
	_autofree char *more = mem_printf("%s\n", good);
	_autofree char *early = mem_printf("\n%s", good);
	_autofree char *huge = mem_alloc(FS_SIGN_TEXT_MAX + 2);
	struct fs_signature sig;
	struct fs_sign_key k;
	struct err e = { 0 };

	for (size_t len = 0; len < strlen(good); len++)
		ck_assert_int_eq(fs_sign_parse(good, len, &sig, &e), -1);
	for (size_t len = 0; len < strlen(key); len++)
		ck_assert_int_eq(fs_sign_parse_key(key, len, &k, &e), -1);
	ck_assert_int_eq(fs_sign_parse(more, strlen(more), &sig, &e), -1);
	ck_assert_int_eq(fs_sign_parse(early, strlen(early), &sig, &e), -1);
	ck_assert_int_eq(fs_sign_parse(key, strlen(key), &sig, &e), -1);
	ck_assert_int_eq(fs_sign_parse_key(good, strlen(good), &k, &e), -1);
	ck_assert_int_eq(fs_sign_parse_key(other, strlen(other), &k, &e), -1);
	memset(huge, 'x', FS_SIGN_TEXT_MAX + 1);
	ck_assert_int_eq(fs_sign_parse(huge, FS_SIGN_TEXT_MAX + 1, &sig, &e),
	    -1);
}
END_TEST

START_TEST(an_id_is_as_minisign_prints_it)
{
	_maker struct maker m = maker_new();
	_autofree char *key = key_text(&m, "Ed");
	struct fs_sign_key k;
	char id[FS_SIGN_ID_SIZE];
	struct err e = { 0 };

	ck_assert_int_eq(fs_sign_parse_key(key, strlen(key), &k, &e), 0);
	fs_sign_id(k.id, id);
	ck_assert_str_eq(id, "E7620F1842B4E81F");
}
END_TEST

/* The directory of keys and a key in it, of these modes. */
static int
keys_of(const struct maker *m, mode_t dir, mode_t file,
    struct fs_sign_keys *out, struct err *e)
{
	_autofree char *key = key_text(m, "Ed");
	_autoclose int d = -1;

	(void)mkdirat(m->dir.fd, "trusted-keys", 0755);
	d = openat(m->dir.fd, "trusted-keys", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(fd_replace_file(d, "a.pub", 0600, key, strlen(key),
			     FD_VOLATILE, e),
	    0);
	ck_assert_int_eq(fchmodat(d, "a.pub", file, 0), 0);
	ck_assert_int_eq(fchmod(d, dir), 0);
	return fs_sign_keys_read(m->dir.fd, "/etc/zones", out, e);
}

START_TEST(keys_are_roots_own)
{
	_maker struct maker m = maker_new();
	_autofree struct fs_sign_keys *keys = mem_alloc(sizeof(*keys));
	struct err e = { 0 };

	ck_assert_int_eq(fs_sign_keys_read(m.dir.fd, "/etc/zones", keys, &e),
	    0);
	ck_assert_uint_eq(keys->n, 0);
	ck_assert_int_eq(keys_of(&m, 0755, 0644, keys, &e), 0);
	ck_assert_uint_eq(keys->n, 1);
	ck_assert_int_eq(keys_of(&m, 0755, 0646, keys, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.msg,
	    "'/etc/zones/trusted-keys/a.pub' can be written by others"));
	ck_assert_int_eq(keys_of(&m, 0755, 0664, keys, &e), -1);
	ck_assert_int_eq(keys_of(&m, 0777, 0644, keys, &e), -1);
	ck_assert_int_eq(keys_of(&m, 0755, 0444, keys, &e), 0);
}
END_TEST

START_TEST(what_is_no_key_is_an_error)
{
	_maker struct maker m = maker_new();
	_autofree struct fs_sign_keys *keys = mem_alloc(sizeof(*keys));
	struct err e = { 0 };
	_autoclose int d = -1;

	ck_assert_int_eq(keys_of(&m, 0755, 0644, keys, &e), 0);
	d = openat(m.dir.fd, "trusted-keys", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(symlinkat("a.pub", d, "b.pub"), 0);
	ck_assert_int_eq(fs_sign_keys_read(m.dir.fd, "/e", keys, &e), -1);
	ck_assert_int_eq(unlinkat(d, "b.pub", 0), 0);
	ck_assert_int_eq(mkfifoat(d, "b.pub", 0600), 0);
	ck_assert_int_eq(fs_sign_keys_read(m.dir.fd, "/e", keys, &e), -1);
	ck_assert_int_eq(unlinkat(d, "b.pub", 0), 0);
	ck_assert_int_eq(fd_replace_file(d, "b.pub", 0600, "", 0, FD_VOLATILE,
			     &e),
	    0);
	ck_assert_int_eq(fs_sign_keys_read(m.dir.fd, "/e", keys, &e), -1);
	ck_assert_int_eq(renameat(d, "b.pub", d, "README"), 0);
	ck_assert_int_eq(fs_sign_keys_read(m.dir.fd, "/e", keys, &e), 0);
	ck_assert_uint_eq(keys->n, 1);
}
END_TEST

UNIT_MAIN("sign", a_signed_file_is_taken, a_changed_file_is_not,
    a_changed_signature_is_not, the_form_belongs_to_the_signature,
    texts_have_one_form, an_id_is_as_minisign_prints_it, keys_are_roots_own,
    what_is_no_key_is_an_error)
