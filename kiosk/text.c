#include "kiosk/text.h"

#include <stdbool.h>
#include <string.h>

#include "kiosk/canvas.h"

#define REPLACEMENT 0xfffd
#define NO_BREAK    0xa0 /* a space that holds */
#define ELLIPSIS    "…"

/* --- characters --- */

/* Bytes that follow a lead byte, and the least character that needs them. */
static int tail_of(unsigned char lead, uint32_t *bits, uint32_t *least)
{
	if (lead >= 0xf0 && lead < 0xf5) {
		*bits = lead & 0x07;
		*least = 0x10000;
		return 3;
	}
	if (lead >= 0xe0 && lead < 0xf0) {
		*bits = lead & 0x0f;
		*least = 0x800;
		return 2;
	}
	if (lead >= 0xc2 && lead < 0xe0) {
		*bits = lead & 0x1f;
		*least = 0x80;
		return 1;
	}
	return -1;
}

uint32_t text_next(const char **text)
{
	const unsigned char *at = (const unsigned char *)*text;
	uint32_t character = 0, least = 0;

	if (*at == 0)
		return 0;
	*text += 1;
	if (*at < 0x80)
		return *at >= ' ' && *at != 0x7f ? *at : *at == '\n' ? '\n' : REPLACEMENT;
	int tail = tail_of(*at, &character, &least);
	for (int i = 1; i <= tail; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return REPLACEMENT;
		character = character << 6 | (at[i] & 0x3f);
	}
	if (tail < 0 || character < least || character > 0x10ffff ||
	    (character >= 0xd800 && character < 0xe000))
		return REPLACEMENT;
	*text += tail;
	return character;
}

size_t text_put(char *out, uint32_t c)
{
	static const uint8_t leads[] = { 0, 0xc0, 0xe0, 0xf0 };
	size_t tail = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

	out[0] = (char)(leads[tail] | c >> (6 * tail));
	for (size_t i = 1; i <= tail; i++)
		out[i] = (char)(0x80 | (c >> (6 * (tail - i)) & 0x3f));
	return tail + 1;
}

/* Characters that a line may be broken beside: ideographs, kana and full-width forms. */
static bool is_wide(uint32_t c)
{
	return (c >= 0x2e80 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) ||
	       (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff00 && c <= 0xff60) ||
	       (c >= 0x20000 && c <= 0x3ffff);
}

static bool is_one_of(uint32_t c, const uint32_t *set, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (set[i] == c)
			return true;
	return false;
}

/* Closing marks: comma, stop, closing brackets and quotes, both full and half width. */
static bool begins_no_line(uint32_t c)
{
	static const uint32_t set[] = { 0xff0c, 0x3002, 0x3001, 0xff1b, 0xff1a, 0xff1f, 0xff01,
					0xff09, 0x3011, 0x300b, 0x300d, 0x300f, 0x3009, 0x3015,
					0x201d, 0x2019, 0x2026, 0x2014, 0xb7,   0xff05, 0x3005,
					0x2c,   0x2e,   0x3b,   0x3a,   0x3f,   0x21,   0x29,
					0x5d,   0x7d,   0x25,   0x2a };

	return is_one_of(c, set, sizeof(set) / sizeof(set[0]));
}

/* Opening brackets and quotes. */
static bool ends_no_line(uint32_t c)
{
	static const uint32_t set[] = { 0xff08, 0x3010, 0x300a, 0x300c, 0x300e, 0x3008,
					0x3014, 0x201c, 0x2018, 0x28,   0x5b,   0x7b };

	return is_one_of(c, set, sizeof(set) / sizeof(set[0]));
}

static bool may_break(uint32_t before, uint32_t after)
{
	if (before == ' ' || after == '\n' || after == 0)
		return true;
	if (after == ' ' || before == NO_BREAK || after == NO_BREAK || begins_no_line(after) ||
	    ends_no_line(before))
		return false;
	return is_wide(before) || is_wide(after) || before == '-';
}

size_t text_unit(const char *text, const char **after)
{
	const char *at = text, *visible_end = text;

	while (*at != 0 && *at != '\n') {
		uint32_t before = text_next(&at);
		const char *peek = at;
		if (before != ' ')
			visible_end = at;
		if (may_break(before, text_next(&peek)))
			break;
	}
	while (*at == ' ')
		at++;
	*after = *at == '\n' ? at + 1 : at;
	return (size_t)(visible_end - text);
}

/* --- lines --- */

struct type {
	struct canvas *canvas;
	int size;
	enum weight weight;
};

static int width_of(const struct type *type, const char *text, size_t length)
{
	char part[LINE_BYTES_MAX + 1];

	if (length > LINE_BYTES_MAX)
		length = LINE_BYTES_MAX;
	memcpy(part, text, length);
	part[length] = 0;
	return canvas_text_width(type->canvas, part, type->size, type->weight);
}

/* As many characters as fit, with an ellipsis behind them. */
static void cut(char out[static LINE_BYTES_MAX + 1], const struct type *type, const char *text,
		int width)
{
	const char *end = text, *fits = text;
	int room = width - width_of(type, ELLIPSIS, strlen(ELLIPSIS));

	while (*end != 0 && *end != '\n' && end - text < LINE_BYTES_MAX - 8) {
		const char *from = end;
		(void)text_next(&end);
		room -= width_of(type, from, (size_t)(end - from));
		if (room < 0)
			break;
		fits = end;
	}
	size_t length = (size_t)(fits - text);
	memcpy(out, text, length);
	memcpy(out + length, ELLIPSIS, sizeof(ELLIPSIS));
	canvas_count_cut(type->canvas);
}

static void draw_line(const struct type *type, struct box box, const char *text, enum align align,
		      uint32_t colour)
{
	int width = canvas_text_width(type->canvas, text, type->size, type->weight);
	int x = box.x;

	if (align == ALIGN_CENTRE)
		x += (box.w - width) / 2;
	else if (align == ALIGN_RIGHT)
		x += box.w - width;
	canvas_text_at(type->canvas, (struct point){ x, box.y + box.h / 2 }, text, type->size,
		       type->weight, colour);
}

void canvas_text(struct canvas *canvas, struct box box, const char *text, int size,
		 enum weight weight, enum align align, uint32_t colour)
{
	struct type type = { canvas, size, weight };
	char line[LINE_BYTES_MAX + 1];

	if (strlen(text) <= LINE_BYTES_MAX &&
	    canvas_text_width(canvas, text, size, weight) <= box.w) {
		draw_line(&type, box, text, align, colour);
		return;
	}
	cut(line, &type, text, box.w);
	draw_line(&type, box, line, align, colour);
}

/* A word alone too long for the line: as many of its characters as fit, one at least. */
static size_t part_of_word(const struct type *type, const char *text, size_t length, int width)
{
	const char *end = text, *fits = text;

	while (end < text + length && end - text < LINE_BYTES_MAX - 4) {
		const char *from = end;
		(void)text_next(&end);
		width -= width_of(type, from, (size_t)(end - from));
		if (width < 0 && fits > text)
			break;
		fits = end;
	}
	return (size_t)(fits - text);
}

/* Bytes of the first line of the text; *next is where the second begins. */
static size_t first_line(const struct type *type, const char *text, int width, const char **next)
{
	const char *at = text;
	size_t length = 0;
	int used = 0;

	while (*at != 0) {
		const char *after;
		size_t unit = text_unit(at, &after);
		int wide = width_of(type, at, unit);
		if (used + wide > width || (size_t)(at - text) + unit > LINE_BYTES_MAX) {
			if (length == 0) {
				length = part_of_word(type, at, unit, width);
				at += length;
			}
			break;
		}
		length = (size_t)(at - text) + unit;
		used += wide + width_of(type, at + unit, (size_t)(after - at) - unit);
		at = after;
		if (at > text && at[-1] == '\n')
			break;
	}
	*next = at;
	return length;
}

int canvas_paragraph(struct canvas *canvas, struct box box, const char *text, int size,
		     enum weight weight, enum align align, uint32_t colour, bool measure_only)
{
	struct type type = { canvas, size, weight };
	int pitch = size * TEXT_PITCH / 10, height = 0;

	while (*text != 0) {
		char line[LINE_BYTES_MAX + 1];
		const char *next;
		while (*text == ' ')
			text++;
		size_t length = first_line(&type, text, box.w > 0 ? box.w : 1, &next);
		bool last = box.h > 0 && height + 2 * pitch > box.h && *next != 0;

		if (last && !measure_only) {
			cut(line, &type, text, box.w);
		} else {
			memcpy(line, text, length);
			line[length] = 0;
		}
		if (!measure_only)
			draw_line(&type, (struct box){ box.x, box.y + height, box.w, pitch }, line,
				  align, colour);
		height += pitch;
		if (last)
			break;
		text = next;
	}
	return height;
}
