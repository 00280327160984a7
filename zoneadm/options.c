/* SPDX-License-Identifier: ISC
 *
 * options - what is said of an option that a subcommand does not have; which it
 * has is read off its row in the table, where the usage text comes from.
 */
#include "zoneadm/options.h"

#include <ctype.h>
#include <getopt.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum { MOST = 32 };

/* Options of a usage text, "[-sf] [-i path] [--json]": letters one by one, long
 * ones as words of their own in text. */
struct known {
	char letters[MOST];
	size_t nletters;
	const char *words[MOST];
	size_t nwords;
	char *text; /* holds words */
};

static bool
is_option(const char *usage, const char *p)
{
	return *p == '-' && (p == usage || strchr("[ |", p[-1]) != NULL);
}

static void
add_letters(struct known *k, const char *p)
{
	for (; isalnum((unsigned char)*p) && k->nletters < MOST - 1; p++)
		k->letters[k->nletters++] = *p;
}

static void
read_usage(const char *usage, struct known *k)
{
	k->text = mem_strdup(usage);
	for (char *p = k->text; *p != '\0'; p++) {
		size_t len = strcspn(p, " ]|=");

		if (!is_option(k->text, p))
			continue;
		if (p[1] != '-') {
			add_letters(k, p + 1);
		} else if (len > 2 && k->nwords < MOST) {
			k->words[k->nwords++] = p;
			if (p[len] == '\0')
				return;
			p[len] = '\0';
			p += len;
		}
	}
}

/* The word that getopt stopped at, where it was a long option; else NULL. */
static const char *
long_word(const struct cmd_call *call)
{
	for (int i = optind - 1; i <= optind; i++) {
		if (i > 0 && i < call->argc && call->argv[i][0] == '-' &&
		    call->argv[i][1] == '-' && call->argv[i][2] != '\0')
			return call->argv[i];
	}
	return NULL;
}

/* The same letter in the other case. */
static bool
other_case(const struct known *k, int c, char near[3])
{
	int other = islower(c) ? toupper(c) : tolower(c);

	if (other == c || !memchr(k->letters, other, k->nletters))
		return false;
	near[0] = '-';
	near[1] = (char)other;
	near[2] = '\0';
	return true;
}

int
cmd_wrong_option(const struct cmd_call *call, struct err *e)
{
	struct known k = { .nletters = 0 };
	const char *word = long_word(call);
	char letter[3] = { '-', (char)optopt, '\0' };
	char other[3];
	const char *near = NULL;
	_autofree char *shown = NULL;
	_autofree char *text = NULL;

	read_usage(call->cmd->args, &k);
	text = k.text;
	if (word)
		near = str_nearest(word, k.words, k.nwords);
	else if (memchr(k.letters, optopt, k.nletters))
		return err_set(e, ERR_USAGE, "%s: option %s needs an argument",
		    call->cmd->name, letter);
	else if (other_case(&k, optopt, other))
		near = other;
	word = word ? word : letter;
	shown = str_visible(word, strlen(word));
	return err_set(e, ERR_USAGE, "%s: no option %s%s%s%s", call->cmd->name,
	    shown, near ? "; did you mean '" : "", near ? near : "",
	    near ? "'?" : "");
}
