/* SPDX-License-Identifier: ISC
 *
 * str - small questions about text, and text made safe to show.
 */
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

bool
str_eq(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a, b) == 0;
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s);
	size_t m = strlen(suffix);

	return n >= m && strcmp(s + n - m, suffix) == 0;
}

const char *
str_after(const char *s, const char *prefix)
{
	return str_starts(s, prefix) ? s + strlen(prefix) : NULL;
}

bool
str_has_word(const char *text, const char *separators, const char *word)
{
	size_t len = strlen(word);

	for (text += strspn(text, separators); *text != '\0';
	     text += strspn(text, separators)) {
		size_t n = strcspn(text, separators);

		if (n == len && strncmp(text, word, n) == 0)
			return true;
		text += n;
	}
	return false;
}

int
str_u64(const char *s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (!s || *s == '\0')
		return -1;
	for (; *s != '\0'; s++) {
		uint64_t digit;

		if (*s < '0' || *s > '9')
			return -1;
		digit = (uint64_t)(*s - '0');
		if (digit > max || v > (max - digit) / 10)
			return -1;
		v = v * 10 + digit;
	}
	*out = v;
	return 0;
}

/* Length of the UTF-8 sequence at s (at most n bytes), 0 where it is malformed:
 * overlong forms, surrogates and values past U+10FFFF are (RFC 3629). */
static size_t
utf8_len(const unsigned char *s, size_t n)
{
	size_t len;
	uint32_t cp;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		len = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		len = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (len > n)
		return 0;
	cp = s[0] & (0x7fU >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		cp = cp << 6 | (s[i] & 0x3f);
	}
	if (cp < least[len] || (cp >= 0xd800 && cp <= 0xdfff) || cp > 0x10ffff)
		return 0;
	return len;
}

static bool
is_control(const unsigned char *s, size_t len)
{
	if (len == 1)
		return s[0] < 0x20 || s[0] == 0x7f;
	/* U+0080..U+009F are the C1 controls. */
	return len == 2 && s[0] == 0xc2 && s[1] < 0xa0;
}

char *
str_visible(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	char *out = mem_alloc(len * 4 + 1);
	char *p = out;

	for (size_t i = 0; i < len;) {
		size_t n = utf8_len(s + i, len - i);

		if (n != 0 && !is_control(s + i, n)) {
			memcpy(p, s + i, n);
			p += n;
			i += n;
			continue;
		}
		for (n = n ? n : 1; n > 0; n--, i++)
			p += snprintf(p, 5, "\\x%02X", s[i]);
	}
	*p = '\0';
	return out;
}

/* The least of what comes before row[j]: of a letter put in, left out,
 * replaced, and of two that changed places. */
static size_t
fewest(size_t *const rows[3], const char *a, const char *b, size_t i, size_t j)
{
	size_t best = rows[1][j - 1] + (a[i - 1] != b[j - 1]);

	if (rows[1][j] + 1 < best)
		best = rows[1][j] + 1;
	if (rows[2][j - 1] + 1 < best)
		best = rows[2][j - 1] + 1;
	if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
	    rows[0][j - 2] + 1 < best)
		best = rows[0][j - 2] + 1;
	return best;
}

static size_t
distance(const char *a, const char *b)
{
	size_t n = strlen(b);
	size_t store[3][64];
	size_t *rows[3] = { store[0], store[1], store[2] };

	if (n >= 64)
		return 64;
	for (size_t j = 0; j <= n; j++)
		rows[2][j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t *oldest = rows[0];

		rows[0] = rows[1];
		rows[1] = rows[2];
		rows[2] = oldest;
		rows[2][0] = i;
		for (size_t j = 1; j <= n; j++)
			rows[2][j] = fewest(rows, a, b, i, j);
	}
	return rows[2][n];
}

const char *
str_nearest(const char *s, const char *const *words, size_t n)
{
	const char *nearest = NULL;
	size_t best = 3;

	for (size_t i = 0; i < n; i++) {
		size_t d = distance(s, words[i]);

		if (strcasecmp(s, words[i]) == 0)
			return words[i];
		if (d < best && d * 2 < strlen(words[i])) {
			best = d;
			nearest = words[i];
		}
	}
	return nearest;
}

char *
str_nearest_of(const char *s, const char *words)
{
	_autofree char *copy = mem_strdup(words);
	_autofree const char **list = mem_alloc(
	    (strlen(words) / 2 + 1) * sizeof(*list));
	const char *near;
	size_t n = 0;
	char *rest = NULL;

	for (char *w = strtok_r(copy, " ", &rest); w;
	     w = strtok_r(NULL, " ", &rest))
		list[n++] = w;
	near = str_nearest(s, list, n);
	return near ? mem_strdup(near) : NULL;
}
