/*
 * The emulated card before tools that others wrote, Yubico's and OpenSC's, over pcscd and a virtual
 * reader: so that we know that it is PIV, and with it what reader/piv.h asks of cards.
 *
 * What the tools say is looked at less than what they did: to the card, and to files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "reader/elliptic.h"
#include "reader/piv.h"
#include "reader/piv_manage.h"
#include "reader/primitives.h"
#include "tests/folder.h"
#include "tests/piv_card.h"
#include "tests/virtual_reader.h"

static char folder[FOLDER_SIZE];
static struct virtual_reader *reader; /* NULL: nothing to test with, and `why` */
static const char *why;
static struct piv_card card; /* a copy, as of the last look */

static bool have_tools(void)
{
	return system("command -v yubico-piv-tool opensc-tool piv-tool pkcs11-tool >/dev/null 2>&1 "
		      "&& command -v timeout >/dev/null") == 0;
}

/* Run in the folder; what it says goes into the file "said".  Its exit code, or -1. */
static int run(const char *command)
{
	char line[1024];
	int status;

	snprintf(line, sizeof line, "cd %s && { timeout -k 5 60 %s; } >said 2>&1", folder, command);
	status = system(line);
	return status >= 0 && status % 256 == 0 ? status / 256 : -1;
}

static size_t read_file(const char *name, uint8_t *out, size_t size)
{
	char path[FOLDER_SIZE + 64];
	FILE *file;
	size_t length = 0;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (file != NULL) {
		length = fread(out, 1, size, file);
		fclose(file);
	}
	return length;
}

static void put_file(const char *name, const void *bytes, size_t length)
{
	char path[FOLDER_SIZE + 64];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	folder_put(path, bytes, length);
}

static bool was_said(const char *what)
{
	static uint8_t said[65536];

	said[read_file("said", said, sizeof said - 1)] = '\0';
	if (strstr((const char *)said, what) != NULL)
		return true;
	print_message("not said: %s\n%s\n", what, (const char *)said);
	return false;
}

static int set_up(void **state)
{
	(void)state;
	folder_make(folder);
	piv_card_make(&card);
	if (!primitive_ready())
		return -1;
	why = "yubico-piv-tool or opensc is not installed";
	if (have_tools())
		reader = virtual_reader_open(folder, &piv_card, &card, &why);
	/* The daemon takes a moment to see the card. */
	for (int i = 0; reader != NULL && i < 200 && run("opensc-tool -r 0 -n") != 0; i++)
		;
	if (reader == NULL)
		printf("skipped: PIV before other tools: %s\n", why);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	virtual_reader_close(reader);
	folder_remove(folder);
	return 0;
}

static void need_tools(void)
{
	if (reader == NULL)
		skip();
}

/* --- ourselves, at a copy of the card --- */

static int ask_card(void *context, uint8_t *out, const uint8_t *command, size_t length)
{
	static uint8_t response[CARD_ANSWER_MAX];
	size_t got = piv_card_answer(context, response, command, length);

	assert_true(got <= CARD_RESPONSE_MAX);
	memcpy(out, response, got);
	return (int)got;
}

static const struct card_link link_to_card = { .transceive = ask_card, .context = &card };

/* --- what they find --- */

static void they_see_a_piv_card(void **state)
{
	(void)state;
	need_tools();
	assert_int_equal(run("opensc-tool -r 0 -n"), 0);
	assert_true(was_said("Personal Identity Verification Card"));
	assert_int_equal(run("yubico-piv-tool -r Virtual -a status"), 0);
	assert_true(was_said("CHUID:\t3019d4e739da739ced39ce739d836858210842108421c84210c3eb"));
	assert_true(was_said("PIN tries left:\t3"));
	assert_int_equal(run("pkcs15-tool -r 0 --dump"), 0);
	assert_true(was_said("PIV"));
}

static void they_try_the_pin(void **state)
{
	(void)state;
	need_tools();
	assert_int_not_equal(run("yubico-piv-tool -r Virtual -a verify-pin -P 654321"), 0);
	assert_true(was_said("2 tries left before pin is blocked"));
	assert_int_equal(run("yubico-piv-tool -r Virtual -a verify-pin -P 123456"), 0);
	virtual_reader_look(reader, &card);
	assert_int_equal(card.pin_tries, 3);
}

/* --- keys --- */

static void expect_public_key(const char *file)
{
	uint8_t pem[1024], point[64];
	size_t length = read_file(file, pem, sizeof pem), point_length;
	BIO *from = BIO_new_mem_buf(pem, (int)length);
	EVP_PKEY *key = PEM_read_bio_PUBKEY(from, NULL, NULL, NULL);
	uint8_t found[65];

	assert_non_null(key);
	assert_int_equal(
		EVP_PKEY_get_octet_string_param(key, "pub", found, sizeof found, &point_length), 1);
	virtual_reader_look(reader, &card);
	piv_card_public(&card, point);
	assert_memory_equal(found + 1, point, 64);
	EVP_PKEY_free(key);
	BIO_free(from);
}

/* A certificate for the card's key, which the tools want beside it, by anybody. */
static void put_certificate(void)
{
	X509 *certificate = X509_new();
	EVP_PKEY *issuer = EVP_EC_gen("P-256");
	BIO *to = BIO_new(BIO_s_mem());
	const uint8_t *der = card.key;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &der, (long)card.key_length);
	uint8_t *pem;
	long length;

	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 7);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
				   (const uint8_t *)"card", -1, -1, 0);
	X509_NAME_add_entry_by_txt(X509_get_issuer_name(certificate), "CN", MBSTRING_ASC,
				   (const uint8_t *)"issuer", -1, -1, 0);
	assert_int_equal(X509_set_pubkey(certificate, key), 1);
	assert_true(X509_sign(certificate, issuer, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_bio_X509(to, certificate), 1);
	length = BIO_get_mem_data(to, &pem);
	put_file("certificate.pem", pem, (size_t)length);
	BIO_free(to);
	EVP_PKEY_free(key);
	EVP_PKEY_free(issuer);
	X509_free(certificate);
}

/* The same command that we prove a card with, and a signature that we verify. */
static void keys_are_made_and_sign(void **state)
{
	static const char message[] = "a challenge of thirty-two bytes.";
	uint8_t der[256], signature[64], point[64];
	struct elliptic_key *key;

	(void)state;
	need_tools();
	assert_int_equal(
		run("yubico-piv-tool -r Virtual -a generate -s 9e -A ECCP256 -o public.pem"), 0);
	expect_public_key("public.pem");
	put_certificate();
	assert_int_equal(
		run("yubico-piv-tool -r Virtual -a import-certificate -s 9e -i certificate.pem"),
		0);
	assert_int_equal(run("yubico-piv-tool -r Virtual -a test-signature -s 9e -A ECCP256 "
			     "-i certificate.pem"),
			 0);
	assert_true(was_said("Successful ECDSA verification"));

	put_file("message", message, 32);
	assert_int_equal(run("pkcs11-tool --slot 0 --login --pin 123456 --sign --id 04 --mechanism "
			     "ECDSA-SHA256 --signature-format openssl -i message -o signature"),
			 0);
	assert_true(elliptic_from_der(signature, der, read_file("signature", der, sizeof der)));
	piv_card_public(&card, point);
	key = elliptic_open(KEY_ES256, point);
	assert_true(elliptic_verify(key, signature, (const uint8_t *)message, 32));
	elliptic_close(key);
}

/* OpenSC authenticates with keys of each kind; what came of it is seen in the card's key. */
static void management_keys_of_each_kind(void **state)
{
	static const struct {
		uint8_t algorithm;
		size_t length;
	} rows[] = { { 0x03, 24 }, { 0x08, 16 }, { 0x0a, 24 }, { 0x0c, 32 } };

	(void)state;
	need_tools();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct management_key key = { .length = rows[i].length };
		uint8_t before[64], after[64], made[64];
		char command[128];

		for (size_t j = 0; j < key.length; j++)
			key.bytes[j] = (uint8_t)(2 * j + 16);
		virtual_reader_look(reader, &card);
		card.management_algorithm = rows[i].algorithm;
		memcpy(card.management_key, key.bytes, key.length);
		virtual_reader_change(reader, &card);
		piv_card_public(&card, before);
		put_file("management.key", key.bytes, key.length);
		snprintf(command, sizeof command,
			 "env PIV_EXT_AUTH_KEY=management.key piv-tool -r 0 -A M:9B:%02X -G 9E:11",
			 rows[i].algorithm);
		(void)run(command); /* it cannot print the key that it was given */
		virtual_reader_look(reader, &card);
		piv_card_public(&card, after);
		assert_memory_not_equal(after, before, 64);
		/* So do we. */
		assert_int_equal(piv_generate(&link_to_card, &key, made), MANAGE_OK);
		piv_card_public(&card, after);
		assert_memory_equal(made, after, 64);
		piv_card_make(&card);
		virtual_reader_change(reader, &card);
	}
}

/* --- objects --- */

#define READ_OBJECT "yubico-piv-tool -r Virtual -a read-object --id 0x5ff401 -f binary -o object"

static void what_they_write_we_read(void **state)
{
	static const size_t lengths[] = { 1, 200, 256, 2000 };
	static uint8_t content[2000], found[READING_BYTES_MAX];
	size_t length;

	(void)state;
	need_tools();
	for (size_t i = 0; i < sizeof content; i++)
		content[i] = (uint8_t)(i * 13 + i / 251);
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		put_file("written", content, lengths[i]);
		assert_int_equal(run("yubico-piv-tool -r Virtual -a write-object --id 0x5ff401 "
				     "-f binary -i written"),
				 0);
		virtual_reader_look(reader, &card);
		piv_card_reset(&card);
		assert_int_equal(piv_read_credential(&link_to_card, found, &length), PIV_OK);
		assert_int_equal(length, lengths[i]);
		assert_memory_equal(found, content, length);
	}
}

static void what_we_write_they_read(void **state)
{
	static const size_t lengths[] = { 1, 200, 256, 2000 };
	static uint8_t content[2000], found[READING_BYTES_MAX];

	(void)state;
	need_tools();
	for (size_t i = 0; i < sizeof content; i++)
		content[i] = (uint8_t)(i * 7 + i / 251);
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		virtual_reader_look(reader, &card);
		assert_int_equal(piv_write_credential(&link_to_card, &management_key_default,
						      content, lengths[i]),
				 MANAGE_OK);
		piv_card_reset(&card);
		virtual_reader_change(reader, &card);
		assert_int_equal(run(READ_OBJECT), 0);
		assert_int_equal(read_file("object", found, sizeof found), lengths[i]);
		assert_memory_equal(found, content, lengths[i]);
	}
	virtual_reader_look(reader, &card);
	assert_int_equal(piv_write_credential(&link_to_card, &management_key_default, NULL, 0),
			 MANAGE_OK);
	piv_card_reset(&card);
	virtual_reader_change(reader, &card);
	assert_int_not_equal(run(READ_OBJECT), 0);
}

static void they_write_what_belongs_on_a_card(void **state)
{
	size_t length = 0;

	(void)state;
	need_tools();
	assert_int_equal(run("yubico-piv-tool -r Virtual -a set-chuid -a set-ccc"), 0);
	virtual_reader_look(reader, &card);
	assert_non_null(piv_card_object(&card, 0x5fc107, &length));
	assert_int_equal(length, 51);
	/* A wrong management key opens nothing. */
	assert_int_not_equal(run("yubico-piv-tool -r Virtual -a set-ccc "
				 "-k 111111111111111111111111111111111111111111111112"),
			     0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_see_a_piv_card),
		cmocka_unit_test(they_try_the_pin),
		cmocka_unit_test(keys_are_made_and_sign),
		cmocka_unit_test(management_keys_of_each_kind),
		cmocka_unit_test(what_they_write_we_read),
		cmocka_unit_test(what_we_write_they_read),
		cmocka_unit_test(they_write_what_belongs_on_a_card),
	};
	return cmocka_run_group_tests_name("piv tools", tests, set_up, tear_down);
}
