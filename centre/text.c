#include "centre/text.h"

#include <string.h>

#include "db/china_time.h"
#include "db/identities.h"

size_t text_character(const char *text, size_t length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t bytes;
	uint32_t point;

	if (length == 0)
		return 0;
	unsigned char first = (unsigned char)text[0];
	bytes = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (bytes == 0 || bytes > length || first > 0xf4)
		return 0;
	if (bytes == 1)
		return 1;
	point = first & (0x7fU >> bytes);
	for (size_t i = 1; i < bytes; i++) {
		unsigned char byte = (unsigned char)text[i];

		if ((byte & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (byte & 0x3f);
	}
	if (point < least[bytes] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	return bytes;
}

/* Of three bytes: marks of direction, zero width and line ends, which make a text look like another. */
static bool is_invisible(const char *text)
{
	uint32_t point =
		(uint32_t)((text[0] & 0x0f) << 12 | (text[1] & 0x3f) << 6 | (text[2] & 0x3f));

	return (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2060 && point <= 0x206f) || point == 0xfeff;
}

bool text_is_plain(const char *text, size_t most)
{
	size_t length = strlen(text);

	if (length == 0 || length > most || text[0] == ' ' || text[length - 1] == ' ')
		return false;
	for (size_t i = 0; i < length;) {
		unsigned char byte = (unsigned char)text[i];
		size_t step = text_character(text + i, length - i);

		/* U+0080 to U+009F are control characters too. */
		if (step == 0 || byte < 0x20 || byte == 0x7f ||
		    (byte == 0xc2 && (unsigned char)text[i + 1] < 0xa0) ||
		    (step == 3 && is_invisible(text + i)))
			return false;
		i += step;
	}
	return true;
}

static bool all_digits(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

bool text_is_region(const char *text)
{
	size_t length = strlen(text);

	return length >= 2 && length <= 12 && all_digits(text, length);
}

bool text_to_number(int64_t *out, const char *text)
{
	bool negative = text[0] == '-';
	const char *digits = text + negative;
	size_t length = strlen(digits);
	int64_t number = 0;

	if (length == 0 || !all_digits(digits, length))
		return false;
	for (size_t i = 0; i < length; i++) {
		int64_t digit = digits[i] - '0';

		if (__builtin_mul_overflow(number, 10, &number) ||
		    (negative ? __builtin_sub_overflow(number, digit, &number)
			      : __builtin_add_overflow(number, digit, &number))) {
			*out = negative ? INT64_MIN : INT64_MAX;
			return true;
		}
	}
	*out = number;
	return true;
}

static int nibble(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *found;

	if (digit >= 'A' && digit <= 'F')
		digit = (char)(digit - 'A' + 'a');
	found = digit == '\0' ? NULL : strchr(digits, digit);
	return found == NULL ? -1 : (int)(found - digits);
}

bool text_to_bytes(uint8_t *out, size_t size, size_t *length, const char *text)
{
	size_t digits = strlen(text);

	if (digits % 2 != 0 || digits / 2 > size)
		return false;
	for (size_t i = 0; i < digits; i += 2) {
		int high = nibble(text[i]), low = nibble(text[i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i / 2] = (uint8_t)(high << 4 | low);
	}
	*length = digits / 2;
	return true;
}

/* "disabled:GRADE:CAUSE" with a grade of 1 to 10. */
static bool is_disabled(const char *text, size_t length)
{
	static const char *const causes[] = { "war", "duty", "illness" };
	static const char prefix[] = "disabled:";
	size_t at = sizeof prefix - 1, grade = 0;

	if (length <= at || memcmp(text, prefix, at) != 0 || text[at] == '0')
		return false;
	for (; at < length && text[at] >= '0' && text[at] <= '9' && grade <= 10; at++)
		grade = grade * 10 + (size_t)(text[at] - '0');
	if (grade < 1 || grade > 10 || at == length || text[at] != ':')
		return false;
	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
		if (strlen(causes[i]) == length - at - 1 &&
		    memcmp(causes[i], text + at + 1, length - at - 1) == 0)
			return true;
	return false;
}

static bool is_identity(const char *text, size_t length)
{
	static const char *const known[] = {
		"veteran.officer", "veteran.nco",  "veteran.conscript", "veteran.retired",
		"demobilised",     "returned_ill", "family.martyr",     "family.duty",
		"family.illness",  "war",          "nuclear",           "red_army",
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i]) == length && memcmp(known[i], text, length) == 0)
			return true;
	return is_disabled(text, length);
}

bool text_is_identities(const char *text)
{
	struct dated_identity identity;

	if (!identities_fit(text))
		return false;
	while (*text != '\0')
		if (!identities_next(&identity, &text) ||
		    !is_identity(identity.name, identity.length))
			return false;
	return true;
}

bool text_is_id_number(const char *text)
{
	static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	static const char checks[] = "10X98765432";
	char birth[11];
	int32_t day;
	int sum = 0;

	if (strlen(text) != 18 || !all_digits(text, 17))
		return false;
	for (int i = 0; i < 17; i++)
		sum += weights[i] * (text[i] - '0');
	memcpy(birth, text + 6, 4);
	memcpy(birth + 5, text + 10, 2);
	memcpy(birth + 8, text + 12, 2);
	birth[4] = birth[7] = '-';
	birth[10] = '\0';
	return text[17] == checks[sum % 11] && day_parse(&day, birth);
}
