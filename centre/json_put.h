/*
 * Answers for programs: JSON written to a stream as it comes, so that a list of a million rows needs
 * no memory.  Knows brackets, commas and escapes; what is written is the caller's.
 *
 * Text that is not UTF-8 (an argument, a file's name) is written with U+FFFD for what is wrong, so
 * that the answer can always be read.
 */
#ifndef YOUDAI_CENTRE_JSON_PUT_H
#define YOUDAI_CENTRE_JSON_PUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH_MAX 8

struct json {
	FILE *out;
	int depth;
	char close[JSON_DEPTH_MAX]; /* the bracket that ends each level */
	bool started[JSON_DEPTH_MAX + 1];
};

void json_put_begin(struct json *json, FILE *out);
/* Ends the line.  Everything opened must have been closed. */
void json_put_end(struct json *json);

/* key is NULL in an array and on the outermost level.  bracket is '{' or '['. */
void json_put_open(struct json *json, const char *key, char bracket);
void json_put_close(struct json *json);

void json_put_text(struct json *json, const char *key, const char *text); /* NULL: null */
void json_put_number(struct json *json, const char *key, int64_t number);
void json_put_flag(struct json *json, const char *key, bool flag);
void json_put_null(struct json *json, const char *key);
/* number where known, else null. */
void json_put_known(struct json *json, const char *key, bool known, int64_t number);
/* "YYYY-MM-DD", RFC 3339; null where it is open (INT32_MIN, INT32_MAX; INT64_MIN, INT64_MAX). */
void json_put_day(struct json *json, const char *key, int32_t day);
void json_put_instant(struct json *json, const char *key, int64_t instant);
/* A sentence in both languages: {"zh","en"}. */
void json_put_both(struct json *json, const char *key, const char *zh, const char *en);
void json_put_hex(struct json *json, const char *key, const uint8_t *bytes, size_t length);
/* Members (without the brackets around them) or a value, already JSON. */
void json_put_raw(struct json *json, const char *key, const char *text, size_t length);

#endif
