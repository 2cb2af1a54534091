/* The offline check of a credential against the bare signature check, and CBOR against libcbor. */
#include <cbor.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader/cose.h"
#include "reader/issue.h"
#include "tests/ratio.h"

#define NOW    1790000000
#define ROUNDS 21
#define KEYS   100 /* in the keyring, besides the one that signed */

struct bench {
	struct keyring *keyring;
	struct keyring *strangers; /* the same without the key that signed */
	struct signing_key key;
	uint8_t bytes[1024];
	size_t length;
	char text[2048];
	size_t text_length;
	struct cose_sign1 cose;
	uint8_t message[COSE_SIGNED_BYTES_MAX];
	size_t message_length;
	EVP_PKEY *peer; /* ES256 only */
	unsigned char *der;
	int der_length;
};

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "bench_credential: %s\n", what);
	exit(1);
}

/* --- what is timed --- */

static void check_text(void *context)
{
	struct bench *bench = context;
	struct credential credential;

	must(credential_from_text(&credential, bench->text, bench->text_length, bench->keyring,
				  NOW) == CREDENTIAL_OK,
	     "the credential is refused");
}

static void read_text(void *context)
{
	struct bench *bench = context;
	struct credential credential;

	must(credential_from_text(&credential, bench->text, bench->text_length, bench->strangers,
				  NOW) == CREDENTIAL_UNKNOWN_ISSUER,
	     "a key is found that is not there");
}

static void bare_ed25519(void *context)
{
	struct bench *bench = context;

	must(crypto_sign_verify_detached(bench->cose.signature.bytes, bench->message,
					 bench->message_length, bench->key.trusted.public_key) == 0,
	     "libsodium refuses the signature");
}

static void bare_es256(void *context)
{
	struct bench *bench = context;
	EVP_MD_CTX *digest = EVP_MD_CTX_new();

	must(digest != NULL &&
		     EVP_DigestVerifyInit_ex(digest, NULL, "SHA256", NULL, NULL, bench->peer,
					     NULL) == 1 &&
		     EVP_DigestVerify(digest, bench->der, (size_t)bench->der_length, bench->message,
				      bench->message_length) == 1,
	     "OpenSSL refuses the signature");
	EVP_MD_CTX_free(digest);
}

static void our_cbor(void *context)
{
	struct bench *bench = context;
	struct cbor cbor = cbor_begin(bench->cose.payload);

	must(cbor_valid(bench->cose.payload.bytes, bench->cose.payload.length),
	     "our decoder refuses the claims");
	(void)cbor_skip(&cbor);
	must(cbor_finished(&cbor), "the walk over the claims fails");
}

static void libcbor(void *context)
{
	struct bench *bench = context;
	struct cbor_load_result result;
	cbor_item_t *item =
		cbor_load(bench->cose.payload.bytes, bench->cose.payload.length, &result);

	must(item != NULL, "libcbor refuses the claims");
	cbor_decref(&item);
}

/* --- making it --- */

static void add_strangers(struct bench *bench)
{
	for (int i = 0; i < KEYS; i++) {
		struct signing_key stranger;
		char issuer[32];

		(void)snprintf(issuer, sizeof(issuer), "yd:%06d", 110000 + i);
		must(signing_key_generate(&stranger, KEY_EDDSA, issuer, "") == ISSUE_OK &&
			     keyring_add(bench->keyring, &stranger.trusted) == KEYRING_OK &&
			     keyring_add(bench->strangers, &stranger.trusted) == KEYRING_OK,
		     "a key is refused");
	}
}

static void make(struct bench *bench, enum key_algorithm algorithm)
{
	struct credential claims = {
		.issuer = "yd:371171",
		.number = "371171-2026-00004011",
		.name = "欧阳建国",
		.kind = CREDENTIAL_VETERAN,
		.medium = "0123456789abcdef",
		.medium_length = 16,
		.not_before = NOW - 1000,
		.expires = NOW + 1000,
		.issued_at = NOW - 1000,
		.has_holder_key = false,
	};

	bench->keyring = keyring_open();
	bench->strangers = keyring_open();
	must(bench->keyring != NULL && bench->strangers != NULL, "no memory");
	add_strangers(bench);
	must(signing_key_generate(&bench->key, algorithm, claims.issuer, "371171") == ISSUE_OK &&
		     keyring_add(bench->keyring, &bench->key.trusted) == KEYRING_OK &&
		     credential_sign(bench->bytes, sizeof(bench->bytes), &bench->length, &claims,
				     &bench->key) == ISSUE_OK &&
		     credential_to_text(bench->text, sizeof(bench->text), bench->bytes,
					bench->length, false) == ISSUE_OK,
	     "the credential cannot be made");
	bench->text_length = strlen(bench->text);
	must(cose_sign1_read(&bench->cose, bench->bytes, bench->length), "it cannot be read");
	bench->message_length = cose_signed_bytes(bench->message, &bench->cose);
}

/* The key and the signature as OpenSSL itself likes them. */
static void make_peer(struct bench *bench)
{
	unsigned char point[65] = { 4 };
	char group[] = "P-256";
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	ECDSA_SIG *signature = ECDSA_SIG_new();

	memcpy(point + 1, bench->key.trusted.public_key, 64);
	must(EVP_PKEY_fromdata_init(context) == 1 &&
		     EVP_PKEY_fromdata(context, &bench->peer, EVP_PKEY_PUBLIC_KEY, parameters) == 1,
	     "OpenSSL refuses the key");
	ECDSA_SIG_set0(signature, BN_bin2bn(bench->cose.signature.bytes, 32, NULL),
		       BN_bin2bn(bench->cose.signature.bytes + 32, 32, NULL));
	bench->der_length = i2d_ECDSA_SIG(signature, &bench->der);
	ECDSA_SIG_free(signature);
	EVP_PKEY_CTX_free(context);
}

static void clean(struct bench *bench)
{
	keyring_close(bench->keyring);
	keyring_close(bench->strangers);
	EVP_PKEY_free(bench->peer);
	OPENSSL_free(bench->der);
	*bench = (struct bench){ 0 };
}

int main(void)
{
	static struct bench bench;

	make(&bench, KEY_EDDSA);
	printf("# a credential of %zu bytes, %zu characters; %d keys are trusted\n", bench.length,
	       bench.text_length, KEYS + 1);
	ratio_of_rates(&(struct ratio){ "check from text, EdDSA, against bare libsodium (rate)", "",
					"0.93", "0.985" },
		       bare_ed25519, check_text, &bench, ROUNDS, 400);
	ratio_absolute(&(struct ratio){ "reading from text without the signature check", " ns",
					"600 ns", "400 ns" },
		       read_text, &bench, ROUNDS, 20000);
	ratio_of_rates(
		&(struct ratio){ "CBOR of the claims, against libcbor (rate)", "", "1", "5" },
		libcbor, our_cbor, &bench, ROUNDS, 20000);
	clean(&bench);
	make(&bench, KEY_ES256);
	make_peer(&bench);
	ratio_of_rates(&(struct ratio){ "check from text, ES256, against bare OpenSSL (rate)", "",
					"0.93", "0.985" },
		       bare_es256, check_text, &bench, ROUNDS, 400);
	clean(&bench);
	return 0;
}
