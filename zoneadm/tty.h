/* SPDX-License-Identifier: ISC
 *
 * tty - the terminal that zlogin was typed at: raw mode, size, and the escape
 * that ends a session.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "base/attr.h"
#include "base/err.h"

/* Put the terminal into raw mode; what it was goes to *saved. */
int tty_raw(int fd, struct termios *saved, struct err *e) MUST_CHECK;

/* Back to what it was; also where the terminal is going away. */
void tty_restore(int fd, const struct termios *saved);

/* Its size; rows and columns 0 where fd is no terminal. */
struct winsize tty_size(int fd);

/* The escape: at the start of a line the character and then '.' (or the
 * terminal's end-of-file character) disconnect, the character twice sends it
 * once, anything else passes as it is. */
struct tty_escape {
	int ch;       /* -1: there is no escape */
	int eof;      /* the terminal's end-of-file character, -1: none */
	bool at_line; /* the next character begins a line */
	bool held;    /* the escape character was typed and not sent yet */
};
void tty_escape_init(struct tty_escape *s, int ch, int eof);

/* Pass n typed bytes through; out has room for n + 1. Returns the number of
 * bytes to send; *leave tells that the rest is to be dropped and the session
 * ended. */
size_t tty_escape_feed(struct tty_escape *s, const char *in, size_t n,
    char *out, bool *leave);

/* The argument of -e: one character, or \ooo. Returns it, or -1. */
int tty_escape_parse(const char *text);
