/* SPDX-License-Identifier: ISC
 *
 * parse - zonecfg's command language: text in, one command after the other out.
 *
 *	command := add | cancel | clear | ... (verb.def)
 *	value   := simple | "[" [item {"," item}] "]" | complex
 *	complex := "(" NAME "=" simple {"," NAME "=" simple} ")"
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/lex.h"
#include "zonecfg/model.h"

enum zc_verb {
#define VERB(id, ...) ZC_V_##id,
#include "zonecfg/verb.def"
#undef VERB
	ZC_VERBS,
};

enum zc_scope {
	ZC_IN_GLOBAL = 1,
	ZC_IN_RESOURCE = 2,
	ZC_IN_BOTH = 3,
};

/* What follows a subcommand and its options. */
enum zc_form {
	ZC_F_NOTHING,
	ZC_F_ADD,    /* WORD [value] */
	ZC_F_SET,    /* WORD "=" value */
	ZC_F_WORD,   /* WORD */
	ZC_F_TOPIC,  /* [WORD] */
	ZC_F_SELECT, /* WORD {WORD "=" value} */
	ZC_F_REMOVE, /* as SELECT, or WORD value */
	ZC_F_INFO,   /* [as SELECT] */
};

struct zc_verb_row {
	const char *name;
	enum zc_scope scope;
	bool changes; /* something: refused in read-only mode */
	const char *options;
	enum zc_form form;
	const char *usage;
	const char *help;
};
extern const struct zc_verb_row zc_verbs[ZC_VERBS];

/* A subcommand by name ("?" is help), or ZC_VERBS. */
enum zc_verb zc_verb_find(const char *name);

enum zc_shape {
	ZC_NO_ARG,
	ZC_SIMPLE,
	ZC_LISTED,  /* [a,b] */
	ZC_COMPLEX, /* one item, "(a=b,c=d)" */
};

struct zc_arg {
	enum zc_shape shape;
	struct zc_value value;
};

enum { ZC_MAX_PAIRS = 3, ZC_MAX_ITEMS = 4096 };

struct zc_pair {
	char *prop;
	struct zc_arg arg;
};

struct zc_cmd {
	enum zc_verb verb;
	bool force;     /* -F */
	bool blank;     /* create -b */
	bool verbose;   /* info -v */
	bool xml;       /* create -X */
	bool json;      /* --json */
	char *template; /* create -t */
	char *detached; /* create -a */
	char *file;     /* export -f */
	char *word;     /* resource, property or topic */
	struct zc_arg arg;
	struct zc_pair pair[ZC_MAX_PAIRS];
	size_t npairs;
};
void zc_cmd_done(struct zc_cmd *cmd);
#define _cleanup_cmd __attribute__((cleanup(zc_cmd_done)))

struct zc_parser {
	struct zc_lex lex;
	unsigned line; /* where the last command began */
};

void zc_parse_init(struct zc_parser *parser, const char *text, size_t len,
    unsigned line);

/* The next command, which the caller releases: 1, or 0 at the end of the text.
 * -1: a syntax error; the parser goes on behind the command, and cmd->verb says
 * which it was (ZC_VERBS: unknown). */
int zc_parse_next(struct zc_parser *parser, struct zc_cmd *cmd, struct err *e)
    MUST_CHECK;
