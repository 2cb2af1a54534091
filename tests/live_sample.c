#include "tests/live_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader/base45.h"
#include "reader/cbor.h"
#include "tests/claims.h"

#define TEXT_MAX (4 * FORGE_BYTES_MAX)

static size_t put_hex(char *out, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		(void)sprintf(out + 2 * i, "%02X", bytes[i]);
	return 2 * length;
}

/* Each letter of `letters` becomes the text of the same place in `texts`. */
static void expand(char *out, const char *text, const char *letters, const char *const *texts)
{
	bool quoted = false;

	for (; *text != '\0'; text++) {
		const char *letter = quoted ? NULL : strchr(letters, *text);

		quoted ^= *text == '\'';
		if (letter == NULL)
			*out++ = *text;
		else
			out = stpcpy(out, texts[letter - letters]);
	}
	*out = '\0';
}

struct signing_key live_holder(void)
{
	return forge_key(KEY_ES256, HOLDER, "", "", "");
}

bool live_stage_open(struct live_stage *out)
{
	out->key = forge_key(KEY_EDDSA, SEED, "yd:371171", "3711", KID);
	out->stranger = forge_key(KEY_ES256, SEED, "", "", "");
	out->holder = live_holder();
	out->keyring = keyring_open();
	return out->keyring != NULL && keyring_add(out->keyring, &out->key.trusted) == KEYRING_OK;
}

void live_stage_close(struct live_stage *stage)
{
	keyring_close(stage->keyring);
}

static size_t make_credential(uint8_t *out, const struct live_forge *forge,
			      const struct signing_key *issuer, const struct signing_key *holder)
{
	static char payload[TEXT_MAX];
	char confirmation[256];
	struct forge credential = forge->credential;
	size_t length;

	length = (size_t)sprintf(confirmation, "08 A1 01 A4 01 02 20 01 21 5820 ");
	length += put_hex(confirmation + length, holder->trusted.public_key, 32);
	length += (size_t)sprintf(confirmation + length, " 22 5820 ");
	(void)put_hex(confirmation + length, holder->trusted.public_key + 32, 32);
	strcat(confirmation, " ");
	expand(payload, credential.payload, "K", (const char *const[]){ confirmation });
	credential.payload = payload;
	return forge_credential(out, &credential, issuer);
}

size_t live_forge_bytes(uint8_t out[static FORGE_BYTES_MAX], const struct live_forge *forge,
			const struct signing_key *issuer, const struct signing_key *holder)
{
	static uint8_t credential[FORGE_BYTES_MAX], item[FORGE_BYTES_MAX];
	static char bare[TEXT_MAX], labelled[TEXT_MAX + 8], map[2 * TEXT_MAX];
	struct cbor_writer writer = { .bytes = item, .size = sizeof(item) };
	struct forge token = forge->token;

	cbor_put_bytes(&writer, credential, make_credential(credential, forge, issuer, holder));
	if (writer.failed)
		abort();
	bare[put_hex(bare, item, writer.length)] = '\0';
	(void)snprintf(labelled, sizeof(labelled), "0D %s ", bare);
	expand(map, token.protected_map == NULL ? "A3" LIVE_ALG "W" LIVE_TYP : token.protected_map,
	       "Ww", (const char *const[]){ labelled, bare });
	token.protected_map = map;
	if (token.payload == NULL)
		token.payload = "A1" LIVE_IAT;
	return forge_credential(out, &token, holder);
}

size_t live_forge_text(char out[static 2 * FORGE_BYTES_MAX], const struct live_forge *forge,
		       const struct signing_key *issuer, const struct signing_key *holder)
{
	static uint8_t bytes[FORGE_BYTES_MAX];

	base45_encode(out, bytes, live_forge_bytes(bytes, forge, issuer, holder));
	return strlen(out);
}

size_t live_other_s(uint8_t *signature)
{
	static const uint8_t order[32] = { 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
					   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
					   0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
					   0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51 };
	int borrow = 0;

	for (int i = 31; i >= 0; i--) {
		int digit = order[i] - signature[32 + i] - borrow;

		borrow = digit < 0;
		signature[32 + i] = (uint8_t)(digit & 0xff);
	}
	return 64;
}
