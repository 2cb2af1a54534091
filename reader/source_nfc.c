/*
 * Cards at an NFC reader, through libnfc: the one file that knows it.
 *
 * A card counts as there for as long as anything answers: identifiers may be random and say
 * nothing.  The few commands used are those every PN53x answers: InListPassiveTarget for one
 * target, InDataExchange, InDeselect, and the field off and on; InCommunicateThru speeds up what also
 * goes without it.
 */
#include "reader/source.h"

#include <nfc/nfc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "reader/card.h"
#include "reader/line.h"
#include "reader/primitives.h"
#include "reader/tag.h"
#include "reader/type2.h"
#include "reader/wire.h"

#define BUSY_POLL_MS    50  /* [ms] between two looks at a field that had a card of late */
#define IDLE_POLL_MS    100 /* [ms] the same after BUSY_MS without one */
#define BUSY_MS         30000
#define LYING_POLL_MS   100  /* [ms] between two looks at a card that was reported */
#define ANEW_EVERY      16   /* looks at an empty field; then what sleeps in it is woken */
#define MISS_POLL_MS    40   /* [ms] between the looks that tell whether it was taken away */
#define MISSES_MAX      2    /* looks in a row without a card until it counts as taken away */
#define FAILURES_MAX    3    /* commands in a row without an answer until the reader is absent */
#define FAILURE_MS      20   /* [ms] pause after such a command */
#define ATTEMPTS_MAX    3    /* readings of a card that stays but does not answer to the end */
#define EXCHANGE_MS     700  /* [ms] for one APDU */
#define MAKING_MS       5000 /* [ms] the same of a card that is lent: it may be making a key */
#define READ_CARD_MS    3000 /* [ms] for all APDUs of one reading, lest a slow card holds the reader */
#define WRITE_CARD_MS   10000 /* [ms] the same of one writing */
#define ACR122_DATA_MAX 246   /* [byte] 255 without D4 40 01, the longest head, and Le */

/* libnfc keeps its list of drivers process-wide, so what guards it is process-wide too. */
static pthread_mutex_t drivers_lock = PTHREAD_MUTEX_INITIALIZER;

enum field {
	FIELD_EMPTY,
	FIELD_REPORTED, /* a card lies there that was reported */
	FIELD_SEVERAL,  /* more than one, reported */
};

struct source {
	nfc_context *context;
	nfc_device *device;
	int line; /* the serial line once more, locked, to see it hang up; or -1 */
	enum field field;
	nfc_target card;        /* the one that was selected last */
	int misses;             /* looks in a row without what was reported */
	int empty_looks;        /* since the field was last switched off */
	size_t data_max;        /* [byte] of an APDU that the reader's frames hold; 0: all */
	bool lay_there;         /* what is in the field was there when the reader was opened */
	bool without_rest;      /* looks follow one another at once */
	int failures;           /* commands in a row that the reader did not answer */
	uint64_t last_card_ms;  /* [ms] monotonic: when a card was found in an empty field */
	uint64_t next_look_ms;  /* [ms] monotonic */
	uint64_t card_until_ms; /* [ms] monotonic: end of the patience with this card */
	int exchange_ms;        /* [ms] and with each of its answers */
	struct wire *wire;      /* where exchanges are noted; NULL: nowhere */
	struct source_setup setup;
};

static uint64_t clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* --- the reader --- */

/* Set a property.  A chip that refuses registers fails once for what libnfc had put off. */
static bool set_property(struct source *source, nfc_property property, bool value)
{
	for (int i = 0; i < 3; i++) {
		if (nfc_device_set_property_bool(source->device, property, value) >= 0) {
			return true;
		}
	}
	return false;
}

static bool reset_field(struct source *source)
{
	return set_property(source, NP_ACTIVATE_FIELD, false) &&
	       set_property(source, NP_ACTIVATE_FIELD, true);
}

/*
 * Make the reader an initiator that looks for cards and gives up by itself.  libnfc opens devices
 * whose kind it could not learn, and would stop the process by an assertion at their first use.
 */
static bool prepare(struct source *source)
{
	const nfc_modulation_type *kinds = NULL;
	if (nfc_device_get_supported_modulation(source->device, N_INITIATOR, &kinds) < 0 ||
	    kinds == NULL) {
		return false;
	}
	/* Tried twice: after a frame that was torn the first call only clears the line.
	 * NOLINTNEXTLINE(misc-redundant-expression) */
	if (nfc_initiator_init(source->device) < 0 && nfc_initiator_init(source->device) < 0 &&
	    !reset_field(source)) {
		return false;
	}
	return set_property(source, NP_INFINITE_SELECT, false);
}

/* libnfc prints frames, and with them card numbers, when the environment says so.  The kiosk says no
 * before it has threads (main); `youdai` has one thread.  NOLINTBEGIN(concurrency-mt-unsafe) */
static void silence_libnfc(void)
{
	const char *level = getenv("LIBNFC_LOG_LEVEL");
	if (level == NULL || strcmp(level, "0") != 0) {
		setenv("LIBNFC_LOG_LEVEL", "0", 1);
	}
}
/* NOLINTEND(concurrency-mt-unsafe) */

static void nfc_source_close(struct source *source)
{
	if (source == NULL) {
		return;
	}
	nfc_close(source->device);
	if (source->context != NULL) {
		pthread_mutex_lock(&drivers_lock);
		nfc_exit(source->context);
		pthread_mutex_unlock(&drivers_lock);
	}
	if (source->line >= 0) {
		close(source->line);
	}
	explicit_bzero(source, sizeof *source);
	free(source);
}

static void open_device(struct source *source, const char *address)
{
	pthread_mutex_lock(&drivers_lock);
	silence_libnfc();
	nfc_init(&source->context);
	if (source->context != NULL) {
		source->device = nfc_open(source->context, address[0] == '\0' ? NULL : address);
	}
	pthread_mutex_unlock(&drivers_lock);
}

/*
 * Select a card, any or the one of this name: how many answered, 0 for none, less than 0 where the
 * reader does not answer.  One that went on looking for longer than libnfc waits, but answers the
 * next command, found none.
 */
static int select_card(struct source *source, nfc_target *out, const uint8_t *name,
		       size_t name_length)
{
	static const nfc_modulation modulation = { .nmt = NMT_ISO14443A, .nbr = NBR_106 };
	int found = nfc_initiator_select_passive_target(source->device, modulation, name,
							name_length, out);
	if (found == NFC_ETIMEOUT &&
	    nfc_device_set_property_bool(source->device, NP_INFINITE_SELECT, false) >= 0) {
		found = 0;
	}
	if (found >= 0) {
		source->failures = 0;
	}
	return found;
}

static int find_card(struct source *source, nfc_target *out)
{
	return select_card(source, out, NULL, 0);
}

/* libnfc takes one byte for the length of what this reader's frames hold, and what is longer for short. */
static bool is_acr122(nfc_device *device)
{
	return strncmp(nfc_device_get_connstring(device), "acr122_", 7) == 0;
}

static enum source_status nfc_source_open(struct source **out, const char *address,
					  const struct source_setup *setup)
{
	bool is_named = address[0] >= 'a' && address[0] <= 'z';
	if ((address[0] != '\0' && !is_named) || strlen(address) >= sizeof(nfc_connstring)) {
		return SOURCE_BAD_SPEC;
	}
	struct source *source = primitive_ready() ? calloc(1, sizeof *source) : NULL;
	if (source == NULL) {
		return SOURCE_NO_MEMORY;
	}
	if (setup != NULL) {
		source->setup = *setup;
	}
	enum source_status status = line_open(&source->line, address);
	if (status != SOURCE_OK) {
		goto fail;
	}
	status = SOURCE_ABSENT;
	source->empty_looks = 1; /* to prepare it switches the field off already */
	open_device(source, address);
	if (source->device == NULL || !prepare(source)) {
		goto fail;
	}
	source->data_max = is_acr122(source->device) ? ACR122_DATA_MAX : 0;
	source->without_rest = setup != NULL && setup->without_rest;
	source->lay_there = find_card(source, &source->card) > 0;
	source->empty_looks = source->lay_there ? 0 : source->empty_looks;
	*out = source;
	return SOURCE_OK;
fail:
	nfc_source_close(source);
	return status;
}

/* The reader did not answer: wait a moment, or give it up. */
static enum source_status reader_failed(struct source *source)
{
	source->failures++;
	source->next_look_ms = clock_ms() + FAILURE_MS;
	if (source->failures >= FAILURES_MAX || !line_holds(source->line, 0)) {
		return SOURCE_ABSENT;
	}
	return SOURCE_NOTHING;
}

/* --- the field --- */

/* Select a card from a field that was off, which wakes whatever sleeps. */
static int find_card_anew(struct source *source, nfc_target *out)
{
	return reset_field(source) ? find_card(source, out) : -1;
}

static bool same_card(const nfc_target *a, const nfc_target *b)
{
	const nfc_iso14443a_info *x = &a->nti.nai;
	const nfc_iso14443a_info *y = &b->nti.nai;
	return x->szUidLen == y->szUidLen && memcmp(x->abtUid, y->abtUid, x->szUidLen) == 0 &&
	       x->btSak == y->btSak;
}

/* ISO 14443-3: an identifier of four bytes that begins with 08 is made up at each power-on. */
static bool is_random(const nfc_target *card)
{
	return card->nti.nai.szUidLen == 4 && card->nti.nai.abtUid[0] == 0x08;
}

static bool certainly_differ(const nfc_target *a, const nfc_target *b)
{
	return !same_card(a, b) && !(is_random(a) && is_random(b));
}

/*
 * Let the selected card sleep and see whether another one answers.  Some readers wake the same card
 * again; if its identifier is random it may even have a new one, then a third look tells: two
 * cards are asleep by now or repeat themselves, one goes on making up names.
 */
static bool is_another_there(struct source *source)
{
	nfc_target second;
	nfc_target third;
	nfc_initiator_deselect_target(source->device);
	int found = find_card(source, &second);
	if (found != 1) {
		return found > 1;
	}
	if (same_card(&source->card, &second)) {
		return false;
	}
	if (certainly_differ(&source->card, &second)) {
		return true;
	}
	nfc_initiator_deselect_target(source->device);
	found = find_card(source, &third);
	return found != 1 || same_card(&third, &second) || same_card(&third, &source->card);
}

/* APDUs of a card that speaks ISO 14443-4. */
static int exchange_with_card(void *context, uint8_t *response, const uint8_t *command,
			      size_t length)
{
	struct source *source = context;
	if (clock_ms() >= source->card_until_ms) {
		return NFC_ETIMEOUT;
	}
	uint64_t start = clock_ms();
	int got = nfc_initiator_transceive_bytes(source->device, command, length, response,
						 CARD_RESPONSE_MAX, source->exchange_ms);
	if (source->wire != NULL) {
		bool is_apdu = (source->card.nti.nai.btSak & SAK_ISO14443_4) != 0;
		wire_note(source->wire, is_apdu, command, length, response, got,
			  clock_ms() - start);
	}
	bool too_long = got == NFC_EOVFLOW || got == NFC_ECHIP;
	return too_long ? CARD_RESPONSE_MAX + 1 : got;
}

/*
 * Commands of a Type 2 tag.  InDataExchange knows READ and WRITE and takes the acknowledgement, four
 * bits without a checksum, for itself; it refuses the others, which go as they are with
 * InCommunicateThru, libnfc's way without easy framing.
 */
static int exchange_with_tag(void *context, uint8_t *response, const uint8_t *command,
			     size_t length)
{
	struct source *source = context;
	bool is_write = command[0] == TYPE2_WRITE;
	bool is_easy = is_write || command[0] == TYPE2_READ;
	if (nfc_device_set_property_bool(source->device, NP_EASY_FRAMING, is_easy) < 0) {
		return NFC_EIO;
	}
	int got = exchange_with_card(context, response, command, length);
	if (nfc_device_set_property_bool(source->device, NP_EASY_FRAMING, true) < 0) {
		return NFC_EIO;
	}
	if (is_write && got == 0) {
		response[0] = TYPE2_ACKNOWLEDGED;
		return 1;
	}
	return got;
}

/* The very same card, named by its identifier. */
static bool reselect_card(void *context)
{
	struct source *source = context;
	const nfc_iso14443a_info card = source->card.nti.nai;
	nfc_target found;
	return clock_ms() < source->card_until_ms &&
	       (select_card(source, &found, card.abtUid, card.szUidLen) == 1 ||
		(reset_field(source) &&
		 select_card(source, &found, card.abtUid, card.szUidLen) == 1)) &&
	       same_card(&source->card, &found);
}

static struct card_link link_to(struct source *source)
{
	if ((source->card.nti.nai.btSak & SAK_ISO14443_4) != 0) {
		return (struct card_link){ .data_max = source->data_max,
					   .transceive = exchange_with_card,
					   .context = source };
	}
	return (struct card_link){ .transceive = exchange_with_tag,
				   .reselect = reselect_card,
				   .context = source };
}

static void read_card(struct source *source, struct reading *out)
{
	const struct card_link link = link_to(source);
	struct card_chance chance = { .now = (int64_t)time(NULL) };
	primitive_random(chance.challenge, sizeof chance.challenge);
	primitive_random(chance.unpredictable, sizeof chance.unpredictable);
	source->wire = &out->wire;
	card_read(out, &link, source->card.nti.nai.btSak, &source->setup, &chance);
	source->wire = NULL;
}

/* Read the selected card; while it is still there, a lost link is taken up again. */
static enum source_status present_card(struct source *source, struct reading *out)
{
	int found = 1;
	out->fault = READING_TORN;
	out->lay_there = source->lay_there;
	source->card_until_ms = clock_ms() + READ_CARD_MS;
	source->exchange_ms = EXCHANGE_MS;
	for (int i = 0; i < ATTEMPTS_MAX && found > 0 && out->fault == READING_TORN; i++) {
		read_card(source, out);
		if (out->fault == READING_TORN) {
			found = find_card_anew(source, &source->card);
		}
	}
	if (found < 0) {
		source->field = FIELD_EMPTY;
		return reader_failed(source);
	}
	source->field = found > 0 ? FIELD_REPORTED : FIELD_EMPTY;
	if (out->fault != READING_TORN && is_another_there(source)) {
		out->fault = READING_SEVERAL_CARDS;
		source->field = FIELD_SEVERAL;
	}
	if (out->fault != READING_COMPLETE) {
		explicit_bzero(out->bytes, sizeof out->bytes);
		out->length = 0;
	}
	out->taken_ms = clock_ms();
	source->misses = 0;
	source->next_look_ms = out->taken_ms + LYING_POLL_MS;
	return SOURCE_OK;
}

/* A reading of several cards without having read any. */
static enum source_status present_several(struct source *source, struct reading *out)
{
	*out = (struct reading){ .carrier = READING_TAG,
				 .fault = READING_SEVERAL_CARDS,
				 .lay_there = source->lay_there,
				 .taken_ms = clock_ms() };
	source->field = FIELD_SEVERAL;
	source->misses = 0;
	source->next_look_ms = out->taken_ms + LYING_POLL_MS;
	return SOURCE_OK;
}

/* Now and then from a field that was off: a card may sleep there, or have come up badly. */
static enum source_status look_at_empty(struct source *source, struct reading *out)
{
	bool anew = source->empty_looks == 0;
	source->empty_looks = (source->empty_looks + 1) % ANEW_EVERY;
	int found = anew ? find_card_anew(source, &source->card) : find_card(source, &source->card);
	if (found < 0) {
		return reader_failed(source);
	}
	if (found == 0) {
		uint64_t now = clock_ms();
		source->lay_there = false;
		bool is_busy = now - source->last_card_ms < BUSY_MS;
		source->next_look_ms = now + (is_busy ? BUSY_POLL_MS : IDLE_POLL_MS);
		return SOURCE_NOTHING;
	}
	source->last_card_ms = clock_ms();
	return found > 1 ? present_several(source, out) : present_card(source, out);
}

/* Count a look in which what was reported is, or is not, there any more. */
static enum source_status note_presence(struct source *source, bool there)
{
	source->misses = there ? 0 : source->misses + 1;
	source->next_look_ms = clock_ms() + (there ? LYING_POLL_MS : MISS_POLL_MS);
	if (source->misses >= MISSES_MAX) {
		source->field = FIELD_EMPTY;
		source->lay_there = false;
		source->empty_looks = 0;
		source->next_look_ms = 0;
	}
	return SOURCE_NOTHING;
}

static enum source_status look_at_reported(struct source *source, struct reading *out)
{
	nfc_target now_there;
	int found = find_card(source, &now_there);
	if (found == 0) {
		found = find_card_anew(source, &now_there);
	}
	if (found < 0) {
		return reader_failed(source);
	}
	if (found == 1 && certainly_differ(&source->card, &now_there)) {
		source->card = now_there;
		source->lay_there = false;
		return present_card(source, out);
	}
	return note_presence(source, found > 0);
}

/* When only one of several is left, it may be read after all. */
static enum source_status look_at_several(struct source *source)
{
	int found = find_card_anew(source, &source->card);
	if (found < 0) {
		return reader_failed(source);
	}
	return note_presence(source, found > 1 || (found == 1 && is_another_there(source)));
}

static enum source_status look(struct source *source, struct reading *out)
{
	switch (source->field) {
	case FIELD_REPORTED:
		return look_at_reported(source, out);
	case FIELD_SEVERAL:
		return look_at_several(source);
	default:
		return look_at_empty(source, out);
	}
}

/* Sleep until the next look or the end; false as soon as the line is hung up. */
static bool sleep_until_look(const struct source *source, uint64_t end_ms)
{
	uint64_t now = clock_ms();
	uint64_t until = source->next_look_ms < end_ms ? source->next_look_ms : end_ms;
	return line_holds(source->line, until > now ? (int)(until - now) : 0);
}

static enum source_status nfc_source_read(struct source *source, struct reading *out,
					  int timeout_ms)
{
	uint64_t end = clock_ms() + (uint64_t)timeout_ms;
	do {
		source->next_look_ms = source->without_rest ? 0 : source->next_look_ms;
		if (!sleep_until_look(source, end)) {
			return SOURCE_ABSENT;
		}
		if (clock_ms() < source->next_look_ms) {
			continue;
		}
		struct reading found = { 0 };
		enum source_status status = look(source, &found);
		if (status == SOURCE_OK) {
			*out = found;
			explicit_bzero(found.bytes, sizeof found.bytes); /* they may be tokens */
		}
		if (status != SOURCE_NOTHING) {
			return status;
		}
	} while (clock_ms() < end);
	return SOURCE_NOTHING;
}

/* Lend the one card in the field; SOURCE_NOTHING where it is worth another try. */
static enum source_status lend_card(struct source *source, source_use *use, void *context)
{
	int found = find_card_anew(source, &source->card);
	if (found < 0) {
		return reader_failed(source);
	}
	source->next_look_ms = clock_ms() + BUSY_POLL_MS;
	if (found != 1 || is_another_there(source) || find_card_anew(source, &source->card) != 1) {
		return SOURCE_NOTHING;
	}
	source->card_until_ms = clock_ms() + WRITE_CARD_MS;
	source->exchange_ms = MAKING_MS;
	const struct card_link link = link_to(source);
	enum source_status status = use(context, &link, source->card.nti.nai.btSak);
	if (status == SOURCE_OK) {
		source->field = FIELD_REPORTED;
		source->misses = 0;
	}
	return status;
}

static enum source_status nfc_source_lend(struct source *source, source_use *use, void *context,
					  int timeout_ms)
{
	uint64_t end = clock_ms() + (uint64_t)timeout_ms;
	enum source_status status = SOURCE_NOTHING;
	source->next_look_ms = 0;
	while (status == SOURCE_NOTHING) {
		status = lend_card(source, use, context);
		if (status != SOURCE_NOTHING || clock_ms() >= end) {
			break;
		}
		if (!sleep_until_look(source, end)) {
			status = SOURCE_ABSENT;
		}
	}
	source->empty_looks = 0;
	return status;
}

struct content {
	const uint8_t *bytes;
	size_t length;
};

static enum source_status write_content(void *context, const struct card_link *link, uint8_t sak)
{
	const struct content *content = context;
	return tag_write(link, sak, content->bytes, content->length);
}

static enum source_status nfc_source_write(struct source *source, const uint8_t *bytes,
					   size_t length, int timeout_ms)
{
	struct content content = { bytes, length };
	return nfc_source_lend(source, write_content, &content, timeout_ms);
}

const struct source_driver source_nfc = {
	.scheme = "nfc",
	.makes_tokens = true,
	.open = nfc_source_open,
	.read = nfc_source_read,
	.write = nfc_source_write,
	.lend = nfc_source_lend,
	.close = nfc_source_close,
};
