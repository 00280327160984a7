/* SPDX-License-Identifier: ISC
 *
 * term - lines typed at a terminal.
 */
#include "zonecfg/term.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef ZONES_LIBEDIT
#include <histedit.h>
#endif

#include "base/mem.h"
#include "zonecfg/complete.h"

struct zc_term {
	struct zc_session *s;
	char *prompt;
	char *line; /* of getline(3) */
	size_t room;
#ifdef ZONES_LIBEDIT
	EditLine *el;
	History *history;
#endif
};

/* ^C drops the line. A handler, because libedit reads with read(2) and only an
 * interrupted read comes back. */
static volatile sig_atomic_t interrupted;

static void
on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

static void
make_prompt(struct zc_term *t)
{
	const struct zc_session *s = t->s;
	const char *name = s->zone ? s->zone->name : s->name;

	free(t->prompt);
	if (s->edit.scope == ZC_GLOBAL)
		t->prompt = mem_printf("zonecfg:%s> ", name);
	else
		t->prompt = mem_printf("zonecfg:%s:%s> ", name,
		    zc_types[s->edit.scope].name);
}

#ifdef ZONES_LIBEDIT
enum { MAX_WORDS = 64, HISTORY_LINES = 500 };

static char *
prompt_of(EditLine *el)
{
	struct zc_term *t = NULL;

	(void)el_get(el, EL_CLIENTDATA, &t);
	return t->prompt;
}

/* The letters that all words go on with, up to the first that differs. */
static size_t
common(const struct zc_word *words, size_t n)
{
	size_t len = strlen(words[0].text);

	for (size_t i = 1; i < n; i++) {
		size_t k = 0;

		while (k < len && words[0].text[k] == words[i].text[k])
			k++;
		len = k;
	}
	return len;
}

static unsigned char
complete(EditLine *el, int ch)
{
	struct zc_term *t = NULL;
	const LineInfo *line = el_line(el);
	size_t len = (size_t)(line->cursor - line->buffer);
	struct zc_word words[MAX_WORDS];
	size_t start = 0;
	size_t n;
	size_t have;
	size_t shared;

	(void)ch;
	(void)el_get(el, EL_CLIENTDATA, &t);
	n = zc_complete(line->buffer, len, t->s->zone, t->s->edit.scope, words,
	    MAX_WORDS, &start);
	if (n == 0)
		return CC_REFRESH_BEEP;
	have = len - start;
	shared = common(words, n);
	words[0].text[shared] = '\0';
	if (shared > have && el_insertstr(el, words[0].text + have) == -1)
		return CC_ERROR;
	if (n == 1 && shared > 0 && words[0].text[shared - 1] != '=')
		return el_insertstr(el, " ") == -1 ? CC_ERROR : CC_REFRESH;
	if (n == 1)
		return CC_REFRESH;
	if (shared > have)
		return CC_REFRESH;
	putchar('\n');
	(void)zc_complete(line->buffer, len, t->s->zone, t->s->edit.scope,
	    words, MAX_WORDS, &start);
	for (size_t i = 0; i < n; i++)
		printf("%s%s", words[i].text, i + 1 < n ? "  " : "\n");
	(void)fflush(stdout);
	return CC_REDISPLAY;
}

static void
start_editing(struct zc_term *t)
{
	HistEvent event;

	t->el = el_init("zonecfg", stdin, stdout, stderr);
	t->history = history_init();
	if (!t->el || !t->history)
		return;
	(void)history(t->history, &event, H_SETSIZE, HISTORY_LINES);
	(void)history(t->history, &event, H_SETUNIQUE, 1);
	(void)el_set(t->el, EL_CLIENTDATA, t);
	(void)el_set(t->el, EL_PROMPT, prompt_of);
	(void)el_set(t->el, EL_EDITOR, "emacs");
	(void)el_set(t->el, EL_HIST, history, t->history);
	(void)el_set(t->el, EL_ADDFN, "complete", "complete a word", complete);
	(void)el_set(t->el, EL_BIND, "^I", "complete", NULL);
	(void)el_source(t->el, NULL);
}

static const char *
edited_line(struct zc_term *t)
{
	HistEvent event;
	int count = 0;
	const char *line = el_gets(t->el, &count);

	if (line && count > 1 && t->history)
		(void)history(t->history, &event, H_ENTER, line);
	return line;
}
#endif

struct zc_term *
zc_term_new(struct zc_session *s)
{
	struct zc_term *t = mem_alloc(sizeof(*t));
	struct sigaction action = { .sa_handler = on_interrupt };

	t->s = s;
	(void)sigaction(SIGINT, &action, NULL);
#ifdef ZONES_LIBEDIT
	start_editing(t);
#endif
	return t;
}

void
zc_term_free(struct zc_term *t)
{
	if (!t)
		return;
#ifdef ZONES_LIBEDIT
	if (t->history)
		history_end(t->history);
	if (t->el)
		el_end(t->el);
#endif
	free(t->prompt);
	free(t->line);
	free(t);
}

static const char *
plain_line(struct zc_term *t)
{
	fputs(t->prompt, stdout);
	(void)fflush(stdout);
	return getline(&t->line, &t->room, stdin) == -1 ? NULL : t->line;
}

const char *
zc_term_line(struct zc_term *t)
{
	const char *line;

	make_prompt(t);
	interrupted = 0;
#ifdef ZONES_LIBEDIT
	line = t->el ? edited_line(t) : plain_line(t);
#else
	line = plain_line(t);
#endif
	if (interrupted) {
		clearerr(stdin);
#ifdef ZONES_LIBEDIT
		if (t->el)
			el_reset(t->el);
#endif
		putchar('\n');
		return "";
	}
	return line;
}
