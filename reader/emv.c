#include "reader/emv.h"

#include <stdbool.h>
#include <string.h>

#include "reader/ber_tlv.h"
#include "reader/emv_dol.h"

enum { SELECTION = 0xa4, PROCESSING_OPTIONS = 0xa8, READ_RECORD = 0xb2, GET_RESPONSE = 0xc0 };

/* Tags, by the names of EMV book 3, annex A. */
enum {
	NAME = 0x4f,                /* of an application, in the directory */
	PRIORITY = 0x87,            /* in the low nibble */
	FCI = 0x6f,                 /* what SELECT answers */
	FCI_PROPRIETARY = 0xa5,     /* in it */
	FCI_DISCRETIONARY = 0xbf0c, /* in that */
	DIRECTORY_ENTRY = 0x61,
	PDOL = 0x9f38,
	OPTIONS_PLAIN = 0x80,    /* format 1: profile and locator, nothing else */
	OPTIONS_TEMPLATE = 0x77, /* format 2: objects */
	RECORD_TEMPLATE = 0x70,
	FILE_LOCATOR = 0x94,
	TRACK2 = 0x57,
	NUMBER = 0x5a,
	SEQUENCE = 0x5f34,
};

#define SUCCESS          0x9000
#define FILE_INVALID     0x6283
#define CARD_BLOCKED     0x6a81
#define NO_PRIORITY      16
#define NAME_LEAST       5  /* [byte] the registered provider alone */
#define NAME_MAX         16 /* [byte] */
#define TRACK2_MAX       19 /* [byte] */
#define NUMBER_BYTES_MAX 10 /* [byte] of packed digits */
#define PROFILE_BYTES    2
#define LOCATOR_MAX      252 /* [byte] */
#define LOCATOR_ENTRY    4   /* [byte] */

static const uint8_t unionpay[NAME_LEAST] = { 0xa0, 0x00, 0x00, 0x03, 0x33 };

struct application {
	uint8_t name[NAME_MAX];
	size_t length; /* [byte] */
	int priority;  /* 1 first, 15 last, NO_PRIORITY behind all */
};

/* Everything that the card says stays in here, and is wiped with it. */
struct session {
	const struct card_link *link;
	const struct emv_terminal *terminal;
	int exchanges;
	size_t application_count;
	struct application applications[EMV_APPLICATIONS_MAX];
	size_t locator_length; /* [byte] */
	uint8_t locator[LOCATOR_MAX];
	bool has_number;
	bool has_sequence;
	struct emv_account account;
	struct emv_account found;
	uint16_t status; /* SW1 SW2 of the last response */
	size_t length;   /* [byte] of the answer's data so far */
	uint8_t data[EMV_ANSWER_MAX + CARD_RESPONSE_MAX];
};

/* One exchange; its data go behind those that are there. */
static enum emv_status exchange(struct session *session, const uint8_t *command, size_t length)
{
	if (session->exchanges == EMV_EXCHANGES_MAX || session->length > EMV_ANSWER_MAX) {
		return EMV_MALFORMED;
	}
	session->exchanges++;
	uint8_t *part = session->data + session->length;
	int got = session->link->transceive(session->link->context, part, command, length);
	if (got < 1) {
		return EMV_LOST;
	}
	if (got < 2 || got > CARD_RESPONSE_MAX) {
		return EMV_MALFORMED;
	}
	size_t count = (size_t)got - 2;
	session->status = (uint16_t)(part[count] << 8 | part[count + 1]);
	session->length += count;
	return EMV_OK;
}

/* A command, Le last, with whatever it takes to have the whole answer: more of it (61xx), or the
 * same again with the length that the card wants to hear (6Cxx). */
static enum emv_status ask(struct session *session, const uint8_t *command, size_t length)
{
	uint8_t again[CARD_COMMAND_MAX];
	memcpy(again, command, length);
	session->length = 0;
	size_t kept = 0;
	while (true) {
		enum emv_status status = exchange(session, again, length);
		if (status != EMV_OK) {
			return status;
		}
		uint8_t count = (uint8_t)session->status;
		switch (session->status >> 8) {
		case 0x61:
			memcpy(again, (const uint8_t[]){ 0x00, GET_RESPONSE, 0x00, 0x00, count },
			       5);
			length = 5;
			kept = session->length;
			break;
		case 0x6c:
			again[length - 1] = count;
			session->length = kept;
			break;
		default:
			return session->length > EMV_ANSWER_MAX ? EMV_MALFORMED : EMV_OK;
		}
	}
}

/* The answer as what it must be: one object with this tag, sound within. */
static enum emv_status open_template(const struct session *session, uint32_t tag,
				     struct ber_span *out)
{
	struct ber_span rest = { session->data, session->length };
	struct ber_object object;
	if (!ber_valid(rest) || !ber_next(&rest, &object) || object.tag != tag) {
		return EMV_MALFORMED;
	}
	*out = object.value;
	return ber_next(&rest, &object) ? EMV_MALFORMED : EMV_OK;
}

/* An object that may be absent: then *out is empty. */
static enum emv_status find(struct ber_span *out, struct ber_span objects, uint32_t tag)
{
	*out = (struct ber_span){ 0 };
	return ber_find(out, objects, tag) == BER_TWICE ? EMV_MALFORMED : EMV_OK;
}

static enum emv_status select_name(struct session *session, const uint8_t *name, size_t length)
{
	uint8_t command[5 + NAME_MAX + 1] = { 0x00, SELECTION, 0x04, 0x00, (uint8_t)length };
	memcpy(command + 5, name, length);
	return ask(session, command, 5 + length + 1);
}

/* --- the directory --- */

/* Before the first with a larger number: those of one priority stay in their order. */
static enum emv_status insert(struct session *session, const struct application *application)
{
	if (session->application_count == EMV_APPLICATIONS_MAX) {
		return EMV_MALFORMED;
	}
	size_t at = session->application_count++;
	struct application *list = session->applications;
	while (at > 0 && list[at - 1].priority > application->priority) {
		list[at] = list[at - 1];
		at--;
	}
	list[at] = *application;
	return EMV_OK;
}

static enum emv_status note_entry(struct session *session, struct ber_span entry)
{
	struct ber_span name;
	struct ber_span priority;
	enum emv_status status = find(&name, entry, NAME);
	if (status == EMV_OK) {
		status = find(&priority, entry, PRIORITY);
	}
	if (status != EMV_OK || name.length < NAME_LEAST ||
	    memcmp(name.bytes, unionpay, sizeof unionpay) != 0) {
		return status;
	}
	if (name.length > NAME_MAX || priority.length > 1) {
		return EMV_MALFORMED;
	}
	struct application application = { .length = name.length, .priority = NO_PRIORITY };
	memcpy(application.name, name.bytes, name.length);
	if (priority.length == 1 && (priority.bytes[0] & 0x0f) != 0) {
		application.priority = priority.bytes[0] & 0x0f;
	}
	return insert(session, &application);
}

static enum emv_status note_entries(struct session *session, struct ber_span entries)
{
	struct ber_object object;
	while (ber_next(&entries, &object)) {
		enum emv_status status =
			object.tag == DIRECTORY_ENTRY ? note_entry(session, object.value) : EMV_OK;
		if (status != EMV_OK) {
			return status;
		}
	}
	return session->application_count > 0 ? EMV_OK : EMV_NO_APPLICATION;
}

static enum emv_status read_directory(struct session *session)
{
	static const uint8_t name[] = "2PAY.SYS.DDF01";
	enum emv_status status = select_name(session, name, sizeof name - 1);
	if (status != EMV_OK) {
		return status;
	}
	if (session->status == CARD_BLOCKED || session->status == FILE_INVALID) {
		return EMV_REFUSED;
	}
	if (session->status != SUCCESS) {
		return EMV_NO_APPLICATION;
	}
	struct ber_span span;
	status = open_template(session, FCI, &span);
	if (status == EMV_OK) {
		status = find(&span, span, FCI_PROPRIETARY);
	}
	if (status == EMV_OK) {
		status = find(&span, span, FCI_DISCRETIONARY);
	}
	return status == EMV_OK ? note_entries(session, span) : status;
}

/* --- number and sequence number --- */

static uint8_t nibble_at(struct ber_span packed, size_t at)
{
	uint8_t byte = packed.bytes[at / 2];
	return at % 2 == 0 ? byte >> 4 : byte & 0x0f;
}

/* The digits in front of the first nibble that is none, or of the end. */
static bool unpack(struct emv_account *out, struct ber_span packed)
{
	size_t count = 0;
	while (count < 2 * packed.length && nibble_at(packed, count) <= 9) {
		if (count == EMV_NUMBER_MAX) {
			return false;
		}
		out->digits[count] = (uint8_t)('0' + nibble_at(packed, count));
		count++;
	}
	out->length = count;
	return count >= EMV_NUMBER_LEAST;
}

/* What was just unpacked is the number, or must be the one that is known. */
static enum emv_status keep_found(struct session *session)
{
	struct emv_account *known = &session->account;
	const struct emv_account *found = &session->found;
	if (!session->has_number) {
		memcpy(known->digits, found->digits, sizeof known->digits);
		known->length = found->length;
		session->has_number = true;
	}
	bool same = known->length == found->length &&
		    memcmp(known->digits, found->digits, found->length) == 0;
	return same ? EMV_OK : EMV_MALFORMED;
}

/* The number, D, and what does not concern us. */
static enum emv_status keep_track2(struct session *session, struct ber_span value)
{
	if (value.length > TRACK2_MAX || !unpack(&session->found, value)) {
		return EMV_MALFORMED;
	}
	size_t end = session->found.length;
	if (end == 2 * value.length || nibble_at(value, end) != 0x0d) {
		return EMV_MALFORMED;
	}
	return keep_found(session);
}

/* The number, filled up with F. */
static enum emv_status keep_number(struct session *session, struct ber_span value)
{
	if (value.length > NUMBER_BYTES_MAX || !unpack(&session->found, value)) {
		return EMV_MALFORMED;
	}
	for (size_t i = session->found.length; i < 2 * value.length; i++) {
		if (nibble_at(value, i) != 0x0f) {
			return EMV_MALFORMED;
		}
	}
	return keep_found(session);
}

static enum emv_status keep_sequence(struct session *session, struct ber_span value)
{
	if (value.length != 1 || nibble_at(value, 0) > 9 || nibble_at(value, 1) > 9) {
		return EMV_MALFORMED;
	}
	uint8_t sequence = (uint8_t)(nibble_at(value, 0) * 10 + nibble_at(value, 1));
	if (session->has_sequence && session->account.sequence != sequence) {
		return EMV_MALFORMED;
	}
	session->account.sequence = sequence;
	session->has_sequence = true;
	return EMV_OK;
}

static enum emv_status keep_objects(struct session *session, struct ber_span objects)
{
	static const struct {
		uint32_t tag;
		enum emv_status (*keep)(struct session *, struct ber_span);
	} table[] = {
		{ TRACK2, keep_track2 },
		{ NUMBER, keep_number },
		{ SEQUENCE, keep_sequence },
	};
	struct ber_object object;
	while (ber_next(&objects, &object)) {
		for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
			enum emv_status status = object.tag == table[i].tag
							 ? table[i].keep(session, object.value)
							 : EMV_OK;
			if (status != EMV_OK) {
				return status;
			}
		}
	}
	return EMV_OK;
}

/* --- one application --- */

/* An entry: the file in the upper 5 bits, its first and last record, how many of them are signed. */
static bool is_entry(const uint8_t *entry)
{
	unsigned file = entry[0] >> 3;
	return (entry[0] & 0x07) == 0 && file >= 1 && file <= 30 && entry[1] >= 1 &&
	       entry[2] >= entry[1] && entry[3] <= entry[2] - entry[1] + 1;
}

static enum emv_status keep_locator(struct session *session, struct ber_span locator)
{
	if (locator.length > LOCATOR_MAX || locator.length % LOCATOR_ENTRY != 0) {
		return EMV_MALFORMED;
	}
	for (size_t at = 0; at < locator.length; at += LOCATOR_ENTRY) {
		if (!is_entry(locator.bytes + at)) {
			return EMV_MALFORMED;
		}
		memcpy(session->locator + at, locator.bytes + at, LOCATOR_ENTRY);
	}
	session->locator_length = locator.length;
	return EMV_OK;
}

/* What GET PROCESSING OPTIONS answered, in either format. */
static enum emv_status keep_options(struct session *session)
{
	struct ber_span span;
	if (open_template(session, OPTIONS_PLAIN, &span) == EMV_OK) {
		if (span.length < PROFILE_BYTES) {
			return EMV_MALFORMED;
		}
		return keep_locator(session, (struct ber_span){ span.bytes + PROFILE_BYTES,
								span.length - PROFILE_BYTES });
	}
	struct ber_span locator = { 0 };
	enum emv_status status = open_template(session, OPTIONS_TEMPLATE, &span);
	if (status == EMV_OK) {
		status = find(&locator, span, FILE_LOCATOR);
	}
	if (status == EMV_OK) {
		status = keep_locator(session, locator);
	}
	return status == EMV_OK ? keep_objects(session, span) : status;
}

/* Data: the template 83 with the values behind the list; its length is one byte, or 81 and one. */
static enum emv_status get_options(struct session *session, struct ber_span list)
{
	uint8_t values[EMV_DOL_VALUES_MAX];
	size_t length = 0;
	if (emv_dol_fill(values, &length, list, session->terminal) != EMV_DOL_OK) {
		return EMV_MALFORMED;
	}
	size_t head = length < 0x80 ? 2 : 3;
	uint8_t command[CARD_COMMAND_MAX] = { 0x80, PROCESSING_OPTIONS,       0x00,
					      0x00, (uint8_t)(head + length), 0x83,
					      0x81 };
	command[5 + head - 1] = (uint8_t)length;
	memcpy(command + 5 + head, values, length);
	enum emv_status status = ask(session, command, 5 + head + length + 1);
	if (status == EMV_OK && session->status != SUCCESS) {
		return EMV_REFUSED;
	}
	return status == EMV_OK ? keep_options(session) : status;
}

static enum emv_status start_application(struct session *session,
					 const struct application *application)
{
	enum emv_status status = select_name(session, application->name, application->length);
	if (status != EMV_OK) {
		return status;
	}
	if (session->status != SUCCESS) {
		return EMV_REFUSED;
	}
	struct ber_span span;
	status = open_template(session, FCI, &span);
	if (status == EMV_OK) {
		status = find(&span, span, FCI_PROPRIETARY);
	}
	if (status == EMV_OK) {
		status = find(&span, span, PDOL);
	}
	return status == EMV_OK ? get_options(session, span) : status;
}

static bool is_complete(const struct session *session)
{
	return session->has_number && session->has_sequence;
}

static enum emv_status read_record(struct session *session, uint8_t file, unsigned number)
{
	const uint8_t command[] = { 0x00, READ_RECORD, (uint8_t)number, file | 0x04, 0x00 };
	enum emv_status status = ask(session, command, sizeof command);
	if (status == EMV_OK && session->status != SUCCESS) {
		return EMV_MALFORMED;
	}
	struct ber_span span = { 0 };
	if (status == EMV_OK) {
		status = open_template(session, RECORD_TEMPLATE, &span);
	}
	return status == EMV_OK ? keep_objects(session, span) : status;
}

/* No further than it takes. */
static enum emv_status read_records(struct session *session)
{
	for (size_t at = 0; at < session->locator_length; at += LOCATOR_ENTRY) {
		const uint8_t *entry = session->locator + at;
		for (unsigned number = entry[1]; number <= entry[2]; number++) {
			enum emv_status status = is_complete(session)
							 ? EMV_OK
							 : read_record(session, entry[0], number);
			if (status != EMV_OK) {
				return status;
			}
		}
	}
	return session->has_number ? EMV_OK : EMV_NO_APPLICATION;
}

static enum emv_status read_application(struct session *session,
					const struct application *application)
{
	session->account = (struct emv_account){ 0 };
	session->has_number = false;
	session->has_sequence = false;
	session->locator_length = 0;
	enum emv_status status = start_application(session, application);
	return status == EMV_OK ? read_records(session) : status;
}

/* An application that refuses, or tells no number, makes way for the next; why the first did not
 * tell it is then the answer for all. */
static enum emv_status read_card(struct session *session)
{
	enum emv_status answer = read_directory(session);
	if (answer != EMV_OK) {
		return answer;
	}
	for (size_t i = 0; i < session->application_count; i++) {
		enum emv_status status = read_application(session, &session->applications[i]);
		if (status != EMV_REFUSED && status != EMV_NO_APPLICATION) {
			return status;
		}
		answer = i == 0 ? status : answer;
	}
	return answer;
}

enum emv_status emv_read(const struct card_link *link, struct emv_account *out,
			 const struct emv_terminal *terminal)
{
	struct session session = { .link = link, .terminal = terminal };
	enum emv_status status = read_card(&session);
	if (status == EMV_OK) {
		*out = session.account;
	}
	explicit_bzero(&session, sizeof session);
	return status;
}
