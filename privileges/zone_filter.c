/* SPDX-License-Identifier: ISC
 *
 * zone-filter - compiles the system call filter of a set of privileges: a short
 * helper of its own, so that what runs with a zone needs no libseccomp.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/audit.h>

#include "base/fd.h"
#include "base/mem.h"
#include "privileges/caps.h"
#include "privileges/compile.h"

static const char usage[] =
    "usage: zone-filter [-x] [-o FILE] [SET]\n"
    "       zone-filter [-x] --list [SET]\n"
    "Compile the system call filter of a set of privileges, written as in\n"
    "limitpriv; the default set where none is given.\n"
    "  -x, --exclusive  the names default and all mean those of a zone with\n"
    "                   ip-type=exclusive\n"
    "  -o, --output     write to FILE, atomically, and not to standard output\n"
    "      --default    the default set\n"
    "      --list       print the calls that the set allows; '*' marks those\n"
    "                   whose arguments are looked at\n"
    "  -V, --version    print the version\n";

struct options {
	const char *output;
	const char *set;
	bool exclusive;
	bool list;
};

static int
show(const char *text)
{
	return fputs(text, stdout) == EOF || fflush(stdout) != 0 ? 1 : 0;
}

/* Returns -1 to go on, or an exit status. */
static int
parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "default", no_argument, NULL, 'd' },
		{ "exclusive", no_argument, NULL, 'x' },
		{ "help", no_argument, NULL, 'h' },
		{ "list", no_argument, NULL, 'l' },
		{ "output", required_argument, NULL, 'o' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "dhlo:xV", longs, NULL)) != -1) {
		switch (c) {
		case 'd':
			o->set = "";
			break;
		case 'l':
			o->list = true;
			break;
		case 'o':
			o->output = optarg;
			break;
		case 'x':
			o->exclusive = true;
			break;
		case 'h':
			return show(usage);
		case 'V':
			return show("zone-filter " ZONES_VERSION "\n");
		default:
			(void)fputs(usage, stderr);
			return 2;
		}
	}
	if (optind < argc)
		o->set = argv[optind++];
	if (optind == argc)
		return -1;
	(void)fputs(usage, stderr);
	return 2;
}

static int
list(uint32_t opens, struct err *e)
{
	for (size_t i = 0; i < ncalls; i++) {
		outcome o = call_outcome(&calls[i], opens | CALL_ALWAYS);

		if (call_number(&calls[i]) == -1 ||
		    (o != ALLOW && o >= RULE_COUNT))
			continue;
		(void)printf("%s%s\n", calls[i].name, o == ALLOW ? "" : "*");
	}
	if (fflush(stdout) != 0)
		return err_sys(e, "write");
	return 0;
}

static int
write_file(const char *path, const void *data, size_t len, struct err *e)
{
	const char *slash = strrchr(path, '/');
	_autofree char *dir = slash
	    ? mem_strndup(path, (size_t)(slash - path) + 1)
	    : NULL;
	_autoclose int fd = fd_open_dir(AT_FDCWD, dir ? dir : ".", e);

	if (fd == -1)
		return -1;
	return fd_replace_file(fd, slash ? slash + 1 : path, 0644, data, len,
	    FD_VOLATILE, e);
}

static int
write_filter(const char *output, uint32_t opens, struct err *e)
{
	static struct {
		struct priv_filter_header head;
		struct sock_filter prog[PRIV_FILTER_MAX];
	} file;
	int n = priv_compile(opens, file.prog, e);
	size_t len = (size_t)n;

	if (n == -1)
		return -1;
	priv_filter_head(&file.head, opens, file.prog, len);
	len = sizeof(file.head) + len * sizeof(*file.prog);
	if (output)
		return write_file(output, &file, len, e);
	return fd_write_all(STDOUT_FILENO, &file, len, e);
}

static int
run(const struct options *o, struct err *e)
{
	struct priv_fault f = { 0 };
	struct priv_set set;
	uint32_t opens;

	/* Whether a zone may have the set is for others to check: what is
	 * prohibited opens nothing. */
	if (priv_set_read(o->set, o->exclusive, &set, &f) == -1)
		return priv_fault_set(&f, e);
	opens = priv_set_opens(&set);
	return o->list ? list(opens, e) : write_filter(o->output, opens, e);
}

int
main(int argc, char **argv)
{
	struct options o = { .set = "" };
	struct err e = { 0 };
	int status = parse(argc, argv, &o);

	if (status != -1)
		return status;
	if (run(&o, &e) == -1) {
		(void)fprintf(stderr, "zone-filter: %s\n", e.msg);
		return 1;
	}
	return 0;
}
