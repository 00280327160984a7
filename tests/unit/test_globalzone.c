/* SPDX-License-Identifier: ISC
 *
 * test_globalzone - what a zone made from the running system gets, and above
 * all what it does not get.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "fs/globalzone.h"
#include "tests/unit/fakehost.h"
#include "tests/unit/unit.h"

#define SECRET "TELL-NOBODY"

struct made {
	struct fs_entries entries;
	struct fs_notes notes;
};

static void
made_done(struct made *m)
{
	fs_entries_done(&m->entries);
	fs_notes_done(&m->notes);
}
#define _made __attribute__((cleanup(made_done)))

static struct made
make(const struct fakehost *h, char *const *inherit, size_t n)
{
	struct fs_globalzone spec = { .root = h->root,
		.inherit = inherit,
		.ninherit = n };
	struct made m = { 0 };
	struct err e = { 0 };

	if (fs_globalzone_list(&spec, &m.entries, &m.notes, &e) == -1)
		ck_abort_msg("%s", e.msg);
	return m;
}

static const struct fs_entry *
entry(const struct made *m, const char *path)
{
	return fs_entries_find(&m->entries, path);
}

static const char *
text(const struct made *m, const char *path)
{
	const struct fs_entry *x = entry(m, path);

	ck_assert_msg(x && x->text, "no text for '%s'", path);
	return x->text;
}

static const char *
target(const struct made *m, const char *path)
{
	const struct fs_entry *x = entry(m, path);

	ck_assert_msg(x && x->kind == FS_ENTRY_SYMLINK, "no link '%s'", path);
	return x->from;
}

static bool
is_noted(const struct made *m, enum fs_note_kind kind, const char *path)
{
	for (size_t i = 0; i < m->notes.n; i++)
		if (m->notes.items[i].kind == kind &&
		    strcmp(m->notes.items[i].path, path) == 0)
			return true;
	return false;
}

/* A system with what most of the tests want. */
static struct fakehost
host(void)
{
	struct fakehost h = fakehost_new(1);

	fake_package(&h, "base");
	fake_conffile(&h, "base", "/etc/kept.conf", "as packaged\n");
	fake_conffile(&h, "base", "/etc/changed.conf", "as packaged\n");
	fake_lists(&h, "base", "/etc");
	fake_lists(&h, "base", "/usr");
	fake_lists(&h, "base", "/usr/bin");
	fake_lists(&h, "base", "/var");
	fake_lists(&h, "base", "/var/log");
	fake_dir(&h, "var/log");
	fake_owned(&h, "base", "/bin/bash", "bash");
	fake_owned(&h, "base", "/bin/sh", "sh");
	fake_owned(&h, "base", "/usr/sbin/nologin", "nologin");
	fake_owned(&h, "base", "/usr/bin/changed", "as packaged\n");
	fake_owned(&h, "base", "/usr/share/base-passwd/passwd.master",
	    "root:*:0:0:root:/root:/bin/bash\n"
	    "daemon:*:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
	    "nobody:*:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
	fake_owned(&h, "base", "/usr/share/base-passwd/group.master",
	    "root:*:0:\ndaemon:*:1:\nadm:*:4:\nshadow:*:42:\nutmp:*:43:\n"
	    "nogroup:*:65534:\n");
	fake_file(&h, "etc/changed.conf", SECRET "\n");
	fake_file(&h, "usr/bin/changed", SECRET "\n");
	fakehost_ready(&h);
	return h;
}

/* --- what comes along --- */

START_TEST(packaged_and_unchanged_files_come_along)
{
	_fakehost struct fakehost h = host();
	_made struct made m = make(&h, NULL, 0);

	ck_assert_ptr_nonnull(entry(&m, "etc/kept.conf"));
	ck_assert_int_eq(entry(&m, "etc/kept.conf")->kind, FS_ENTRY_FILE);
	ck_assert_ptr_nonnull(entry(&m, "usr/bin/bash"));
	ck_assert_int_eq(entry(&m, "var/log")->kind, FS_ENTRY_DIR);
	ck_assert_str_eq(target(&m, "bin"), "usr/bin");
}
END_TEST

START_TEST(changed_files_stay_and_are_noted)
{
	_fakehost struct fakehost h = host();
	_made struct made m = make(&h, NULL, 0);

	ck_assert_ptr_null(entry(&m, "etc/changed.conf"));
	ck_assert_ptr_null(entry(&m, "usr/bin/changed"));
	ck_assert(is_noted(&m, FS_NOTE_CHANGED, "/etc/changed.conf"));
	ck_assert(is_noted(&m, FS_NOTE_CHANGED, "/usr/bin/changed"));
}
END_TEST

START_TEST(a_sparse_root_has_inherited_directories_as_mount_points_only)
{
	_fakehost struct fakehost h = host();
	char *const inherit[] = { (char[]){ "usr" } };
	_made struct made m = make(&h, inherit, 1);

	ck_assert_int_eq(entry(&m, "usr")->kind, FS_ENTRY_DIR);
	for (size_t i = 0; i < m.entries.n; i++)
		ck_assert_msg(strncmp(m.entries.items[i].path, "usr/", 4) != 0,
		    "'%s'", m.entries.items[i].path);
	ck_assert_str_eq(target(&m, "lib"), "usr/lib");
	ck_assert_ptr_nonnull(entry(&m, "etc/kept.conf"));
}
END_TEST

START_TEST(entries_are_sorted_and_have_their_parents)
{
	_fakehost struct fakehost h = host();
	_made struct made m = make(&h, NULL, 0);

	for (size_t i = 0; i < m.entries.n; i++) {
		const char *path = m.entries.items[i].path;
		const char *slash = strrchr(path, '/');
		_autofree char *up = slash
		    ? mem_strndup(path, (size_t)(slash - path))
		    : NULL;

		if (i > 0)
			ck_assert_int_lt(strcmp(m.entries.items[i - 1].path,
					     path),
			    0);
		ck_assert_msg(!up ||
			(entry(&m, up) && entry(&m, up)->kind == FS_ENTRY_DIR),
		    "'%s' has no directory", path);
	}
}
END_TEST

START_TEST(two_runs_give_the_same_list)
{
	_fakehost struct fakehost h = host();
	_made struct made a = make(&h, NULL, 0);
	_made struct made b = make(&h, NULL, 0);

	ck_assert_uint_eq(a.entries.n, b.entries.n);
	for (size_t i = 0; i < a.entries.n; i++)
		ck_assert_str_eq(a.entries.items[i].path,
		    b.entries.items[i].path);
}
END_TEST

START_TEST(a_locally_diverted_file_is_put_back_in_its_place)
{
	_fakehost struct fakehost h = fakehost_new(1);

	fake_package(&h, "tool");
	fake_owned(&h, "tool", "/usr/bin/tool", "tool\n");
	fake_file(&h, "usr/bin/tool.real", "tool\n");
	fake_file(&h, "usr/bin/tool", SECRET);
	fake_file(&h, "var/lib/dpkg/diversions",
	    "/usr/bin/tool\n/usr/bin/tool.real\n:\n");
	fakehost_ready(&h);
	_made struct made m = make(&h, NULL, 0);

	ck_assert_str_eq(entry(&m, "usr/bin/tool")->from, "usr/bin/tool.real");
	ck_assert_str_eq(text(&m, "var/lib/dpkg/diversions"), "");
}
END_TEST

START_TEST(a_packaged_directory_that_is_a_link_here_is_an_empty_directory)
{
	_fakehost struct fakehost h = fakehost_new(1);

	fake_package(&h, "db");
	fake_lists(&h, "db", "/var/lib/db");
	fake_lists(&h, "db", "/var/lib/db/file");
	fake_link(&h, "var/lib/db", "/data/" SECRET);
	fakehost_ready(&h);
	_made struct made m = make(&h, NULL, 0);

	ck_assert_int_eq(entry(&m, "var/lib/db")->kind, FS_ENTRY_DIR);
	ck_assert(is_noted(&m, FS_NOTE_CHANGED, "/var/lib/db"));
}
END_TEST

START_TEST(a_file_of_an_owner_the_zone_does_not_know_becomes_roots)
{
	_fakehost struct fakehost h = fakehost_new(1);

	fake_package(&h, "tool");
	fake_owned(&h, "tool", "/usr/bin/tool", "tool\n");
	fakehost_ready(&h);
	ck_assert_int_eq(fchownat(h.root, "usr/bin/tool", 1234, 1234, 0), 0);
	ck_assert_int_eq(fchmodat(h.root, "usr/bin/tool", 06755, 0), 0);
	_made struct made m = make(&h, NULL, 0);

	ck_assert_uint_eq(entry(&m, "usr/bin/tool")->uid, 0);
	ck_assert_uint_eq(entry(&m, "usr/bin/tool")->gid, 0);
	ck_assert_uint_eq(entry(&m, "usr/bin/tool")->mode, 0755);
}
END_TEST

/* --- accounts --- */

START_TEST(accounts_are_those_of_packages_without_passwords)
{
	_fakehost struct fakehost h = host();

	fake_file(&h, "etc/passwd",
	    "root:x:0:0:" SECRET ":/root:/opt/" SECRET "\n"
	    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
	    "db:x:101:104:" SECRET ",,,:/srv/" SECRET ":/home/" SECRET "\n"
	    "backup-" SECRET ":x:102:105::/:/bin/sh\n"
	    "alice:x:1000:1000:" SECRET ":/home/alice:/bin/bash\n"
	    "toor:x:0:0::/root:/bin/sh\n"
	    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
	fake_file(&h, "etc/group",
	    "root:x:0:\ndaemon:x:1:\nadm:x:4:alice,db\nshadow:x:42:\n"
	    "db:x:104:alice\n" SECRET ":x:105:\nalice:x:1000:\n"
	    "nogroup:x:65534:\n");
	fake_file(&h, "etc/shadow", "root:$y$" SECRET ":19000::::::\n");
	fake_info(&h, "base", "postinst", "adduser --system db");
	_made struct made m = make(&h, NULL, 0);

	ck_assert_str_eq(text(&m, "etc/passwd"),
	    "root:x:0:0:root:/root:/bin/bash\n"
	    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
	    "db:x:101:104::/nonexistent:/usr/sbin/nologin\n"
	    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
	ck_assert_str_eq(text(&m, "etc/shadow"),
	    "root:*::0:99999:7:::\ndaemon:*::0:99999:7:::\n"
	    "db:!*::0:99999:7:::\nnobody:*::0:99999:7:::\n");
	ck_assert_str_eq(text(&m, "etc/group"),
	    "root:x:0:\ndaemon:x:1:\nadm:x:4:db\nshadow:x:42:\nutmp:x:43:\n"
	    "db:x:104:\nnogroup:x:65534:\n");
	ck_assert_uint_eq(entry(&m, "etc/shadow")->mode, 0640);
	ck_assert_uint_eq(entry(&m, "etc/shadow")->gid, 42);
}
END_TEST

START_TEST(a_system_without_base_passwd_still_has_a_root)
{
	_fakehost struct fakehost h = fakehost_new(1);

	fake_package(&h, "tool");
	fakehost_ready(&h);
	_made struct made m = make(&h, NULL, 0);

	ck_assert_str_eq(text(&m, "etc/passwd"),
	    "root:x:0:0:root:/root:/bin/sh\n");
	ck_assert_str_eq(text(&m, "etc/shadow"), "root:*::0:99999:7:::\n");
}
END_TEST

/* --- what maintainer scripts make --- */

START_TEST(alternatives_are_made_of_packaged_choices_only)
{
	_fakehost struct fakehost h = host();

	fake_file(&h, "var/lib/dpkg/alternatives/editor",
	    "manual\n/usr/bin/editor\neditor.1\n/usr/share/man/editor.1\n\n"
	    "/opt/" SECRET "\n900\n\n"
	    "/bin/bash\n10\n/usr/share/man/" SECRET "\n"
	    "/bin/sh\n20\n\n\n");
	fake_link(&h, "etc/alternatives/editor", "/opt/" SECRET);
	fake_link(&h, "usr/bin/editor", "/etc/alternatives/editor");
	_made struct made m = make(&h, NULL, 0);

	ck_assert_str_eq(target(&m, "etc/alternatives/editor"), "/bin/sh");
	ck_assert_str_eq(target(&m, "usr/bin/editor"),
	    "/etc/alternatives/editor");
	ck_assert_str_eq(text(&m, "var/lib/dpkg/alternatives/editor"),
	    "auto\n/usr/bin/editor\neditor.1\n/usr/share/man/editor.1\n\n"
	    "/bin/bash\n10\n\n/bin/sh\n20\n\n\n");
}
END_TEST

START_TEST(a_choice_made_here_stays_if_it_is_packaged)
{
	_fakehost struct fakehost h = host();

	fake_file(&h, "var/lib/dpkg/alternatives/editor",
	    "manual\n/usr/bin/editor\n\n/bin/bash\n10\n/bin/sh\n20\n\n");
	fake_link(&h, "etc/alternatives/editor", "/bin/bash");
	_made struct made m = make(&h, NULL, 0);

	ck_assert_str_eq(target(&m, "etc/alternatives/editor"), "/bin/bash");
	ck_assert_str_eq(text(&m, "var/lib/dpkg/alternatives/editor"),
	    "manual\n/usr/bin/editor\n\n/bin/bash\n10\n/bin/sh\n20\n\n");
}
END_TEST

START_TEST(certificate_authorities_are_the_packaged_ones)
{
	_fakehost struct fakehost h = fakehost_new(1);

	fake_package(&h, "ca-certificates");
	fake_lists(&h, "ca-certificates", "/etc/ssl/certs");
	fake_owned(&h, "ca-certificates",
	    "/usr/share/ca-certificates/mozilla/A.crt", "AAA");
	fake_file(&h, "usr/local/share/ca-certificates/own.crt", SECRET);
	fake_link(&h, "etc/ssl/certs/A.pem",
	    "/usr/share/ca-certificates/mozilla/A.crt");
	fake_link(&h, "etc/ssl/certs/0123.0", "A.pem");
	fake_link(&h, "etc/ssl/certs/own.pem",
	    "/usr/local/share/ca-certificates/own.crt");
	fake_link(&h, "etc/ssl/certs/4567.0", "own.pem");
	fake_file(&h, "etc/ssl/certs/ca-certificates.crt", "AAA\n" SECRET);
	fakehost_ready(&h);
	_made struct made m = make(&h, NULL, 0);

	ck_assert_str_eq(target(&m, "etc/ssl/certs/0123.0"), "A.pem");
	ck_assert_ptr_null(entry(&m, "etc/ssl/certs/4567.0"));
	ck_assert_ptr_null(entry(&m, "etc/ssl/certs/own.pem"));
	ck_assert_str_eq(text(&m, "etc/ssl/certs/ca-certificates.crt"),
	    "AAA\n");
}
END_TEST

START_TEST(the_package_database_comes_along_without_local_overrides)
{
	_fakehost struct fakehost h = host();

	fake_file(&h, "var/lib/dpkg/statoverride",
	    "root adm 4750 /usr/bin/bash\n"
	    "root " SECRET " 4750 /usr/bin/sh\n"
	    "root root 0700 /srv/" SECRET "\n");
	_made struct made m = make(&h, NULL, 0);

	ck_assert_ptr_nonnull(entry(&m, "var/lib/dpkg/status"));
	ck_assert_ptr_nonnull(entry(&m, "var/lib/dpkg/info/base.list"));
	ck_assert_str_eq(text(&m, "var/lib/dpkg/statoverride"),
	    "root adm 4750 /usr/bin/bash\n");
}
END_TEST

START_TEST(a_changed_template_is_not_copied)
{
	_fakehost struct fakehost h = host();

	fake_package(&h, "base-files");
	fake_owned(&h, "base-files", "/usr/share/base-files/profile", "p");
	fake_owned(&h, "base-files", "/usr/share/base-files/motd", "m");
	fake_file(&h, "usr/share/base-files/profile", SECRET);
	fakehost_ready(&h);
	_made struct made m = make(&h, NULL, 0);

	ck_assert_ptr_null(entry(&m, "etc/profile"));
	ck_assert_str_eq(entry(&m, "etc/motd")->from,
	    "usr/share/base-files/motd");
}
END_TEST

/* --- what never comes along --- */

static const char *const hiding_places[] = {
	"etc/shadow",
	"etc/shadow-",
	"etc/gshadow",
	"etc/machine-id",
	"etc/hostname",
	"etc/hosts",
	"etc/resolv.conf",
	"etc/fstab",
	"etc/environment",
	"etc/default/locale",
	"etc/ssh/ssh_host_ed25519_key",
	"etc/ssl/private/server.key",
	"etc/sudoers.d/alice",
	"etc/cron.d/own",
	"etc/network/interfaces",
	"etc/apt/sources.list",
	"etc/apt/auth.conf",
	"etc/NetworkManager/system-connections/wifi",
	"etc/.hidden",
	"etc/profile.d/own.sh",
	"etc/systemd/system/own.service",
	"etc/subuid",
	"root/.bash_history",
	"root/.ssh/id_ed25519",
	"root/.bashrc",
	"home/alice/.netrc",
	"srv/data",
	"opt/product/licence",
	"tmp/scratch",
	"run/secret",
	"dev/secret",
	"boot/grub/grub.cfg",
	"media/x",
	"usr/local/bin/own",
	"usr/local/etc/own.conf",
	"usr/bin/unpackaged",
	"usr/share/base-files/own",
	"var/log/syslog",
	"var/log/wtmp",
	"var/spool/cron/crontabs/alice",
	"var/mail/alice",
	"var/cache/debconf/passwords.dat",
	"var/lib/systemd/random-seed",
	"var/lib/dbus/machine-id",
	"var/lib/postgresql/data",
	"var/lib/dpkg/available",
	"var/lib/dpkg/info/stray.list",
	"var/lib/dpkg/info/stray.conffiles",
	"var/backups/shadow.bak",
	"lost+found/x",
	"stray",
};

/* No file of the list is copied from a hiding place, and nothing in the list
 * speaks of the secret. */
static void
assert_no_secret(const struct made *m)
{
	for (size_t i = 0; i < m->entries.n; i++) {
		const struct fs_entry *x = &m->entries.items[i];
		const char *from = x->from ? x->from : x->path;

		ck_assert_ptr_null(strstr(x->path, SECRET));
		ck_assert_msg(!strstr(from, SECRET), "'%s'", x->path);
		ck_assert_msg(!x->text ||
			!memmem(x->text, x->len, SECRET, strlen(SECRET)),
		    "'%s'", x->path);
		for (size_t k = 0; k < ARRAY_LEN(hiding_places); k++)
			ck_assert_msg(x->kind != FS_ENTRY_FILE ||
				strcmp(from, hiding_places[k]) != 0,
			    "'%s'", from);
	}
}

static struct fakehost
host_with_secrets(void)
{
	struct fakehost h = host();

	for (size_t i = 0; i < ARRAY_LEN(hiding_places); i++)
		fake_file(&h, hiding_places[i], SECRET "\n");
	return h;
}

START_TEST(no_secret_comes_into_a_whole_root)
{
	_fakehost struct fakehost h = host_with_secrets();
	_made struct made m = make(&h, NULL, 0);

	assert_no_secret(&m);
	ck_assert_uint_eq(entry(&m, "etc/machine-id")->len, 0);
	ck_assert_uint_eq(entry(&m, "var/log/wtmp")->len, 0);
}
END_TEST

START_TEST(no_secret_comes_into_a_sparse_root)
{
	_fakehost struct fakehost h = host_with_secrets();
	char *const inherit[] = { (char[]){ "usr" } };
	_made struct made m = make(&h, inherit, 1);

	assert_no_secret(&m);
}
END_TEST

START_TEST(what_is_left_out_of_etc_is_noted)
{
	_fakehost struct fakehost h = host_with_secrets();
	_made struct made m = make(&h, NULL, 0);

	ck_assert(is_noted(&m, FS_NOTE_UNOWNED, "/etc/.hidden"));
	ck_assert(is_noted(&m, FS_NOTE_UNOWNED, "/etc/NetworkManager"));
	ck_assert(is_noted(&m, FS_NOTE_UNOWNED, "/opt/product"));
	ck_assert(!is_noted(&m, FS_NOTE_UNOWNED, "/etc/machine-id"));
}
END_TEST

START_TEST(a_link_in_the_way_does_not_lead_out_of_the_source)
{
	_fakehost struct fakehost h = fakehost_new(1);

	fake_package(&h, "tool");
	fake_lists(&h, "tool", "/etc/tool/passwd");
	fake_link(&h, "etc/tool", "/etc");
	fakehost_ready(&h);
	_made struct made m = make(&h, NULL, 0);

	ck_assert_ptr_null(entry(&m, "etc/tool/passwd"));
}
END_TEST

/* --- inherited directories --- */

static const char *const solaris[] = { "/lib", "/platform", "/sbin", "/usr" };

START_TEST(on_a_merged_usr_only_usr_is_left_to_mount)
{
	_fakehost struct fakehost h = fakehost_new(1);
	struct fs_notes notes = { 0 };
	char **dirs;
	struct err e;
	size_t n;

	ck_assert_int_eq(fs_globalzone_inherit(h.root, solaris, 4, &dirs, &n,
			     &notes, &e),
	    0);

	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(dirs[0], "usr");
	ck_assert_uint_eq(notes.n, 1);
	ck_assert_int_eq(notes.items[0].kind, FS_NOTE_NO_DIR);
	ck_assert_str_eq(notes.items[0].path, "/platform");
	fs_globalzone_inherit_free(dirs, n);
	fs_notes_done(&notes);
}
END_TEST

START_TEST(without_a_merged_usr_each_is_mounted)
{
	_fakehost struct fakehost h = fakehost_new(0);
	struct fs_notes notes = { 0 };
	char **dirs;
	struct err e;
	size_t n;

	ck_assert_int_eq(fs_globalzone_inherit(h.root, solaris, 4, &dirs, &n,
			     &notes, &e),
	    0);

	ck_assert_uint_eq(n, 3);
	ck_assert_str_eq(dirs[0], "lib");
	ck_assert_str_eq(dirs[1], "sbin");
	ck_assert_str_eq(dirs[2], "usr");
	fs_globalzone_inherit_free(dirs, n);
	fs_notes_done(&notes);
}
END_TEST

START_TEST(the_root_itself_cannot_be_inherited)
{
	_fakehost struct fakehost h = fakehost_new(1);
	const char *const dirs[] = { "/" };
	struct fs_notes notes = { 0 };
	char **out;
	struct err e;
	size_t n;

	ck_assert_int_eq(fs_globalzone_inherit(h.root, dirs, 1, &out, &n,
			     &notes, &e),
	    -1);
	ck_assert_str_eq(e.msg, "'/' cannot be inherited");
}
END_TEST

START_TEST(inherited_files_that_others_may_not_read_are_noted)
{
	_fakehost struct fakehost h = fakehost_new(1);
	char *const inherit[] = { (char[]){ "usr" } };
	struct made m = { 0 };
	struct err e;

	fake_file(&h, "usr/bin/open", "x");
	fake_file(&h, "usr/bin/closed", "x");
	fake_file(&h, "usr/share/closed/x", "x");
	ck_assert_int_eq(fchmodat(h.root, "usr/bin/closed", 0640, 0), 0);
	ck_assert_int_eq(fchmodat(h.root, "usr/share/closed", 0700, 0), 0);

	ck_assert_int_eq(fs_globalzone_check_inherited(h.root, inherit, 1,
			     &m.notes, &e),
	    0);

	ck_assert_uint_eq(m.notes.n, 2);
	ck_assert(is_noted(&m, FS_NOTE_UNREADABLE, "/usr/bin/closed"));
	ck_assert(is_noted(&m, FS_NOTE_UNREADABLE, "/usr/share/closed"));
	ck_assert_str_eq(m.notes.items[0].text,
	    "'/usr/bin/closed' is inherited with mode 0640 and hidden from "
	    "the zone");
	made_done(&m);
}
END_TEST

UNIT_MAIN("globalzone", packaged_and_unchanged_files_come_along,
    changed_files_stay_and_are_noted,
    a_sparse_root_has_inherited_directories_as_mount_points_only,
    entries_are_sorted_and_have_their_parents, two_runs_give_the_same_list,
    a_locally_diverted_file_is_put_back_in_its_place,
    a_packaged_directory_that_is_a_link_here_is_an_empty_directory,
    a_file_of_an_owner_the_zone_does_not_know_becomes_roots,
    accounts_are_those_of_packages_without_passwords,
    a_system_without_base_passwd_still_has_a_root,
    alternatives_are_made_of_packaged_choices_only,
    a_choice_made_here_stays_if_it_is_packaged,
    certificate_authorities_are_the_packaged_ones,
    the_package_database_comes_along_without_local_overrides,
    a_changed_template_is_not_copied, no_secret_comes_into_a_whole_root,
    no_secret_comes_into_a_sparse_root, what_is_left_out_of_etc_is_noted,
    a_link_in_the_way_does_not_lead_out_of_the_source,
    on_a_merged_usr_only_usr_is_left_to_mount,
    without_a_merged_usr_each_is_mounted, the_root_itself_cannot_be_inherited,
    inherited_files_that_others_may_not_read_are_noted)
