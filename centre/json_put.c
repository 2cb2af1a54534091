#include "centre/json_put.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "centre/text.h"
#include "db/china_time.h"

static void put_escaped(FILE *out, const char *text)
{
	static const char shorts[] = "\b\f\n\r\t";
	static const char names[] = "bfnrt";
	size_t length = strlen(text);

	fputc('"', out);
	for (size_t i = 0; i < length;) {
		unsigned char byte = (unsigned char)text[i];
		size_t step = text_character(text + i, length - i);

		if (step == 0) {
			fputs("\xef\xbf\xbd", out);
			step = 1;
		} else if (byte == '"' || byte == '\\') {
			fprintf(out, "\\%c", byte);
		} else if (byte < 0x20 && strchr(shorts, byte) != NULL) {
			fprintf(out, "\\%c", names[strchr(shorts, byte) - shorts]);
		} else if (byte < 0x20 || byte == 0x7f) {
			fprintf(out, "\\u%04x", byte);
		} else {
			fwrite(text + i, 1, step, out);
		}
		i += step;
	}
	fputc('"', out);
}

static void put_key(struct json *json, const char *key)
{
	if (json->started[json->depth])
		fputc(',', json->out);
	json->started[json->depth] = true;
	if (key != NULL) {
		put_escaped(json->out, key);
		fputc(':', json->out);
	}
}

void json_put_begin(struct json *json, FILE *out)
{
	*json = (struct json){ .out = out };
}

void json_put_end(struct json *json)
{
	assert(json->depth == 0);
	fputc('\n', json->out);
}

void json_put_open(struct json *json, const char *key, char bracket)
{
	assert(json->depth < JSON_DEPTH_MAX);
	put_key(json, key);
	fputc(bracket, json->out);
	json->close[json->depth] = bracket == '{' ? '}' : ']';
	json->started[++json->depth] = false;
}

void json_put_close(struct json *json)
{
	assert(json->depth > 0);
	fputc(json->close[--json->depth], json->out);
}

void json_put_text(struct json *json, const char *key, const char *text)
{
	put_key(json, key);
	if (text == NULL)
		fputs("null", json->out);
	else
		put_escaped(json->out, text);
}

void json_put_number(struct json *json, const char *key, int64_t number)
{
	put_key(json, key);
	fprintf(json->out, "%" PRId64, number);
}

void json_put_flag(struct json *json, const char *key, bool flag)
{
	put_key(json, key);
	fputs(flag ? "true" : "false", json->out);
}

void json_put_null(struct json *json, const char *key)
{
	json_put_text(json, key, NULL);
}

void json_put_known(struct json *json, const char *key, bool known, int64_t number)
{
	if (known)
		json_put_number(json, key, number);
	else
		json_put_null(json, key);
}

void json_put_both(struct json *json, const char *key, const char *zh, const char *en)
{
	json_put_open(json, key, '{');
	json_put_text(json, "zh", zh);
	json_put_text(json, "en", en);
	json_put_close(json);
}

void json_put_hex(struct json *json, const char *key, const uint8_t *bytes, size_t length)
{
	put_key(json, key);
	fputc('"', json->out);
	for (size_t i = 0; i < length; i++)
		fprintf(json->out, "%02x", bytes[i]);
	fputc('"', json->out);
}

void json_put_raw(struct json *json, const char *key, const char *text, size_t length)
{
	put_key(json, key);
	fwrite(text, 1, length, json->out);
}

void json_put_day(struct json *json, const char *key, int32_t day)
{
	char text[11];

	if (day == INT32_MIN || day == INT32_MAX) {
		json_put_null(json, key);
		return;
	}
	day_format(text, day);
	json_put_text(json, key, text);
}

void json_put_instant(struct json *json, const char *key, int64_t instant)
{
	char text[21];

	if (instant == INT64_MIN || instant == INT64_MAX) {
		json_put_null(json, key);
		return;
	}
	instant_format(text, instant);
	json_put_text(json, key, text);
}
