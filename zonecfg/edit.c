/* SPDX-License-Identifier: ISC
 *
 * edit - change a configuration as the command language does.
 */
#include "zonecfg/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/limits.h"
#include "zonecfg/value.h"
#include "zonecfg/verify.h"

static void
leave(struct zc_edit *edit)
{
	zc_rec_done(&edit->pending);
	edit->scope = ZC_GLOBAL;
	edit->editing = NULL;
}

void
zc_edit_done(struct zc_edit *edit)
{
	leave(edit);
}

void
zc_edit_cancel(struct zc_edit *edit)
{
	leave(edit);
}

/* --- names ------------------------------------------------------------------
 */

int
zc_edit_find_type(const char *verb, const char *name, enum zc_type *out,
    struct err *e)
{
	const char *names[ZC_TYPES];
	enum zc_type type = zc_type_find(name);
	const char *near;

	if (type != ZC_TYPES) {
		*out = type;
		return 0;
	}
	if (zc_refused(ZC_GLOBAL, name))
		return err_set(e, ERR_CONFIG, "%s %s: not here: %s", verb, name,
		    zc_refused(ZC_GLOBAL, name));
	near = str_nearest(name, names, zc_type_names(names, ZC_TYPES));
	return err_set(e, ERR_CONFIG, "%s %s: No such resource type%s%s%s",
	    verb, name, near ? "; did you mean '" : "", near ? near : "",
	    near ? "'?" : "");
}

static int
unknown_prop(enum zc_type scope, const char *verb, const char *prop,
    struct err *e)
{
	const char *names[ZC_PROPS];
	const char *near = str_nearest(prop, names,
	    zc_prop_names(scope, names, ZC_PROPS));

	return err_set(e, ERR_CONFIG, "%s %s: No such property type%s%s%s",
	    verb, prop, near ? "; did you mean '" : "", near ? near : "",
	    near ? "'?" : "");
}

int
zc_edit_find_prop(const struct zc_edit *edit, const char *verb,
    const char *prop, enum zc_prop_id *out, struct err *e)
{
	enum zc_prop_id id = zc_prop_find(edit->scope, prop);

	if (id != ZC_PROPS) {
		*out = id;
		return 0;
	}
	if (zc_refused(edit->scope, prop))
		return err_set(e, ERR_CONFIG, "%s %s: not here: %s", verb, prop,
		    zc_refused(edit->scope, prop));
	if (edit->scope == ZC_GLOBAL && zc_prop_anywhere(prop) != ZC_PROPS)
		return err_set(e, ERR_CONFIG,
		    "%s %s: cannot %s a resource-specific property from the "
		    "global scope; 'add' or 'select' the resource first",
		    verb, prop, verb);
	return unknown_prop(edit->scope, verb, prop, e);
}

/* --- matching ------------------------------------------------------------- */

static bool
pair_fits(const struct zc_rec *rec, const struct zc_pair *pair)
{
	enum zc_prop_id id = zc_prop_find(rec->type, pair->prop);
	const struct zc_value *value;

	if (id == ZC_PROPS)
		return false;
	value = zc_rec_value(rec, id);
	for (size_t i = 0; i < pair->arg.value.n; i++) {
		_autofree char *stored = NULL;
		struct err ignored;

		/* As it would be stored: "/a//b/" names "/a/b". */
		if (zc_value_check(id, pair->arg.value.item[i], &stored,
			&ignored) == -1 ||
		    !zc_value_has(value, stored))
			return false;
	}
	return true;
}

static bool
rec_fits(const struct zc_rec *rec, const struct zc_cmd *cmd)
{
	for (size_t i = 0; i < cmd->npairs; i++) {
		if (!pair_fits(rec, &cmd->pair[i]))
			return false;
	}
	return true;
}

struct zc_rec *
zc_edit_match(const struct zc_zone *zone, enum zc_type type,
    const struct zc_cmd *cmd, size_t i)
{
	for (size_t k = 0; k < zone->nres; k++) {
		struct zc_rec *rec = &zone->res[k];

		if (rec->type == type && rec_fits(rec, cmd) && i-- == 0)
			return rec;
	}
	return NULL;
}

int
zc_edit_matches(const struct zc_zone *zone, enum zc_type type,
    const struct zc_cmd *cmd, size_t *n, struct err *e)
{
	for (size_t i = 0; i < cmd->npairs; i++) {
		if (zc_prop_find(type, cmd->pair[i].prop) == ZC_PROPS)
			return unknown_prop(type, zc_verbs[cmd->verb].name,
			    cmd->pair[i].prop, e);
	}
	*n = 0;
	if (zc_types[type].flags & ZC_VIEW) {
		struct zc_rec view;

		if (!zc_view_load(zone, type, &view))
			return 0;
		*n = rec_fits(&view, cmd);
		zc_rec_done(&view);
		return 0;
	}
	for (size_t k = 0; k < zone->nres; k++)
		*n += zone->res[k].type == type && rec_fits(&zone->res[k], cmd);
	return 0;
}

/* --- resources ------------------------------------------------------------ */

static bool
has_any(const struct zc_zone *zone, enum zc_type type)
{
	struct zc_rec view;

	if (!(zc_types[type].flags & ZC_VIEW))
		return zc_nth(zone, type, 0) != NULL;
	if (!zc_view_load(zone, type, &view))
		return false;
	zc_rec_done(&view);
	return true;
}

static int
may_add(const struct zc_zone *zone, enum zc_type type, struct err *e)
{
	const struct zc_type_row *row = &zc_types[type];

	if (zc_name_is_global(zone->name) && !(row->flags & ZC_GZ))
		return err_set(e, ERR_CONFIG,
		    "Cannot add a %s resource to the global zone.", row->name);
	if ((row->flags & ZC_ONE) && has_any(zone, type))
		return err_set(e, ERR_CONFIG, "The %s resource already exists.",
		    row->name);
	if (zone->nres >= ZC_MAX_ITEMS)
		return err_set(e, ERR_CONFIG,
		    "add %s: a zone has at most %d resources", row->name,
		    ZC_MAX_ITEMS);
	if (type == ZC_DCPU && *zc_get(zone, "pool") != '\0')
		return err_set(e, ERR_CONFIG,
		    "add dedicated-cpu: Incompatible settings: the zone has a "
		    "pool; 'clear pool' first");
	return 0;
}

int
zc_edit_add(struct zc_edit *edit, const char *name, struct err *e)
{
	enum zc_type type = ZC_TYPES;

	if (zc_edit_find_type("add", name, &type, e) == -1 ||
	    may_add(edit->zone, type, e) == -1)
		return -1;
	zc_rec_init(&edit->pending, type);
	for (enum zc_prop_id id = zc_types[type].first;
	     id < zc_types[type + 1].first; id++) {
		if (zc_props[id].initial)
			zc_value_set(zc_rec_value(&edit->pending, id),
			    zc_props[id].initial);
	}
	edit->scope = type;
	edit->editing = NULL;
	return 0;
}

int
zc_edit_select(struct zc_edit *edit, const struct zc_cmd *cmd, struct err *e)
{
	enum zc_type type = ZC_TYPES;
	size_t n = 0;

	if (zc_edit_find_type("select", cmd->word, &type, e) == -1 ||
	    zc_edit_matches(edit->zone, type, cmd, &n, e) == -1)
		return -1;
	if (n == 0)
		return err_set(e, ERR_CONFIG,
		    "select %s: No such resource with that id", cmd->word);
	if (n > 1 || (cmd->npairs == 0 && !(zc_types[type].flags & ZC_ONE)))
		return err_set(e, ERR_CONFIG,
		    "select %s: Insufficient specification", cmd->word);
	if (zc_types[type].flags & ZC_VIEW) {
		(void)zc_view_load(edit->zone, type, &edit->pending);
		edit->editing = NULL;
	} else {
		edit->editing = zc_edit_match(edit->zone, type, cmd, 0);
		zc_rec_copy(&edit->pending, edit->editing);
	}
	edit->scope = type;
	return 0;
}

/* The first free netN for an anet without a name. */
static void
name_anet(const struct zc_edit *edit)
{
	struct zc_value *name = zc_rec_value(&edit->pending, ZC_ANET_LINKNAME);

	for (size_t i = 0; name->n == 0; i++) {
		_autofree char *text = mem_printf("net%zu", i);
		const struct zc_rec *rec;
		bool taken = false;

		for (size_t k = 0;
		     (rec = zc_nth(edit->zone, ZC_ANET, k)) != NULL; k++)
			taken |= rec != edit->editing &&
			    str_eq(zc_rec_text(rec, ZC_ANET_LINKNAME), text);
		if (!taken)
			zc_value_set(name, text);
	}
}

/* "dir '/a'", "physical 'e0', and address '10.0.0.1'": the key, for people. */
static char *
key_text(const struct zc_rec *rec)
{
	char *all = NULL;

	for (enum zc_prop_id id = zc_types[rec->type].first;
	     id < zc_types[rec->type + 1].first; id++) {
		const char *text = zc_rec_text(rec, id);
		char *longer;

		if (!(zc_props[id].flags & ZC_KEY) || !text)
			continue;
		longer = mem_printf("%s%s%s '%s'", all ? all : "",
		    all ? ", and " : "", zc_props[id].name, text);
		free(all);
		all = longer;
	}
	return all ? all : mem_strdup("");
}

static int
check_unique(const struct zc_edit *edit, struct err *e)
{
	_autofree char *key = NULL;

	for (size_t i = 0; i < edit->zone->nres; i++) {
		const struct zc_rec *rec = &edit->zone->res[i];

		if (rec == edit->editing || rec->type != edit->scope ||
		    !zc_rec_same_key(rec, &edit->pending))
			continue;
		key = key_text(rec);
		return err_set(e, ERR_CONFIG,
		    "%s %s resource with the %s already exists.",
		    strchr("aeiou", *zc_types[edit->scope].name) ? "An" : "A",
		    zc_types[edit->scope].name, key);
	}
	return 0;
}

int
zc_edit_end(struct zc_edit *edit, struct err *e)
{
	if (edit->scope == ZC_ANET)
		name_anet(edit);
	if (zc_rec_check(&edit->pending, e) == -1)
		return -1;
	if (zc_types[edit->scope].flags & ZC_VIEW) {
		if (zc_view_store(edit->zone, &edit->pending, e) == -1)
			return -1;
	} else {
		if (check_unique(edit, e) == -1)
			return -1;
		if (edit->editing) {
			zc_rec_done(edit->editing);
			*edit->editing = edit->pending;
			edit->pending.value = NULL;
		} else {
			zc_zone_append(edit->zone, &edit->pending);
		}
	}
	leave(edit);
	return 0;
}

int
zc_edit_remove(struct zc_edit *edit, const struct zc_cmd *cmd, struct err *e)
{
	enum zc_type type = ZC_TYPES;
	size_t n = 0;
	struct zc_rec *rec;

	if (zc_edit_find_type("remove", cmd->word, &type, e) == -1 ||
	    zc_edit_matches(edit->zone, type, cmd, &n, e) == -1)
		return -1;
	if (n == 0 && cmd->npairs > 0)
		return err_set(e, ERR_CONFIG,
		    "remove %s: No such resource with that id", cmd->word);
	if (n == 0)
		return err_set(e, ERR_CONFIG, "remove %s: No such %s",
		    cmd->word,
		    zc_types[type].flags & ZC_VIEW ? "resource type" : "entry");
	if (zc_types[type].flags & ZC_VIEW)
		zc_view_remove(edit->zone, type);
	while ((rec = zc_edit_match(edit->zone, type, cmd, 0)) != NULL)
		zc_zone_drop(edit->zone, rec);
	return 0;
}

/* --- properties ----------------------------------------------------------- */

/* Where the property of the scope is kept. */
static struct zc_value *
target(struct zc_edit *edit, enum zc_prop_id id)
{
	return zc_rec_value(edit->scope == ZC_GLOBAL ? &edit->zone->global
						     : &edit->pending,
	    id);
}

/* Every item checked and spelled as stored; *out is the caller's. */
static int
check_items(enum zc_prop_id id, const struct zc_arg *arg, struct zc_value *out,
    struct err *e)
{
	for (size_t i = 0; i < arg->value.n; i++) {
		_autofree char *stored = NULL;

		if (zc_value_check(id, arg->value.item[i], &stored, e) == -1) {
			zc_value_clear(out);
			return -1;
		}
		zc_value_add(out, stored);
	}
	return 0;
}

static int
may_set(const struct zc_edit *edit, enum zc_prop_id id, struct err *e)
{
	const struct zc_prop *p = &zc_props[id];

	if (edit->scope == ZC_GLOBAL && !(p->flags & ZC_GZ) &&
	    zc_name_is_global(edit->zone->name))
		return err_set(e, ERR_CONFIG,
		    "%s is not a valid property for the global zone.", p->name);
	if (id == ZC_GLOBAL_POOL && has_any(edit->zone, ZC_DCPU))
		return err_set(e, ERR_CONFIG,
		    "set pool: Incompatible settings: the zone has a "
		    "dedicated-cpu resource; remove it first");
	return 0;
}

/* "" unsets what has neither to be set nor a default to go back to. */
static bool
unsets(const struct zc_prop *p, const struct zc_arg *arg)
{
	return arg->value.n == 1 && *arg->value.item[0] == '\0' &&
	    !(p->flags & (ZC_REQ | ZC_FIXED)) && !p->initial;
}

static int
set_alias(struct zc_edit *edit, enum zc_prop_id id, const char *text,
    struct err *e)
{
	_autofree char *stored = NULL;

	if (zc_value_check(id, text, &stored, e) == -1)
		return -1;
	return zc_alias_set(edit->zone, id, stored, e);
}

/* "[a,b]" of a property that keeps "a,b": its one word. */
static char *
one_word(const struct zc_value *list)
{
	char *text = mem_strdup("");

	for (size_t i = 0; i < list->n; i++) {
		_autofree char *before = text;

		text = mem_printf("%s%s%s", before, i > 0 ? "," : "",
		    list->item[i]);
	}
	return text;
}

static int
set_value(struct zc_edit *edit, enum zc_prop_id id, const struct zc_arg *arg,
    struct err *e)
{
	const struct zc_prop *p = &zc_props[id];
	struct zc_value fresh = { 0 };

	if (arg->value.n != 1 && !(p->flags & ZC_LIST))
		return err_set(e, ERR_CONFIG, "%s takes one value, not a list",
		    p->name);
	if (zc_prop_is_alias(id))
		return set_alias(edit, id, arg->value.item[0], e);
	if (!unsets(p, arg) && check_items(id, arg, &fresh, e) == -1)
		return -1;
	zc_value_clear(target(edit, id));
	*target(edit, id) = fresh;
	return 0;
}

int
zc_edit_set(struct zc_edit *edit, const char *prop, const struct zc_arg *arg,
    struct err *e)
{
	enum zc_prop_id id = ZC_PROPS;

	if (zc_edit_find_prop(edit, "set", prop, &id, e) == -1 ||
	    may_set(edit, id, e) == -1)
		return -1;
	if (arg->value.n > 1 && (zc_props[id].flags & ZC_COMMA)) {
		_autofree char *word = one_word(&arg->value);

		return set_value(edit, id,
		    &(struct zc_arg){ arg->shape, { &word, 1 } }, e);
	}
	return set_value(edit, id, arg, e);
}

static int
find_multiple(const struct zc_edit *edit, const char *verb, const char *prop,
    enum zc_prop_id *id, struct err *e)
{
	if (zc_edit_find_prop(edit, verb, prop, id, e) == -1)
		return -1;
	if (!(zc_props[*id].flags & (ZC_LIST | ZC_COMMA)))
		return err_set(e, ERR_CONFIG,
		    "%s %s: the property has one value; use 'set %s=VALUE'",
		    verb, prop, prop);
	return 0;
}

int
zc_edit_add_value(struct zc_edit *edit, const char *prop,
    const struct zc_arg *arg, struct err *e)
{
	enum zc_prop_id id = ZC_PROPS;
	struct zc_value fresh = { 0 };
	struct zc_value *value;

	if (find_multiple(edit, "add", prop, &id, e) == -1 ||
	    check_items(id, arg, &fresh, e) == -1)
		return -1;
	value = target(edit, id);
	for (size_t i = 0; i < fresh.n; i++) {
		if (zc_props[id].flags & ZC_LIST) {
			zc_value_add(value, fresh.item[i]);
		} else if (value->n == 0) {
			zc_value_set(value, fresh.item[i]);
		} else {
			_autofree char *all = mem_printf("%s,%s",
			    value->item[0], fresh.item[i]);

			zc_value_set(value, all);
		}
	}
	zc_value_clear(&fresh);
	return 0;
}

/* One part out of "a,b,c"; 0, or -1 where it is not there. */
static int
drop_part(struct zc_value *value, const char *part)
{
	_autofree char *copy = mem_strdup(value->n > 0 ? value->item[0] : "");
	_autofree char *all = NULL;
	char *rest = copy;
	char *item;
	bool found = false;

	while ((item = strsep(&rest, ",")) != NULL) {
		char *longer;

		if (!found && strcmp(item, part) == 0) {
			found = true;
			continue;
		}
		longer = all ? mem_printf("%s,%s", all, item)
			     : mem_strdup(item);
		free(all);
		all = longer;
	}
	if (!found)
		return -1;
	if (all)
		zc_value_set(value, all);
	else
		zc_value_clear(value);
	return 0;
}

static int
drop_item(struct zc_value *value, const char *item)
{
	for (size_t i = 0; i < value->n; i++) {
		if (strcmp(value->item[i], item) != 0)
			continue;
		zc_value_drop(value, i);
		return 0;
	}
	return -1;
}

int
zc_edit_remove_value(struct zc_edit *edit, const char *prop,
    const struct zc_arg *arg, struct err *e)
{
	enum zc_prop_id id = ZC_PROPS;
	struct zc_value gone = { 0 };
	int rc = 0;

	if (find_multiple(edit, "remove", prop, &id, e) == -1 ||
	    check_items(id, arg, &gone, e) == -1)
		return -1;
	for (size_t i = 0; i < gone.n && rc == 0; i++)
		rc = zc_props[id].flags & ZC_LIST
		    ? drop_item(target(edit, id), gone.item[i])
		    : drop_part(target(edit, id), gone.item[i]);
	zc_value_clear(&gone);
	if (rc == -1)
		return err_set(e, ERR_CONFIG,
		    "remove %s: No such property with that id", prop);
	return 0;
}

int
zc_edit_clear(struct zc_edit *edit, const char *prop, struct err *e)
{
	enum zc_prop_id id = ZC_PROPS;
	const struct zc_prop *p;

	if (zc_edit_find_prop(edit, "clear", prop, &id, e) == -1)
		return -1;
	p = &zc_props[id];
	if (p->flags & (ZC_REQ | ZC_FIXED))
		return err_set(e, ERR_CONFIG,
		    "%s: Clearing this property is not allowed", p->name);
	if (!zc_prop_is_alias(id)) {
		zc_value_clear(target(edit, id));
		return 0;
	}
	if (!zc_rctl_find(edit->zone, p->arg))
		return err_set(e, ERR_CONFIG, "clear %s: No such entry",
		    p->name);
	return zc_alias_set(edit->zone, id, NULL, e);
}
