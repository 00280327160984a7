/* SPDX-License-Identifier: ISC
 *
 * lex - zonecfg's command language, cut into tokens.
 */
#include "zonecfg/lex.h"

#include <string.h>

/* What ends a bare word, beside ',' in lists. */
static const char breakers[] = " \t\r\n\";=[]()";

static const struct {
	char c;
	enum zc_token_kind kind;
} singles[] = {
	{ '\n', ZC_T_BREAK },
	{ ';', ZC_T_BREAK },
	{ '=', ZC_T_EQUALS },
	{ '[', ZC_T_OPEN },
	{ ']', ZC_T_CLOSE },
	{ '(', ZC_T_LEFT },
	{ ')', ZC_T_RIGHT },
	{ '\0', ZC_T_BAD },
};

void
zc_lex_init(struct zc_lex *lex, const char *text, size_t len, unsigned line)
{
	*lex = (struct zc_lex){ .p = text, .end = text + len, .line = line };
}

static void
skip_blanks(struct zc_lex *lex)
{
	/* '\r' too: files that were edited elsewhere. */
	while (lex->p < lex->end &&
	    (*lex->p == ' ' || *lex->p == '\t' || *lex->p == '\r'))
		lex->p++;
}

void
zc_lex_skip(struct zc_lex *lex)
{
	skip_blanks(lex);
	if (lex->p == lex->end || *lex->p != '#')
		return;
	while (lex->p < lex->end && *lex->p != '\n')
		lex->p++;
}

static bool
ends_word(const struct zc_lex *lex, char c)
{
	/* strchr finds the NUL that ends the list too: it ends words as well.
	 */
	return strchr(breakers, c) != NULL || (c == ',' && lex->in_list);
}

static struct zc_token
quoted(struct zc_lex *lex)
{
	struct zc_token t = { .kind = ZC_T_BAD, .text = lex->p };
	const char *q = lex->p + 1;

	while (q < lex->end && *q != '"' && *q != '\n' && *q != '\0')
		q++;
	if (q == lex->end || *q != '"') {
		t.len = (size_t)(q - lex->p);
		lex->p = q;
		return t;
	}
	t.kind = ZC_T_QUOTED;
	t.text = lex->p + 1;
	t.len = (size_t)(q - t.text);
	lex->p = q + 1;
	return t;
}

struct zc_token
zc_lex_next(struct zc_lex *lex)
{
	struct zc_token t = { .kind = ZC_T_END };

	skip_blanks(lex);
	t.text = lex->p;
	if (lex->p == lex->end)
		return t;
	if (*lex->p == '"')
		return quoted(lex);
	t.len = 1;
	for (size_t i = 0; i < sizeof(singles) / sizeof(singles[0]); i++) {
		if (*lex->p != singles[i].c)
			continue;
		t.kind = singles[i].kind;
		lex->line += *lex->p++ == '\n';
		return t;
	}
	if (*lex->p == ',' && lex->in_list) {
		t.kind = ZC_T_COMMA;
		lex->p++;
		return t;
	}
	t.kind = ZC_T_WORD;
	while (lex->p < lex->end && !ends_word(lex, *lex->p))
		lex->p++;
	t.len = (size_t)(lex->p - t.text);
	return t;
}

bool
zc_lex_needs_quotes(const char *text, bool in_list)
{
	return *text == '\0' || strpbrk(text, breakers) ||
	    (in_list && strchr(text, ','));
}
