/* SPDX-License-Identifier: ISC
 *
 * cpus - sets of CPUs, and which of them a zone is to have alone.
 */
#include "zoned/cpus.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

enum { LIST_MAX = 65536 };

static const char resource[] = "dedicated-cpu";

/* --- sets ----------------------------------------------------------------- */

static bool
has(const struct zd_cpus *cpus, unsigned n)
{
	return cpus->bit[n / 64] >> (n % 64) & 1;
}

static void
add(struct zd_cpus *cpus, unsigned n)
{
	cpus->bit[n / 64] |= 1ULL << (n % 64);
}

void
zd_cpus_unite(struct zd_cpus *to, const struct zd_cpus *from)
{
	for (size_t i = 0; i < ARRAY_LEN(to->bit); i++)
		to->bit[i] |= from->bit[i];
}

struct zd_cpus
zd_cpus_without(const struct zd_cpus *all, const struct zd_cpus *some)
{
	struct zd_cpus left = *all;

	for (size_t i = 0; i < ARRAY_LEN(left.bit); i++)
		left.bit[i] &= ~some->bit[i];
	return left;
}

unsigned
zd_cpus_common(const struct zd_cpus *a, const struct zd_cpus *b)
{
	unsigned n = 0;

	while (n < ZD_CPUS_MAX && !(has(a, n) && has(b, n)))
		n++;
	return n;
}

unsigned
zd_cpus_count(const struct zd_cpus *cpus)
{
	unsigned n = 0;

	for (size_t i = 0; i < ARRAY_LEN(cpus->bit); i++)
		n += (unsigned)__builtin_popcountll(cpus->bit[i]);
	return n;
}

/* "3", or "3-5". */
static int
parse_range(const char *text, unsigned *from, unsigned *to)
{
	_autofree char *low = mem_strndup(text, strcspn(text, "-"));
	const char *high = strchr(text, '-');
	uint64_t a;
	uint64_t b;

	if (str_u64(low, ZD_CPUS_MAX - 1, &a) == -1)
		return -1;
	b = a;
	if (high && (str_u64(high + 1, ZD_CPUS_MAX - 1, &b) == -1 || b < a))
		return -1;
	*from = (unsigned)a;
	*to = (unsigned)b;
	return 0;
}

int
zd_cpus_parse(const char *list, struct zd_cpus *out)
{
	_autofree char *copy = mem_strndup(list, strcspn(list, " \n"));
	struct zd_cpus cpus = { 0 };
	char *rest = copy;
	char *item;

	while (*copy != '\0' && (item = strsep(&rest, ",")) != NULL) {
		unsigned from;
		unsigned to;

		if (parse_range(item, &from, &to) == -1)
			return -1;
		for (; from <= to; from++)
			add(&cpus, from);
	}
	*out = cpus;
	return 0;
}

char *
zd_cpus_print(const struct zd_cpus *cpus)
{
	char *list = mem_strdup("");

	for (unsigned n = 0; n < ZD_CPUS_MAX; n++) {
		_autofree char *before = list;
		unsigned from = n;

		if (!has(cpus, n)) {
			list = mem_take(&before);
			continue;
		}
		while (n + 1 < ZD_CPUS_MAX && has(cpus, n + 1))
			n++;
		list = mem_printf("%s%s%u", before, *before ? "," : "", from);
		if (n > from) {
			_autofree char *first = list;

			list = mem_printf("%s-%u", first, n);
		}
	}
	return list;
}

/* --- what is wanted ------------------------------------------------------- */

/* The CPUs of the n-th core or socket, counted as lscpu(1) does: in the order
 * of the first CPU of each. */
static int
nth_of(const char *file, unsigned wanted, struct zd_cpus *out)
{
	unsigned n = 0;

	for (unsigned cpu = 0; cpu < ZD_CPUS_MAX; cpu++) {
		_autofree char *path =
		    mem_printf("/sys/devices/system/cpu/cpu%u/topology/%s", cpu,
			file);
		_autofree char *text = NULL;
		struct err ignored;

		if (fd_read_file(AT_FDCWD, path, LIST_MAX, &text, NULL,
			&ignored) == -1 ||
		    zd_cpus_parse(text, out) == -1 ||
		    zd_cpus_common(out, out) != cpu)
			continue;
		if (n++ == wanted)
			return 0;
	}
	return -1;
}

/* Properties that say which, and the file that tells of one CPU who goes with
 * it (NULL: itself). */
struct which {
	const char *prop;
	const char *file;
};
static const struct which which[] = {
	{ "cpus", NULL },
	{ "cores", "core_cpus_list" },
	{ "sockets", "package_cpus_list" },
};

static int
add_list(const struct which *w, const char *list, struct zd_cpus *to,
    struct err *e)
{
	struct zd_cpus numbers;
	struct zd_cpus cpus;

	if (zd_cpus_parse(list, &numbers) == -1)
		return err_set(e, ERR_CONFIG, "%s: %s=%s: no such number",
		    resource, w->prop, list);
	for (unsigned n = 0; w->file && n < ZD_CPUS_MAX; n++) {
		if (!has(&numbers, n))
			continue;
		if (nth_of(w->file, n, &cpus) == -1)
			return err_set(e, ERR_CONFIG,
			    "%s: %s=%u: this host has none of that number; "
			    "lscpu(1) lists them",
			    resource, w->prop, n);
		zd_cpus_unite(to, &cpus);
	}
	if (!w->file)
		zd_cpus_unite(to, &numbers);
	return 0;
}

int
zd_cpus_want_of(const struct zc_zone *cfg, struct zd_cpus_want *want,
    struct err *e)
{
	const char *ncpus = zc_res_get(cfg, resource, 0, "ncpus");

	*want = (struct zd_cpus_want){ 0 };
	if (*ncpus != '\0' &&
	    parse_range(ncpus, &want->least, &want->most) == -1)
		return err_set(e, ERR_CONFIG, "%s: ncpus=%s: too many",
		    resource, ncpus);
	for (size_t i = 0; i < ARRAY_LEN(which); i++) {
		const char *prop = which[i].prop;
		size_t n = zc_res_items(cfg, resource, 0, prop);

		for (size_t k = 0; k < n; k++) {
			const char *list = zc_res_item(cfg, resource, 0, prop,
			    k);

			if (add_list(&which[i], list, &want->which, e) == -1)
				return -1;
		}
	}
	return 0;
}

static int
choose_which(const struct zd_cpus_want *want, const struct zd_cpus *all,
    const struct zd_cpus *taken, struct err *e)
{
	struct zd_cpus missing = zd_cpus_without(&want->which, all);
	struct zd_cpus used = *taken;
	unsigned n;

	if (zd_cpus_count(&missing) > 0)
		return err_set(e, ERR_CONFIG,
		    "%s: this host has no CPU %u; lscpu(1) lists them",
		    resource, zd_cpus_common(&missing, &missing));
	n = zd_cpus_common(&want->which, taken);
	if (n < ZD_CPUS_MAX)
		return err_set(e, EBUSY, "%s: CPU %u is another zone's",
		    resource, n);
	zd_cpus_unite(&used, &want->which);
	missing = zd_cpus_without(all, &used);
	if (zd_cpus_count(&missing) == 0)
		return err_set(e, EBUSY,
		    "%s: no CPU would be left for the global zone", resource);
	return 0;
}

int
zd_cpus_choose(const struct zd_cpus_want *want, const struct zd_cpus *all,
    const struct zd_cpus *taken, struct zd_cpus *out, struct err *e)
{
	struct zd_cpus unused = zd_cpus_without(all, taken);
	unsigned most = zd_cpus_count(&unused);
	unsigned n = want->most;

	if (want->least == 0) {
		*out = want->which;
		return choose_which(want, all, taken, e);
	}
	most -= most > 0 ? 1 : 0;
	if (want->least > most)
		return err_set(e, EBUSY,
		    "%s: %u CPUs are wanted, and %u of this host's %u can be "
		    "had: one stays the global zone's, %u are other zones'",
		    resource, want->least, most, zd_cpus_count(all),
		    zd_cpus_count(taken));
	*out = (struct zd_cpus){ 0 };
	if (n > most)
		n = most;
	for (unsigned cpu = ZD_CPUS_MAX; n > 0 && cpu-- > 0;) {
		if (!has(&unused, cpu))
			continue;
		add(out, cpu);
		n--;
	}
	return 0;
}
