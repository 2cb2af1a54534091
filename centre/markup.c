#include "centre/markup.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "centre/text.h"

#define WIDE    16
#define BROAD   13
#define NARROW  9
#define REPLACE "\xef\xbf\xbd" /* U+FFFD */

/* --- characters --- */

/* What a text's next bytes become. */
struct glyph {
	size_t taken;      /* [byte] of the text */
	const char *shown; /* length bytes of markup; none where the character is dropped */
	size_t length;
	int width;
};

/* Characters that do not stand for themselves; shown is NULL where they are dropped. */
static const struct special {
	uint32_t first, last;
	const char *shown;
} specials[] = {
	{ 0x00, 0x08, NULL },     { 0x09, 0x0a, " " },         { 0x0b, 0x0c, NULL },
	{ 0x0d, 0x0d, " " },      { 0x0e, 0x1f, NULL },        { '"', '"', "&quot;" },
	{ '&', '&', "&amp;" },    { '\'', '\'', "&#39;" },     { '<', '<', "&lt;" },
	{ '>', '>', "&gt;" },     { 0x7f, 0x9f, NULL },        { 0xad, 0xad, NULL },
	{ 0x61c, 0x61c, NULL },   { 0x200b, 0x200f, NULL },    { 0x2028, 0x2029, " " },
	{ 0x202a, 0x202e, NULL }, { 0x2060, 0x206f, NULL },    { 0xfeff, 0xfeff, NULL },
	{ 0xfff9, 0xfffb, NULL }, { 0xfffe, 0xffff, REPLACE },
};

static uint32_t point_of(const char *text, size_t length)
{
	uint32_t point = (unsigned char)text[0];

	if (length > 1)
		point &= 0x7fU >> length;
	for (size_t i = 1; i < length; i++)
		point = point << 6 | ((unsigned char)text[i] & 0x3f);
	return point;
}

static int width_of(uint32_t point)
{
	if (point >= 0x1100 && !(point >= 0x1e00 && point < 0x2014))
		return WIDE;
	if ((point >= 'A' && point <= 'Z') || (point < 0x80 && strchr("mw%&@", (int)point) != NULL))
		return BROAD;
	return NARROW;
}

static struct glyph glyph_at(const char *text, size_t left)
{
	size_t taken = text_character(text, left);
	struct glyph glyph = { taken, text, taken, 0 };

	if (taken == 0)
		return (struct glyph){ 1, REPLACE, strlen(REPLACE), WIDE };
	uint32_t point = point_of(text, taken);
	glyph.width = width_of(point);
	for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
		if (point < specials[i].first || point > specials[i].last)
			continue;
		glyph.shown = specials[i].shown != NULL ? specials[i].shown : "";
		glyph.length = strlen(glyph.shown);
		glyph.width = glyph.length > 0 ? glyph.width : 0;
	}
	return glyph;
}

/* --- text --- */

int markup_width(const char *text)
{
	size_t left = text != NULL ? strlen(text) : 0;
	int width = 0;

	while (left > 0 && width < INT16_MAX) {
		struct glyph glyph = glyph_at(text, left);

		width += glyph.width;
		text += glyph.taken;
		left -= glyph.taken;
	}
	return width < INT16_MAX ? width : INT16_MAX;
}

void markup_text_within(FILE *out, const char *text, int width)
{
	size_t left = text != NULL ? strlen(text) : 0;
	bool is_cut = markup_width(text) > width;
	int room = is_cut ? width - WIDE : INT16_MAX;

	while (left > 0) {
		struct glyph glyph = glyph_at(text, left);

		room -= glyph.width;
		if (is_cut && room < 0)
			break;
		fwrite(glyph.shown, 1, glyph.length, out);
		text += glyph.taken;
		left -= glyph.taken;
	}
	if (is_cut)
		fputs("…", out);
}

void markup_text(FILE *out, const char *text)
{
	markup_text_within(out, text, INT16_MAX);
}

void markup_both(FILE *out, struct bilingual both)
{
	bool has_zh = both.zh != NULL && both.zh[0] != '\0';
	bool has_en = both.en != NULL && both.en[0] != '\0';

	markup_text(out, both.zh);
	if (has_zh && has_en)
		fputs(" · ", out);
	markup_text(out, both.en);
}

/* --- numbers --- */

/* Digits in threes from the right; answers where the text ends. */
static char *put_digits(char *out, uint64_t number)
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, number);

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			*out++ = ',';
		*out++ = digits[i];
	}
	*out = '\0';
	return out;
}

static char *put_sign(char *out, int64_t number)
{
	if (number < 0)
		*out++ = '-';
	return out;
}

static uint64_t size_of(int64_t number)
{
	return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

void markup_digits(char out[static MARKUP_NUMBER_SIZE], uint64_t number)
{
	put_digits(out, number);
}

void markup_count(char out[static MARKUP_NUMBER_SIZE], int64_t number)
{
	put_digits(put_sign(out, number), size_of(number));
}

void markup_yuan(char out[static MARKUP_NUMBER_SIZE], int64_t fen)
{
	char *end = put_digits(put_sign(out, fen), size_of(fen) / 100);

	snprintf(end, 4, ".%02" PRIu64, size_of(fen) % 100);
}

void markup_permille(char out[static MARKUP_NUMBER_SIZE], int64_t permille)
{
	char *end = put_digits(put_sign(out, permille), size_of(permille) / 10);

	snprintf(end, 5, ".%" PRIu64 " %%", size_of(permille) % 10);
}
