#include "db/seal.h"

#include <assert.h>
#include <gcrypt.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct sealer {
	gcry_cipher_hd_t aes, sm4;
};

/* Once a process.  Its locked memory is turned off: it is for programs that run as another user, and
 * says so on stderr where it cannot be had; the keys lie in the vault's ordinary memory anyway. */
static void start_library(void)
{
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
		return; /* a library of ours uses it as well and was first */
	gcry_check_version(NULL);
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

static bool open_cipher(gcry_cipher_hd_t *out, int algorithm, const uint8_t *key, size_t length)
{
	return gcry_cipher_open(out, algorithm, GCRY_CIPHER_MODE_GCM, 0) == 0 &&
	       gcry_cipher_setkey(*out, key, length) == 0;
}

bool sealer_open(struct sealer **out, const uint8_t aes_key[static SEAL_AES_KEY_BYTES],
		 const uint8_t sm4_key[static SEAL_SM4_KEY_BYTES])
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct sealer *sealer = calloc(1, sizeof *sealer);
	if (sealer == NULL)
		return false;
	pthread_once(&once, start_library);
	if (!open_cipher(&sealer->aes, GCRY_CIPHER_AES256, aes_key, SEAL_AES_KEY_BYTES) ||
	    !open_cipher(&sealer->sm4, GCRY_CIPHER_SM4, sm4_key, SEAL_SM4_KEY_BYTES)) {
		sealer_close(sealer);
		return false;
	}
	*out = sealer;
	return true;
}

void sealer_close(struct sealer *sealer)
{
	if (sealer == NULL)
		return;
	gcry_cipher_close(sealer->aes); /* wipes what it holds; accepts NULL */
	gcry_cipher_close(sealer->sm4);
	free(sealer);
}

/* Ready for text under this nonce; setting it takes back whatever went before. */
static gcry_cipher_hd_t begin(const struct sealer *sealer, enum seal_cipher cipher,
			      const void *beside, size_t beside_length,
			      const uint8_t nonce[static SEAL_NONCE_BYTES])
{
	gcry_cipher_hd_t handle = cipher == SEAL_SM4_GCM ? sealer->sm4 : sealer->aes;
	assert(cipher == SEAL_SM4_GCM || cipher == SEAL_AES_256_GCM);
	if (gcry_cipher_setiv(handle, nonce, SEAL_NONCE_BYTES) != 0 ||
	    gcry_cipher_authenticate(handle, beside, beside_length) != 0)
		abort(); /* only a handle without a key refuses these */
	return handle;
}

void sealer_seal(struct sealer *sealer, uint8_t *out, enum seal_cipher cipher, const void *text,
		 size_t length, const void *beside, size_t beside_length,
		 const uint8_t nonce[static SEAL_NONCE_BYTES])
{
	gcry_cipher_hd_t handle = begin(sealer, cipher, beside, beside_length, nonce);
	if (gcry_cipher_encrypt(handle, out, length, text, length) != 0 ||
	    gcry_cipher_gettag(handle, out + length, SEAL_TAG_BYTES) != 0)
		abort(); /* nothing may be written that nobody could read again */
}

bool sealer_unseal(struct sealer *sealer, void *out, enum seal_cipher cipher, const uint8_t *sealed,
		   size_t length, const void *beside, size_t beside_length,
		   const uint8_t nonce[static SEAL_NONCE_BYTES])
{
	if (length < SEAL_TAG_BYTES)
		return false;
	size_t text = length - SEAL_TAG_BYTES;
	gcry_cipher_hd_t handle = begin(sealer, cipher, beside, beside_length, nonce);
	if (gcry_cipher_decrypt(handle, out, text, sealed, text) == 0 &&
	    gcry_cipher_checktag(handle, sealed + text, SEAL_TAG_BYTES) == 0)
		return true;
	explicit_bzero(out, text);
	return false;
}
