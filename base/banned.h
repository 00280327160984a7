/* SPDX-License-Identifier: ISC
 *
 * banned - calls that have no safe use here; force-included, so that using one
 * does not compile.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Macros where the C library checks lengths by macros (clang). */
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok
#pragma GCC poison atoi atol atoll system popen mktemp tmpnam tempnam gets
