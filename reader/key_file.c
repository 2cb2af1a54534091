/* The part of issue.h that keeps a signing key in a file: its text, sealed and opened. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "reader/elliptic.h"
#include "reader/issue.h"
#include "reader/primitives.h"

/*
 * A key file has one "name: value" a line, in this order and no other.  All lines before the last
 * stand in the open; the seal of the last covers them too, so that none can be changed.
 */
#define FIRST_LINE "youdai signing key, version 1\n"

/* RFC 9106, the second recommended choice but with one lane: 64 MiB, three passes. */
#define STRETCH_PASSES 3
#define STRETCH_MEMORY 65536 /* [KiB] */

/* What a file may ask for: more would let it hold up or starve whoever opens it. */
#define STRETCH_PASSES_MAX 8
#define STRETCH_MEMORY_MIN 8      /* [KiB] */
#define STRETCH_MEMORY_MAX 131072 /* [KiB] */

#define SEALED_BYTES (PRIVATE_KEY_BYTES + SEAL_TAG_BYTES)

struct envelope {
	uint64_t passes;
	uint64_t memory_kib;
	uint8_t salt[STRETCH_SALT_BYTES];
	uint8_t nonce[SEAL_NONCE_BYTES];
	size_t open_length; /* [byte] of the lines that the seal covers */
	uint8_t sealed[SEALED_BYTES];
};

/* --- writing --- */

struct text {
	char *out;
	size_t size;
	size_t length;
	bool failed;
};

static void put(struct text *text, const char *string)
{
	size_t length = strlen(string);

	if (text->failed || length >= text->size - text->length) {
		text->failed = true;
		return;
	}
	memcpy(text->out + text->length, string, length + 1);
	text->length += length;
}

static void put_line(struct text *text, const char *name, const char *value)
{
	put(text, name);
	put(text, ": ");
	put(text, value);
	put(text, "\n");
}

static void put_number(struct text *text, const char *name, uint64_t value)
{
	char digits[24];

	(void)snprintf(digits, sizeof(digits), "%" PRIu64, value);
	put_line(text, name, digits);
}

static void put_hex(struct text *text, const char *name, const uint8_t *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char hex[2 * PUBLIC_BYTES_MAX + 1];

	for (size_t i = 0; i < length; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	hex[2 * length] = '\0';
	put_line(text, name, hex);
}

static bool seal_key(struct envelope *envelope, const struct text *text,
		     const struct signing_key *key, const char *passphrase)
{
	uint8_t seal_key[SEAL_KEY_BYTES];

	if (!primitive_stretch(seal_key, sizeof seal_key, passphrase, strlen(passphrase),
			       envelope->salt, (unsigned)envelope->passes,
			       (size_t)envelope->memory_kib * 1024))
		return false;
	primitive_seal(envelope->sealed, key->private_key, PRIVATE_KEY_BYTES,
		       (const uint8_t *)text->out, text->length, envelope->nonce, seal_key);
	explicit_bzero(seal_key, sizeof(seal_key));
	return true;
}

enum issue_status signing_key_seal(char *out, size_t out_size, const struct signing_key *key,
				   const char *passphrase)
{
	struct envelope envelope = { .passes = STRETCH_PASSES, .memory_kib = STRETCH_MEMORY };
	struct text text = { .out = out, .size = out_size };
	const struct trusted_key *trusted = &key->trusted;

	if (!primitive_ready())
		return ISSUE_NO_MEMORY;
	primitive_random(envelope.salt, sizeof(envelope.salt));
	primitive_random(envelope.nonce, sizeof(envelope.nonce));
	put(&text, FIRST_LINE);
	put_line(&text, "algorithm", key_algorithm_name(trusted->algorithm));
	put_line(&text, "issuer", trusted->issuer);
	put_line(&text, "region", trusted->region);
	put_hex(&text, "kid", trusted->kid, trusted->kid_length);
	put_hex(&text, "public", trusted->public_key, key_public_length(trusted->algorithm));
	put_number(&text, "argon2id-passes", envelope.passes);
	put_number(&text, "argon2id-kib", envelope.memory_kib);
	put_hex(&text, "salt", envelope.salt, sizeof(envelope.salt));
	put_hex(&text, "nonce", envelope.nonce, sizeof(envelope.nonce));
	if (text.failed)
		return ISSUE_NO_ROOM;
	if (!seal_key(&envelope, &text, key, passphrase))
		return ISSUE_NO_MEMORY;
	put_hex(&text, "sealed", envelope.sealed, sizeof(envelope.sealed));
	return text.failed ? ISSUE_NO_ROOM : ISSUE_OK;
}

/* --- reading --- */

struct lines {
	const char *at;
	size_t left;
};

/* The value of the next line, which must have this name; false too where it is not UTF-8. */
static bool take_line(struct lines *lines, const char *name, char *value, size_t size)
{
	size_t name_length = strlen(name);
	const char *end = memchr(lines->at, '\n', lines->left);
	size_t length = end == NULL ? 0 : (size_t)(end - lines->at);

	if (end == NULL || length < name_length + 2 || memcmp(lines->at, name, name_length) != 0 ||
	    memcmp(lines->at + name_length, ": ", 2) != 0)
		return false;
	lines->left -= length + 1;
	length -= name_length + 2;
	if (length >= size)
		return false;
	memcpy(value, lines->at + name_length + 2, length);
	value[length] = '\0';
	lines->at = end + 1;
	return strlen(value) == length;
}

static bool take_number(struct lines *lines, const char *name, uint64_t *out, uint64_t least,
			uint64_t most)
{
	char value[8];
	uint64_t number = 0;

	if (!take_line(lines, name, value, sizeof(value)) || value[0] == '\0')
		return false;
	for (const char *at = value; *at != '\0'; at++) {
		if (*at < '0' || *at > '9')
			return false;
		number = 10 * number + (uint64_t)(*at - '0');
	}
	*out = number;
	return number >= least && number <= most;
}

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static bool take_hex(struct lines *lines, const char *name, uint8_t *out, size_t *length,
		     size_t most)
{
	char value[2 * PUBLIC_BYTES_MAX + 1];
	size_t digits;

	if (!take_line(lines, name, value, sizeof(value)))
		return false;
	digits = strlen(value);
	if (digits % 2 != 0 || digits / 2 > most)
		return false;
	for (size_t i = 0; i < digits; i += 2) {
		int high = hex_digit(value[i]);
		int low = hex_digit(value[i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i / 2] = (uint8_t)(high << 4 | low);
	}
	*length = digits / 2;
	return true;
}

static bool take_hex_exactly(struct lines *lines, const char *name, uint8_t *out, size_t length)
{
	size_t found;

	return take_hex(lines, name, out, &found, length) && found == length;
}

static bool read_trusted(struct trusted_key *out, struct lines *lines)
{
	char algorithm[16];

	return take_line(lines, "algorithm", algorithm, sizeof(algorithm)) &&
	       key_algorithm_from_name(&out->algorithm, algorithm) &&
	       take_line(lines, "issuer", out->issuer, sizeof(out->issuer)) &&
	       take_line(lines, "region", out->region, sizeof(out->region)) &&
	       take_hex(lines, "kid", out->kid, &out->kid_length, sizeof(out->kid)) &&
	       take_hex_exactly(lines, "public", out->public_key,
				key_public_length(out->algorithm));
}

static bool read_envelope(struct envelope *out, struct lines *lines, const char *start)
{
	if (!take_number(lines, "argon2id-passes", &out->passes, 1, STRETCH_PASSES_MAX) ||
	    !take_number(lines, "argon2id-kib", &out->memory_kib, STRETCH_MEMORY_MIN,
			 STRETCH_MEMORY_MAX) ||
	    !take_hex_exactly(lines, "salt", out->salt, sizeof(out->salt)) ||
	    !take_hex_exactly(lines, "nonce", out->nonce, sizeof(out->nonce)))
		return false;
	out->open_length = (size_t)(lines->at - start);
	return take_hex_exactly(lines, "sealed", out->sealed, sizeof(out->sealed)) &&
	       lines->left == 0;
}

/* Whether the public key is that of the private one. */
static bool pair_matches(const struct signing_key *key)
{
	uint8_t public_key[PUBLIC_BYTES_MAX];

	if (key->trusted.algorithm == KEY_EDDSA)
		primitive_ed25519_public(public_key, key->private_key);
	else if (!elliptic_public(key->trusted.algorithm, public_key, key->private_key))
		return false;
	return memcmp(public_key, key->trusted.public_key,
		      key_public_length(key->trusted.algorithm)) == 0;
}

static enum issue_status unseal_key(struct signing_key *key, const struct envelope *envelope,
				    const char *text, const char *passphrase)
{
	uint8_t seal_key[SEAL_KEY_BYTES];
	bool opened;

	if (!primitive_stretch(seal_key, sizeof seal_key, passphrase, strlen(passphrase),
			       envelope->salt, (unsigned)envelope->passes,
			       (size_t)envelope->memory_kib * 1024))
		return ISSUE_NO_MEMORY;
	opened = primitive_unseal(key->private_key, envelope->sealed, SEALED_BYTES,
				  (const uint8_t *)text, envelope->open_length, envelope->nonce,
				  seal_key);
	explicit_bzero(seal_key, sizeof(seal_key));
	if (!opened)
		return ISSUE_WRONG_PASSPHRASE;
	return pair_matches(key) ? ISSUE_OK : ISSUE_MALFORMED_KEY;
}

enum issue_status signing_key_open(struct signing_key *out, const char *text, size_t length,
				   const char *passphrase)
{
	struct signing_key key = { .trusted = { .until = INT64_MAX } };
	struct lines lines = { .at = text, .left = length };
	struct envelope envelope;
	enum issue_status status;

	if (!primitive_ready())
		return ISSUE_NO_MEMORY;
	if (length > SEALED_KEY_MAX || length < strlen(FIRST_LINE) ||
	    memcmp(text, FIRST_LINE, strlen(FIRST_LINE)) != 0)
		return ISSUE_MALFORMED_KEY;
	lines.at += strlen(FIRST_LINE);
	lines.left -= strlen(FIRST_LINE);
	if (!read_trusted(&key.trusted, &lines) || !read_envelope(&envelope, &lines, text))
		return ISSUE_MALFORMED_KEY;
	status = unseal_key(&key, &envelope, text, passphrase);
	if (status == ISSUE_OK)
		*out = key;
	explicit_bzero(&key, sizeof(key));
	return status;
}
