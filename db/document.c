#include "db/document.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX  16   /* brackets within brackets; a table within a table needs 10 */
#define NAME_BYTES 63   /* [byte] of a text that is one of several names */
#define LIST_MAX   4096 /* entries of one list */

/* --- where we are, and what is wrong there --- */

/* Longer paths than fit are cut, never at the cost of what stands before. */
size_t document_enter(struct document *document, const char *format, ...)
{
	size_t length = strlen(document->path);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(document->path + length, sizeof document->path - length, format, arguments);
	va_end(arguments);
	return length;
}

void document_leave(struct document *document, size_t length)
{
	document->path[length] = '\0';
}

/* Names of members come from the file: only plain characters of them reach a terminal. */
static void plain_copy(char *out, size_t out_size, const char *text)
{
	size_t length = 0;

	for (; text[length] != '\0' && length + 1 < out_size; length++) {
		unsigned char c = (unsigned char)text[length];

		out[length] = c >= ' ' && c < 0x7f ? (char)c : '?';
	}
	out[length] = '\0';
}

bool document_refuse(struct document *document, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(document->fault->why, sizeof document->fault->why, format, arguments);
	va_end(arguments);
	snprintf(document->fault->path, sizeof document->fault->path, "%s", document->path);
	document->status = BENEFIT_MALFORMED;
	return false;
}

/* --- the whole text --- */

/* jansson goes down as deep as the text says, by recursion: look first. */
static bool is_shallow(const char *json, size_t length)
{
	size_t depth = 0;
	bool in_text = false;

	for (size_t i = 0; i < length; i++) {
		if (in_text && json[i] == '\\')
			i++;
		else if (json[i] == '"')
			in_text = !in_text;
		else if (!in_text && (json[i] == '[' || json[i] == '{') && ++depth > DEPTH_MAX)
			return false;
		else if (!in_text && (json[i] == ']' || json[i] == '}') && depth > 0)
			depth--;
	}
	return true;
}

static bool document_broken(struct document *document, const json_error_t *error)
{
	char text[sizeof error->text];

	snprintf(document->path, sizeof document->path, "line %d, column %d", error->line,
		 error->column);
	plain_copy(text, sizeof text, error->text);
	return document_refuse(document, "%s.", text);
}

bool document_open(struct document *document, struct benefit_fault *fault, const char *json,
		   size_t length, size_t most)
{
	json_error_t error;

	*document = (struct document){ .fault = fault, .path = "$" };
	if (length > most)
		return document_refuse(document, "The file is larger than %zu bytes.", most);
	if (!is_shallow(json, length))
		return document_refuse(document, "Brackets are nested deeper than %d.", DEPTH_MAX);
	document->root = json_loadb(json, length, JSON_REJECT_DUPLICATES, &error);
	if (document->root != NULL)
		return true;
	if (json_error_code(&error) == json_error_out_of_memory) {
		document->status = BENEFIT_NO_MEMORY;
		return false;
	}
	return document_broken(document, &error);
}

void document_close(struct document *document)
{
	json_decref(document->root);
	document->root = NULL;
}

size_t document_count(const struct document *document)
{
	return json_is_array(document->root) ? json_array_size(document->root) : 1;
}

struct json_t *document_at(const struct document *document, size_t index)
{
	return json_is_array(document->root) ? json_array_get(document->root, index)
					     : document->root;
}

void document_begin(struct document *document, size_t index)
{
	document->status = BENEFIT_OK;
	document->tables = 0;
	document_leave(document, 0);
	document_enter(document, "$");
	if (json_is_array(document->root))
		document_enter(document, "[%zu]", index);
}

char *document_compact(struct json_t *json)
{
	return json_dumps(json, JSON_COMPACT);
}

struct json_t *document_member(struct json_t *json, const char *name)
{
	return json_object_get(json, name);
}

bool document_is_null(struct json_t *json)
{
	return json_is_null(json);
}

bool document_is_list(struct json_t *json)
{
	return json_is_array(json);
}

/* --- objects and lists --- */

static bool read_member(struct document *document, struct benefit *benefit, const char *key,
			struct json_t *json, const struct member *members, size_t count,
			uint32_t *seen)
{
	char name[40];

	plain_copy(name, sizeof name, key);
	document_enter(document, ".%s", name);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(members[i].name, key) != 0)
			continue;
		if (json_is_null(json))
			return true;
		*seen |= 1U << i;
		return members[i].read(document, benefit, json);
	}
	return document_refuse(document, "There is no such member here.");
}

/* Answers which members of the table are there, a bit each, through *seen. */
bool document_members(struct document *document, struct benefit *benefit, struct json_t *json,
		      const struct member *members, size_t count, uint32_t *seen)
{
	const char *key;
	struct json_t *value;
	size_t length = strlen(document->path);

	*seen = 0;
	if (!json_is_object(json))
		return document_refuse(document, "This must be an object in braces.");
	json_object_foreach(json, key, value)
	{
		if (!read_member(document, benefit, key, value, members, count, seen))
			return false;
		document_leave(document, length);
	}
	return true;
}

bool document_list(struct document *document, size_t *count, struct json_t *json)
{
	if (!json_is_array(json))
		return document_refuse(document, "This must be a list in brackets.");
	*count = json_array_size(json);
	if (*count > LIST_MAX)
		return document_refuse(document, "The list has more than %d entries.", LIST_MAX);
	return true;
}

/* --- single values --- */

bool document_integer(struct document *document, int64_t *out, struct json_t *json, int64_t least,
		      int64_t most)
{
	int64_t value;

	if (!json_is_integer(json))
		return document_refuse(document, "This must be a whole number.");
	value = json_integer_value(json);
	if (value < least || value > most)
		return document_refuse(document, "%lld is outside %lld to %lld.", (long long)value,
				       (long long)least, (long long)most);
	*out = value;
	return true;
}

bool document_bool(struct document *document, bool *out, struct json_t *json)
{
	if (!json_is_boolean(json))
		return document_refuse(document, "This must be true or false.");
	*out = json_is_true(json);
	return true;
}

bool document_text(struct document *document, const char **out, struct json_t *json, size_t most)
{
	const char *text = json_string_value(json);

	if (text == NULL)
		return document_refuse(document, "This must be a text in quotes.");
	if (strlen(text) > most)
		return document_refuse(document, "The text is longer than %zu bytes.", most);
	for (const char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return document_refuse(document, "The text has a control character in it.");
	}
	*out = text;
	return true;
}

/* The index of the text among the names. */
bool document_name(struct document *document, size_t *out, struct json_t *json,
		   const char *const *names, size_t count)
{
	const char *text = "";
	char plain[40];

	if (!document_text(document, &text, json, NAME_BYTES))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i], text) == 0) {
			*out = i;
			return true;
		}
	}
	plain_copy(plain, sizeof plain, text);
	return document_refuse(document, "\"%s\" is not one of the names that may stand here.",
			       plain);
}

/* Calls read for each entry with the path at the entry. */
bool document_each(struct document *document, struct json_t *json, void *context,
		   bool (*read)(struct document *, void *, size_t, struct json_t *))
{
	size_t count = 0; /* gcc cannot see that document_list filled it */

	if (!document_list(document, &count, json))
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t length = document_enter(document, "[%zu]", i);

		if (!read(document, context, i, json_array_get(json, i)))
			return false;
		document_leave(document, length);
	}
	return true;
}
