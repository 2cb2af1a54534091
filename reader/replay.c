#include "reader/replay.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "reader/primitives.h"

/* What is left of a line. */
struct span {
	const char *text;
	size_t length;
};

static const struct {
	const char *word;
	enum reading_fault fault;
} faults[] = {
	{ "torn", READING_TORN },
	{ "several_cards", READING_SEVERAL_CARDS },
	{ "malformed", READING_MALFORMED },
	{ "unsupported", READING_UNSUPPORTED },
};

static bool span_is(struct span span, const char *word)
{
	return span.length == strlen(word) && memcmp(span.text, word, span.length) == 0;
}

/* Cut the next word off; *more says whether a space followed it. */
static struct span take_word(struct span *rest, bool *more)
{
	const char *space = memchr(rest->text, ' ', rest->length);
	struct span word = { rest->text, rest->length };

	*more = space != NULL;
	if (*more) {
		word.length = (size_t)(space - rest->text);
	}
	rest->text += word.length + (*more ? 1 : 0);
	rest->length -= word.length + (*more ? 1 : 0);
	return word;
}

static bool take_milliseconds(struct span word, uint64_t *out)
{
	uint64_t value = 0;

	if (word.length == 0 || word.length > 9) {
		return false;
	}
	for (size_t i = 0; i < word.length; i++) {
		if (word.text[i] < '0' || word.text[i] > '9') {
			return false;
		}
		value = value * 10 + (uint64_t)(word.text[i] - '0');
	}
	*out = value;
	return value <= REPLAY_MS_MAX;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	if (c >= 'A' && c <= 'F') {
		return c - 'A' + 10;
	}
	return -1;
}

/* Bytes of a word in hexadecimal, at most size of them.  NULL, or what is wrong with it. */
static const char *take_bytes(uint8_t *out, size_t size, size_t *length, struct span hex)
{
	if (hex.length == 0 || hex.length % 2 != 0) {
		return "an even number of hex digits is needed";
	}
	if (hex.length / 2 > size) {
		return "more bytes than there may be";
	}
	for (size_t i = 0; i < hex.length / 2; i++) {
		int high = hex_digit(hex.text[2 * i]);
		int low = hex_digit(hex.text[2 * i + 1]);

		if (high < 0 || low < 0) {
			return "not a hex digit";
		}
		out[i] = (uint8_t)(high << 4 | low);
	}
	*length = hex.length / 2;
	return NULL;
}

static const char *take_tag(struct reading *out, struct span hex)
{
	out->carrier = READING_TAG;
	return take_bytes(out->bytes, sizeof out->bytes, &out->length, hex);
}

static const char *take_bank(struct reading *out, struct span hex)
{
	const char *what =
		take_bytes(out->bytes, BANK_TOKENS_MAX * BANK_TOKEN_BYTES, &out->length, hex);

	out->carrier = READING_BANK;
	if (what == NULL && out->length % BANK_TOKEN_BYTES != 0) {
		return "a token has 16 bytes";
	}
	return what;
}

static const char *take_chip(struct reading *out, struct span rest)
{
	struct chip_proof *proof = &out->proof;
	size_t challenge = 0;
	bool more;
	const char *what = take_tag(out, take_word(&rest, &more));

	out->carrier = READING_CHIP;
	if (what == NULL) {
		what = take_bytes(proof->challenge, sizeof proof->challenge, &challenge,
				  take_word(&rest, &more));
	}
	if (what == NULL && challenge != sizeof proof->challenge) {
		return "a challenge has 32 bytes";
	}
	if (what != NULL || span_is(rest, "-")) {
		return what;
	}
	return take_bytes(proof->signature, sizeof proof->signature, &proof->length, rest);
}

static const char *take_text(struct reading *out, struct span text)
{
	if (text.length == 0) {
		return "a QR code needs a text";
	}
	if (text.length > READING_BYTES_MAX) {
		return "more bytes than a reading may have";
	}
	memcpy(out->bytes, text.text, text.length);
	out->carrier = READING_QR;
	out->length = text.length;
	return NULL;
}

static const struct {
	const char *word;
	enum reading_carrier carrier;
	const char *(*take)(struct reading *out, struct span rest);
} carriers[] = {
	{ "qr", READING_QR, take_text },
	{ "tag", READING_TAG, take_tag },
	{ "chip", READING_CHIP, take_chip },
	{ "bank", READING_BANK, take_bank },
};

static const char *take_fault(struct reading *out, struct span word, bool more)
{
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		if (span_is(word, faults[i].word)) {
			out->carrier = READING_TAG;
			out->fault = faults[i].fault;
			return more ? "nothing may follow this word" : NULL;
		}
	}
	return "not one of qr, tag, chip, bank, sealed, torn, several_cards, malformed, "
	       "unsupported";
}

/* What was presented; NULL, or what is wrong with it. */
static const char *take_presentation(struct reading *out, struct span line)
{
	bool more;
	struct span word = take_word(&line, &more);

	for (size_t i = 0; i < sizeof carriers / sizeof carriers[0]; i++) {
		if (span_is(word, carriers[i].word)) {
			return carriers[i].take(out, line);
		}
	}
	return take_fault(out, word, more);
}

static const char other_keys[] = "sealed by another registry's keys, or damaged";

static const char *take_sealed(struct reading *out, struct span hex, const uint8_t *trace_key)
{
	uint8_t sealed[REPLAY_LINE_MAX + REPLAY_SEALED_MORE];
	char line[REPLAY_LINE_MAX];
	size_t length = 0;

	if (trace_key == NULL) {
		return other_keys;
	}
	const char *what = take_bytes(sealed, sizeof sealed, &length, hex);

	if (what != NULL) {
		return what;
	}
	if (length <= REPLAY_SEALED_MORE ||
	    !primitive_unseal((uint8_t *)line, sealed + SEAL_NONCE_BYTES, length - SEAL_NONCE_BYTES,
			      NULL, 0, sealed, trace_key)) {
		return other_keys;
	}
	what = take_presentation(out, (struct span){ line, length - REPLAY_SEALED_MORE });
	explicit_bzero(line, sizeof line);
	return what;
}

/* NULL, or what is wrong with the line. */
static const char *take_line(struct replay *replay, struct reading *out, struct span line)
{
	uint64_t at_ms;
	bool more;
	struct span rest = line;
	struct span word = take_word(&rest, &more);

	if (!take_milliseconds(word, &at_ms)) {
		return "a line begins with its milliseconds";
	}
	if (at_ms < replay->at_ms) {
		return "the milliseconds go back";
	}
	replay->at_ms = at_ms;
	line = rest;
	word = take_word(&rest, &more);
	if (!span_is(word, "sealed")) {
		return take_presentation(out, line);
	}
	const char *what = take_sealed(out, rest, replay->trace_key);

	replay->other_keys = what == other_keys;
	return what;
}

static struct span next_line(struct replay *replay)
{
	struct span line = { replay->text + replay->offset, replay->length - replay->offset };
	const char *end = memchr(line.text, '\n', line.length);

	if (end != NULL) {
		line.length = (size_t)(end - line.text);
	}
	replay->offset += line.length + (end != NULL ? 1 : 0);
	replay->line++;
	if (line.length > 0 && line.text[line.length - 1] == '\r') {
		line.length--;
	}
	return line;
}

enum replay_status replay_next(struct replay *replay, struct reading *out)
{
	while (replay->offset < replay->length) {
		struct span line = next_line(replay);

		if (line.length == 0 || line.text[0] == '#') {
			continue;
		}
		struct reading reading = { .fault = READING_COMPLETE };

		replay->what = take_line(replay, &reading, line);
		if (replay->what != NULL) {
			return REPLAY_MALFORMED;
		}
		*out = reading;
		return REPLAY_OK;
	}
	return REPLAY_END;
}

/* --- the same written --- */

static size_t put_word(char *out, size_t length, const char *word)
{
	size_t more = strlen(word);

	memcpy(out + length, word, more);
	return length + more;
}

static size_t put_hex(char *out, size_t length, const uint8_t *bytes, size_t count)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		out[length++] = digits[bytes[i] >> 4];
		out[length++] = digits[bytes[i] & 0x0f];
	}
	return length;
}

static size_t put_proof(char *out, size_t length, const struct chip_proof *proof)
{
	length = put_word(out, length, " ");
	length = put_hex(out, length, proof->challenge, sizeof proof->challenge);
	length = put_word(out, length, proof->length > 0 ? " " : " -");
	return put_hex(out, length, proof->signature, proof->length);
}

static const char *fault_word(enum reading_fault fault)
{
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		if (faults[i].fault == fault) {
			return faults[i].word;
		}
	}
	return "malformed";
}

size_t replay_print(char out[static REPLAY_LINE_MAX], const struct reading *reading)
{
	if (reading->fault != READING_COMPLETE || reading->length == 0) {
		return put_word(out, 0, fault_word(reading->fault));
	}
	assert((size_t)reading->carrier < sizeof carriers / sizeof carriers[0]);
	size_t length = put_word(out, 0, carriers[reading->carrier].word);

	length = put_word(out, length, " ");
	if (reading->carrier == READING_QR) {
		memcpy(out + length, reading->bytes, reading->length);
		return length + reading->length;
	}
	length = put_hex(out, length, reading->bytes, reading->length);
	return reading->carrier == READING_CHIP ? put_proof(out, length, &reading->proof) : length;
}

void replay_seal(char out[static REPLAY_SEALED_MAX], const struct reading *reading,
		 const uint8_t trace_key[static TRACE_KEY_BYTES])
{
	char line[REPLAY_LINE_MAX];
	uint8_t sealed[REPLAY_LINE_MAX + REPLAY_SEALED_MORE];
	size_t length = replay_print(line, reading);

	static_assert(REPLAY_SEALED_MORE == SEAL_NONCE_BYTES + SEAL_TAG_BYTES &&
		      TRACE_KEY_BYTES == SEAL_KEY_BYTES);
	primitive_random(sealed, SEAL_NONCE_BYTES);
	primitive_seal(sealed + SEAL_NONCE_BYTES, (const uint8_t *)line, length, NULL, 0, sealed,
		       trace_key);
	explicit_bzero(line, sizeof line);
	out[put_hex(out, 0, sealed, length + REPLAY_SEALED_MORE)] = '\0';
}
