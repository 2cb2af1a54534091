#include "tests/emv_card.h"

#include <assert.h>
#include <string.h>

#define NONE          (-1)
#define TRACK2_DIGITS 37 /* with the separator, at most */

static const uint8_t directory_name[] = "2PAY.SYS.DDF01";
static const uint8_t debit_name[] = { 0xa0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x01 };

static_assert(sizeof(struct emv_card) <= CARD_STATE_MAX);

/* --- making answers --- */

static size_t head_of(uint8_t *head, uint32_t tag, size_t length)
{
	size_t at = 0;
	for (int shift = 16; shift >= 0; shift -= 8) {
		if (tag >> shift != 0) {
			head[at++] = (uint8_t)(tag >> shift);
		}
	}
	if (length > 0xff) {
		head[at++] = 0x82;
		head[at++] = (uint8_t)(length >> 8);
	} else if (length > 0x7f) {
		head[at++] = 0x81;
	}
	head[at++] = (uint8_t)length;
	return at;
}

void emv_file_put(struct emv_file *file, uint32_t tag, const void *value, size_t length)
{
	uint8_t head[6];
	size_t count = head_of(head, tag, length);
	assert(count + length <= EMV_FILE_MAX - file->length);
	memcpy(file->bytes + file->length, head, count);
	if (length > 0) {
		memcpy(file->bytes + file->length + count, value, length);
	}
	file->length += count + length;
}

void emv_file_wrap(struct emv_file *file, uint32_t tag)
{
	struct emv_file inner = *file;
	file->length = 0;
	emv_file_put(file, tag, inner.bytes, inner.length);
}

/* Nibbles as hexadecimal digits in text, F behind an odd number of them. */
static void put_nibbles(struct emv_file *file, uint32_t tag, const char *text)
{
	uint8_t packed[TRACK2_DIGITS / 2 + 1] = { 0 };
	size_t count = strlen(text);
	assert(count <= TRACK2_DIGITS);
	for (size_t i = 0; i < (count + 1) / 2 * 2; i++) {
		unsigned nibble = i == count       ? 0x0f
				  : text[i] <= '9' ? (unsigned)(text[i] - '0')
						   : (unsigned)(text[i] - 'A' + 10);
		packed[i / 2] |= (uint8_t)(i % 2 == 0 ? nibble << 4 : nibble);
	}
	emv_file_put(file, tag, packed, (count + 1) / 2);
	explicit_bzero(packed, sizeof packed);
}

/* Behind the number: valid until 2030-12, service code 220, and zeros. */
void emv_file_put_track2(struct emv_file *file, const char *number)
{
	char text[64] = { 0 };
	size_t length = strlen(number);
	assert(length < TRACK2_DIGITS);
	memcpy(text, number, length);
	memcpy(text + length, "D3012220000000000", 18);
	text[TRACK2_DIGITS] = '\0';
	put_nibbles(file, 0x57, text);
	explicit_bzero(text, sizeof text);
}

void emv_file_put_number(struct emv_file *file, const char *number)
{
	put_nibbles(file, 0x5a, number);
}

void emv_file_put_sequence(struct emv_file *file, int sequence)
{
	const uint8_t packed = (uint8_t)(sequence / 10 * 16 + sequence % 10);
	if (sequence >= 0) {
		emv_file_put(file, 0x5f34, &packed, 1);
	}
}

/* --- making cards --- */

static void put_entry(struct emv_file *file, const struct emv_application *application)
{
	struct emv_file entry = { 0 };
	emv_file_put(&entry, 0x4f, application->name, application->name_length);
	if (application->has_priority) {
		emv_file_put(&entry, 0x87, &application->priority, 1);
	}
	emv_file_put(file, 0x61, entry.bytes, entry.length);
}

void emv_card_list(struct emv_card *card)
{
	struct emv_file inner = { 0 };
	for (size_t i = 0; i < card->application_count; i++) {
		put_entry(&inner, &card->applications[i]);
	}
	emv_file_wrap(&inner, 0xbf0c);
	emv_file_wrap(&inner, 0xa5);
	struct emv_file *file = &card->directory;
	*file = (struct emv_file){ .status = 0x9000 };
	emv_file_put(file, 0x84, directory_name, sizeof directory_name - 1);
	memcpy(file->bytes + file->length, inner.bytes, inner.length);
	file->length += inner.length;
	emv_file_wrap(file, 0x6f);
}

/* The FCI with a label and, where one is given, a list of the values that are wanted. */
static void put_fci(struct emv_application *application, const uint8_t *list, size_t length)
{
	struct emv_file inner = { 0 };
	emv_file_put(&inner, 0x50, "PBOC DEBIT", 10);
	if (list != NULL) {
		emv_file_put(&inner, 0x9f38, list, length);
	}
	emv_file_wrap(&inner, 0xa5);
	struct emv_file *file = &application->fci;
	*file = (struct emv_file){ .status = 0x9000 };
	emv_file_put(file, 0x84, application->name, application->name_length);
	memcpy(file->bytes + file->length, inner.bytes, inner.length);
	file->length += inner.length;
	emv_file_wrap(file, 0x6f);
}

void emv_card_ask(struct emv_application *application, const uint8_t *list, size_t length,
		  size_t values_length)
{
	application->values_length = values_length;
	put_fci(application, list, length);
}

struct emv_application *emv_card_add(struct emv_card *card, const uint8_t *name, size_t length,
				     int priority)
{
	assert(card->application_count < EMV_CARD_NAMES_MAX && length <= 16);
	struct emv_application *application = &card->applications[card->application_count++];
	*application = (struct emv_application){ .name_length = length };
	memcpy(application->name, name, length);
	application->has_priority = priority >= 0;
	application->priority = (uint8_t)(priority >= 0 ? priority : 0);
	put_fci(application, NULL, 0);
	application->options.status = 0x9000;
	emv_file_put(&application->options, 0x80, (const uint8_t[]){ 0x7c, 0x00 }, 2);
	emv_card_list(card);
	return application;
}

static struct emv_file *add_record(struct emv_application *application, size_t at, uint8_t file,
				   uint8_t number)
{
	application->records[at] =
		(struct emv_record){ .file = file, .number = number, .answer.status = 0x9000 };
	return &application->records[at].answer;
}

/* What UnionPay's cards ask for: qualifiers, amounts, country, results, currency, date, type,
 * unpredictable number, and an extension. */
static struct emv_application *start_card(struct emv_card *card)
{
	static const uint8_t list[] = { 0x9f, 0x66, 4, 0x9f, 0x02, 6,    0x9f, 0x03, 6,
					0x9f, 0x1a, 2, 0x95, 5,    0x5f, 0x2a, 2,    0x9a,
					3,    0x9c, 1, 0x9f, 0x37, 4,    0xdf, 0x60, 1 };
	*card = (struct emv_card){ .uid = { 0x08, 0x11, 0x22, 0x33 }, .selected = NONE };
	struct emv_application *application = emv_card_add(card, debit_name, sizeof debit_name, 1);
	emv_card_ask(application, list, sizeof list, 34);
	application->options.length = 0;
	return application;
}

void emv_card_make(struct emv_card *card, const char *number, int sequence)
{
	static const uint8_t plain[] = {
		0x7c, 0x00, 0x08, 0x01, 0x01, 0x00, 0x10, 0x02, 0x03, 0x01
	};
	struct emv_application *application = start_card(card);
	emv_file_put(&application->options, 0x80, plain, sizeof plain);
	struct emv_file *record = add_record(application, 0, 1, 1);
	emv_file_put_track2(record, number);
	emv_file_wrap(record, 0x70);
	record = add_record(application, 1, 2, 2);
	emv_file_put_number(record, number);
	emv_file_put_sequence(record, sequence);
	emv_file_put(record, 0x5f24, (const uint8_t[]){ 0x30, 0x12, 0x31 }, 3);
	emv_file_wrap(record, 0x70);
	record = add_record(application, 2, 2, 3);
	emv_file_put(record, 0x5f28, (const uint8_t[]){ 0x01, 0x56 }, 2);
	emv_file_wrap(record, 0x70);
}

void emv_card_make_quick(struct emv_card *card, const char *number, int sequence)
{
	struct emv_application *application = start_card(card);
	struct emv_file *options = &application->options;
	emv_file_put(options, 0x82, (const uint8_t[]){ 0x7c, 0x00 }, 2);
	emv_file_put(options, 0x9f36, (const uint8_t[]){ 0x00, 0x17 }, 2);
	emv_file_put_track2(options, number);
	emv_file_put(options, 0x9f26, "\xe7\x01\x92\x33\x4f\x80\x6a\xbd", 8);
	emv_file_put_sequence(options, sequence);
	emv_file_wrap(options, 0x77);
}

/* --- answering --- */

static size_t say(uint8_t *response, size_t length, unsigned status)
{
	response[length] = (uint8_t)(status >> 8);
	response[length + 1] = (uint8_t)status;
	return length + 2;
}

/* The next part of what is to be said, and how much is left. */
static size_t say_rest(struct emv_card *card, uint8_t *response)
{
	size_t left = card->rest.length - card->rest_at;
	size_t count = card->part > 0 && left > card->part ? card->part : left;
	memcpy(response, card->rest.bytes + card->rest_at, count);
	card->rest_at += count;
	left -= count;
	return say(response, count,
		   left > 0 ? 0x6100 | (left < 0x100 ? (unsigned)left : 0) : card->rest.status);
}

/* le: what the command expects; 0 stands for 256. */
static size_t say_file(struct emv_card *card, uint8_t *response, const struct emv_file *file,
		       uint8_t le)
{
	if (card->exact && file->length > 0 && file->length < 256 && le != file->length) {
		return say(response, 0, 0x6c00 | (unsigned)file->length);
	}
	card->rest = *file;
	card->rest_at = 0;
	return say_rest(card, response);
}

static size_t answer_select(struct emv_card *card, uint8_t *response, const uint8_t *command,
			    size_t length)
{
	size_t name_length = command[4];
	const uint8_t *name = command + 5;
	if (command[2] != 0x04 || command[3] != 0x00 || length != 5 + name_length + 1) {
		return say(response, 0, 0x6700);
	}
	card->selected = NONE;
	uint8_t le = command[length - 1];
	if (name_length == sizeof directory_name - 1 &&
	    memcmp(name, directory_name, name_length) == 0) {
		return say_file(card, response, &card->directory, le);
	}
	for (size_t i = 0; i < card->application_count; i++) {
		const struct emv_application *application = &card->applications[i];
		if (application->name_length == name_length &&
		    memcmp(application->name, name, name_length) == 0) {
			card->selected = (int)i;
			return say_file(card, response, &application->fci, le);
		}
	}
	return say(response, 0, 0x6a82);
}

static size_t answer_options(struct emv_card *card, uint8_t *response, const uint8_t *command,
			     size_t length)
{
	if (card->selected == NONE) {
		return say(response, 0, 0x6985);
	}
	const struct emv_application *application = &card->applications[card->selected];
	size_t count = application->values_length;
	size_t head = count < 0x80 ? 2 : 3;
	bool sound = length == 5 + head + count + 1 && command[4] == head + count &&
		     command[5] == 0x83 && (head == 2 || command[6] == 0x81) &&
		     command[5 + head - 1] == count;
	if (!sound) {
		return say(response, 0, 0x6700);
	}
	memcpy(card->values, command + 5 + head, count);
	card->values_length = count;
	return say_file(card, response, &application->options, command[length - 1]);
}

static size_t answer_record(struct emv_card *card, uint8_t *response, const uint8_t *command,
			    size_t length)
{
	if (card->selected == NONE || length != 5 || (command[3] & 0x07) != 0x04) {
		return say(response, 0, 0x6a86);
	}
	const struct emv_application *application = &card->applications[card->selected];
	for (size_t i = 0; i < EMV_CARD_RECORDS_MAX; i++) {
		const struct emv_record *record = &application->records[i];
		if (record->number == command[2] && record->file == command[3] >> 3) {
			return say_file(card, response, &record->answer, command[4]);
		}
	}
	return say(response, 0, 0x6a83);
}

static size_t answer_rest(struct emv_card *card, uint8_t *response, const uint8_t *command,
			  size_t length)
{
	(void)command;
	if (length != 5 || card->rest_at == card->rest.length) {
		return say(response, 0, 0x6985);
	}
	return say_rest(card, response);
}

static size_t answer_honestly(struct emv_card *card, uint8_t *response, const uint8_t *command,
			      size_t length)
{
	static const struct {
		uint8_t class, instruction;
		size_t (*answer)(struct emv_card *, uint8_t *, const uint8_t *, size_t);
	} table[] = {
		{ 0x00, 0xa4, answer_select },
		{ 0x80, 0xa8, answer_options },
		{ 0x00, 0xb2, answer_record },
		{ 0x00, 0xc0, answer_rest },
	};
	for (size_t i = 0; length >= 5 && i < sizeof table / sizeof table[0]; i++) {
		if (command[0] == table[i].class && command[1] == table[i].instruction) {
			return table[i].answer(card, response, command, length);
		}
	}
	return say(response, 0, 0x6d00);
}

size_t emv_card_answer(struct emv_card *card, uint8_t *response, const uint8_t *command,
		       size_t length)
{
	if (card->tear_at > 0 && card->exchanges + 1 >= card->tear_at) {
		return CARD_GONE;
	}
	card->exchanges++;
	for (size_t i = 0; i < card->answer_size; i++) {
		response[i] = (uint8_t)(0x5a + 31 * i + (size_t)card->exchanges);
	}
	if (card->answer_size > 0) {
		return card->answer_size;
	}
	if (card->endless) {
		return say(response, 0, 0x6110);
	}
	return answer_honestly(card, response, command, length);
}

/* --- as a card in the field --- */

static void face(const void *card, struct card_face *out)
{
	static const uint8_t ats[] = { 0x05, 0x78, 0x80, 0x70, 0x02 };
	const struct emv_card *emv = card;
	*out = (struct card_face){
		.uid_length = sizeof emv->uid, .atqa = 0x04, .sak = 0x20, .ats_length = sizeof ats
	};
	memcpy(out->uid, emv->uid, sizeof emv->uid);
	memcpy(out->ats, ats, sizeof ats);
}

static void select_anew(void *card)
{
	struct emv_card *emv = card;
	emv->selected = NONE;
	emv->rest = (struct emv_file){ 0 };
	emv->rest_at = 0;
}

static void reset(void *card)
{
	struct emv_card *emv = card;
	select_anew(card);
	for (size_t i = 1; i < sizeof emv->uid; i++) {
		emv->uid[i] = (uint8_t)(emv->uid[i] * 5 + 17 * (int)i + 1);
	}
}

static size_t answer(void *card, uint8_t *response, const uint8_t *command, size_t length)
{
	return emv_card_answer(card, response, command, length);
}

const struct card_kind emv_card_kind = {
	.size = sizeof(struct emv_card),
	.face = face,
	.reset = reset,
	.select = select_anew,
	.answer = answer,
};
