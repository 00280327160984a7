/* SPDX-License-Identifier: ISC
 *
 * translate - a zone's configuration into the specs of fs, net and privileges.
 */
#include "zoned/translate.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/str.h"

static void
inherited(const struct zc_zone *cfg, struct zd_specs *s)
{
	size_t n = zc_count(cfg, "inherit-pkg-dir");

	s->inherit = mem_alloc((n + 1) * sizeof(*s->inherit));
	for (size_t i = 0; i < n; i++) {
		const char *dir = zc_res_get(cfg, "inherit-pkg-dir", i, "dir");
		struct stat st;

		if (lstat(dir, &st) == -1 || !S_ISDIR(st.st_mode))
			continue;
		s->inherit[s->root.ninherit++] = mem_strdup(dir);
	}
	s->root.inherit = (const char *const *)s->inherit;
}

int
zd_translate(const struct zc_zone *cfg, struct zd_specs *out, struct err *e)
{
	struct zd_specs s = { 0 };
	bool exclusive = str_eq(zc_get(cfg, "ip-type"), "exclusive");

	/* A service must not write below a mount point that is none. */
	if (zc_count(cfg, "fs") > 0)
		return err_set(e, ERR_CONFIG,
		    "fs '%s': file systems beside the root cannot be mounted "
		    "yet; run 'zonecfg -z %s remove -F fs'",
		    zc_res_get(cfg, "fs", 0, "dir"), cfg->name);
	if (priv_set_parse(zc_get(cfg, "limitpriv"), exclusive, &s.privs, e) ==
	    -1)
		return -1;
	s.root.zonepath = zc_get(cfg, "zonepath");
	s.bootargs = mem_strdup(zc_get(cfg, "bootargs"));
	inherited(cfg, &s);
	if (s.root.ninherit > 0 &&
	    fs_hidden_load(s.root.zonepath, &s.hidden, e) == -1) {
		zd_specs_done(&s);
		return -1;
	}
	s.root.hidden = s.hidden.path;
	s.root.nhidden = s.hidden.n;
	*out = s;
	return 0;
}

void
zd_specs_done(struct zd_specs *s)
{
	for (size_t i = 0; i < s->root.ninherit; i++)
		free(s->inherit[i]);
	free(s->inherit);
	fs_hidden_done(&s->hidden);
	free(s->bootargs);
	*s = (struct zd_specs){ 0 };
}
