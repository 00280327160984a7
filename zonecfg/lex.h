/* SPDX-License-Identifier: ISC
 *
 * lex - zonecfg's command language, cut into tokens.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum zc_token_kind {
	ZC_T_END,   /* of the text */
	ZC_T_BREAK, /* newline or ';' */
	ZC_T_WORD,
	ZC_T_QUOTED, /* "...": the text is what stands between the quotes */
	ZC_T_EQUALS,
	ZC_T_COMMA, /* only while in_list */
	ZC_T_OPEN,  /* [ */
	ZC_T_CLOSE, /* ] */
	ZC_T_LEFT,  /* ( */
	ZC_T_RIGHT, /* ) */
	ZC_T_BAD,   /* a quote that its line does not close, a NUL byte */
};

struct zc_token {
	enum zc_token_kind kind;
	const char *text; /* into the lexer's text, not terminated */
	size_t len;
};

struct zc_lex {
	const char *p;
	const char *end;
	unsigned line;
	bool in_list; /* set by the parser: ',' ends a word */
};

void zc_lex_init(struct zc_lex *lex, const char *text, size_t len,
    unsigned line);
struct zc_token zc_lex_next(struct zc_lex *lex);

/* Skip blanks, and a comment: for the place where a command may start. */
void zc_lex_skip(struct zc_lex *lex);

/* The text would not come back as one word. */
bool zc_lex_needs_quotes(const char *text, bool in_list);
