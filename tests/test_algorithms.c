/* EdDSA, ES256 and SM2 beside each other: none is taken for another, and OpenSSL's own program agrees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/elliptic.h"
#include "reader/issue.h"
#include "tests/claims.h"
#include "tests/folder.h"
#include "tests/forge.h"

#define ALGORITHMS 3

static const struct {
	enum key_algorithm algorithm;
	const char *name;
	const char *header; /* protected header with the kid */
} algorithms[ALGORITHMS] = {
	{ KEY_EDDSA, "EdDSA", "A2 01 27 04 48" KID },
	{ KEY_ES256, "ES256", "A2 01 26 04 48" KID },
	{ KEY_SM2, "SM2", "A2 01 3A0001119F 04 48" KID },
};

/* The same secret for all: what is confused would be confused. */
static struct signing_key key_of(int which)
{
	return forge_key(algorithms[which].algorithm, SEED, "yd:371171", "3711", KID);
}

static void trust(struct keyring *keyring, const struct signing_key *key)
{
	assert_int_equal(keyring_add(keyring, &key->trusted), KEYRING_OK);
}

/* Signed by one key, said to be of any algorithm. */
static enum credential_status judge(const struct keyring *keyring, int signer, int said)
{
	static uint8_t bytes[FORGE_BYTES_MAX];
	struct signing_key key = key_of(signer);
	const struct forge forge = { .payload = "A7" ALL,
				     .protected_map = algorithms[said].header };
	struct credential out;

	return credential_from_bytes(&out, bytes, forge_credential(bytes, &forge, &key), keyring,
				     NOW);
}

/* --- none is taken for another --- */

/* All pairs, by the header (which lies) and by the key (which is another's). */
static void each_is_refused_under_anothers_key(void **state)
{
	(void)state;
	for (int trusted = 0; trusted < ALGORITHMS; trusted++) {
		struct keyring *keyring = keyring_open();
		struct signing_key key = key_of(trusted);

		trust(keyring, &key);
		for (int signer = 0; signer < ALGORITHMS; signer++) {
			for (int said = 0; said < ALGORITHMS; said++) {
				bool right = signer == trusted && said == trusted;

				if (judge(keyring, signer, said) !=
				    (right ? CREDENTIAL_OK : CREDENTIAL_FORGED))
					fail_msg("%s's signature, said to be %s, under %s's key",
						 algorithms[signer].name, algorithms[said].name,
						 algorithms[trusted].name);
			}
		}
		keyring_close(keyring);
	}
}

/* Ids are hints: three keys may have the same, and each signs for itself only. */
static void one_kid_for_three_algorithms(void **state)
{
	static const int orders[][ALGORITHMS] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 2, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		struct keyring *keyring = keyring_open();

		for (int j = 0; j < ALGORITHMS; j++) {
			struct signing_key key = key_of(orders[i][j]);

			trust(keyring, &key);
		}
		for (int signer = 0; signer < ALGORITHMS; signer++)
			for (int said = 0; said < ALGORITHMS; said++)
				assert_int_equal(judge(keyring, signer, said),
						 signer == said ? CREDENTIAL_OK
								: CREDENTIAL_FORGED);
		keyring_close(keyring);
	}
}

/* Three issuers, each with an algorithm of its own, in one keyring. */
static void each_issuer_has_its_own(void **state)
{
	struct keyring *keyring = keyring_open();
	struct signing_key keys[ALGORITHMS];

	(void)state;
	for (int i = 0; i < ALGORITHMS; i++) {
		char issuer[] = "yd:371170";

		issuer[8] = (char)('0' + i);
		assert_int_equal(
			signing_key_generate(&keys[i], algorithms[i].algorithm, issuer, ""),
			ISSUE_OK);
		trust(keyring, &keys[i]);
	}
	for (int i = 0; i < ALGORITHMS; i++) {
		uint8_t bytes[1024];
		char text[2048];
		size_t length;
		struct credential claims = { .number = "N1",
					     .name = "张三",
					     .kind = CREDENTIAL_VETERAN,
					     .medium = "12345678",
					     .medium_length = 8,
					     .not_before = INT64_MIN,
					     .issued_at = NOW,
					     .expires = NOW + 1 };
		struct credential out;

		strcpy(claims.issuer, keys[i].trusted.issuer);
		assert_int_equal(credential_sign(bytes, sizeof(bytes), &length, &claims, &keys[i]),
				 ISSUE_OK);
		assert_int_equal(credential_to_text(text, sizeof(text), bytes, length, false),
				 ISSUE_OK);
		assert_int_equal(credential_from_text(&out, text, strlen(text), keyring, NOW),
				 CREDENTIAL_OK);
		assert_string_equal(out.issuer, claims.issuer);
		/* Nobody signs for another issuer, whatever the algorithm. */
		strcpy(claims.issuer, keys[(i + 1) % ALGORITHMS].trusted.issuer);
		assert_int_equal(credential_sign(bytes, sizeof(bytes), &length, &claims, &keys[i]),
				 ISSUE_BAD_CLAIMS);
	}
	keyring_close(keyring);
}

/* A point of one curve is no key on the other. */
static void points_are_of_one_curve(void **state)
{
	struct signing_key es256 = key_of(1), sm2 = key_of(2);
	struct keyring *keyring = keyring_open();

	(void)state;
	es256.trusted.algorithm = KEY_SM2;
	sm2.trusted.algorithm = KEY_ES256;
	assert_int_equal(keyring_add(keyring, &es256.trusted), KEYRING_WEAK_KEY);
	assert_int_equal(keyring_add(keyring, &sm2.trusted), KEYRING_WEAK_KEY);
	keyring_close(keyring);
}

/* --- OpenSSL's program --- */

/* How it names things, and what stands before x || y in its public keys (RFC 5480, RFC 8998). */
static const struct {
	enum key_algorithm algorithm;
	const char *curve;
	const char *options; /* of pkeyutl, behind -rawin */
	const char *spki;
} dialects[] = {
	{ KEY_ES256, "P-256", "-digest sha256",
	  "3059301306072A8648CE3D020106082A8648CE3D03010703420004" },
	{ KEY_SM2, "SM2", "-digest sm3 -pkeyopt distid:1234567812345678",
	  "3059301306072A8648CE3D020106082A811CCF5501822D03420004" },
};

#define DIALECTS 2
#define MESSAGE  "优待证, signed by another program"

static char folder[FOLDER_SIZE];

static int make_folder(void **state)
{
	(void)state;
	folder_make(folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	folder_remove(folder);
	return 0;
}

static const char *at(char out[static 256], const char *name)
{
	(void)snprintf(out, 256, "%s/%s", folder, name);
	return out;
}

static void write_file(const char *name, const uint8_t *bytes, size_t length)
{
	char path[256];
	FILE *file = fopen(at(path, name), "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static size_t read_file(uint8_t *out, size_t size, const char *name)
{
	char path[256];
	FILE *file = fopen(at(path, name), "rb");
	size_t length;

	assert_non_null(file);
	length = fread(out, 1, size, file);
	fclose(file);
	return length;
}

/* In the folder; what it says is nobody's business. */
static bool openssl(const char *arguments)
{
	char line[1024];

	(void)snprintf(line, sizeof(line), "cd %s && openssl %s >said 2>&1", folder, arguments);
	return system(line) == 0;
}

static void skip_without_openssl(void)
{
	if (!openssl("version")) {
		printf("skipped: openssl is not there\n");
		skip();
	}
}

/* SEQUENCE of two INTEGERs to r || s. */
static void from_der(uint8_t out[static 64], const uint8_t *der)
{
	const uint8_t *at_number = der + 2;

	memset(out, 0, 64);
	for (int i = 0; i < 2; i++) {
		size_t length = at_number[1];
		size_t skipped = length > 32 ? length - 32 : 0;

		memcpy(out + 32 * i + 32 - (length - skipped), at_number + 2 + skipped,
		       length - skipped);
		at_number += 2 + length;
	}
}

static size_t to_der(uint8_t out[static 80], const uint8_t *signature)
{
	size_t end = 2;

	for (int i = 0; i < 2; i++) {
		const uint8_t *number = signature + 32 * i;
		size_t zeros = 0, padding;

		while (zeros < 31 && number[zeros] == 0)
			zeros++;
		padding = number[zeros] >= 0x80 ? 1 : 0;
		out[end] = 2;
		out[end + 1] = (uint8_t)(padding + 32 - zeros);
		out[end + 2] = 0;
		memcpy(out + end + 2 + padding, number + zeros, 32 - zeros);
		end += 2u + out[end + 1];
	}
	out[0] = 0x30;
	out[1] = (uint8_t)(end - 2);
	return end;
}

static void what_openssl_signs_is_read(void **state)
{
	(void)state;
	skip_without_openssl();
	write_file("message", (const uint8_t *)MESSAGE, strlen(MESSAGE));
	for (size_t i = 0; i < DIALECTS; i++) {
		char command[512];
		uint8_t der[256], signature[64], pem[1024], private_key[32];
		struct elliptic_key *key;

		(void)snprintf(command, sizeof(command),
			       "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:%s -out k.pem",
			       dialects[i].curve);
		assert_true(openssl(command));
		assert_true(openssl("pkey -in k.pem -pubout -outform DER -out k.der"));
		(void)snprintf(command, sizeof(command),
			       "pkeyutl -sign -inkey k.pem -in message -rawin %s -out signature",
			       dialects[i].options);
		assert_true(openssl(command));
		assert_int_equal(read_file(der, sizeof(der), "k.der"), 27 + 64);
		key = elliptic_open(dialects[i].algorithm, der + 27);
		assert_non_null(key);
		(void)read_file(der, sizeof(der), "signature");
		from_der(signature, der);
		assert_true(
			elliptic_verify(key, signature, (const uint8_t *)MESSAGE, strlen(MESSAGE)));
		assert_false(elliptic_verify(key, signature, (const uint8_t *)MESSAGE,
					     strlen(MESSAGE) - 1));
		elliptic_close(key);
		/* Only P-256 is a holder's. */
		assert_int_equal(elliptic_read_pem(private_key, (const char *)pem,
						   read_file(pem, sizeof(pem), "k.pem")),
				 dialects[i].algorithm == KEY_ES256);
	}
}

static void what_we_sign_openssl_reads(void **state)
{
	static uint8_t spki[FORGE_BYTES_MAX];

	(void)state;
	skip_without_openssl();
	write_file("message", (const uint8_t *)MESSAGE, strlen(MESSAGE));
	write_file("other", (const uint8_t *)MESSAGE, strlen(MESSAGE) - 1);
	for (size_t i = 0; i < DIALECTS; i++) {
		char command[512];
		uint8_t private_key[32], der[80], signature[64];
		size_t length = forge_bytes(spki, dialects[i].spki);

		assert_true(elliptic_generate(dialects[i].algorithm, private_key, spki + length));
		write_file("public.der", spki, length + 64);
		assert_true(elliptic_sign(dialects[i].algorithm, signature,
					  (const uint8_t *)MESSAGE, strlen(MESSAGE), private_key));
		write_file("signature", der, to_der(der, signature));
		for (int other = 0; other < 2; other++) {
			(void)snprintf(
				command, sizeof(command),
				"pkeyutl -verify -pubin -keyform DER -inkey public.der -in %s "
				"-rawin %s -sigfile signature",
				other ? "other" : "message", dialects[i].options);
			assert_int_equal(openssl(command), !other);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_refused_under_anothers_key),
		cmocka_unit_test(one_kid_for_three_algorithms),
		cmocka_unit_test(each_issuer_has_its_own),
		cmocka_unit_test(points_are_of_one_curve),
		cmocka_unit_test(what_openssl_signs_is_read),
		cmocka_unit_test(what_we_sign_openssl_reads),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
