#include "reader/elliptic.h"

#include <assert.h>
#include <limits.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#define COORDINATE_BYTES 32
#define DER_BYTES_MAX    72 /* two integers of 33 bytes, their heads, and the sequence's */

/* What differs between the two algorithms. */
struct scheme {
	enum key_algorithm algorithm;
	int curve;
	const char *type;  /* OpenSSL's name of the key type */
	const char *group; /* of the curve */
	const char *digest;
};

static const struct scheme SCHEMES[] = {
	{ KEY_ES256, NID_X9_62_prime256v1, "EC", "P-256", "SHA256" },
	{ KEY_SM2, NID_sm2, "SM2", "SM2", "SM3" },
};

struct elliptic_key {
	EVP_PKEY *key;
	EVP_PKEY_CTX *context; /* ready to verify */
	EVP_MD *digest;
	EVP_MD_CTX *hash;
	bool has_prefix;    /* SM2 hashes a digest of signer and key before the message */
	uint8_t prefix[32]; /* Z of GB/T 32918.2, 5.5 */
};

static const struct scheme *find_scheme(enum key_algorithm algorithm)
{
	for (size_t i = 0; i < sizeof(SCHEMES) / sizeof(SCHEMES[0]); i++)
		if (SCHEMES[i].algorithm == algorithm)
			return &SCHEMES[i];
	return NULL;
}

/* --- keys --- */

/* private_key may be NULL.  OpenSSL checks that the point is on the curve. */
static EVP_PKEY *make_key(const struct scheme *scheme, const uint8_t *public_key,
			  const uint8_t *private_key)
{
	uint8_t point[1 + ELLIPTIC_PUBLIC_BYTES] = { POINT_CONVERSION_UNCOMPRESSED };
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, scheme->type, NULL);
	BIGNUM *scalar = NULL;
	OSSL_PARAM *parameters = NULL;
	EVP_PKEY *key = NULL;
	bool built;

	memcpy(point + 1, public_key, ELLIPTIC_PUBLIC_BYTES);
	built = build != NULL && context != NULL &&
		OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, scheme->group,
						0) == 1 &&
		OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point,
						 sizeof(point)) == 1;
	if (built && private_key != NULL) {
		scalar = BN_secure_new();
		built = scalar != NULL &&
			BN_bin2bn(private_key, ELLIPTIC_PRIVATE_BYTES, scalar) != NULL &&
			OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1;
	}
	if (built)
		parameters = OSSL_PARAM_BLD_to_param(build);
	if (parameters != NULL && EVP_PKEY_fromdata_init(context) == 1)
		(void)EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters);
	OSSL_PARAM_free(parameters);
	BN_clear_free(scalar);
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_BLD_free(build);
	return key;
}

/* The digest of signer, curve and key that SM2 puts before every message. */
static bool sm2_prefix(uint8_t out[static 32], const EVP_MD *digest, const uint8_t *public_key)
{
	static const uint8_t signer_and_curve[] =
		"\x00\x80" /* length of the signer's id in bits */
		"1234567812345678"
		"\xFF\xFF\xFF\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF" /* a */
		"\xFF\xFF\xFF\xFF\x00\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFC"
		"\x28\xE9\xFA\x9E\x9D\x9F\x5E\x34\x4D\x5A\x9E\x4B\xCF\x65\x09\xA7" /* b */
		"\xF3\x97\x89\xF5\x15\xAB\x8F\x92\xDD\xBC\xBD\x41\x4D\x94\x0E\x93"
		"\x32\xC4\xAE\x2C\x1F\x19\x81\x19\x5F\x99\x04\x46\x6A\x39\xC9\x94" /* x of G */
		"\x8F\xE3\x0B\xBF\xF2\x66\x0B\xE1\x71\x5A\x45\x89\x33\x4C\x74\xC7"
		"\xBC\x37\x36\xA2\xF4\xF6\x77\x9C\x59\xBD\xCE\xE3\x6B\x69\x21\x53" /* y of G */
		"\xD0\xA9\x87\x7C\xC6\x2A\x47\x40\x02\xDF\x32\xE5\x21\x39\xF0\xA0";
	uint8_t bytes[sizeof(signer_and_curve) - 1 + ELLIPTIC_PUBLIC_BYTES];

	memcpy(bytes, signer_and_curve, sizeof(signer_and_curve) - 1);
	memcpy(bytes + sizeof(signer_and_curve) - 1, public_key, ELLIPTIC_PUBLIC_BYTES);
	return EVP_Digest(bytes, sizeof(bytes), out, NULL, digest, NULL) == 1;
}

static struct elliptic_key *open_key(const struct scheme *scheme, const uint8_t *public_key,
				     const uint8_t *private_key)
{
	struct elliptic_key *key = calloc(1, sizeof(*key));

	if (key == NULL)
		return NULL;
	key->key = make_key(scheme, public_key, private_key);
	key->digest = EVP_MD_fetch(NULL, scheme->digest, NULL);
	key->hash = EVP_MD_CTX_new();
	if (key->key == NULL || key->digest == NULL || key->hash == NULL)
		goto fail;
	key->context = EVP_PKEY_CTX_new_from_pkey(NULL, key->key, NULL);
	if (key->context == NULL)
		goto fail;
	if ((private_key != NULL ? EVP_PKEY_sign_init(key->context)
				 : EVP_PKEY_verify_init(key->context)) != 1)
		goto fail;
	key->has_prefix = scheme->algorithm == KEY_SM2;
	if (key->has_prefix && !sm2_prefix(key->prefix, key->digest, public_key))
		goto fail;
	return key;
fail:
	elliptic_close(key);
	return NULL;
}

struct elliptic_key *elliptic_open(enum key_algorithm algorithm,
				   const uint8_t public_key[static ELLIPTIC_PUBLIC_BYTES])
{
	const struct scheme *scheme = find_scheme(algorithm);

	return scheme == NULL ? NULL : open_key(scheme, public_key, NULL);
}

void elliptic_close(struct elliptic_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_CTX_free(key->context);
	EVP_PKEY_free(key->key);
	EVP_MD_CTX_free(key->hash);
	EVP_MD_free(key->digest);
	free(key);
}

bool elliptic_change(struct elliptic_key *key,
		     const uint8_t public_key[static ELLIPTIC_PUBLIC_BYTES])
{
	uint8_t point[1 + ELLIPTIC_PUBLIC_BYTES] = { POINT_CONVERSION_UNCOMPRESSED };

	assert(!key->has_prefix); /* which would be another key's */
	memcpy(point + 1, public_key, ELLIPTIC_PUBLIC_BYTES);
	return EVP_PKEY_set1_encoded_public_key(key->key, point, sizeof(point)) == 1;
}

/* --- signatures --- */

static bool hash_message(struct elliptic_key *key, uint8_t out[static 32], const uint8_t *message,
			 size_t length)
{
	return EVP_DigestInit_ex2(key->hash, key->digest, NULL) == 1 &&
	       (!key->has_prefix ||
		EVP_DigestUpdate(key->hash, key->prefix, sizeof(key->prefix)) == 1) &&
	       EVP_DigestUpdate(key->hash, message, length) == 1 &&
	       EVP_DigestFinal_ex(key->hash, out, NULL) == 1;
}

/* A DER INTEGER of 32 big-endian bytes; the number of bytes written. */
static size_t put_integer(uint8_t *out, const uint8_t *number)
{
	size_t skipped = 0;
	size_t padding;

	while (skipped < COORDINATE_BYTES - 1 && number[skipped] == 0)
		skipped++;
	padding = number[skipped] >= 0x80 ? 1 : 0;
	out[0] = 0x02;
	out[1] = (uint8_t)(padding + COORDINATE_BYTES - skipped);
	out[2] = 0;
	memcpy(out + 2 + padding, number + skipped, COORDINATE_BYTES - skipped);
	return 2u + out[1];
}

bool elliptic_verify(struct elliptic_key *key,
		     const uint8_t signature[static ELLIPTIC_SIGNATURE_BYTES],
		     const uint8_t *message, size_t length)
{
	uint8_t der[DER_BYTES_MAX];
	uint8_t hash[32];
	size_t end = 2;

	end += put_integer(der + end, signature);
	end += put_integer(der + end, signature + COORDINATE_BYTES);
	der[0] = 0x30;
	der[1] = (uint8_t)(end - 2);
	return hash_message(key, hash, message, length) &&
	       EVP_PKEY_verify(key->context, der, end, hash, sizeof(hash)) == 1;
}

static bool split_signature(uint8_t *out, const uint8_t *der, size_t length)
{
	ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &der, (long)length);
	bool fits;

	if (parsed == NULL)
		return false;
	fits = BN_bn2binpad(ECDSA_SIG_get0_r(parsed), out, COORDINATE_BYTES) == COORDINATE_BYTES &&
	       BN_bn2binpad(ECDSA_SIG_get0_s(parsed), out + COORDINATE_BYTES, COORDINATE_BYTES) ==
		       COORDINATE_BYTES;
	ECDSA_SIG_free(parsed);
	return fits;
}

/* One INTEGER at the beginning of the rest, which loses it. */
static bool take_integer(uint8_t *out, const uint8_t **der, size_t *left)
{
	const uint8_t *number = *der + 2;
	size_t length, padding;

	if (*left < 3 || (*der)[0] != 0x02 || (*der)[1] == 0 || (*der)[1] > *left - 2)
		return false;
	length = (*der)[1];
	padding = number[0] == 0 ? 1 : 0;
	/* Positive, and a zero in front only where the number would be negative without it. */
	if (number[0] >= 0x80 || (padding == 1 && (length < 2 || number[1] < 0x80)) ||
	    length - padding > COORDINATE_BYTES)
		return false;
	memset(out, 0, COORDINATE_BYTES);
	memcpy(out + COORDINATE_BYTES - (length - padding), number + padding, length - padding);
	*der += 2 + length;
	*left -= 2 + length;
	return true;
}

bool elliptic_from_der(uint8_t signature[static ELLIPTIC_SIGNATURE_BYTES], const uint8_t *der,
		       size_t length)
{
	size_t left = length - 2;

	if (length < 2 || length > DER_BYTES_MAX || der[0] != 0x30 || der[1] != left)
		return false;
	der += 2;
	return take_integer(signature, &der, &left) &&
	       take_integer(signature + COORDINATE_BYTES, &der, &left) && left == 0;
}

bool elliptic_sign(enum key_algorithm algorithm, uint8_t signature[static ELLIPTIC_SIGNATURE_BYTES],
		   const uint8_t *message, size_t length,
		   const uint8_t private_key[static ELLIPTIC_PRIVATE_BYTES])
{
	const struct scheme *scheme = find_scheme(algorithm);
	uint8_t public_key[ELLIPTIC_PUBLIC_BYTES];
	uint8_t hash[32];
	uint8_t der[DER_BYTES_MAX];
	size_t der_length = sizeof(der);
	struct elliptic_key *key;
	bool made;

	if (scheme == NULL || !elliptic_public(algorithm, public_key, private_key))
		return false;
	key = open_key(scheme, public_key, private_key);
	made = key != NULL && hash_message(key, hash, message, length) &&
	       EVP_PKEY_sign(key->context, der, &der_length, hash, sizeof(hash)) == 1 &&
	       split_signature(signature, der, der_length);
	elliptic_close(key);
	return made;
}

/* --- points and scalars --- */

struct elliptic_curve {
	EC_GROUP *group;
	EC_POINT *point;
	BN_CTX *scratch;
	BIGNUM *x;
	BIGNUM *y;
};

static struct elliptic_curve *open_curve(int name)
{
	struct elliptic_curve *curve = calloc(1, sizeof(*curve));

	if (curve == NULL)
		return NULL;
	curve->group = EC_GROUP_new_by_curve_name(name);
	curve->scratch = BN_CTX_new();
	curve->x = BN_new();
	curve->y = BN_new();
	if (curve->group != NULL)
		curve->point = EC_POINT_new(curve->group);
	if (curve->point != NULL && curve->scratch != NULL && curve->x != NULL && curve->y != NULL)
		return curve;
	elliptic_curve_close(curve);
	return NULL;
}

struct elliptic_curve *elliptic_curve_open(void)
{
	return open_curve(NID_X9_62_prime256v1);
}

void elliptic_curve_close(struct elliptic_curve *curve)
{
	if (curve == NULL)
		return;
	BN_free(curve->x);
	BN_free(curve->y);
	BN_CTX_free(curve->scratch);
	EC_POINT_free(curve->point);
	EC_GROUP_free(curve->group);
	free(curve);
}

bool elliptic_on_curve(struct elliptic_curve *curve,
		       const uint8_t point[static ELLIPTIC_PUBLIC_BYTES])
{
	/* Setting coordinates checks the equation, but reduces what is too large: ask before. */
	return BN_bin2bn(point, COORDINATE_BYTES, curve->x) != NULL &&
	       BN_bin2bn(point + COORDINATE_BYTES, COORDINATE_BYTES, curve->y) != NULL &&
	       BN_ucmp(curve->x, EC_GROUP_get0_field(curve->group)) < 0 &&
	       BN_ucmp(curve->y, EC_GROUP_get0_field(curve->group)) < 0 &&
	       EC_POINT_set_affine_coordinates(curve->group, curve->point, curve->x, curve->y,
					       curve->scratch) == 1;
}

/* public_key = scalar * G */
static bool multiply(struct elliptic_curve *curve, uint8_t *public_key, const BIGNUM *scalar)
{
	return EC_POINT_mul(curve->group, curve->point, scalar, NULL, NULL, curve->scratch) == 1 &&
	       EC_POINT_get_affine_coordinates(curve->group, curve->point, curve->x, curve->y,
					       curve->scratch) == 1 &&
	       BN_bn2binpad(curve->x, public_key, COORDINATE_BYTES) == COORDINATE_BYTES &&
	       BN_bn2binpad(curve->y, public_key + COORDINATE_BYTES, COORDINATE_BYTES) ==
		       COORDINATE_BYTES;
}

/* 1 to n - 2: SM2 has no use for n - 1, and ES256 does not miss it. */
static bool scalar_in_range(const struct elliptic_curve *curve, const BIGNUM *scalar)
{
	BIGNUM *last = BN_dup(EC_GROUP_get0_order(curve->group));
	bool inside = last != NULL && BN_sub_word(last, 1) == 1 && !BN_is_zero(scalar) &&
		      BN_ucmp(scalar, last) < 0;

	BN_free(last);
	return inside;
}

bool elliptic_public(enum key_algorithm algorithm, uint8_t public_key[static ELLIPTIC_PUBLIC_BYTES],
		     const uint8_t private_key[static ELLIPTIC_PRIVATE_BYTES])
{
	const struct scheme *scheme = find_scheme(algorithm);
	struct elliptic_curve *curve = scheme == NULL ? NULL : open_curve(scheme->curve);
	BIGNUM *scalar = BN_secure_new();
	bool made = curve != NULL && scalar != NULL &&
		    BN_bin2bn(private_key, ELLIPTIC_PRIVATE_BYTES, scalar) != NULL &&
		    scalar_in_range(curve, scalar) && multiply(curve, public_key, scalar);

	BN_clear_free(scalar);
	elliptic_curve_close(curve);
	return made;
}

bool elliptic_generate(enum key_algorithm algorithm,
		       uint8_t private_key[static ELLIPTIC_PRIVATE_BYTES],
		       uint8_t public_key[static ELLIPTIC_PUBLIC_BYTES])
{
	const struct scheme *scheme = find_scheme(algorithm);
	struct elliptic_curve *curve = scheme == NULL ? NULL : open_curve(scheme->curve);
	BIGNUM *scalar = BN_secure_new();
	bool made = curve != NULL && scalar != NULL;

	do
		made = made && BN_priv_rand_range(scalar, EC_GROUP_get0_order(curve->group)) == 1;
	while (made && !scalar_in_range(curve, scalar));
	made = made &&
	       BN_bn2binpad(scalar, private_key, ELLIPTIC_PRIVATE_BYTES) ==
		       ELLIPTIC_PRIVATE_BYTES &&
	       multiply(curve, public_key, scalar);
	BN_clear_free(scalar);
	elliptic_curve_close(curve);
	return made;
}

/* --- single blocks --- */

static const struct {
	const char *name;
	size_t key_length, length; /* [byte] */
} BLOCK_CIPHERS[] = {
	[BLOCK_3DES] = { "DES-EDE3-ECB", 24, 8 },
	[BLOCK_AES128] = { "AES-128-ECB", 16, 16 },
	[BLOCK_AES192] = { "AES-192-ECB", 24, 16 },
	[BLOCK_AES256] = { "AES-256-ECB", 32, 16 },
};

size_t block_cipher_key_length(enum block_cipher cipher)
{
	return BLOCK_CIPHERS[cipher].key_length;
}

size_t block_cipher_length(enum block_cipher cipher)
{
	return BLOCK_CIPHERS[cipher].length;
}

static bool one_block(enum block_cipher cipher, bool encrypt, uint8_t *out, const uint8_t *in,
		      const uint8_t *key)
{
	EVP_CIPHER *means = EVP_CIPHER_fetch(NULL, BLOCK_CIPHERS[cipher].name, NULL);
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int length = (int)BLOCK_CIPHERS[cipher].length;
	int made = 0;
	bool done = means != NULL && context != NULL &&
		    EVP_CipherInit_ex2(context, means, key, NULL, encrypt, NULL) == 1 &&
		    EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
		    EVP_CipherUpdate(context, out, &made, in, length) == 1 && made == length;

	EVP_CIPHER_CTX_free(context);
	EVP_CIPHER_free(means);
	return done;
}

bool block_cipher_encrypt(enum block_cipher cipher, uint8_t *out, const uint8_t *in,
			  const uint8_t *key)
{
	return one_block(cipher, true, out, in, key);
}

bool block_cipher_decrypt(enum block_cipher cipher, uint8_t *out, const uint8_t *in,
			  const uint8_t *key)
{
	return one_block(cipher, false, out, in, key);
}

/* --- keys of other programs --- */

/* Nobody is asked for a passphrase. */
static int no_passphrase(char *out, int size, int writing, void *context)
{
	(void)out, (void)size, (void)writing, (void)context;
	return -1;
}

static bool scalar_of(uint8_t *private_key, const EVP_PKEY *key)
{
	char group[32];
	BIGNUM *scalar = NULL;
	bool found =
		EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group,
					       sizeof(group), NULL) == 1 &&
		strcmp(group, SN_X9_62_prime256v1) == 0 &&
		EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &scalar) == 1 &&
		BN_bn2binpad(scalar, private_key, ELLIPTIC_PRIVATE_BYTES) == ELLIPTIC_PRIVATE_BYTES;

	BN_clear_free(scalar);
	return found;
}

bool elliptic_read_pem(uint8_t private_key[static ELLIPTIC_PRIVATE_BYTES], const char *pem,
		       size_t length)
{
	BIO *source = length > INT_MAX ? NULL : BIO_new_mem_buf(pem, (int)length);
	EVP_PKEY *key =
		source == NULL ? NULL : PEM_read_bio_PrivateKey(source, NULL, no_passphrase, NULL);
	bool found = key != NULL && scalar_of(private_key, key);

	EVP_PKEY_free(key);
	BIO_free(source);
	return found;
}
