/* SPDX-License-Identifier: ISC
 *
 * opt - what is wrong with an option of the command line.
 */
#pragma once

#include <getopt.h>

/* The sentence about what getopt or getopt_long has just refused by c, '?' or
 * ':': letters and names as they were given to it, names NULL where there are
 * no long options; argv and optind as they are now. The caller frees it. */
char *opt_wrong(int c, char *const *argv, const char *letters,
    const struct option *names);
