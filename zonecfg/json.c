/* SPDX-License-Identifier: ISC
 *
 * json - a configuration as JSON, and JSON as a configuration.
 */
#include "zonecfg/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/limits.h"
#include "zonecfg/value.h"

/* --- writing ----------------------------------------------------------------
 */

/* Numbers that a reader's int64 cannot hold stay text. */
static json_t *
number(enum zc_kind kind, const char *text)
{
	uint64_t n;

	if (zc_number_parse(kind, text, &n) == -1)
		return json_text(text);
	if (kind == ZC_K_CPUS)
		return json_real((double)n / 100);
	return n > INT64_MAX ? json_text(text) : json_integer((json_int_t)n);
}

static json_t *
resource_control(const char *text)
{
	json_t *object = json_object();
	struct zc_rctl rctl;
	_autofree char *limit = NULL;

	if (zc_rctl_parse(text, &rctl) == -1) {
		json_decref(object);
		return json_text(text);
	}
	limit = mem_printf("%" PRIu64, rctl.limit);
	json_put_string(object, "priv", "privileged");
	json_put(object, "limit", number(ZC_K_UINT, limit));
	json_put_string(object, "action", rctl.deny ? "deny" : "none");
	return object;
}

/* (name=N,value="V"), as value.c spells it. */
static json_t *
named(const char *text)
{
	json_t *object = json_object();
	const char *name = str_after(text, "(name=");
	const char *value = name ? strstr(name, ",value=\"") : NULL;
	_autofree char *n = NULL;
	_autofree char *v = NULL;

	if (!value || !str_ends(value, "\")")) {
		json_decref(object);
		return json_text(text);
	}
	n = mem_strndup(name, (size_t)(value - name));
	value += strlen(",value=\"");
	v = mem_strndup(value, strlen(value) - 2);
	json_put_string(object, "name", n);
	json_put_string(object, "value", v);
	return object;
}

static json_t *
item(enum zc_prop_id id, const char *text)
{
	enum zc_kind kind = zc_props[id].kind;

	if (kind == ZC_K_BOOL)
		return json_boolean(strcmp(text, "true") == 0);
	if (kind == ZC_K_UINT || kind == ZC_K_SIZE || kind == ZC_K_CPUS)
		return number(kind, text);
	if (kind == ZC_K_RCTLVALUE)
		return resource_control(text);
	return kind == ZC_K_NAMED ? named(text) : json_text(text);
}

static void
append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) == -1)
		abort();
}

static json_t *
parts(enum zc_prop_id id, const char *text)
{
	_autofree char *copy = mem_strdup(text);
	json_t *array = json_array();
	char *rest = copy;
	char *part;

	while ((part = strsep(&rest, ",")) != NULL) {
		if (*part != '\0')
			append(array, item(id, part));
	}
	return array;
}

static json_t *
value_of(enum zc_prop_id id, const struct zc_value *value)
{
	json_t *array;

	if (zc_props[id].flags & ZC_COMMA)
		return parts(id, value->n > 0 ? value->item[0] : "");
	if (!(zc_props[id].flags & ZC_LIST))
		return item(id, value->n > 0 ? value->item[0] : "");
	array = json_array();
	for (size_t i = 0; i < value->n; i++)
		append(array, item(id, value->item[i]));
	return array;
}

json_t *
zc_json_rec(const struct zc_rec *rec)
{
	json_t *object = json_object();

	for (enum zc_prop_id id = zc_types[rec->type].first;
	     id < zc_types[rec->type + 1].first; id++) {
		const struct zc_value *value = zc_rec_value(rec, id);

		if (value->n > 0)
			json_put(object, zc_props[id].name,
			    value_of(id, value));
	}
	return object;
}

json_t *
zc_json_prop(const struct zc_zone *zone, enum zc_prop_id id)
{
	const struct zc_prop *p = &zc_props[id];
	_autofree char *alias = NULL;
	const char *text;

	if (zc_prop_is_alias(id)) {
		alias = zc_alias_get(zone, id);
		return alias ? item(id, alias) : json_null();
	}
	text = zc_get(zone, p->name);
	return p->flags & ZC_COMMA ? parts(id, text) : item(id, text);
}

static void
put_global(json_t *object, const struct zc_zone *zone, enum zc_json_how how)
{
	bool global = zc_name_is_global(zone->name);

	for (enum zc_prop_id id = zc_types[ZC_GLOBAL].first;
	     id < zc_types[ZC_GLOBAL + 1].first; id++) {
		const struct zc_prop *p = &zc_props[id];
		const char *text = zc_get(zone, p->name);
		bool plain = !text || *text == '\0' ||
		    (str_eq(text, p->initial) && !(p->flags & ZC_SHOWN));

		if (global && id != ZC_GLOBAL_ZONENAME && !(p->flags & ZC_GZ))
			continue;
		if (zc_prop_is_alias(id)) {
			_autofree char *set = zc_alias_get(zone, id);

			if (how == ZC_JSON_INFO && set)
				json_put(object, p->name, item(id, set));
			continue;
		}
		if (how == ZC_JSON_EXPORT &&
		    (plain || id == ZC_GLOBAL_ZONENAME))
			continue;
		json_put(object, p->name, zc_json_prop(zone, id));
	}
}

static json_t *
of_type(const struct zc_zone *zone, enum zc_type type, enum zc_json_how how)
{
	bool view = (zc_types[type].flags & ZC_VIEW) != 0;
	struct zc_rec rec;
	json_t *array;

	if (view && how == ZC_JSON_INFO) {
		if (!zc_view_load(zone, type, &rec))
			return NULL;
		array = zc_json_rec(&rec);
		zc_rec_done(&rec);
		return array;
	}
	if (!zc_nth(zone, type, 0))
		return NULL;
	if (zc_types[type].flags & ZC_ONE)
		return zc_json_rec(zc_nth(zone, type, 0));
	array = json_array();
	for (size_t i = 0; i < zone->nres; i++) {
		if (zone->res[i].type == type)
			append(array, zc_json_rec(&zone->res[i]));
	}
	return array;
}

json_t *
zc_json_zone(const struct zc_zone *zone, enum zc_json_how how)
{
	json_t *object = json_object();

	put_global(object, zone, how);
	for (enum zc_type t = ZC_GLOBAL + 1; t < ZC_TYPES; t++) {
		json_t *value = of_type(zone, t, how);

		if (value)
			json_put(object, zc_types[t].name, value);
	}
	return object;
}

json_t *
zc_json_diff(const struct zc_diff *diff)
{
	json_t *array = json_array();

	for (size_t i = 0; i < diff->n; i++) {
		const struct zc_change *c = &diff->change[i];
		json_t *object = json_object();

		json_put_string(object, "resource", c->res);
		json_put_string(object, "property", c->prop);
		json_put_string(object, "from", c->from);
		json_put_string(object, "to", c->to);
		append(array, object);
	}
	return array;
}

/* --- reading ----------------------------------------------------------------
 */

static int
wrong(const char *where, const char *name, const char *want, struct err *e)
{
	return err_set(e, ERR_CONFIG, "%s.%s: must be %s", where, name, want);
}

/* "(a=x,b=y)" of the members that a complex value has. */
static char *
complex_text(enum zc_kind kind, const json_t *value)
{
	const json_t *limit = json_object_get(value, "limit");
	const char *a = json_string_value(
	    json_object_get(value, kind == ZC_K_NAMED ? "name" : "priv"));
	const char *b = json_string_value(
	    json_object_get(value, kind == ZC_K_NAMED ? "value" : "action"));

	if (!a || !b || json_object_size(value) != (kind == ZC_K_NAMED ? 2 : 3))
		return NULL;
	if (kind == ZC_K_NAMED)
		return mem_printf("(name=%s,value=\"%s\")", a, b);
	if (json_is_integer(limit))
		return mem_printf("(priv=%s,limit=%" JSON_INTEGER_FORMAT
				  ",action=%s)",
		    a, json_integer_value(limit), b);
	if (json_is_string(limit))
		return mem_printf("(priv=%s,limit=%s,action=%s)", a,
		    json_string_value(limit), b);
	return NULL;
}

/* One value as it is typed, or NULL: not of the right kind. */
static char *
text_of(enum zc_kind kind, const json_t *value)
{
	if (json_is_object(value) && zc_kind_is_complex(kind))
		return complex_text(kind, value);
	if (json_is_string(value))
		return mem_strdup(json_string_value(value));
	if (json_is_boolean(value) && kind == ZC_K_BOOL)
		return mem_strdup(json_is_true(value) ? "true" : "false");
	if (json_is_integer(value) && kind != ZC_K_BOOL)
		return mem_printf("%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	if (json_is_real(value) && kind == ZC_K_CPUS)
		return mem_printf("%.2f", json_real_value(value));
	return NULL;
}

static int
add_text(enum zc_prop_id id, const char *where, const json_t *value,
    struct zc_arg *arg, struct err *e)
{
	_autofree char *text = text_of(zc_props[id].kind, value);

	if (!text)
		return wrong(where, zc_props[id].name,
		    zc_kind_is_complex(zc_props[id].kind)
			? "an object of priv, limit and action, or name and "
			  "value"
			: "one value: text, a whole number, or true or false",
		    e);
	zc_value_add(&arg->value, text);
	return 0;
}

/* Several values in one word: a,b. */
static void
join(struct zc_arg *arg)
{
	_autofree char *all = mem_strdup("");

	for (size_t i = 0; i < arg->value.n; i++) {
		char *longer = mem_printf("%s%s%s", all, i > 0 ? "," : "",
		    arg->value.item[i]);

		free(all);
		all = longer;
	}
	zc_value_set(&arg->value, all);
}

static int
gather(enum zc_prop_id id, const char *where, const json_t *value,
    struct zc_arg *arg, struct err *e)
{
	const struct zc_prop *p = &zc_props[id];
	size_t i;
	const json_t *one;

	if (!json_is_array(value))
		return add_text(id, where, value, arg, e);
	if (!(p->flags & (ZC_LIST | ZC_COMMA)))
		return wrong(where, p->name, "one value, not an array", e);
	if (json_array_size(value) > ZC_MAX_ITEMS)
		return wrong(where, p->name, "an array of at most 4096", e);
	arg->shape = ZC_LISTED;
	json_array_foreach(value, i, one)
	{
		if (add_text(id, where, one, arg, e) == -1)
			return -1;
	}
	if (p->flags & ZC_COMMA)
		join(arg);
	return 0;
}

/* A limit that its resource control has already, which may be one that the
 * shorter spelling would not take. */
static bool
says_already(const struct zc_edit *edit, enum zc_prop_id id, const char *text)
{
	const char *backed = NULL;
	_autofree char *alias = NULL;
	uint64_t now;
	uint64_t then;

	if (zc_prop_is_alias(id))
		alias = zc_alias_get(edit->zone, id);
	else if (zc_props[id].flags & ZC_RCTL_BACKED)
		backed = zc_rec_text(&edit->pending, id);
	if (alias)
		backed = alias;
	return backed && zc_number_parse(zc_props[id].kind, text, &now) == 0 &&
	    zc_number_parse(zc_props[id].kind, backed, &then) == 0 &&
	    now == then;
}

/* It goes into messages. */
static int
check_key(const char *where, const char *name, struct err *e)
{
	_autofree char *visible = str_visible(name, strlen(name));

	if (strcmp(visible, name) != 0)
		return err_set(e, ERR_CONFIG,
		    "%s: the key '%s' holds control characters", where,
		    visible);
	return 0;
}

/* One property of the scope; null and an empty array leave it unset. */
static int
set_prop(struct zc_edit *edit, const char *where, const char *name,
    const json_t *value, struct err *e)
{
	struct zc_arg arg = { .shape = ZC_SIMPLE };
	enum zc_prop_id id = ZC_PROPS;
	int rc;

	if (check_key(where, name, e) == -1)
		return -1;
	if (zc_edit_find_prop(edit, "set", name, &id, e) == -1)
		return err_in(e, "%s", where);
	if (json_is_null(value) ||
	    (json_is_array(value) && json_array_size(value) == 0))
		return 0;
	/* So does no text at all; what is required is missed later. */
	if (json_is_string(value) && *json_string_value(value) == '\0')
		return 0;
	rc = gather(id, where, value, &arg, e);
	if (rc == 0 && !says_already(edit, id, arg.value.item[0]) &&
	    zc_edit_set(edit, name, &arg, e) == -1)
		rc = err_in(e, "%s.%s", where, name);
	zc_value_clear(&arg.value);
	return rc;
}

static int
set_resource(struct zc_edit *edit, const char *where, enum zc_type type,
    const json_t *object, struct err *e)
{
	struct zc_cmd any = { .verb = ZC_V_SELECT };
	const char *name;
	json_t *value;
	struct zc_rec view;
	bool there = false;
	int rc;

	if (!json_is_object(object))
		return err_set(e, ERR_CONFIG, "%s: must be an object", where);
	/* Limits may be there already, as resource controls. */
	if ((zc_types[type].flags & ZC_VIEW) &&
	    zc_view_load(edit->zone, type, &view)) {
		zc_rec_done(&view);
		there = true;
	}
	any.word = mem_strdup(zc_types[type].name);
	rc = there ? zc_edit_select(edit, &any, e)
		   : zc_edit_add(edit, any.word, e);
	zc_cmd_done(&any);
	if (rc == -1)
		return err_in(e, "%s", where);
	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		if (set_prop(edit, where, name, value, e) == -1)
			return -1;
	}
	if (zc_edit_end(edit, e) == -1)
		return err_in(e, "%s", where);
	return 0;
}

static int
set_type(struct zc_edit *edit, const char *what, enum zc_type type,
    const json_t *value, struct err *e)
{
	const char *name = zc_types[type].name;
	_autofree char *plain = mem_printf("%s.%s", what, name);
	size_t i;
	const json_t *one;

	if (json_is_null(value))
		return 0;
	if (!json_is_array(value))
		return set_resource(edit, plain, type, value, e);
	json_array_foreach(value, i, one)
	{
		_autofree char *where = mem_printf("%s[%zu]", plain, i);

		if (set_resource(edit, where, type, one, e) == -1)
			return -1;
	}
	return 0;
}

/* When a member is looked at: resource controls before what are views of
 * them, so that both may be there. */
enum turn { PLAIN, ALIASES, VIEWS, TURNS };

static enum turn
turn_of(const char *name)
{
	enum zc_type type = zc_type_find(name);
	enum zc_prop_id id = zc_prop_find(ZC_GLOBAL, name);

	if (type != ZC_TYPES)
		return zc_types[type].flags & ZC_VIEW ? VIEWS : PLAIN;
	return id != ZC_PROPS && zc_prop_is_alias(id) ? ALIASES : PLAIN;
}

static int
set_all(struct zc_edit *edit, const char *what, json_t *root, enum turn turn,
    struct err *e)
{
	const char *name;
	json_t *value;

	json_object_foreach(root, name, value)
	{
		enum zc_type type = zc_type_find(name);
		int rc;

		/* The caller says what the zone is called. */
		if (turn_of(name) != turn || strcmp(name, "zonename") == 0)
			continue;
		if (zc_name_is_global(edit->zone->name) && type == ZC_TYPES &&
		    json_is_null(value))
			continue;
		rc = type != ZC_TYPES ? set_type(edit, what, type, value, e)
				      : set_prop(edit, what, name, value, e);
		if (rc == -1)
			return -1;
	}
	return 0;
}

int
zc_json_parse(const char *name, const char *what, const char *text, size_t len,
    struct zc_zone **out, struct err *e)
{
	_cleanup_zone struct zc_zone *zone = zc_zone_new(name);
	_cleanup_edit struct zc_edit edit = { .zone = zone };
	_autojson json_t *root = json_parse(text, len, what, e);

	if (!root)
		return -1;
	if (!json_is_object(root))
		return err_set(e, ERR_CONFIG,
		    "%s: must be an object; 'zonecfg -z ZONE export --json' "
		    "prints one",
		    what);
	for (enum turn turn = PLAIN; turn < TURNS; turn++) {
		if (set_all(&edit, what, root, turn, e) == -1)
			return -1;
	}
	*out = mem_take(&zone);
	return 0;
}
