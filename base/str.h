/* SPDX-License-Identifier: ISC
 *
 * str - small questions about text, and text made safe to show.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool str_eq(const char *a, const char *b); /* NULL equals only NULL */
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);

/* The rest of s behind prefix, or NULL when s does not start with it. */
const char *str_after(const char *s, const char *prefix);

/* Is word, which has none of them, one of the words of text between any of
 * these separators? */
bool str_has_word(const char *text, const char *separators, const char *word);

/* Parse a decimal number without sign, blanks or leading '+'; the whole text
 * must be digits and the value at most max. Returns 0, or -1. */
int str_u64(const char *s, uint64_t max, uint64_t *out);

/* Text fit for a terminal, a log or a message: C0, C1, DEL and bytes that are
 * not UTF-8 become \xNN (newline and tab too). The caller frees the result. */
char *str_visible(const char *s, size_t len);

/* The word of words[0..n) that s was probably meant to be (the same in another
 * case, or edit distance at most 2 and less than half of its length; letters
 * that changed places are one edit), or NULL. */
const char *str_nearest(const char *s, const char *const *words, size_t n);

/* The same of words separated by blanks; the caller frees the result. */
char *str_nearest_of(const char *s, const char *words);
