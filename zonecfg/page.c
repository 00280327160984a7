/* SPDX-License-Identifier: ISC
 *
 * page - long output a screen at a time, when somebody sits there.
 */
#include "zonecfg/page.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/spawn.h"

/* More than that: the shell's, and spawn_wait()'s, word for death by signal. */
enum { SH_BY_SIGNAL = 128 };

FILE *
zc_page_open(struct zc_page *page, enum zc_mode mode)
{
	*page = (struct zc_page){ .out = stdout };
	if ((mode == ZC_TERMINAL || mode == ZC_STDIN) &&
	    isatty(STDOUT_FILENO) == 1)
		page->out = open_memstream(&page->text, &page->len);
	if (!page->out)
		abort();
	return page->out;
}

static bool
fits_screen(const struct zc_page *page)
{
	struct winsize size;
	size_t lines = 0;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == -1 || size.ws_row == 0)
		return true;
	for (size_t i = 0; i < page->len; i++)
		lines += page->text[i] == '\n';
	return lines < size.ws_row;
}

/* Through a file: the pager reads it at its own pace. */
static int
run_pager(const struct zc_page *page, struct err *e)
{
	const char *pager = getenv("PAGER");
	_autofree char *path = mem_printf("PATH=%s",
	    getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
	_autofree char *term = mem_printf("TERM=%s",
	    getenv("TERM") ? getenv("TERM") : "dumb");
	const char *argv[] = { "/bin/sh", "-c",
		pager && *pager != '\0' ? pager : "more", NULL };
	const char *env[] = { path, term, NULL };
	struct spawn s = SPAWN(argv);
	FILE *file = tmpfile();
	pid_t pid;
	int rc;

	if (!file)
		return err_sys(e, "temporary file");
	s.env = env;
	s.fd[0] = fileno(file);
	s.fd[1] = STDOUT_FILENO;
	s.fd[2] = STDERR_FILENO;
	if (fwrite(page->text, 1, page->len, file) != page->len ||
	    fflush(file) != 0 || fseek(file, 0, SEEK_SET) != 0) {
		(void)fclose(file);
		return err_sys(e, "temporary file");
	}
	pid = spawn_start(&s, e);
	rc = pid == -1 ? -1 : spawn_wait(pid, -1, e);
	(void)fclose(file);
	/* One that was interrupted showed what was wanted. */
	if (rc == 0 || rc > SH_BY_SIGNAL)
		return 0;
	return rc == -1 ? -1 : err_set(e, 0, "pager failed");
}

void
zc_page_close(struct zc_page *page)
{
	struct err ignored;

	if (page->out == stdout) {
		(void)fflush(stdout);
		return;
	}
	if (fclose(page->out) != 0)
		abort();
	(void)fflush(stdout);
	if (fits_screen(page) || run_pager(page, &ignored) == -1)
		(void)fwrite(page->text, 1, page->len, stdout);
	free(page->text);
	(void)fflush(stdout);
}
