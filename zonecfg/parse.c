/* SPDX-License-Identifier: ISC
 *
 * parse - zonecfg's command language, by recursive descent.
 */
#include "zonecfg/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

const struct zc_verb_row zc_verbs[ZC_VERBS] = {
#define VERB(id, n, s, c, o, f, u, h) \
	[ZC_V_##id] = { .name = n,    \
		.scope = ZC_IN_##s,   \
		.changes = c,         \
		.options = o,         \
		.form = ZC_F_##f,     \
		.usage = u,           \
		.help = h },
#include "zonecfg/verb.def"
#undef VERB
};

enum zc_verb
zc_verb_find(const char *name)
{
	if (strcmp(name, "?") == 0)
		return ZC_V_HELP;
	for (enum zc_verb v = 0; v < ZC_VERBS; v++) {
		if (strcmp(zc_verbs[v].name, name) == 0)
			return v;
	}
	return ZC_VERBS;
}

static void
arg_done(struct zc_arg *arg)
{
	zc_value_clear(&arg->value);
	arg->shape = ZC_NO_ARG;
}

void
zc_cmd_done(struct zc_cmd *cmd)
{
	free(cmd->template);
	free(cmd->detached);
	free(cmd->file);
	free(cmd->word);
	arg_done(&cmd->arg);
	for (size_t i = 0; i < cmd->npairs; i++) {
		free(cmd->pair[i].prop);
		arg_done(&cmd->pair[i].arg);
	}
	*cmd = (struct zc_cmd){ .verb = ZC_VERBS };
}

void
zc_parse_init(struct zc_parser *parser, const char *text, size_t len,
    unsigned line)
{
	zc_lex_init(&parser->lex, text, len, line);
	parser->line = line;
}

/* Look at the next token without taking it. */
static struct zc_token
peek(const struct zc_parser *p)
{
	struct zc_lex ahead = p->lex;

	return zc_lex_next(&ahead);
}

static bool
at_end(const struct zc_parser *p)
{
	enum zc_token_kind kind = peek(p).kind;

	return kind == ZC_T_END || kind == ZC_T_BREAK;
}

static char *
token_text(const struct zc_token *t)
{
	return mem_strndup(t->text, t->len);
}

static int
unexpected(const struct zc_token *t, struct err *e)
{
	_autofree char *shown = NULL;

	if (t->kind == ZC_T_END || t->kind == ZC_T_BREAK)
		return err_set(e, ERR_CONFIG,
		    "syntax error at the end of the command");
	shown = str_visible(t->text, t->len < 80 ? t->len : 80);
	return err_set(e, ERR_CONFIG, "syntax error at '%s'", shown);
}

static int
expect(struct zc_parser *p, enum zc_token_kind kind, struct err *e)
{
	struct zc_token t = peek(p);

	if (t.kind != kind)
		return unexpected(&t, e);
	(void)zc_lex_next(&p->lex);
	return 0;
}

/* A name of something: a bare word. */
static int
take_word(struct zc_parser *p, char **out, struct err *e)
{
	struct zc_token t = peek(p);

	if (t.kind != ZC_T_WORD)
		return unexpected(&t, e);
	(void)zc_lex_next(&p->lex);
	*out = token_text(&t);
	return 0;
}

static int
take_simple(struct zc_parser *p, struct zc_token *out, struct err *e)
{
	struct zc_token t = peek(p);

	if (t.kind != ZC_T_WORD && t.kind != ZC_T_QUOTED)
		return unexpected(&t, e);
	*out = zc_lex_next(&p->lex);
	return 0;
}

static int
simple_value(struct zc_parser *p, struct zc_value *value, struct err *e)
{
	struct zc_token t;
	_autofree char *text = NULL;

	if (take_simple(p, &t, e) == -1)
		return -1;
	text = token_text(&t);
	zc_value_add(value, text);
	return 0;
}

/* One "name=value" of a complex value, written behind what there is. */
static int
complex_member(struct zc_parser *p, char **all, struct err *e)
{
	_autofree char *name = NULL;
	_autofree char *before = mem_take(all);
	struct zc_token t = { 0 };
	const char *quote;

	*all = mem_strdup("");
	if (take_word(p, &name, e) == -1 || expect(p, ZC_T_EQUALS, e) == -1 ||
	    take_simple(p, &t, e) == -1)
		return -1;
	quote = t.kind == ZC_T_QUOTED ? "\"" : "";
	free(*all);
	*all = mem_printf("%s%s=%s%.*s%s", before, name, quote, (int)t.len,
	    t.text, quote);
	return 0;
}

/* "(a=b,c=d)", kept as one text; quotes stay around what was quoted. */
static int
complex_value(struct zc_parser *p, struct zc_value *value, struct err *e)
{
	_autofree char *all = mem_strdup("(");
	_autofree char *closed = NULL;

	if (expect(p, ZC_T_LEFT, e) == -1 || complex_member(p, &all, e) == -1)
		return -1;
	while (peek(p).kind == ZC_T_COMMA) {
		char *longer = mem_printf("%s,", all);

		free(all);
		all = longer;
		(void)zc_lex_next(&p->lex);
		if (complex_member(p, &all, e) == -1)
			return -1;
	}
	if (expect(p, ZC_T_RIGHT, e) == -1)
		return -1;
	closed = mem_printf("%s)", all);
	zc_value_add(value, closed);
	return 0;
}

static int
list_value(struct zc_parser *p, struct zc_value *value, struct err *e)
{
	if (expect(p, ZC_T_OPEN, e) == -1)
		return -1;
	while (peek(p).kind != ZC_T_CLOSE) {
		if (value->n == ZC_MAX_ITEMS)
			return err_set(e, ERR_CONFIG,
			    "more than %d values in a list", ZC_MAX_ITEMS);
		if (value->n > 0 && expect(p, ZC_T_COMMA, e) == -1)
			return -1;
		if (peek(p).kind == ZC_T_LEFT) {
			if (complex_value(p, value, e) == -1)
				return -1;
		} else if (simple_value(p, value, e) == -1) {
			return -1;
		}
	}
	return expect(p, ZC_T_CLOSE, e);
}

static int
value_of_shape(struct zc_parser *p, struct zc_arg *arg, struct err *e)
{
	enum zc_token_kind kind = peek(p).kind;

	if (kind == ZC_T_OPEN) {
		arg->shape = ZC_LISTED;
		return list_value(p, &arg->value, e);
	}
	if (kind == ZC_T_LEFT) {
		arg->shape = ZC_COMPLEX;
		return complex_value(p, &arg->value, e);
	}
	arg->shape = ZC_SIMPLE;
	return simple_value(p, &arg->value, e);
}

static int
value(struct zc_parser *p, struct zc_arg *arg, struct err *e)
{
	enum zc_token_kind kind = peek(p).kind;
	int rc;

	p->lex.in_list = kind == ZC_T_OPEN || kind == ZC_T_LEFT;
	rc = value_of_shape(p, arg, e);
	p->lex.in_list = false;
	return rc;
}

/* Old exports wrote bootargs without quotes: take the words that follow. */
static int
more_words(struct zc_parser *p, struct zc_arg *arg, struct err *e)
{
	while (!at_end(p)) {
		struct zc_token t;
		_autofree char *longer = NULL;

		if (take_simple(p, &t, e) == -1)
			return -1;
		longer = mem_printf("%s %.*s", arg->value.item[0], (int)t.len,
		    t.text);
		zc_value_set(&arg->value, longer);
	}
	return 0;
}

static int
set_form(struct zc_parser *p, struct zc_cmd *cmd, struct err *e)
{
	enum zc_prop_id id;

	if (take_word(p, &cmd->word, e) == -1 ||
	    expect(p, ZC_T_EQUALS, e) == -1)
		return -1;
	/* "set pool=" is "set pool=\"\"". */
	if (at_end(p)) {
		cmd->arg.shape = ZC_SIMPLE;
		zc_value_add(&cmd->arg.value, "");
		return 0;
	}
	if (value(p, &cmd->arg, e) == -1)
		return -1;
	id = zc_prop_anywhere(cmd->word);
	if (id == ZC_PROPS || !(zc_props[id].flags & ZC_WORDS) ||
	    cmd->arg.shape != ZC_SIMPLE)
		return 0;
	return more_words(p, &cmd->arg, e);
}

static int
pairs(struct zc_parser *p, struct zc_cmd *cmd, struct err *e)
{
	while (!at_end(p)) {
		struct zc_pair *pair = &cmd->pair[cmd->npairs];
		struct zc_token t = peek(p);

		if (cmd->npairs == ZC_MAX_PAIRS)
			return unexpected(&t, e);
		if (take_word(p, &pair->prop, e) == -1)
			return -1;
		cmd->npairs++;
		if (expect(p, ZC_T_EQUALS, e) == -1 ||
		    value(p, &pair->arg, e) == -1)
			return -1;
	}
	return 0;
}

/* "remove fs dir=/x" or "remove options ro": the third token tells. */
static int
remove_form(struct zc_parser *p, struct zc_cmd *cmd, struct err *e)
{
	struct zc_lex ahead;

	if (take_word(p, &cmd->word, e) == -1)
		return -1;
	if (at_end(p))
		return 0;
	ahead = p->lex;
	(void)zc_lex_next(&ahead);
	if (zc_lex_next(&ahead).kind == ZC_T_EQUALS &&
	    peek(p).kind == ZC_T_WORD)
		return pairs(p, cmd, e);
	return value(p, &cmd->arg, e);
}

static int
form(struct zc_parser *p, struct zc_cmd *cmd, struct err *e)
{
	switch (zc_verbs[cmd->verb].form) {
	case ZC_F_ADD:
		if (take_word(p, &cmd->word, e) == -1)
			return -1;
		return at_end(p) ? 0 : value(p, &cmd->arg, e);
	case ZC_F_SET:
		return set_form(p, cmd, e);
	case ZC_F_WORD:
		return take_word(p, &cmd->word, e);
	case ZC_F_TOPIC:
		return at_end(p) ? 0 : take_word(p, &cmd->word, e);
	case ZC_F_INFO:
		if (at_end(p))
			return 0;
		__attribute__((fallthrough));
	case ZC_F_SELECT:
		if (take_word(p, &cmd->word, e) == -1)
			return -1;
		return pairs(p, cmd, e);
	case ZC_F_REMOVE:
		return remove_form(p, cmd, e);
	case ZC_F_NOTHING:
	default:
		return 0;
	}
}

/* The argument of an option: the rest of its word, or the next word. */
static int
option_arg(struct zc_parser *p, const char *rest, char **out, struct err *e)
{
	struct zc_token t;

	free(*out);
	*out = NULL;
	if (*rest != '\0') {
		*out = mem_strdup(rest);
		return 0;
	}
	if (take_simple(p, &t, e) == -1)
		return -1;
	*out = token_text(&t);
	return 0;
}

static char **
text_of(struct zc_cmd *cmd, char option)
{
	if (option == 't')
		return &cmd->template;
	return option == 'a' ? &cmd->detached : &cmd->file;
}

static bool *
flag_of(struct zc_cmd *cmd, char option)
{
	if (option == 'b')
		return &cmd->blank;
	if (option == 'v')
		return &cmd->verbose;
	return option == 'X' ? &cmd->xml : &cmd->force;
}

static int
option_word(struct zc_parser *p, const char *word, struct zc_cmd *cmd,
    struct err *e)
{
	/* In verb.def 'j' stands for the long one. */
	if (strcmp(word, "--json") == 0 &&
	    strchr(zc_verbs[cmd->verb].options, 'j')) {
		cmd->json = true;
		return 0;
	}
	for (const char *o = word + 1; *o != '\0'; o++) {
		const char *known = *o == ':' || *o == 'j'
		    ? NULL
		    : strchr(zc_verbs[cmd->verb].options, *o);

		if (!known) {
			const struct zc_token t = { .kind = ZC_T_WORD,
				.text = word,
				.len = strlen(word) };

			return unexpected(&t, e);
		}
		if (known[1] == ':')
			return option_arg(p, o + 1, text_of(cmd, *o), e);
		*flag_of(cmd, *o) = true;
	}
	return 0;
}

static int
options(struct zc_parser *p, struct zc_cmd *cmd, struct err *e)
{
	for (;;) {
		struct zc_token t = peek(p);
		_autofree char *word = NULL;

		if (t.kind != ZC_T_WORD || t.text[0] != '-' || t.len < 2)
			return 0;
		(void)zc_lex_next(&p->lex);
		word = token_text(&t);
		if (option_word(p, word, cmd, e) == -1)
			return -1;
	}
}

static int
unknown_verb(const char *word, struct err *e)
{
	const char *names[ZC_VERBS];
	const char *near;
	_autofree char *shown = str_visible(word, strnlen(word, 80));

	for (size_t v = 0; v < ZC_VERBS; v++)
		names[v] = zc_verbs[v].name;
	near = str_nearest(word, names, ZC_VERBS);
	if (near)
		return err_set(e, ERR_CONFIG,
		    "syntax error at '%s'; did you mean '%s'?", shown, near);
	return err_set(e, ERR_CONFIG,
	    "syntax error at '%s'; 'help' lists the subcommands", shown);
}

static int
command(struct zc_parser *p, struct zc_cmd *cmd, struct err *e)
{
	_autofree char *word = NULL;

	if (take_word(p, &word, e) == -1)
		return -1;
	cmd->verb = zc_verb_find(word);
	if (cmd->verb == ZC_VERBS)
		return unknown_verb(word, e);
	if (options(p, cmd, e) == -1 || form(p, cmd, e) == -1)
		return -1;
	if (!at_end(p)) {
		struct zc_token t = peek(p);

		return unexpected(&t, e);
	}
	return 0;
}

static void
skip_command(struct zc_parser *p)
{
	p->lex.in_list = false;
	while (!at_end(p))
		(void)zc_lex_next(&p->lex);
}

int
zc_parse_next(struct zc_parser *p, struct zc_cmd *cmd, struct err *e)
{
	*cmd = (struct zc_cmd){ .verb = ZC_VERBS };
	for (;;) {
		enum zc_token_kind kind;

		zc_lex_skip(&p->lex);
		kind = peek(p).kind;
		if (kind == ZC_T_END)
			return 0;
		if (kind != ZC_T_BREAK)
			break;
		(void)zc_lex_next(&p->lex);
	}
	p->line = p->lex.line;
	if (command(p, cmd, e) == -1) {
		skip_command(p);
		return -1;
	}
	return 1;
}
