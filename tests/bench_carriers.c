/*
 * A tap at 106 kbit/s of each kind of card: from the chip finding it to its bytes, its proof or its
 * token in hand, and how much of that is neither air nor card.  libnfc and the pseudo-terminal are in
 * both figures; the card's own arithmetic is this machine's, and in the first alone.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reader/bank_token.h"
#include "reader/issue.h"
#include "reader/primitives.h"
#include "reader/source.h"
#include "tests/emv_card.h"
#include "tests/piv_card.h"
#include "tests/pn532.h"
#include "tests/ratio.h"
#include "tests/type2_tag.h"

#define ROUNDS          21
#define BYTES           400
#define AIR_NS_PER_BYTE 84906 /* nine bits at 106 kbit/s */
#define NOW             1790000000
#define FINDING_LOOKS   100

static void must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "bench_carriers: %s\n", what);
		exit(1);
	}
}

static int64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* --- a card that notes how long it takes to answer --- */

struct timed {
	const struct card_kind *kind;
	int64_t answering_ns;
	_Alignas(max_align_t) uint8_t value[CARD_STATE_MAX - 64];
};

static void timed_face(const void *card, struct card_face *out)
{
	const struct timed *timed = card;
	timed->kind->face(timed->value, out);
}

static void timed_reset(void *card)
{
	struct timed *timed = card;
	timed->kind->reset(timed->value);
}

static void timed_select(void *card)
{
	struct timed *timed = card;
	timed->kind->select(timed->value);
}

static size_t timed_answer(void *card, uint8_t *response, const uint8_t *command, size_t length)
{
	struct timed *timed = card;
	int64_t start = now_ns();
	size_t got = timed->kind->answer(timed->value, response, command, length);
	timed->answering_ns += now_ns() - start;
	return got;
}

static const struct card_kind timed_card = { .size = sizeof(struct timed),
					     .face = timed_face,
					     .reset = timed_reset,
					     .select = timed_select,
					     .answer = timed_answer };

static void put_in(struct timed *out, const struct card_kind *kind, const void *card)
{
	must(kind->size <= sizeof out->value, "a card is larger than its place");
	*out = (struct timed){ .kind = kind };
	memcpy(out->value, card, kind->size);
}

/* --- the cards --- */

static void make_type4(struct timed *out)
{
	static struct type4_tag tag;
	uint8_t payload[BYTES];
	memset(payload, 0x5a, sizeof payload);
	type4_tag_make_credential(&tag, payload, sizeof payload);
	put_in(out, &type4_card, &tag);
}

static void make_type2(struct timed *out)
{
	static struct type2_tag tag;
	uint8_t payload[BYTES];
	memset(payload, 0x5a, sizeof payload);
	type2_tag_make_credential(&tag, TYPE2_NTAG215, payload, sizeof payload);
	put_in(out, &type2_card, &tag);
}

/* A credential in the NDEF record that names the key in the chip. */
static void make_chip(struct timed *out)
{
	static struct piv_card card;
	struct signing_key issuer;
	uint8_t bytes[1024];
	size_t length = 0;
	struct credential claims = { .issuer = "yd:371171",
				     .number = "371171-2026-00004011",
				     .name = "欧阳建国",
				     .kind = CREDENTIAL_VETERAN,
				     .medium = "0123456789abcdef",
				     .medium_length = 16,
				     .not_before = NOW - 1000,
				     .expires = NOW + 1000,
				     .issued_at = NOW - 1000,
				     .has_holder_key = true,
				     .holder_key_in_chip = true };
	piv_card_make(&card);
	piv_card_public(&card, claims.holder_key);
	must(signing_key_generate(&issuer, KEY_EDDSA, claims.issuer, "371171") == ISSUE_OK &&
		     credential_sign(bytes, sizeof bytes, &length, &claims, &issuer) == ISSUE_OK,
	     "the credential cannot be made");
	piv_card_put_record(&card, bytes, length);
	put_in(out, &piv_card, &card);
}

static void make_bank_card(struct timed *out)
{
	static struct emv_card card;
	emv_card_make(&card, "6229261234567890", 1);
	put_in(out, &emv_card_kind, &card);
}

static void make_quick_bank_card(struct timed *out)
{
	static struct emv_card card;
	emv_card_make_quick(&card, "6229261234567890", 1);
	put_in(out, &emv_card_kind, &card);
}

static const struct row {
	const char *name;
	void (*make)(struct timed *out);
	enum reading_carrier carrier;
} rows[] = {
	{ "Type 4 tag, 400 bytes", make_type4, READING_TAG },
	{ "Type 2 tag (NTAG215), 400 bytes", make_type2, READING_TAG },
	{ "chip card and its proof", make_chip, READING_CHIP },
	{ "bank card with records", make_bank_card, READING_BANK },
	{ "bank card that tells all at once", make_quick_bank_card, READING_BANK },
};

/* --- one tap, taken apart --- */

struct times {
	double whole_ms[ROUNDS], share_ms[ROUNDS], token_ms[ROUNDS];
};

static void tap(struct pn532 *chip, struct source *source, const struct row *row,
		struct times *times, int round)
{
	static struct reading reading;
	static struct timed card;
	enum source_status status = SOURCE_NOTHING;
	row->make(&card);
	uint64_t air_before = pn532_counts(chip).air_us;
	pn532_put_card(chip, 0, &timed_card, &card);
	for (int i = 0; i < FINDING_LOOKS && status == SOURCE_NOTHING; i++) {
		status = source_nfc.read(source, &reading, 100);
	}
	int64_t end_ns = now_ns();
	must(status == SOURCE_OK && reading.fault == READING_COMPLETE &&
		     reading.carrier == row->carrier,
	     "the card was not read");
	must(row->carrier != READING_CHIP || reading.proof.length > 0, "the chip gave no proof");
	must(pn532_look_card(chip, 0, &timed_card, &card), "the card is not there any more");
	struct pn532_counts counts = pn532_counts(chip);
	times->whole_ms[round] = (double)(end_ns - counts.found_us * 1000) / 1e6;
	times->share_ms[round] = times->whole_ms[round] -
				 (double)(counts.air_us - air_before) / 1e3 -
				 (double)card.answering_ns / 1e6;
	pn532_take_away(chip, 0);
	must(source_nfc.read(source, &reading, 300) == SOURCE_NOTHING, "the card stayed");
}

/* Making a token is dear on purpose (Argon2id); how dear is told beside the tap that it is a part of. */
static void make_token(struct times *times, int round)
{
	const struct emv_account account = { .digits = "6229261234567890", .length = 16 };
	const uint8_t salt[BANK_SALT_BYTES] = { 1 };
	uint8_t token[BANK_TOKEN_BYTES];
	int64_t start = now_ns();
	must(bank_token_make(token, &account, salt), "no memory for a token");
	times->token_ms[round] = (double)(now_ns() - start) / 1e6;
}

static void print_row(const struct row *row, struct times *times)
{
	char name[120];
	bool is_bank = row->carrier == READING_BANK;
	const struct ratio whole = {
		.name = name, .unit = " ms", .floor = "300 ms", .aim = "100 ms"
	};
	const struct ratio share = { .name = name,
				     .unit = " ms",
				     .floor = is_bank ? "-" : "5 ms",
				     .aim = is_bank ? "-" : "1 ms" };
	const struct ratio token = { .name = name, .unit = " ms", .floor = "-", .aim = "-" };
	snprintf(name, sizeof name, "%s: found to its end", row->name);
	ratio_print(&whole, times->whole_ms, ROUNDS);
	snprintf(name, sizeof name, "%s: of that neither air nor card", row->name);
	ratio_print(&share, times->share_ms, ROUNDS);
	if (is_bank) {
		snprintf(name, sizeof name, "%s: of that its token alone (Argon2id)", row->name);
		ratio_print(&token, times->token_ms, ROUNDS);
	}
}

static void bench_row(struct pn532 *chip, struct source *source, const struct row *row)
{
	static struct times times;
	for (int i = 0; i < ROUNDS; i++) {
		tap(chip, source, row, &times, i);
		if (row->carrier == READING_BANK) {
			make_token(&times, i);
		}
	}
	print_row(row, &times);
}

int main(void)
{
	const struct source_setup setup = { .bank_salt_count = 1 };
	struct source *source = NULL;
	struct pn532 *chip = pn532_start();
	must(primitive_ready(), "no cryptography");
	pn532_pace(chip, AIR_NS_PER_BYTE, 0);
	must(source_nfc.open(&source, pn532_connection(chip), &setup) == SOURCE_OK, "no reader");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bench_row(chip, source, &rows[i]);
	}
	source_nfc.close(source);
	pn532_stop(chip);
	return 0;
}
