#include "tests/piv_commands.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

enum {
	OK = PIV_WORD_OK,
	WRONG_LENGTH = 0x6700,
	NO_SECURITY = 0x6982,
	NO_CONDITIONS = 0x6985,
	WRONG_DATA = 0x6a80,
	NOT_FOUND = 0x6a82,
	NO_ROOM = 0x6a84,
	WRONG_P1_P2 = 0x6a86,
	NO_REFERENCE = 0x6a88,
	NO_INSTRUCTION = 0x6d00,
	NO_CLASS = 0x6e00,
};

#define MANAGEMENT 0x9b

static void must(bool done)
{
	if (!done)
		abort();
}

/* --- the key in 9E --- */

static EVP_PKEY *load_key(const struct piv_card *card)
{
	const uint8_t *der = card->key;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &der, (long)card->key_length);

	must(key != NULL);
	return key;
}

void piv_card_new_key(struct piv_card *card)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	uint8_t *end = card->key;
	int length = i2d_PrivateKey(key, NULL);

	must(length > 0 && (size_t)length <= sizeof(card->key));
	card->key_length = (size_t)i2d_PrivateKey(key, &end);
	EVP_PKEY_free(key);
}

void piv_card_public(const struct piv_card *card, uint8_t public_key[static 64])
{
	EVP_PKEY *key = load_key(card);
	uint8_t point[65];
	size_t length;

	must(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point),
					     &length) == 1 &&
	     length == sizeof(point));
	memcpy(public_key, point + 1, 64);
	EVP_PKEY_free(key);
}

static size_t sign(const struct piv_card *card, uint8_t der[static 80], const uint8_t *hash,
		   size_t length)
{
	EVP_PKEY *key = load_key(card);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	size_t made = 80;

	must(EVP_PKEY_sign_init(context) == 1 &&
	     EVP_PKEY_sign(context, der, &made, hash, length) == 1);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(key);
	return made;
}

/* --- the management key --- */

static const EVP_CIPHER *management_cipher(const struct piv_card *card)
{
	switch (card->management_algorithm) {
	case 0x08:
		return EVP_aes_128_ecb();
	case 0x0a:
		return EVP_aes_192_ecb();
	case 0x0c:
		return EVP_aes_256_ecb();
	default:
		return EVP_des_ede3_ecb();
	}
}

static size_t block_length(const struct piv_card *card)
{
	return card->management_algorithm == 0x03 ? 8 : 16;
}

static void encrypt(const struct piv_card *card, uint8_t *out, const uint8_t *in)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int length = 0;

	must(EVP_EncryptInit_ex(context, management_cipher(card), NULL, card->management_key,
				NULL) == 1 &&
	     EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
	     EVP_EncryptUpdate(context, out, &length, in, (int)block_length(card)) == 1 &&
	     (size_t)length == block_length(card));
	EVP_CIPHER_CTX_free(context);
}

/* --- BER-TLV --- */

struct span {
	const uint8_t *bytes;
	size_t length;
};

/* The next tag, of one or two bytes; false where there is none that is whole. */
static bool next(struct span *rest, unsigned *tag, struct span *content)
{
	size_t at = 0, length, width = 0;

	if (rest->length < 2)
		return false;
	*tag = rest->bytes[at++];
	if ((*tag & 0x1f) == 0x1f)
		*tag = *tag << 8 | rest->bytes[at++];
	if (at >= rest->length)
		return false;
	length = rest->bytes[at++];
	if (length > 0x80) {
		width = length - 0x80;
		length = 0;
	}
	if (width > 2 || width > rest->length - at)
		return false;
	for (; width > 0; width--)
		length = length << 8 | rest->bytes[at++];
	if (length > rest->length - at)
		return false;
	*content = (struct span){ rest->bytes + at, length };
	rest->bytes += at + length;
	rest->length -= at + length;
	return true;
}

static size_t put_head(uint8_t *out, uint8_t tag, size_t length)
{
	size_t end = 0;

	out[end++] = tag;
	if (length > 0xff) {
		out[end++] = 0x82;
		out[end++] = (uint8_t)(length >> 8);
	} else if (length > 0x7f) {
		out[end++] = 0x81;
	}
	out[end++] = (uint8_t)length;
	return end;
}

/* --- data objects --- */

static uint32_t number(const uint8_t *bytes, size_t width)
{
	uint32_t value = 0;

	for (size_t i = 0; i < width; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* Where an object lies in the store; its end where there is none. */
static size_t find(const struct piv_card *card, uint32_t tag)
{
	size_t at = 0;

	while (at < card->store_length && number(card->store + at, 3) != tag)
		at += 5 + number(card->store + at + 3, 2);
	return at;
}

const uint8_t *piv_card_object(const struct piv_card *card, uint32_t tag, size_t *length)
{
	size_t at = find(card, tag);

	if (at == card->store_length)
		return NULL;
	*length = number(card->store + at + 3, 2);
	return card->store + at + 5;
}

static bool put_object(struct piv_card *card, uint32_t tag, const uint8_t *bytes, size_t length)
{
	size_t at = find(card, tag);

	if (at < card->store_length) {
		size_t size = 5 + number(card->store + at + 3, 2);

		memmove(card->store + at, card->store + at + size, card->store_length - at - size);
		card->store_length -= size;
	}
	if (length == 0)
		return true;
	if (5 + length > sizeof(card->store) - card->store_length)
		return false;
	at = card->store_length;
	for (size_t i = 0; i < 3; i++)
		card->store[at + i] = (uint8_t)(tag >> 8 * (2 - i));
	card->store[at + 3] = (uint8_t)(length >> 8);
	card->store[at + 4] = (uint8_t)length;
	memcpy(card->store + at + 5, bytes, length);
	card->store_length += 5 + length;
	return true;
}

void piv_card_put_object(struct piv_card *card, uint32_t tag, const uint8_t *bytes, size_t length)
{
	must(put_object(card, tag, bytes, length));
}

/* --- commands: each leaves its data pending and returns its status word --- */

static void say(struct piv_card *card, const void *bytes, size_t length)
{
	must(length <= sizeof(card->pending) - card->pending_length);
	memcpy(card->pending + card->pending_length, bytes, length);
	card->pending_length += length;
}

void piv_select(struct piv_card *card)
{
	/* SP 800-73-4 part 2, table 3: application identifier's end, authority, label. */
	static const uint8_t properties[] =
		"\x61\x1b\x4f\x06\x00\x00\x10\x00\x01\x00\x79\x07\x4f\x05\xa0\x00\x00\x03\x08"
		"\x50\x08"
		"Emulated";

	card->selected = true;
	say(card, properties, sizeof(properties) - 1);
}

static unsigned verify(struct piv_card *card, const struct piv_request *request)
{
	if (request->p1 != 0x00 || request->p2 != 0x80)
		return request->p1 == 0xff ? WRONG_P1_P2 : NO_REFERENCE;
	if (request->length == 0)
		return card->pin_verified ? OK : 0x63c0u | (unsigned)card->pin_tries;
	if (request->length != sizeof(card->pin))
		return WRONG_DATA;
	if (card->pin_tries == 0)
		return 0x6983;
	card->pin_verified = memcmp(card->pin, request->data, sizeof(card->pin)) == 0;
	card->pin_tries = card->pin_verified ? PIV_PIN_TRIES : card->pin_tries - 1;
	return card->pin_verified ? OK : 0x63c0u | (unsigned)card->pin_tries;
}

static unsigned get_data(struct piv_card *card, const struct piv_request *request)
{
	static const uint8_t discovery[] = { 0x7e, 0x12, 0x4f, 0x0b, 0xa0, 0x00, 0x00,
					     0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01,
					     0x00, 0x5f, 0x2f, 0x02, 0x40, 0x00 };
	struct span rest = { request->data, request->length }, name;
	const uint8_t *content;
	uint8_t head[4];
	size_t length;
	unsigned tag;

	if (request->p1 != 0x3f || request->p2 != 0xff)
		return WRONG_P1_P2;
	if (!next(&rest, &tag, &name) || tag != 0x5c || rest.length != 0)
		return WRONG_DATA;
	if (name.length == 1 && name.bytes[0] == 0x7e) {
		say(card, discovery, sizeof(discovery));
		return OK;
	}
	content = name.length == 3 ? piv_card_object(card, number(name.bytes, 3), &length) : NULL;
	if (content == NULL)
		return NOT_FOUND;
	say(card, head, put_head(head, 0x53, length));
	say(card, content, length);
	return OK;
}

static unsigned put_data(struct piv_card *card, const struct piv_request *request)
{
	struct span rest = { request->data, request->length }, name, content;
	unsigned tag;

	if (request->p1 != 0x3f || request->p2 != 0xff)
		return WRONG_P1_P2;
	if (!card->authenticated)
		return NO_SECURITY;
	if (!next(&rest, &tag, &name) || tag != 0x5c || name.length != 3 ||
	    !next(&rest, &tag, &content) || tag != 0x53 || rest.length != 0)
		return WRONG_DATA;
	if (card->manner == PIV_FORGETFUL)
		return OK;
	return put_object(card, number(name.bytes, 3), content.bytes, content.length) ? OK
										      : NO_ROOM;
}

static unsigned generate(struct piv_card *card, const struct piv_request *request)
{
	static const uint8_t head[] = { 0x7f, 0x49, 0x43, 0x86, 0x41, 0x04 };
	struct span rest = { request->data, request->length }, control, algorithm;
	uint8_t point[64];
	unsigned tag;

	if (!card->authenticated)
		return NO_SECURITY;
	if (request->p1 != 0 || request->p2 != PIV_SLOT)
		return WRONG_P1_P2;
	if (!next(&rest, &tag, &control) || tag != 0xac || rest.length != 0 ||
	    !next(&control, &tag, &algorithm) || tag != 0x80 || algorithm.length != 1 ||
	    algorithm.bytes[0] != 0x11)
		return WRONG_DATA;
	piv_card_new_key(card);
	piv_card_public(card, point);
	if (card->manner == PIV_OTHER_POINT)
		piv_card_new_key(card);
	say(card, head, sizeof(head));
	say(card, point, sizeof(point));
	return OK;
}

/* --- GENERAL AUTHENTICATE --- */

struct template
{
	bool has[3];
	struct span witness, challenge, response; /* tags 80, 81, 82 */
};

static bool read_template(struct template *out, const struct piv_request *request)
{
	struct span rest = { request->data, request->length }, inside, content;
	struct span *const places[] = { &out->witness, &out->challenge, &out->response };
	unsigned tag;

	*out = (struct template){ 0 };
	if (!next(&rest, &tag, &inside) || tag != 0x7c || rest.length != 0)
		return false;
	while (inside.length > 0) {
		if (!next(&inside, &tag, &content) || tag < 0x80 || tag > 0x82 ||
		    out->has[tag - 0x80])
			return false;
		out->has[tag - 0x80] = true;
		*places[tag - 0x80] = content;
	}
	return true;
}

static void say_template(struct piv_card *card, uint8_t tag, const uint8_t *bytes, size_t length)
{
	const uint8_t head[] = { 0x7c, (uint8_t)(length + 2), tag, (uint8_t)length };

	say(card, head, sizeof(head));
	say(card, bytes, length);
}

static unsigned card_authentication(struct piv_card *card, const struct piv_request *request,
				    const struct template *asked)
{
	uint8_t der[80];

	if (card->manner == PIV_NO_KEY)
		return NO_REFERENCE;
	if (card->manner == PIV_REFUSES)
		return NO_SECURITY;
	if (request->p1 != 0x11)
		return WRONG_P1_P2;
	if (asked->has[0] || !asked->has[1] || !asked->has[2] || asked->response.length != 0 ||
	    asked->challenge.length != 32)
		return WRONG_DATA;
	say_template(card, 0x82, der,
		     sign(card, der, asked->challenge.bytes, asked->challenge.length));
	return OK;
}

/* The card makes up a block, in the clear or as a witness. */
static unsigned begin_management(struct piv_card *card, bool witness)
{
	uint8_t sealed[16];
	uint8_t *made = witness ? card->witness : card->challenge;

	must(RAND_bytes(made, (int)block_length(card)) == 1);
	encrypt(card, sealed, made);
	card->has_witness = witness;
	card->has_challenge = !witness;
	say_template(card, witness ? 0x80 : 0x81, witness ? sealed : made, block_length(card));
	return OK;
}

static unsigned end_mutual(struct piv_card *card, const struct template *asked)
{
	uint8_t sealed[16];
	bool fits = card->has_witness && asked->witness.length == block_length(card) &&
		    asked->challenge.length == block_length(card) &&
		    memcmp(asked->witness.bytes, card->witness, block_length(card)) == 0;

	card->has_witness = false;
	card->authenticated = fits;
	if (!fits)
		return NO_SECURITY;
	encrypt(card, sealed, asked->challenge.bytes);
	say_template(card, 0x82, sealed, block_length(card));
	return OK;
}

static unsigned end_single(struct piv_card *card, const struct template *asked)
{
	uint8_t sealed[16];

	encrypt(card, sealed, card->challenge);
	card->authenticated = card->has_challenge && asked->response.length == block_length(card) &&
			      memcmp(asked->response.bytes, sealed, block_length(card)) == 0;
	card->has_challenge = false;
	return card->authenticated ? OK : NO_SECURITY;
}

static unsigned management(struct piv_card *card, const struct piv_request *request,
			   const struct template *asked)
{
	uint8_t algorithm = request->p1 == 0x00 ? 0x03 : request->p1;
	bool mutual = card->manner != PIV_SINGLE_ONLY;

	if (algorithm != card->management_algorithm)
		return WRONG_P1_P2;
	if (mutual && asked->has[0] && asked->witness.length == 0)
		return begin_management(card, true);
	if (mutual && asked->has[0] && asked->has[1])
		return end_mutual(card, asked);
	if (!asked->has[0] && asked->has[1] && asked->challenge.length == 0)
		return begin_management(card, false);
	if (!asked->has[0] && !asked->has[1] && asked->has[2])
		return end_single(card, asked);
	return WRONG_DATA;
}

static unsigned authenticate(struct piv_card *card, const struct piv_request *request)
{
	struct template asked;

	if (!read_template(&asked, request))
		return WRONG_DATA;
	switch (request->p2) {
	case PIV_SLOT:
		return card_authentication(card, request, &asked);
	case MANAGEMENT:
		return management(card, request, &asked);
	default:
		return NO_REFERENCE;
	}
}

unsigned piv_serve(struct piv_card *card, const struct piv_request *request)
{
	static const struct {
		uint8_t instruction;
		unsigned (*command)(struct piv_card *, const struct piv_request *);
	} commands[] = {
		{ 0x20, verify },   { 0x47, generate }, { 0x87, authenticate },
		{ 0xcb, get_data }, { 0xdb, put_data },
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].instruction == request->instruction)
			return commands[i].command(card, request);
	return NO_INSTRUCTION;
}
