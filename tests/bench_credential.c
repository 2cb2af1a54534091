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
#include "reader/live.h"
#include "tests/ratio.h"

#define NOW    1790000000
#define ROUNDS 21
#define KEYS   100 /* in the keyring, besides the one that signed */

/* A signature, its key and what was signed, as OpenSSL itself likes them. */
struct peer {
	enum key_algorithm algorithm;
	EVP_PKEY *key;
	unsigned char *der;
	int der_length;
	uint8_t message[COSE_SIGNED_BYTES_MAX];
	size_t message_length;
};

struct bench {
	struct keyring *keyring;
	struct keyring *strangers; /* the same without the key that signed */
	struct signing_key key, phone;
	uint8_t bytes[1024];
	size_t length;
	char text[2048];
	size_t text_length;
	struct cose_sign1 cose;
	uint8_t message[COSE_SIGNED_BYTES_MAX];
	size_t message_length;
	struct peer peers[2]; /* of the elliptic curves: issuer, and phone */
	int peer_count;
	char live_text[2048];
	size_t live_length;
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

static void check_live(void *context)
{
	struct bench *bench = context;
	struct live live;

	must(live_from_text(&live, bench->live_text, bench->live_length, bench->keyring,
			    &LIVE_WINDOW, NOW) == CREDENTIAL_OK &&
		     live.is_live,
	     "the live code is refused");
}

static void bare_check(const struct peer *peer)
{
	bool is_sm2 = peer->algorithm == KEY_SM2;
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, peer->key, NULL);

	must(digest != NULL && context != NULL, "no memory");
	if (is_sm2)
		must(EVP_PKEY_CTX_set1_id(context, "1234567812345678", 16) == 1, "no signer's id");
	EVP_MD_CTX_set_pkey_ctx(digest, context);
	must(EVP_DigestVerifyInit_ex(digest, NULL, is_sm2 ? "SM3" : "SHA256", NULL, NULL, peer->key,
				     NULL) == 1 &&
		     EVP_DigestVerify(digest, peer->der, (size_t)peer->der_length, peer->message,
				      peer->message_length) == 1,
	     "OpenSSL refuses the signature");
	EVP_MD_CTX_free(digest);
	EVP_PKEY_CTX_free(context);
}

static void bare_openssl(void *context)
{
	struct bench *bench = context;

	for (int i = 0; i < bench->peer_count; i++)
		bare_check(&bench->peers[i]);
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

static void make(struct bench *bench, enum key_algorithm algorithm, bool with_phone)
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
		.has_holder_key = with_phone,
	};

	bench->keyring = keyring_open();
	bench->strangers = keyring_open();
	must(bench->keyring != NULL && bench->strangers != NULL, "no memory");
	add_strangers(bench);
	must(signing_key_generate(&bench->phone, KEY_ES256, "phone", "") == ISSUE_OK, "no phone");
	memcpy(claims.holder_key, bench->phone.trusted.public_key, sizeof(claims.holder_key));
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

static void add_peer(struct bench *bench, const struct signing_key *key,
		     const struct cose_sign1 *cose)
{
	struct peer *peer = &bench->peers[bench->peer_count++];
	bool is_sm2 = key->trusted.algorithm == KEY_SM2;
	unsigned char point[65] = { 4 };
	char group[8];
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, is_sm2 ? "SM2" : "EC", NULL);
	ECDSA_SIG *signature = ECDSA_SIG_new();

	(void)snprintf(group, sizeof(group), "%s", is_sm2 ? "SM2" : "P-256");
	memcpy(point + 1, key->trusted.public_key, 64);
	must(EVP_PKEY_fromdata_init(context) == 1 &&
		     EVP_PKEY_fromdata(context, &peer->key, EVP_PKEY_PUBLIC_KEY, parameters) == 1,
	     "OpenSSL refuses the key");
	ECDSA_SIG_set0(signature, BN_bin2bn(cose->signature.bytes, 32, NULL),
		       BN_bin2bn(cose->signature.bytes + 32, 32, NULL));
	peer->algorithm = key->trusted.algorithm;
	peer->der_length = i2d_ECDSA_SIG(signature, &peer->der);
	peer->message_length = cose_signed_bytes(peer->message, cose);
	ECDSA_SIG_free(signature);
	EVP_PKEY_CTX_free(context);
}

/* The credential in a live code of this moment. */
static void make_live(struct bench *bench)
{
	const struct live_claims claims = { .issued_at = NOW };
	uint8_t bytes[1400];
	struct cose_sign1 token;
	size_t length;

	must(live_sign(bytes, sizeof(bytes), &length, bench->bytes, bench->length, &claims,
		       bench->phone.private_key) == LIVE_OK &&
		     credential_to_text(bench->live_text, sizeof(bench->live_text), bytes, length,
					false) == ISSUE_OK &&
		     cose_sign1_read(&token, bytes, length),
	     "the live code cannot be made");
	bench->live_length = strlen(bench->live_text);
	add_peer(bench, &bench->phone, &token);
}

static void clean(struct bench *bench)
{
	keyring_close(bench->keyring);
	keyring_close(bench->strangers);
	for (int i = 0; i < bench->peer_count; i++) {
		EVP_PKEY_free(bench->peers[i].key);
		OPENSSL_free(bench->peers[i].der);
	}
	*bench = (struct bench){ 0 };
}

int main(void)
{
	static const struct {
		enum key_algorithm algorithm;
		struct ratio ratio;
	} elliptic[] = {
		{ KEY_ES256,
		  { "check from text, ES256, against bare OpenSSL (rate)", "", "0.93", "0.985" } },
		{ KEY_SM2,
		  { "check from text, SM2, against bare OpenSSL (rate)", "", "0.93", "0.985" } },
	};
	static struct bench bench;

	make(&bench, KEY_EDDSA, false);
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
	for (size_t i = 0; i < sizeof(elliptic) / sizeof(elliptic[0]); i++) {
		make(&bench, elliptic[i].algorithm, false);
		add_peer(&bench, &bench.key, &bench.cose);
		ratio_of_rates(&elliptic[i].ratio, bare_openssl, check_text, &bench, ROUNDS, 400);
		clean(&bench);
	}
	make(&bench, KEY_ES256, true);
	add_peer(&bench, &bench.key, &bench.cose);
	make_live(&bench);
	printf("# a live code of %zu characters\n", bench.live_length);
	ratio_of_rates(&(struct ratio){ "check from text, live, against two bare checks of OpenSSL "
					"(rate)",
					"", "0.85", "0.95" },
		       bare_openssl, check_live, &bench, ROUNDS, 200);
	ratio_absolute(&(struct ratio){ "check from text, live", " ns", "400000 ns", "200000 ns" },
		       check_live, &bench, ROUNDS, 200);
	clean(&bench);
	return 0;
}
