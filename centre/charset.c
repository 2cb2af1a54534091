#include "centre/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "centre/text.h"

#define MARK "\xef\xbb\xbf"

static bool begins_with(const char *text, size_t length, const char *mark)
{
	return length >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0;
}

/* Where the character behind this sound text stands. */
static struct csv_place place_behind(const char *text, size_t length)
{
	struct csv_place place = { 1, 1 };
	size_t at = begins_with(text, length, MARK) ? strlen(MARK) : 0;

	for (; at < length; at += text_character(text + at, length - at)) {
		place.column++;
		if (text[at] == '\n')
			place = (struct csv_place){ place.line + 1, 1 };
	}
	return place;
}

static enum charset_status fault_behind(struct csv_fault *fault, const char *text, size_t length,
					const char *why)
{
	fault->place = place_behind(text, length);
	snprintf(fault->why, sizeof fault->why, "%s", why);
	return CHARSET_MALFORMED;
}

/* --- UTF-8 --- */

struct survey {
	size_t sound;      /* [byte] before the first fault */
	size_t characters; /* beyond ASCII */
	size_t faults;     /* bytes that belong to no character */
};

static struct survey survey_utf8(const char *text, size_t length)
{
	struct survey found = { .sound = length };

	for (size_t at = 0; at < length;) {
		size_t step = text_character(text + at, length - at);

		if (step == 0 && found.faults++ == 0)
			found.sound = at;
		found.characters += step > 1;
		at += step > 0 ? step : 1;
	}
	return found;
}

/* Damaged UTF-8 can be GB 18030 by chance, and would then put names into the registry that nobody
 * has.  GB 18030 on the other hand breaks UTF-8 at most of its characters. */
static bool is_damaged_utf8(const struct survey *survey, const char *text, size_t length)
{
	return begins_with(text, length, MARK) || survey->characters / 4 > survey->faults;
}

/* --- others, by the C library --- */

struct conversion {
	char *text; /* of the caller */
	size_t length, done;
	char *utf8; /* made here */
	size_t utf8_length;
};

/* CHARSET_MALFORMED: what stands before the fault is done. */
static enum charset_status convert(struct conversion *conversion, const char *encoding)
{
	size_t left = conversion->length, size = left * CHARSET_GROWTH, room = size;
	char *from = conversion->text, *to = malloc(size + 1);
	iconv_t converter = iconv_open("UTF-8", encoding);
	enum charset_status status = CHARSET_OK;

	conversion->utf8 = to;
	if (to == NULL)
		status = CHARSET_NO_MEMORY;
	else if (converter == (iconv_t)-1)
		status = errno == ENOMEM ? CHARSET_NO_MEMORY : CHARSET_NO_CONVERTER;
	else if (iconv(converter, &from, &left, &to, &room) == (size_t)-1)
		status = CHARSET_MALFORMED;
	if (converter != (iconv_t)-1)
		iconv_close(converter);
	conversion->done = conversion->length - left;
	conversion->utf8_length = size - room;
	return status;
}

/* Give the converted text its own size in the place of the old one. */
static void replace(char **text, size_t *length, struct conversion *conversion)
{
	char *fitting = realloc(conversion->utf8, conversion->utf8_length + 1);

	if (fitting != NULL)
		conversion->utf8 = fitting;
	conversion->utf8[conversion->utf8_length] = '\0';
	free(*text);
	*text = conversion->utf8;
	*length = conversion->utf8_length;
	conversion->utf8 = NULL;
}

/* Neither UTF-8 nor GB 18030 begins with one of UTF-16's marks. */
static const char *utf16_of(const char *text, size_t length)
{
	if (begins_with(text, length, "\xff\xfe"))
		return "UTF-16LE";
	return begins_with(text, length, "\xfe\xff") ? "UTF-16BE" : NULL;
}

static enum charset_status from_utf16(char **text, size_t *length, struct csv_fault *fault,
				      const char *encoding)
{
	struct conversion conversion = { .text = *text + 2, .length = *length - 2 };
	enum charset_status status = convert(&conversion, encoding);

	if (status == CHARSET_OK)
		replace(text, length, &conversion);
	else if (status == CHARSET_MALFORMED)
		status = fault_behind(fault, conversion.utf8, conversion.utf8_length,
				      "UTF-16 文本有误 · broken UTF-16 text");
	free(conversion.utf8);
	return status;
}

/* Where it is neither, the encoding in which more of it can be read says where the fault is. */
static enum charset_status from_gb18030(char **text, size_t *length, struct csv_fault *fault,
					size_t sound_utf8)
{
	static const char neither[] =
		"既不是 UTF-8 也不是 GB 18030 文本 · neither UTF-8 nor GB 18030 text";
	struct conversion conversion = { .text = *text, .length = *length };
	enum charset_status status = convert(&conversion, "GB18030");

	if (status == CHARSET_OK)
		replace(text, length, &conversion);
	else if (status == CHARSET_MALFORMED && conversion.done > sound_utf8)
		status = fault_behind(fault, conversion.utf8, conversion.utf8_length, neither);
	else if (status == CHARSET_MALFORMED)
		status = fault_behind(fault, *text, sound_utf8, neither);
	free(conversion.utf8);
	return status;
}

enum charset_status charset_to_utf8(char **text, size_t *length, struct csv_fault *fault)
{
	struct survey survey = survey_utf8(*text, *length);
	const char *utf16 = utf16_of(*text, *length);

	if (survey.faults == 0)
		return CHARSET_OK;
	if (utf16 != NULL)
		return from_utf16(text, length, fault, utf16);
	if (is_damaged_utf8(&survey, *text, *length))
		return fault_behind(fault, *text, survey.sound, "不是 UTF-8 文本 · not UTF-8 text");
	return from_gb18030(text, length, fault, survey.sound);
}
