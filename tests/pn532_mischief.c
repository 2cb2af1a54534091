#include "tests/pn532_mischief.h"

#include <string.h>

enum { BODY = 5, CODE = 6, DATA = 7 }; /* 00 00 FF LEN LCS D5 code data DCS 00 */
enum { IN_DATA_EXCHANGE = 0x41, IN_LIST_PASSIVE_TARGET = 0x4b };

enum pn532_mischief pn532_trip_look(struct pn532_trip *trip, uint8_t command)
{
	if (trip->mischief != PN532_WELL && !trip->on && command == trip->command) {
		trip->nth--;
		trip->on = trip->nth == 0;
	}
	return trip->on ? trip->mischief : PN532_WELL;
}

static void sum_anew(uint8_t *frame, size_t length)
{
	uint8_t sum = 0;
	for (size_t i = BODY; i + 2 < length; i++) {
		sum = (uint8_t)(sum - frame[i]);
	}
	frame[length - 2] = sum;
}

/* Number of targets, number, ATQA (2), SAK, length of the UID, UID, then the ATS. */
static void cut_ats(uint8_t *frame, size_t length)
{
	size_t uid_length = DATA + 5;
	if (uid_length < length && uid_length + 1 + frame[uid_length] + 2 < length) {
		frame[uid_length + 1 + frame[uid_length]] = 0;
		sum_anew(frame, length);
	}
}

void pn532_spoil(uint8_t *frame, size_t length, enum pn532_mischief mischief)
{
	if (length < DATA + 2 || frame[3] == 0xff) {
		return;
	}
	switch (mischief) {
	case PN532_WRONG_SUM:
		frame[length - 2] ^= 0xff;
		break;
	case PN532_WRONG_LENGTH:
		frame[3]++;
		frame[4]--;
		break;
	case PN532_BAD_STATUS:
		if (frame[CODE] == IN_DATA_EXCHANGE && length > DATA + 2) {
			frame[DATA] |= 0x80;
			sum_anew(frame, length);
		}
		break;
	case PN532_NO_ATS:
		if (frame[CODE] == IN_LIST_PASSIVE_TARGET) {
			cut_ats(frame, length);
		}
		break;
	default:
		break;
	}
}

size_t pn532_instead(uint8_t out[static 64], enum pn532_mischief mischief, uint32_t *seed)
{
	static const uint8_t nack[] = { 0x00, 0x00, 0xff, 0xff, 0x00, 0x00 };
	if (mischief == PN532_NACKS) {
		memcpy(out, nack, sizeof nack);
		return sizeof nack;
	}
	if (mischief != PN532_RANDOM) {
		return 0;
	}
	for (size_t i = 0; i < 64; i++) {
		*seed = *seed * 1664525 + 1013904223;
		out[i] = (uint8_t)(*seed >> 24);
	}
	return 64;
}
