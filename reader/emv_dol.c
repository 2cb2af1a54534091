#include "reader/emv_dol.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#define CHINA_OFFSET    (8 * 3600) /* [s] east of UTC */
#define VALUE_BYTES_MAX 5

/*
 * What is not listed is zeros: the amounts (9F02, 9F03), the transaction's type (9C: goods), the
 * verification results (95), electronic cash (9F7A) and UnionPay's extensions (DF60, DF69).
 * The qualifiers ask for an online cryptogram: a card that can then answers with its number at
 * once and touches no offline balance.
 */
static const struct known {
	uint32_t tag;
	bool numeric; /* digits: fills up and is cut at the front, not at the end */
	size_t length;
	uint8_t value[VALUE_BYTES_MAX];
} table[] = {
	{ 0x9f66, false, 4, { 0x26, 0x80, 0x00, 0x80 } }, /* contactless only; PIN, signature */
	{ 0x9f1a, true, 2, { 0x01, 0x56 } },              /* country: China */
	{ 0x5f2a, true, 2, { 0x01, 0x56 } },              /* currency: yuan */
	{ 0x9f35, true, 1, { 0x25 } },                    /* a merchant's, unattended */
	{ 0x9f33, false, 3, { 0x20, 0x08, 0x00 } },       /* chip; nobody is verified */
	{ 0x9f40, false, 5, { 0x60, 0x00, 0x00, 0x00, 0x00 } }, /* goods and services */
};

static uint8_t bcd(int value)
{
	return (uint8_t)(value / 10 % 10 * 16 + value % 10);
}

/* Today by China's calendar, YYMMDD. */
static struct known date(const struct emv_terminal *terminal)
{
	struct known out = { .tag = 0x9a, .numeric = true, .length = 3 };
	time_t moment = 0;
	struct tm day;
	if (!__builtin_add_overflow(terminal->now, CHINA_OFFSET, &moment) &&
	    gmtime_r(&moment, &day) != NULL && day.tm_year >= 0) {
		out.value[0] = bcd(day.tm_year % 100);
		out.value[1] = bcd(day.tm_mon + 1);
		out.value[2] = bcd(day.tm_mday);
	}
	return out;
}

static struct known known_for(uint32_t tag, const struct emv_terminal *terminal)
{
	struct known out = { .tag = tag };
	if (tag == 0x9a) {
		return date(terminal);
	}
	if (tag == 0x9f37) {
		out.length = sizeof terminal->unpredictable;
		memcpy(out.value, terminal->unpredictable, sizeof terminal->unpredictable);
	}
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		if (table[i].tag == tag) {
			return table[i];
		}
	}
	return out;
}

/* EMV book 3, 5.4: digits keep their end, everything else its beginning; zeros fill up. */
static void put(uint8_t *out, size_t length, const struct known *known)
{
	size_t count = known->length < length ? known->length : length;
	memset(out, 0, length);
	if (known->numeric) {
		memcpy(out + length - count, known->value + known->length - count, count);
	} else {
		memcpy(out, known->value, count);
	}
}

enum emv_dol_status emv_dol_fill(uint8_t out[static EMV_DOL_VALUES_MAX], size_t *length,
				 struct ber_span list, const struct emv_terminal *terminal)
{
	size_t total = 0;
	while (list.length > 0) {
		uint32_t tag = 0;
		if (!ber_take_tag(&list, &tag) || list.length == 0) {
			return EMV_DOL_MALFORMED;
		}
		size_t count = list.bytes[0];
		list = (struct ber_span){ list.bytes + 1, list.length - 1 };
		if (count > EMV_DOL_VALUES_MAX - total) {
			return EMV_DOL_TOO_LONG;
		}
		struct known known = known_for(tag, terminal);
		put(out + total, count, &known);
		total += count;
	}
	*length = total;
	return EMV_DOL_OK;
}
