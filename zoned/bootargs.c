/* SPDX-License-Identifier: ISC
 *
 * bootargs - the words behind "zoneadm boot --".
 */
#include "zoned/bootargs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"

enum { ARGS_MAX = 255, WORDS_MAX = ARGS_MAX / 2 + 4 };

void
zd_bootargs_done(struct zd_bootargs *args)
{
	free(args->argv);
	free(args->others);
	free(args->words);
	*args = (struct zd_bootargs){ 0 };
}

/* An option with a value: the next word, or an error. */
static int
value_of(const char *option, char **rest, char **value, struct err *e)
{
	do {
		*value = strsep(rest, " \t");
	} while (*value && **value == '\0');
	if (!*value)
		return err_set(e, ERR_USAGE, "boot argument %s needs a value",
		    option);
	return 0;
}

static void
add_other(struct zd_bootargs *a, const char *word)
{
	char *longer = a->others ? mem_printf("%s %s", a->others, word)
				 : mem_strdup(word);

	free(a->others);
	a->others = longer;
}

static int
parse_words(struct zd_bootargs *a, struct err *e)
{
	char *rest = a->words;
	size_t n = 1;
	char *word;

	while ((word = strsep(&rest, " \t")) != NULL) {
		char *value;

		if (*word == '\0')
			continue;
		if (strcmp(word, "-s") == 0) {
			a->single = true;
		} else if (strcmp(word, "-w") == 0) {
			a->writable = true;
		} else if (strcmp(word, "-W") == 0) {
			return err_set(e, ERR_USAGE,
			    "boot argument -W: nothing is assembled at the "
			    "first boot, install does it; use -w");
		} else if (strcmp(word, "-i") == 0) {
			if (value_of(word, &rest, &a->init, e) == -1)
				return -1;
		} else if (strcmp(word, "-m") == 0) {
			if (value_of(word, &rest, &value, e) == -1)
				return -1;
			a->argv[n++] = value;
		} else {
			add_other(a, word);
			a->argv[n++] = word;
		}
	}
	if (a->single)
		a->argv[n++] = (char *)(uintptr_t) "single";
	if (a->init && !path_is_normal(a->init))
		return err_set(e, ERR_USAGE,
		    "boot argument -i: '%s' is not an absolute path", a->init);
	return 0;
}

int
zd_bootargs_parse(const char *text, struct zd_bootargs *out, struct err *e)
{
	struct zd_bootargs a = { 0 };

	if (strlen(text) > ARGS_MAX)
		return err_set(e, ERR_USAGE, "Boot argument list too long");
	for (const char *p = text; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 && *p != '\t')
			return err_set(e, ERR_USAGE,
			    "boot arguments hold a control character");
	}
	a.words = mem_strdup(text);
	a.argv = mem_alloc(WORDS_MAX * sizeof(*a.argv));
	if (parse_words(&a, e) == -1) {
		zd_bootargs_done(&a);
		return -1;
	}
	*out = a;
	return 0;
}
