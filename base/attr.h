/* SPDX-License-Identifier: ISC
 *
 * attr - short names for the function attributes we use, written behind the
 * declarator.
 */
#pragma once

#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define MUST_CHECK __attribute__((warn_unused_result))
#define NORETURN __attribute__((noreturn))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
