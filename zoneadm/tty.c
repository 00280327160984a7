/* SPDX-License-Identifier: ISC
 *
 * tty - the terminal that zlogin was typed at.
 */
#include "zoneadm/tty.h"

#include <string.h>

int
tty_raw(int fd, struct termios *saved, struct err *e)
{
	struct termios raw;

	if (tcgetattr(fd, saved) == -1)
		return err_sys(e, "terminal");
	raw = *saved;
	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(fd, TCSADRAIN, &raw) == -1)
		return err_sys(e, "raw mode");
	return 0;
}

void
tty_restore(int fd, const struct termios *saved)
{
	(void)tcsetattr(fd, TCSADRAIN, saved);
}

struct winsize
tty_size(int fd)
{
	struct winsize size = { 0 };

	if (ioctl(fd, TIOCGWINSZ, &size) == -1)
		memset(&size, 0, sizeof(size));
	return size;
}

void
tty_escape_init(struct tty_escape *s, int ch, int eof)
{
	*s = (struct tty_escape){ .ch = ch, .eof = eof, .at_line = true };
}

size_t
tty_escape_feed(struct tty_escape *s, const char *in, size_t n, char *out,
    bool *leave)
{
	size_t len = 0;

	*leave = false;
	for (size_t i = 0; i < n; i++) {
		int c = (unsigned char)in[i];

		if (s->held) {
			s->held = false;
			if (c == '.' || c == s->eof) {
				*leave = true;
				return len;
			}
			if (c != s->ch)
				out[len++] = (char)s->ch;
		} else if (s->at_line && s->ch != -1 && c == s->ch) {
			s->held = true;
			continue;
		}
		out[len++] = in[i];
		s->at_line = c == '\r' || c == '\n';
	}
	return len;
}

int
tty_escape_parse(const char *text)
{
	int value = 0;

	if (text[0] != '\0' && text[1] == '\0')
		return (unsigned char)text[0];
	if (text[0] != '\\' || strlen(text) != 4)
		return -1;
	for (const char *p = text + 1; *p != '\0'; p++) {
		if (*p < '0' || *p > '7')
			return -1;
		value = value * 8 + (*p - '0');
	}
	return value <= 0xff ? value : -1;
}
