#include "tests/pn532_chip.h"

#include <assert.h>
#include <string.h>

enum {
	DIAGNOSE = 0x00,
	GET_FIRMWARE_VERSION = 0x02,
	GET_GENERAL_STATUS = 0x04,
	READ_REGISTER = 0x06,
	WRITE_REGISTER = 0x08,
	READ_GPIO = 0x0c,
	WRITE_GPIO = 0x0e,
	SET_SERIAL_BAUD_RATE = 0x10,
	SET_PARAMETERS = 0x12,
	SAM_CONFIGURATION = 0x14,
	POWER_DOWN = 0x16,
	RF_CONFIGURATION = 0x32,
	IN_DATA_EXCHANGE = 0x40,
	IN_COMMUNICATE_THRU = 0x42,
	IN_DESELECT = 0x44,
	IN_LIST_PASSIVE_TARGET = 0x4a,
	IN_RELEASE = 0x52,
	IN_SELECT = 0x54,
};

enum {
	STATUS_OK = 0x00,
	STATUS_TIMEOUT = 0x01,
	STATUS_CRC = 0x02,
	STATUS_MIFARE = 0x14, /* refused by a card that does not speak ISO 14443-4 */
	STATUS_WRONG_CONTEXT = 0x27,
	STATUS_MORE = 0x40, /* MI */
};

#define ANSWER_MAX 262 /* [byte] of a card's answer in one InDataExchange */

struct reply {
	uint8_t *data;
	size_t length;
};

static void add(struct reply *reply, unsigned byte)
{
	reply->data[reply->length++] = (uint8_t)byte;
}

static void add_bytes(struct reply *reply, const uint8_t *bytes, size_t length)
{
	memcpy(reply->data + reply->length, bytes, length);
	reply->length += length;
}

static void forget_targets(struct pn532_chip *chip)
{
	for (int i = 0; i < PN532_CARDS; i++) {
		chip->targets[i] = -1;
	}
	chip->chained_length = 0;
	chip->response_length = 0;
	chip->response_sent = 0;
}

static void field_off(struct pn532_chip *chip)
{
	chip->field = false;
	forget_targets(chip);
	for (int i = 0; i < PN532_CARDS; i++) {
		chip->cards[i].state = CARD_IDLE;
		if (chip->cards[i].present) {
			chip->cards[i].kind->reset(chip->cards[i].value);
		}
	}
}

void pn532_chip_power(struct pn532_chip *chip)
{
	chip->awake = false;
	chip->retries = 0xff;
	chip->waiting = false;
	field_off(chip);
}

void pn532_chip_abort(struct pn532_chip *chip)
{
	chip->waiting = false;
}

void pn532_chip_put(struct pn532_chip *chip, int place, const struct card_kind *kind,
		    const void *value)
{
	struct pn532_card *card = &chip->cards[place];
	assert(kind->size <= sizeof card->value);
	card->present = true;
	card->found = false;
	card->state = CARD_IDLE;
	card->kind = kind;
	memcpy(card->value, value, kind->size);
	kind->reset(card->value);
	for (int i = 0; i < PN532_CARDS; i++) {
		chip->targets[i] = chip->targets[i] == place ? -1 : chip->targets[i];
	}
}

/* The UID as InitiatorData has it: with the cascade tag in front of one of 7 bytes. */
static bool is_named(const struct pn532_card *card, const uint8_t *name, size_t length)
{
	struct card_face face;
	card->kind->face(card->value, &face);
	if (length == face.uid_length + 1 && name[0] == 0x88) {
		name++;
		length--;
	}
	return length == face.uid_length && memcmp(name, face.uid, length) == 0;
}

static bool answers(const struct pn532_chip *chip, const struct pn532_card *card,
		    const uint8_t *name, size_t name_length)
{
	if (!card->present || (name_length > 0 && !is_named(card, name, name_length))) {
		return false;
	}
	if (chip->habit != PN532_STANDARD || card->state == CARD_IDLE) {
		return true;
	}
	return card->state == CARD_HALTED && name_length > 0;
}

static void add_target(struct reply *reply, int number, const struct pn532_card *card)
{
	struct card_face face = { 0 };
	card->kind->face(card->value, &face);
	add(reply, (unsigned)number);
	add(reply, 0x00);
	add(reply, face.atqa);
	add(reply, face.sak);
	add(reply, (unsigned)face.uid_length);
	add_bytes(reply, face.uid, face.uid_length);
	add_bytes(reply, face.ats, face.ats_length);
}

/* List those that answer, the ones that were not deselected first. */
static int list_cards(struct pn532_chip *chip, struct reply *reply, int most, const uint8_t *name,
		      size_t name_length)
{
	int found = 0;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < PN532_CARDS && found < most; i++) {
			struct pn532_card *card = &chip->cards[i];
			bool turn = (card->state == CARD_HALTED) == (round == 1);
			if (!turn || (found > 0 && chip->targets[0] == i) ||
			    !answers(chip, card, name, name_length)) {
				continue;
			}
			chip->found = chip->found || !card->found;
			card->found = true;
			card->state = CARD_ACTIVE;
			card->kind->select(card->value);
			chip->targets[found++] = i;
			add_target(reply, found, card);
		}
	}
	return found;
}

static enum pn532_outcome in_list_passive_target(struct pn532_chip *chip, struct reply *reply,
						 const uint8_t *command, size_t length)
{
	chip->counts.lists++;
	if (length < 3 || command[1] < 1 || command[1] > 2) {
		return PN532_SYNTAX_ERROR;
	}
	chip->field = true;
	forget_targets(chip);
	add(reply, 0);
	int found = 0;
	if (chip->blind > 0) {
		chip->blind--;
	} else if (command[2] == 0x00) {
		found = list_cards(chip, reply, command[1], command + 3, length - 3);
	}
	reply->data[0] = (uint8_t)found;
	chip->waiting = found == 0 && (chip->retries == 0xff || chip->habit == PN532_PATIENT);
	if (chip->waiting) {
		memcpy(chip->waiting_command, command, length);
		chip->waiting_length = length;
		return PN532_WAITING;
	}
	return PN532_ANSWERED;
}

/* The card that is target 1 or 2, as long as it is there. */
static struct pn532_card *target(struct pn532_chip *chip, int number)
{
	if (number < 1 || number > PN532_CARDS || chip->targets[number - 1] < 0) {
		return NULL;
	}
	return &chip->cards[chip->targets[number - 1]];
}

static bool speaks_iso_dep(const struct pn532_card *card)
{
	struct card_face face = { 0 };
	card->kind->face(card->value, &face);
	return (face.sak & 0x20) != 0;
}

/* One command over the air; false where the card does not answer.  One without ISO 14443-4 has
 * refused it then, and is idle. */
static bool over_the_air(struct pn532_chip *chip, struct pn532_card *card, const uint8_t *command,
			 size_t length)
{
	chip->response_sent = 0;
	chip->response_length = 0;
	if (card->present && card->state == CARD_ACTIVE) {
		size_t got = card->kind->answer(card->value, chip->response, command, length);
		card->present = got != CARD_GONE;
		chip->response_length = got == CARD_MUTE ? 0 : got;
		if (got == CARD_MUTE && !speaks_iso_dep(card)) {
			card->state = CARD_IDLE;
		}
	}
	chip->air_us = (length + chip->response_length) * chip->air_ns_per_byte / 1000;
	return chip->response_length > 0;
}

static void add_answer(struct pn532_chip *chip, struct reply *reply)
{
	size_t left = chip->response_length - chip->response_sent;
	size_t part = left < ANSWER_MAX ? left : ANSWER_MAX;
	add(reply, part < left ? STATUS_MORE : STATUS_OK);
	add_bytes(reply, chip->response + chip->response_sent, part);
	chip->response_sent += part;
}

/* A card without ISO 14443-4: the chip knows the commands of MIFARE cards only, of which none that
 * authenticates is of use here, and keeps an acknowledgement of four bits for itself. */
static void exchange_as_mifare(struct pn532_chip *chip, struct reply *reply,
			       struct pn532_card *card, const uint8_t *command, size_t length)
{
	bool known = length > 0 && (command[0] == 0x30 || command[0] == 0xa2);
	bool answered = known && over_the_air(chip, card, command, length);
	if (!answered) {
		add(reply, known ? STATUS_TIMEOUT : STATUS_MIFARE);
		return;
	}
	if (chip->response_length == 1) {
		bool acknowledged = chip->response[0] == 0x0a;
		add(reply, acknowledged ? STATUS_OK : STATUS_MIFARE);
		chip->response_length = 0;
		return;
	}
	add_answer(chip, reply);
}

static enum pn532_outcome in_data_exchange(struct pn532_chip *chip, struct reply *reply,
					   const uint8_t *command, size_t length)
{
	chip->counts.exchanges++;
	if (length < 2) {
		return PN532_SYNTAX_ERROR;
	}
	struct pn532_card *card = target(chip, command[1] & 0x3f);
	if (card == NULL) {
		add(reply, STATUS_WRONG_CONTEXT);
		return PN532_ANSWERED;
	}
	if (length == 2 && chip->response_sent < chip->response_length) {
		add_answer(chip, reply);
		return PN532_ANSWERED;
	}
	if (chip->chained_length + length - 2 > sizeof chip->chained) {
		return PN532_SYNTAX_ERROR;
	}
	memcpy(chip->chained + chip->chained_length, command + 2, length - 2);
	chip->chained_length += length - 2;
	if ((command[1] & STATUS_MORE) != 0) {
		add(reply, STATUS_OK);
		return PN532_ANSWERED;
	}
	length = chip->chained_length;
	chip->chained_length = 0;
	if (!speaks_iso_dep(card)) {
		exchange_as_mifare(chip, reply, card, chip->chained, length);
	} else if (over_the_air(chip, card, chip->chained, length)) {
		add_answer(chip, reply);
	} else {
		add(reply, STATUS_TIMEOUT);
	}
	return PN532_ANSWERED;
}

/* Without ISO 14443-4: the bytes as they are.  An acknowledgement of four bits has no checksum. */
static void communicate_bare(struct pn532_chip *chip, struct reply *reply, struct pn532_card *card,
			     const uint8_t *command, size_t length)
{
	if (!over_the_air(chip, card, command, length) || chip->response_length >= ANSWER_MAX) {
		add(reply, STATUS_TIMEOUT);
	} else if (chip->response_length == 1) {
		add(reply, STATUS_CRC);
	} else {
		add(reply, STATUS_OK);
		add_bytes(reply, chip->response, chip->response_length);
	}
}

/* Bytes as they go over the air.  With ISO 14443-4 they are blocks, here without chaining: R(NAK) as a
 * ping, S(DESELECT), and an I-block. */
static enum pn532_outcome in_communicate_thru(struct pn532_chip *chip, struct reply *reply,
					      const uint8_t *command, size_t length)
{
	struct pn532_card *card = target(chip, 1);
	if (length < 2 || card == NULL || !card->present || card->state != CARD_ACTIVE) {
		add(reply, STATUS_TIMEOUT);
		return PN532_ANSWERED;
	}
	unsigned block = command[1];
	if (!speaks_iso_dep(card)) {
		communicate_bare(chip, reply, card, command + 1, length - 1);
	} else if ((block & 0xe2) == 0x02 && over_the_air(chip, card, command + 2, length - 2) &&
		   chip->response_length < ANSWER_MAX) {
		add(reply, STATUS_OK);
		add(reply, block);
		add_bytes(reply, chip->response, chip->response_length);
	} else if ((block & 0xf6) == 0xb2) {
		add(reply, STATUS_OK);
		add(reply, 0xa2 | (block & 1));
	} else if (block == 0xc2) {
		card->state = CARD_HALTED;
		add(reply, STATUS_OK);
		add(reply, 0xc2);
	} else {
		add(reply, STATUS_TIMEOUT);
	}
	chip->response_length = 0;
	return PN532_ANSWERED;
}

/* InDeselect keeps the target's data for InSelect, InRelease forgets it; 0 means all. */
static enum pn532_outcome let_go(struct pn532_chip *chip, struct reply *reply,
				 const uint8_t *command, size_t length)
{
	if (length != 2 || command[1] > PN532_CARDS) {
		return PN532_SYNTAX_ERROR;
	}
	for (int number = 1; number <= PN532_CARDS; number++) {
		struct pn532_card *card = target(chip, number);
		if (card == NULL || (command[1] != 0 && command[1] != number)) {
			continue;
		}
		card->state = card->state == CARD_ACTIVE ? CARD_HALTED : card->state;
		if (command[0] == IN_RELEASE) {
			chip->targets[number - 1] = -1;
		}
	}
	add(reply, STATUS_OK);
	return PN532_ANSWERED;
}

static enum pn532_outcome in_select(struct pn532_chip *chip, struct reply *reply,
				    const uint8_t *command, size_t length)
{
	if (length != 2) {
		return PN532_SYNTAX_ERROR;
	}
	struct pn532_card *card = target(chip, command[1]);
	if (card == NULL) {
		add(reply, STATUS_WRONG_CONTEXT);
		return PN532_ANSWERED;
	}
	if (card->present) {
		card->state = CARD_ACTIVE;
		card->kind->select(card->value);
	}
	add(reply, card->present ? STATUS_OK : STATUS_TIMEOUT);
	return PN532_ANSWERED;
}

static enum pn532_outcome registers(struct pn532_chip *chip, struct reply *reply,
				    const uint8_t *command, size_t length)
{
	size_t step = command[0] == READ_REGISTER ? 2 : 3;
	if (chip->refuses_registers || length < 1 + step || (length - 1) % step != 0) {
		return PN532_SYNTAX_ERROR;
	}
	for (size_t i = 1; i < length; i += step) {
		unsigned address = (unsigned)command[i] << 8 | command[i + 1];
		if (step == 2) {
			add(reply, chip->registers[address]);
		} else {
			chip->registers[address] = command[i + 2];
		}
	}
	return PN532_ANSWERED;
}

static enum pn532_outcome rf_configuration(struct pn532_chip *chip, const uint8_t *command,
					   size_t length)
{
	if (length < 3) {
		return PN532_SYNTAX_ERROR;
	}
	if (command[1] == 0x01) {
		if ((command[2] & 1) == 0) {
			field_off(chip);
		}
		chip->field = (command[2] & 1) != 0;
	} else if (command[1] == 0x05) {
		if (length != 5) {
			return PN532_SYNTAX_ERROR;
		}
		chip->retries = command[4];
	}
	return PN532_ANSWERED;
}

static enum pn532_outcome diagnose(struct pn532_chip *chip, struct reply *reply,
				   const uint8_t *command, size_t length)
{
	if (length < 2) {
		return PN532_SYNTAX_ERROR;
	}
	switch (command[1]) {
	case 0x00: /* the line: everything comes back */
		add_bytes(reply, command + 1, length - 1);
		return PN532_ANSWERED;
	case 0x01: /* ROM */
	case 0x02: /* RAM */
		add(reply, STATUS_OK);
		return PN532_ANSWERED;
	case 0x06: { /* is the card still there? */
		struct pn532_card *card = target(chip, 1);
		bool there = card != NULL && card->present && card->state == CARD_ACTIVE;
		add(reply, there ? STATUS_OK : STATUS_TIMEOUT);
		return PN532_ANSWERED;
	}
	default:
		return PN532_SYNTAX_ERROR;
	}
}

static void general_status(struct pn532_chip *chip, struct reply *reply)
{
	add(reply, STATUS_OK);
	add(reply, chip->field);
	add(reply, (chip->targets[0] >= 0) + (chip->targets[1] >= 0));
	for (int i = 0; i < PN532_CARDS; i++) {
		if (chip->targets[i] >= 0) {
			const uint8_t target_data[] = { (uint8_t)(i + 1), 0x00, 0x00, 0x10 };
			add_bytes(reply, target_data, sizeof target_data);
		}
	}
	add(reply, 0x00);
}

enum pn532_outcome pn532_chip_run(struct pn532_chip *chip, uint8_t data[static PN532_DATA_MAX],
				  size_t *data_length, const uint8_t *command, size_t length)
{
	static const uint8_t firmware[] = { 0x32, 0x01, 0x06, 0x07 };
	struct reply reply = { .data = data };
	enum pn532_outcome outcome = PN532_ANSWERED;
	chip->waiting = false;
	chip->air_us = 0;
	chip->counts.commands++;
	switch (command[0]) {
	case DIAGNOSE:
		outcome = diagnose(chip, &reply, command, length);
		break;
	case GET_FIRMWARE_VERSION:
		add_bytes(&reply, firmware, sizeof firmware);
		break;
	case GET_GENERAL_STATUS:
		general_status(chip, &reply);
		break;
	case READ_REGISTER:
	case WRITE_REGISTER:
		outcome = registers(chip, &reply, command, length);
		break;
	case READ_GPIO:
		add_bytes(&reply, (const uint8_t[]){ 0x3f, 0x06, 0x00 }, 3);
		break;
	case WRITE_GPIO:
	case SET_SERIAL_BAUD_RATE:
	case SET_PARAMETERS:
	case SAM_CONFIGURATION:
		break;
	case POWER_DOWN:
		chip->awake = false;
		field_off(chip);
		add(&reply, STATUS_OK);
		break;
	case RF_CONFIGURATION:
		outcome = rf_configuration(chip, command, length);
		break;
	case IN_LIST_PASSIVE_TARGET:
		outcome = in_list_passive_target(chip, &reply, command, length);
		break;
	case IN_DATA_EXCHANGE:
		outcome = in_data_exchange(chip, &reply, command, length);
		break;
	case IN_COMMUNICATE_THRU:
		outcome = in_communicate_thru(chip, &reply, command, length);
		break;
	case IN_DESELECT:
	case IN_RELEASE:
		outcome = let_go(chip, &reply, command, length);
		break;
	case IN_SELECT:
		outcome = in_select(chip, &reply, command, length);
		break;
	default:
		outcome = PN532_SYNTAX_ERROR;
		break;
	}
	*data_length = reply.length;
	return outcome;
}

size_t pn532_frame(uint8_t out[static PN532_FRAME_MAX], unsigned code, const uint8_t *data,
		   size_t length)
{
	struct reply frame = { .data = out };
	size_t counted = length + 2; /* TFI and code */
	add(&frame, 0x00);
	add(&frame, 0x00);
	add(&frame, 0xff);
	if (counted <= 255) {
		add(&frame, (unsigned)counted);
		add(&frame, 0x100 - (unsigned)counted);
	} else {
		add(&frame, 0xff);
		add(&frame, 0xff);
		add(&frame, (unsigned)counted >> 8);
		add(&frame, (unsigned)counted & 0xff);
		add(&frame, 0x200 - ((unsigned)counted >> 8) - ((unsigned)counted & 0xff));
	}
	unsigned sum = 0xd5 + code;
	add(&frame, 0xd5);
	add(&frame, code);
	for (size_t i = 0; i < length; i++) {
		sum += data[i];
	}
	add_bytes(&frame, data, length);
	add(&frame, 0x100 - (sum & 0xff));
	add(&frame, 0x00);
	return frame.length;
}
