/* SPDX-License-Identifier: ISC
 *
 * opt - what is wrong with an option of the command line.
 */
#include "base/opt.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

enum { MOST_NAMES = 16 };

static char *
wrong_word(const char *word, const struct option *names)
{
	size_t len = strcspn(word, "=");
	_autofree char *name = mem_strndup(word, len);
	_autofree char *shown = str_visible(word, len);
	const char *list[MOST_NAMES];
	const char *near;
	size_t n = 0;

	while (n < MOST_NAMES && names[n].name) {
		list[n] = names[n].name;
		n++;
	}
	near = str_nearest(name, list, n);
	if (near && str_eq(near, name))
		return mem_printf("option --%s takes no argument", near);
	return mem_printf("no option --%s%s%s%s", shown,
	    near ? "; did you mean '--" : "", near ? near : "",
	    near ? "'?" : "");
}

/* The letter in words; the same in the other case may be meant. */
static char *
wrong_letter(const char *letters)
{
	char letter = (char)optopt;
	_autofree char *shown = str_visible(&letter, 1);
	int other = islower(optopt) ? toupper(optopt) : tolower(optopt);

	if (isalpha(other) && strchr(letters, other))
		return mem_printf("no option -%s; did you mean '-%c'?", shown,
		    other);
	return mem_printf("no option -%s", shown);
}

char *
opt_wrong(int c, char *const *argv, const char *letters,
    const struct option *names)
{
	const char *word = optind > 0 ? argv[optind - 1] : NULL;

	if (c == ':')
		return mem_printf("option -%c needs an argument", optopt);
	if (!names && optopt == '-')
		return mem_strdup("there are no long options");
	/* Of a word that it does not know getopt_long keeps no letter. */
	if (names && word && str_starts(word, "--") &&
	    (optopt == 0 || strchr(word, '=')))
		return wrong_word(word + 2, names);
	return wrong_letter(letters);
}
