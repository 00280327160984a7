/* SPDX-License-Identifier: ISC
 *
 * options - are the words behind a subcommand its own, and what is said of one
 * that is not; which it has is read off its row in the table, where the usage
 * text comes from.
 */
#include "zoneadm/options.h"

#include <ctype.h>
#include <getopt.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "zoneadm/elsewhere.h"

enum { MOST = 32 };

/* Options of a usage text, "[-sf] [-i path] [--json]": letters one by one,
 * those with a value once more, long ones as words of their own in text. */
struct known {
	char letters[MOST];
	size_t nletters;
	char valued[MOST];
	size_t nvalued;
	const char *words[MOST];
	size_t nwords;
	bool operands; /* words that are no option may follow */
	char *text;    /* holds words */
};

static bool
is_option(const char *usage, const char *p)
{
	return *p == '-' && (p == usage || strchr("[ |", p[-1]) != NULL);
}

/* A word right behind the last letter is its value. Returns how much of the
 * text that was. */
static size_t
add_letters(struct known *k, const char *letters)
{
	const char *p = letters;

	for (; isalnum((unsigned char)*p) && k->nletters < MOST - 1; p++)
		k->letters[k->nletters++] = *p;
	if (k->nletters > 0 && *p == ' ' && isalpha((unsigned char)p[1])) {
		k->valued[k->nvalued++] = k->letters[k->nletters - 1];
		p += 1 + strcspn(p + 1, " ]|");
	}
	return (size_t)(p - letters);
}

static void
read_usage(const char *usage, struct known *k)
{
	k->text = mem_strdup(usage);
	for (char *p = k->text; *p != '\0'; p++) {
		size_t len = strcspn(p, " ]|=");

		if (!is_option(k->text, p)) {
			k->operands |= isalpha((unsigned char)*p) != 0;
			continue;
		}
		if (p[1] != '-') {
			p += add_letters(k, p + 1);
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

/* The letters of one word, "-sf" or "-ipath"; how many words they take, or -1
 * with optopt set as getopt does. */
static int
check_letters(const struct known *k, const char *letters)
{
	for (; *letters != '\0'; letters++) {
		optopt = *letters;
		if (!memchr(k->letters, *letters, k->nletters))
			return -1;
		if (memchr(k->valued, *letters, k->nvalued))
			return letters[1] != '\0' ? 1 : 2;
	}
	return 1;
}

static bool
has_word(const struct known *k, const char *word)
{
	for (size_t i = 0; i < k->nwords; i++) {
		if (str_starts(k->words[i], word))
			return true;
	}
	return false;
}

/* Of the words from i on, those that clients leave empty apart, is one there
 * where there should be none? */
static int
check_operands(const struct cmd_call *call, const struct known *k, int i,
    struct err *e)
{
	for (; !k->operands && i < call->argc; i++) {
		if (*call->argv[i] != '\0')
			return err_set(e, ERR_USAGE, "%s: '%s' is too much",
			    call->cmd->name, call->argv[i]);
	}
	return 0;
}

int
cmd_check_options(const struct cmd_call *call, struct err *e)
{
	struct known k = { .nletters = 0 };
	_autofree char *text = NULL;
	int words = 1;
	int i;

	read_usage(call->cmd->args, &k);
	text = k.text;
	for (i = 1; i < call->argc; i += words) {
		const char *word = call->argv[i];

		/* Some clients give all options in one word. */
		if (word[0] == '-' && strchr(word, ' '))
			return 0;
		if (word[0] != '-' || word[1] == '\0' ||
		    strcmp(word, "--") == 0)
			break;
		optind = i;
		if (word[1] == '-')
			words = has_word(&k, word) ? 1 : -1;
		else
			words = check_letters(&k, word + 1);
		if (words == -1 || i + words > call->argc)
			return cmd_wrong_option(call, e);
	}
	return check_operands(call, &k, i, e);
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
	else if (elsewhere_why(call->cmd->name, optopt))
		return err_set(e, ERR_USAGE, "%s: not here: %s: %s",
		    call->cmd->name, letter,
		    elsewhere_why(call->cmd->name, optopt));
	else if (other_case(&k, optopt, other))
		near = other;
	word = word ? word : letter;
	shown = str_visible(word, strlen(word));
	return err_set(e, ERR_USAGE, "%s: no option %s%s%s%s", call->cmd->name,
	    shown, near ? "; did you mean '" : "", near ? near : "",
	    near ? "'?" : "");
}
