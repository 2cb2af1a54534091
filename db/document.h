/*
 * A JSON text read strictly, with the path at which a fault lies.  The one place of db/ that knows
 * jansson.
 *
 * Duplicate keys, broken UTF-8, NUL characters, trailing text and deep nesting are refused; null
 * says the same as leaving a member out.  Every function that answers bool answers false after it
 * filled *fault (or status BENEFIT_NO_MEMORY): the caller only returns.
 */
#ifndef YOUDAI_DB_DOCUMENT_H
#define YOUDAI_DB_DOCUMENT_H

#include "db/benefit.h"

struct catalogue;
struct json_t; /* a value within the text */

struct document {
	struct json_t *root;
	struct catalogue *catalogue; /* filled by the readers of members */
	struct benefit_fault *fault; /* the caller's: the last that was found */
	char path[128];              /* where the reading is: "$[3].who" */
	bool stored;                 /* it was taken up before: only its form is looked at */
	int tables;                  /* of graded values, around where the reading is */
	enum benefit_status status;
};

/* Parse the whole text of at most so many bytes; document_close in any case. */
bool document_open(struct document *document, struct benefit_fault *fault, const char *json,
		   size_t length, size_t most);
void document_close(struct document *document);

/* The entries of the text: of a list at the top, or the one object. */
size_t document_count(const struct document *document);
struct json_t *document_at(const struct document *document, size_t index);
/* Enters the entry's path; a fault of the one before is forgotten. */
void document_begin(struct document *document, size_t index);
/* The value as compact JSON, to be given to free(); NULL without memory. */
char *document_compact(struct json_t *json);

/* Append to the path; document_leave takes the length that document_enter answered. */
[[gnu::format(printf, 2, 3)]] size_t document_enter(struct document *document, const char *format,
						    ...);
void document_leave(struct document *document, size_t length);
/* One English sentence on what is wrong at the path; answers false. */
[[gnu::format(printf, 2, 3)]] bool document_refuse(struct document *document, const char *format,
						   ...);

/* What a member of an object is called, and what reads it into the benefit. */
struct member {
	const char *name;
	bool (*read)(struct document *document, struct benefit *benefit, struct json_t *json);
};

/* Read an object by a table of at most 32 members; others are refused.  *seen gets a bit for each
 * member of the table that is there. */
bool document_members(struct document *document, struct benefit *benefit, struct json_t *json,
		      const struct member *members, size_t count, uint32_t *seen);
/* NULL where the object (if it is one) has no such member. */
struct json_t *document_member(struct json_t *json, const char *name);

/* A list, and how many entries it has (at most 4096). */
bool document_list(struct document *document, size_t *count, struct json_t *json);
/* Calls read for each entry of a list, with the path at the entry. */
bool document_each(struct document *document, struct json_t *json, void *context,
		   bool (*read)(struct document *, void *, size_t, struct json_t *));

bool document_is_null(struct json_t *json);
bool document_is_list(struct json_t *json);
bool document_bool(struct document *document, bool *out, struct json_t *json);
bool document_integer(struct document *document, int64_t *out, struct json_t *json, int64_t least,
		      int64_t most);
/* At most so many bytes without control characters; borrowed from the document. */
bool document_text(struct document *document, const char **out, struct json_t *json, size_t most);
/* The index of the text among the names. */
bool document_name(struct document *document, size_t *out, struct json_t *json,
		   const char *const *names, size_t count);

#endif
