/* SPDX-License-Identifier: ISC
 *
 * json - jansson with our errors.
 */
#include "base/json.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

void
json_free_at(json_t **json)
{
	json_decref(*json);
}

json_t *
json_parse(const char *text, size_t len, const char *what, struct err *e)
{
	json_error_t why;
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);

	if (!json) {
		/* The library would tell of a flag to let it pass. */
		const char *reason = json_error_code(&why) ==
			json_error_null_character
		    ? "\\u0000 is possible in no text"
		    : why.text;
		_autofree char *text_shown = str_visible(reason,
		    strlen(reason));

		(void)err_set(e, ERR_CONFIG, "%s: line %d, column %d: %s", what,
		    why.line, why.column, text_shown);
	}
	return json;
}

/* The member, or NULL with an error: missing, or not of this type. */
static json_t *
want(const json_t *object, const char *where, const char *key, json_type type,
    struct err *e)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "an object",
		[JSON_ARRAY] = "an array",
		[JSON_STRING] = "a string",
		[JSON_INTEGER] = "a whole number",
		[JSON_TRUE] = "true or false",
	};
	json_t *value = json_object_get(object, key);

	if (!value) {
		(void)err_set(e, ENOENT, "%s.%s is missing", where, key);
		return NULL;
	}
	if (json_typeof(value) == type ||
	    (type == JSON_TRUE && json_is_false(value)))
		return value;
	(void)err_set(e, ERR_CONFIG, "%s.%s is not %s", where, key,
	    names[type]);
	return NULL;
}

int
json_want_string(const json_t *object, const char *where, const char *key,
    const char **out, struct err *e)
{
	json_t *value = want(object, where, key, JSON_STRING, e);

	if (!value)
		return -1;
	/* Everything of ours ends at a NUL; a string must not hide one. */
	if (strlen(json_string_value(value)) != json_string_length(value))
		return err_set(e, ERR_CONFIG, "%s.%s holds a NUL", where, key);
	*out = json_string_value(value);
	return 0;
}

int
json_want_u64(const json_t *object, const char *where, const char *key,
    uint64_t *out, struct err *e)
{
	json_t *value = want(object, where, key, JSON_INTEGER, e);

	if (!value)
		return -1;
	if (json_integer_value(value) < 0)
		return err_set(e, ERR_CONFIG, "%s.%s is negative", where, key);
	*out = (uint64_t)json_integer_value(value);
	return 0;
}

int
json_want_bool(const json_t *object, const char *where, const char *key,
    bool *out, struct err *e)
{
	json_t *value = want(object, where, key, JSON_TRUE, e);

	if (!value)
		return -1;
	*out = json_is_true(value);
	return 0;
}

int
json_want_array(const json_t *object, const char *where, const char *key,
    json_t **out, struct err *e)
{
	json_t *value = want(object, where, key, JSON_ARRAY, e);

	if (!value)
		return -1;
	*out = value;
	return 0;
}

int
json_want_object(const json_t *object, const char *where, const char *key,
    json_t **out, struct err *e)
{
	json_t *value = want(object, where, key, JSON_OBJECT, e);

	if (!value)
		return -1;
	*out = value;
	return 0;
}

void
json_put(json_t *object, const char *key, json_t *value)
{
	/* Fails only when memory is exhausted or the key is not UTF-8. */
	if (json_object_set_new(object, key, value) == -1)
		abort();
}

json_t *
json_text(const char *text)
{
	json_t *value = json_string(text);
	_autofree char *shown = NULL;

	if (value)
		return value;
	shown = str_visible(text, strlen(text));
	return json_string(shown);
}

void
json_put_string(json_t *object, const char *key, const char *text)
{
	json_put(object, key, text ? json_text(text) : json_null());
}

int
json_print(const json_t *json, FILE *out, struct err *e)
{
	if (json_dumpf(json, out, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) ==
		-1 ||
	    fputc('\n', out) == EOF)
		return err_sys(e, "print");
	return 0;
}
