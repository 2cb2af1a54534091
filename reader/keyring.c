#include "reader/keyring.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "reader/elliptic.h"
#include "reader/primitives.h"

#define NONE          UINT32_MAX
#define ROOM_AT_FIRST 16 /* a power of two, as all later sizes */

struct entry {
	struct trusted_key key;
	size_t issuer_length;
	size_t region_length;
	struct elliptic_key *elliptic; /* NULL for Ed25519 */
	uint32_t next_of_kid;          /* entries whose hash leads to the same chain, else NONE */
	uint32_t next_of_issuer;
};

/* Two hash tables with chains over one array, as large as each other, so half full on average. */
struct keyring {
	struct elliptic_curve *holder_curve;
	struct elliptic_key *holder; /* becomes each holder's in turn */
	struct entry *entries;
	uint32_t *kid_chains; /* room of each */
	uint32_t *issuer_chains;
	uint32_t count;
	uint32_t room;
};

static const struct {
	const char *name;
	enum key_algorithm algorithm;
	size_t public_length;
} ALGORITHMS[] = {
	{ "EdDSA", KEY_EDDSA, ED25519_PUBLIC_BYTES },
	{ "ES256", KEY_ES256, ELLIPTIC_PUBLIC_BYTES },
	{ "SM2", KEY_SM2, ELLIPTIC_PUBLIC_BYTES },
};

#define ALGORITHM_COUNT (sizeof(ALGORITHMS) / sizeof(ALGORITHMS[0]))

/* --- names --- */

size_t key_public_length(enum key_algorithm algorithm)
{
	for (size_t i = 0; i < ALGORITHM_COUNT; i++)
		if (ALGORITHMS[i].algorithm == algorithm)
			return ALGORITHMS[i].public_length;
	return 0;
}

const char *key_algorithm_name(enum key_algorithm algorithm)
{
	for (size_t i = 0; i < ALGORITHM_COUNT; i++)
		if (ALGORITHMS[i].algorithm == algorithm)
			return ALGORITHMS[i].name;
	return "unknown";
}

bool key_algorithm_from_name(enum key_algorithm *out, const char *name)
{
	for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
		if (strcmp(ALGORITHMS[i].name, name) == 0) {
			*out = ALGORITHMS[i].algorithm;
			return true;
		}
	}
	return false;
}

const char *issuer_region(const char *issuer)
{
	size_t digits;

	if (strncmp(issuer, "yd:", 3) != 0)
		return NULL;
	digits = strspn(issuer + 3, "0123456789");
	if (digits == 0 || digits > REGION_DIGITS_MAX || issuer[3 + digits] != '\0')
		return NULL;
	return issuer + 3;
}

void key_default_id(uint8_t out[static 8], const uint8_t *public_key, size_t length)
{
	uint8_t hash[32];

	primitive_sha256(hash, public_key, length);
	memcpy(out, hash, 8);
}

/* --- the tables --- */

/* FNV-1a.  Keys come from staff, so nobody can fill a chain on purpose. */
static uint32_t hash_bytes(const uint8_t *bytes, size_t length)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	return hash;
}

static void link_entry(struct keyring *keyring, uint32_t index)
{
	struct entry *entry = &keyring->entries[index];
	uint32_t mask = keyring->room - 1;
	uint32_t *kid_chain =
		&keyring->kid_chains[hash_bytes(entry->key.kid, entry->key.kid_length) & mask];
	uint32_t *issuer_chain =
		&keyring->issuer_chains[hash_bytes((const uint8_t *)entry->key.issuer,
						   entry->issuer_length) &
					mask];

	entry->next_of_kid = *kid_chain;
	*kid_chain = index;
	entry->next_of_issuer = *issuer_chain;
	*issuer_chain = index;
}

static bool grow(struct keyring *keyring)
{
	uint32_t room = keyring->room == 0 ? ROOM_AT_FIRST : 2 * keyring->room;
	struct entry *entries;
	uint32_t *chains;

	if (room > NONE / 2)
		return false;
	entries = realloc(keyring->entries, room * sizeof(*entries));
	if (entries == NULL)
		return false;
	keyring->entries = entries;
	chains = malloc(2 * (size_t)room * sizeof(*chains));
	if (chains == NULL)
		return false;
	memset(chains, 0xff, 2 * (size_t)room * sizeof(*chains)); /* NONE everywhere */
	free(keyring->kid_chains);
	keyring->kid_chains = chains;
	keyring->issuer_chains = chains + room;
	keyring->room = room;
	for (uint32_t i = 0; i < keyring->count; i++)
		link_entry(keyring, i);
	return true;
}

struct keyring *keyring_open(void)
{
	/* The base point of P-256, until the first holder comes. */
	static const uint8_t base[] =
		"\x6B\x17\xD1\xF2\xE1\x2C\x42\x47\xF8\xBC\xE6\xE5\x63\xA4\x40\xF2"
		"\x77\x03\x7D\x81\x2D\xEB\x33\xA0\xF4\xA1\x39\x45\xD8\x98\xC2\x96"
		"\x4F\xE3\x42\xE2\xFE\x1A\x7F\x9B\x8E\xE7\xEB\x4A\x7C\x0F\x9E\x16"
		"\x2B\xCE\x33\x57\x6B\x31\x5E\xCE\xCB\xB6\x40\x68\x37\xBF\x51\xF5";
	struct keyring *keyring;

	if (!primitive_ready())
		return NULL;
	keyring = calloc(1, sizeof(*keyring));
	if (keyring == NULL)
		return NULL;
	keyring->holder_curve = elliptic_curve_open();
	keyring->holder = elliptic_open(KEY_ES256, base);
	if (keyring->holder_curve == NULL || keyring->holder == NULL || !grow(keyring)) {
		keyring_close(keyring);
		return NULL;
	}
	return keyring;
}

void keyring_close(struct keyring *keyring)
{
	if (keyring == NULL)
		return;
	keyring_clear(keyring);
	elliptic_curve_close(keyring->holder_curve);
	elliptic_close(keyring->holder);
	free(keyring->entries);
	free(keyring->kid_chains);
	free(keyring);
}

void keyring_clear(struct keyring *keyring)
{
	for (uint32_t i = 0; i < keyring->count; i++)
		elliptic_close(keyring->entries[i].elliptic);
	keyring->count = 0;
	if (keyring->kid_chains != NULL)
		memset(keyring->kid_chains, 0xff,
		       2 * (size_t)keyring->room * sizeof(*keyring->kid_chains));
}

enum keyring_status keyring_add(struct keyring *keyring, const struct trusted_key *key)
{
	struct elliptic_key *elliptic = NULL;

	assert(key->kid_length <= KEY_ID_BYTES_MAX);
	if (key_public_length(key->algorithm) == 0)
		return KEYRING_UNSUPPORTED;
	if (keyring->count == keyring->room && !grow(keyring))
		return KEYRING_NO_MEMORY;
	if (key->algorithm == KEY_EDDSA) {
		if (!primitive_ed25519_sound(key->public_key))
			return KEYRING_WEAK_KEY;
	} else {
		elliptic = elliptic_open(key->algorithm, key->public_key);
		if (elliptic == NULL)
			return KEYRING_WEAK_KEY;
	}
	keyring->entries[keyring->count] = (struct entry){
		.key = *key,
		.issuer_length = strlen(key->issuer),
		.region_length = strlen(key->region),
		.elliptic = elliptic,
	};
	link_entry(keyring, keyring->count);
	keyring->count++;
	return KEYRING_OK;
}

/* --- checking --- */

static bool region_fits(const struct entry *entry)
{
	const char *region = issuer_region(entry->key.issuer);

	return region == NULL || strncmp(region, entry->key.region, entry->region_length) == 0;
}

static bool fits(const struct entry *entry, const struct signed_message *message, int64_t now)
{
	if (message->has_kid && (entry->key.kid_length != message->kid_length ||
				 memcmp(entry->key.kid, message->kid, message->kid_length) != 0))
		return false;
	return entry->issuer_length == message->issuer_length &&
	       memcmp(entry->key.issuer, message->issuer, message->issuer_length) == 0 &&
	       entry->key.from <= now && now < entry->key.until && region_fits(entry);
}

static bool verifies(const struct entry *entry, const struct signed_message *message)
{
	if (entry->elliptic != NULL)
		return elliptic_verify(entry->elliptic, message->signature, message->bytes,
				       message->length);
	return primitive_ed25519_verify(message->signature, message->bytes, message->length,
					entry->key.public_key);
}

static uint32_t first_of_chain(const struct keyring *keyring, const struct signed_message *message)
{
	uint32_t mask = keyring->room - 1;

	if (message->has_kid)
		return keyring->kid_chains[hash_bytes(message->kid, message->kid_length) & mask];
	return keyring->issuer_chains[hash_bytes(message->issuer, message->issuer_length) & mask];
}

enum keyring_verdict keyring_verify(const struct keyring *keyring,
				    const struct signed_message *message, int64_t now)
{
	enum keyring_verdict verdict = KEYRING_NO_KEY;
	uint32_t index = first_of_chain(keyring, message);
	unsigned tried = 0;

	while (index != NONE && tried < KEYS_TRIED_MAX) {
		const struct entry *entry = &keyring->entries[index];

		index = message->has_kid ? entry->next_of_kid : entry->next_of_issuer;
		if (!fits(entry, message, now))
			continue;
		verdict = KEYRING_FORGED;
		if ((int64_t)entry->key.algorithm != message->algorithm)
			continue;
		if (verifies(entry, message))
			return KEYRING_VERIFIED;
		tried++;
	}
	return verdict;
}

bool keyring_holder_key_sound(const struct keyring *keyring,
			      const uint8_t point[static PUBLIC_BYTES_MAX])
{
	return elliptic_on_curve(keyring->holder_curve, point);
}

bool keyring_holder_verify(const struct keyring *keyring,
			   const uint8_t point[static PUBLIC_BYTES_MAX],
			   const uint8_t signature[static SIGNATURE_BYTES], const uint8_t *bytes,
			   size_t length)
{
	return elliptic_change(keyring->holder, point) &&
	       elliptic_verify(keyring->holder, signature, bytes, length);
}
