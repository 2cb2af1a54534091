#include "centre/printable.h"

#include <stdint.h>
#include <string.h>

#include "centre/text.h"

#define ILLEGIBLE "□"
#define CUT       "…"

static const struct {
	uint32_t first, last;
	const char *instead;
} unprintable[] = {
	{ 0x00, 0x1f, " " },     { 0x7f, 0x9f, " " },    { 0xad, 0xad, "" }, /* soft hyphen */
	{ 0x61c, 0x61c, "" },    { 0x180e, 0x180e, "" }, { 0x200b, 0x200f, "" },
	{ 0x2028, 0x2029, " " }, { 0x202a, 0x202e, "" }, { 0x2060, 0x206f, "" },
	{ 0xfeff, 0xfeff, "" },  { 0xfff9, 0xfffb, "" }, { 0xe0000, 0xe007f, "" }, /* tags */
};

static uint32_t point_of(const char *text, size_t bytes)
{
	static const uint8_t head[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t point = (uint8_t)text[0] & head[bytes];

	for (size_t i = 1; i < bytes; i++)
		point = point << 6 | ((uint8_t)text[i] & 0x3f);
	return point;
}

/* What stands for the character of so many bytes, 0 where there is none; *length in bytes. */
static const char *instead_of(const char *text, size_t bytes, size_t *length)
{
	const char *instead = bytes == 0 ? ILLEGIBLE : NULL;
	uint32_t point = bytes == 0 ? 0 : point_of(text, bytes);

	for (size_t i = 0; instead == NULL && i < sizeof unprintable / sizeof *unprintable; i++)
		if (point >= unprintable[i].first && point <= unprintable[i].last)
			instead = unprintable[i].instead;
	*length = instead == NULL ? bytes : strlen(instead);
	return instead == NULL ? text : instead;
}

bool printable(char out[static PRINTABLE_SIZE], const char *text)
{
	size_t room = PRINTABLE_SIZE - sizeof CUT, used = 0;
	size_t left = strlen(text);

	while (left > 0) {
		size_t bytes = text_character(text, left), length;
		const char *put = instead_of(text, bytes, &length);

		if (length > room - used) {
			memcpy(out + used, CUT, sizeof CUT);
			return false;
		}
		memcpy(out + used, put, length);
		used += length;
		bytes = bytes == 0 ? 1 : bytes;
		text += bytes;
		left -= bytes;
	}
	out[used] = '\0';
	return true;
}
