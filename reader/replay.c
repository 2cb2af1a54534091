#include "reader/replay.h"

#include <stdbool.h>
#include <string.h>

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

static const char *take_hex(struct reading *out, struct span hex)
{
	if (hex.length == 0 || hex.length % 2 != 0) {
		return "a tag needs an even number of hex digits";
	}
	if (hex.length / 2 > READING_BYTES_MAX) {
		return "more bytes than a reading may have";
	}
	for (size_t i = 0; i < hex.length / 2; i++) {
		int high = hex_digit(hex.text[2 * i]);
		int low = hex_digit(hex.text[2 * i + 1]);

		if (high < 0 || low < 0) {
			return "not a hex digit";
		}
		out->bytes[i] = (uint8_t)(high << 4 | low);
	}
	out->carrier = READING_TAG;
	out->length = hex.length / 2;
	return NULL;
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

static const char *take_fault(struct reading *out, struct span word, bool more)
{
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		if (span_is(word, faults[i].word)) {
			out->carrier = READING_TAG;
			out->fault = faults[i].fault;
			return more ? "nothing may follow this word" : NULL;
		}
	}
	return "not one of qr, tag, torn, several_cards, malformed, unsupported";
}

/* NULL, or what is wrong with the line. */
static const char *take_line(struct replay *replay, struct reading *out, struct span line)
{
	uint64_t at_ms;
	bool more;
	struct span word = take_word(&line, &more);

	if (!take_milliseconds(word, &at_ms)) {
		return "a line begins with its milliseconds";
	}
	if (at_ms < replay->at_ms) {
		return "the milliseconds go back";
	}
	replay->at_ms = at_ms;
	word = take_word(&line, &more);
	if (span_is(word, "qr")) {
		return take_text(out, line);
	}
	if (span_is(word, "tag")) {
		return take_hex(out, line);
	}
	return take_fault(out, word, more);
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
