/* SPDX-License-Identifier: ISC
 *
 * md5 - the digest of RFC 1321.
 */
#include "fs/md5.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define READ_SIZE 131072

/* Words are little-endian in memory, as RFC 1321 section 2 has them. */
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "md5.c: swap the bytes of each word on this architecture"
#endif

/* The integer part of 2^32 * abs(sin(i + 1)), section 3.4. */
static const uint32_t sine[64] = { 0xd76aa478, 0xe8c7b756, 0x242070db,
	0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8,
	0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e,
	0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d,
	0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87,
	0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942,
	0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60,
	0xbebfbc70, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039,
	0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97, 0xab9423a7,
	0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1, 0x6fa87e4f,
	0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb,
	0xeb86d391 };

#define F(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define G(x, y, z) ((y) ^ ((z) & ((x) ^ (y))))
#define H(x, y, z) ((x) ^ (y) ^ (z))
#define I(x, y, z) ((y) ^ ((x) | ~(z)))
#define ROTATE(v, s) ((v) << (s) | (v) >> (32 - (s)))
#define STEP(f, a, b, c, d, k, s, i)                     \
	do {                                             \
		(a) += f(b, c, d) + w[(k)&15] + sine[i]; \
		(a) = ROTATE(a, s) + (b);                \
	} while (0)
/* Four steps that start at i; word k, then each step further on. */
#define FOUR(f, i, k, step, s0, s1, s2, s3)                         \
	do {                                                        \
		STEP(f, a, b, c, d, k, s0, i);                      \
		STEP(f, d, a, b, c, (k) + (step), s1, (i) + 1);     \
		STEP(f, c, d, a, b, (k) + 2 * (step), s2, (i) + 2); \
		STEP(f, b, c, d, a, (k) + 3 * (step), s3, (i) + 3); \
	} while (0)

static void
block(uint32_t state[4], const uint8_t *data)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t w[16];

	memcpy(w, data, sizeof(w));
#pragma GCC unroll 4
	for (unsigned i = 0; i < 16; i += 4)
		FOUR(F, i, i, 1, 7, 12, 17, 22);
#pragma GCC unroll 4
	for (unsigned i = 0; i < 16; i += 4)
		FOUR(G, 16 + i, 1 + 5 * i, 5, 5, 9, 14, 20);
#pragma GCC unroll 4
	for (unsigned i = 0; i < 16; i += 4)
		FOUR(H, 32 + i, 5 + 3 * i, 3, 4, 11, 16, 23);
#pragma GCC unroll 4
	for (unsigned i = 0; i < 16; i += 4)
		FOUR(I, 48 + i, 7 * i, 7, 6, 10, 15, 21);
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}

void
fs_md5_init(struct fs_md5 *m)
{
	*m = (struct fs_md5){ .state = { 0x67452301, 0xefcdab89, 0x98badcfe,
				  0x10325476 } };
}

void
fs_md5_update(struct fs_md5 *m, const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t have = m->len & 63;

	m->len += len;
	if (have != 0) {
		size_t take = 64 - have < len ? 64 - have : len;

		memcpy(m->rest + have, p, take);
		p += take;
		len -= take;
		if (have + take < 64)
			return;
		block(m->state, m->rest);
	}
	for (; len >= 64; p += 64, len -= 64)
		block(m->state, p);
	memcpy(m->rest, p, len);
}

void
fs_md5_final(struct fs_md5 *m, uint8_t out[FS_MD5_SIZE])
{
	static const uint8_t pad[64] = { 0x80 };
	uint64_t bits = m->len << 3;
	size_t have = m->len & 63;

	fs_md5_update(m, pad, have < 56 ? 56 - have : 120 - have);
	fs_md5_update(m, &bits, sizeof(bits));
	memcpy(out, m->state, FS_MD5_SIZE);
}

int
fs_md5_fd(int fd, uint8_t out[FS_MD5_SIZE], struct err *e)
{
	static uint8_t buf[READ_SIZE];
	struct fs_md5 m;

	fs_md5_init(&m);
	for (;;) {
		ssize_t n = read(fd, buf, sizeof(buf));

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "read");
		if (n == 0)
			break;
		fs_md5_update(&m, buf, (size_t)n);
	}
	fs_md5_final(&m, out);
	return 0;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int
fs_md5_parse(const char *s, uint8_t out[FS_MD5_SIZE])
{
	uint8_t sum[FS_MD5_SIZE];

	for (size_t i = 0; i < FS_MD5_SIZE; i++) {
		int hi = digit(s[2 * i]);
		int lo = hi == -1 ? -1 : digit(s[2 * i + 1]);

		if (lo == -1)
			return -1;
		sum[i] = (uint8_t)(hi << 4 | lo);
	}
	memcpy(out, sum, sizeof(sum));
	return 0;
}
