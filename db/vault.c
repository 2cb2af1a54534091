#include "db/vault.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_BYTES    32
#define SALT_BYTES   8
#define HEAD_BYTES   (1 + SALT_BYTES) /* of what is sealed: version, salt */
#define NONCE_BYTES  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEAL_XCHACHA 1 /* the version before those of enum seal_cipher */

/* As they lie in the file, one a line, after its title. */
struct keys {
	uint8_t log[KEY_BYTES]; /* Ed25519 seed */
	uint8_t site_group[KEY_BYTES];
	uint8_t sealing[KEY_BYTES];
	/* Later versions of the site group key, for bank cards alone, the newest first: what they
	 * are known by is made anew, what holders are known by in the log cannot be. */
	uint8_t later[VAULT_BANK_KEYS][KEY_BYTES];
	int later_count;
};

struct vault {
	struct keys keys;
	uint8_t log_pair[crypto_sign_SECRETKEYBYTES];
	uint8_t public_key[PUBLIC_KEY_BYTES];
	uint8_t holder[KEY_BYTES];                                  /* made from site_group */
	uint8_t number[KEY_BYTES];                                  /* made from sealing */
	uint8_t name_nonce[KEY_BYTES], photograph_nonce[KEY_BYTES]; /* likewise */
	struct sealer *sealer;
};

static const char title[] = "youdai-keys 1";
static const char *const names[] = { "log", "site_group", "sealing", "bank_card" };
#define NAMED    3 /* that are always there; those of the last name follow */
#define FILE_MAX 1024

/* --- the file --- */

static uint8_t *key_at(struct keys *keys, int i)
{
	uint8_t *const always[NAMED] = { keys->log, keys->site_group, keys->sealing };
	return i < NAMED ? always[i] : keys->later[i - NAMED];
}

static void keys_print(char out[static FILE_MAX], struct keys *keys)
{
	char *at = out + sprintf(out, "%s\n", title);
	for (int i = 0; i < NAMED + keys->later_count; i++) {
		char hex[2 * KEY_BYTES + 1];
		sodium_bin2hex(hex, sizeof hex, key_at(keys, i), KEY_BYTES);
		at += sprintf(at, "%s %s\n", names[i < NAMED ? i : NAMED], hex);
		explicit_bzero(hex, sizeof hex);
	}
}

/* One line's key and where the next line begins; NULL where the line is not of this name. */
static const char *key_parse(uint8_t out[static KEY_BYTES], const char *text, const char *name)
{
	size_t length = strlen(name), got = 0;
	const char *end;
	if (strncmp(text, name, length) != 0 || text[length] != ' ' ||
	    strnlen(text + length + 1, 2 * KEY_BYTES) < 2 * KEY_BYTES ||
	    sodium_hex2bin(out, KEY_BYTES, text + length + 1, 2 * KEY_BYTES, NULL, &got, &end) !=
		    0 ||
	    got != KEY_BYTES || *end != '\n')
		return NULL;
	return end + 1;
}

static bool keys_parse(struct keys *out, const char *text)
{
	size_t skip = strlen(title);
	if (strncmp(text, title, skip) != 0 || text[skip] != '\n')
		return false;
	text += skip + 1;
	out->later_count = 0;
	for (int i = 0; i < NAMED + VAULT_BANK_KEYS && (i < NAMED || *text != '\0'); i++) {
		text = key_parse(key_at(out, i), text, names[i < NAMED ? i : NAMED]);
		if (text == NULL)
			return false;
		out->later_count += i >= NAMED;
	}
	return *text == '\0';
}

static enum vault_status status_of_errno(void)
{
	return errno == EEXIST                                        ? VAULT_EXISTS
	       : errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? VAULT_FULL
	       : errno == ENOENT || errno == EACCES                   ? VAULT_MISSING
								      : VAULT_TROUBLE;
}

static bool sync_folder(const char *path)
{
	char folder[4096];
	if (snprintf(folder, sizeof folder, "%s", path) >= (int)sizeof folder)
		return false;
	char *slash = strrchr(folder, '/');
	if (slash != NULL)
		slash[slash == folder] = '\0';
	int file = open(slash == NULL ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = file >= 0 && fsync(file) == 0;
	if (file >= 0)
		close(file);
	return done;
}

static bool write_whole(int file, const char *text)
{
	for (size_t left = strlen(text); left > 0;) {
		ssize_t done = TEMP_FAILURE_RETRY(write(file, text, left));
		if (done <= 0)
			return false;
		text += done;
		left -= (size_t)done;
	}
	return true;
}

/* Whole under another name first, so that no crash leaves half of the keys behind.  put: link for a
 * new file, rename for one that is replaced. */
static enum vault_status keys_write(struct keys *keys, const char *path,
				    int (*put)(const char *, const char *))
{
	char text[FILE_MAX], fresh[4096];
	enum vault_status status = VAULT_OK;
	if (snprintf(fresh, sizeof fresh, "%s.%ld", path, (long)getpid()) >= (int)sizeof fresh)
		return VAULT_TROUBLE;
	int file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return status_of_errno();
	keys_print(text, keys);
	if (!write_whole(file, text) || fsync(file) != 0 || put(fresh, path) != 0 ||
	    !sync_folder(path))
		status = status_of_errno();
	explicit_bzero(text, sizeof text);
	close(file);
	unlink(fresh);
	return status;
}

static void keys_generate(struct keys *out)
{
	out->later_count = 0;
	for (int i = 0; i < NAMED; i++)
		randombytes_buf(key_at(out, i), KEY_BYTES);
}

enum vault_status vault_create(const char *path)
{
	struct keys keys;
	if (sodium_init() < 0)
		return VAULT_TROUBLE;
	keys_generate(&keys);
	enum vault_status status = keys_write(&keys, path, link);
	explicit_bzero(&keys, sizeof keys);
	return status;
}

enum vault_status vault_create_in_group(const struct vault *vault, const char *path)
{
	struct keys keys;
	keys_generate(&keys);
	memcpy(keys.site_group, vault->keys.site_group, KEY_BYTES);
	memcpy(keys.later, vault->keys.later, sizeof keys.later);
	keys.later_count = vault->keys.later_count;
	enum vault_status status = keys_write(&keys, path, link);
	explicit_bzero(&keys, sizeof keys);
	return status;
}

static enum vault_status keys_read(struct keys *out, const char *path)
{
	char text[FILE_MAX];
	struct stat info;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (file < 0)
		return status_of_errno();
	enum vault_status status = VAULT_MALFORMED;
	if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) {
		status = VAULT_TROUBLE;
	} else if ((info.st_mode & 077) != 0) {
		status = VAULT_OPEN_TO_OTHERS;
	} else {
		ssize_t length = TEMP_FAILURE_RETRY(read(file, text, sizeof text - 1));
		text[length < 0 ? 0 : length] = '\0';
		if (keys_parse(out, text))
			status = VAULT_OK;
		explicit_bzero(text, sizeof text);
	}
	close(file);
	return status;
}

/* --- the keys --- */

static void derive(uint8_t out[static KEY_BYTES], const uint8_t key[static KEY_BYTES],
		   const char *use)
{
	crypto_generichash(out, KEY_BYTES, (const uint8_t *)use, strlen(use), key, KEY_BYTES);
}

static void derive_all(struct vault *vault)
{
	const struct keys *keys = &vault->keys;
	crypto_sign_seed_keypair(vault->public_key, vault->log_pair, keys->log);
	derive(vault->holder, keys->site_group, "holder in the log");
	derive(vault->number, keys->sealing, "id number");
	derive(vault->name_nonce, keys->sealing, "nonce of a name");
	derive(vault->photograph_nonce, keys->sealing, "nonce of a photograph");
}

/* Each cipher has a key of its own. */
static bool open_sealer(struct vault *vault)
{
	uint8_t aes[KEY_BYTES], sm4[KEY_BYTES];
	static_assert(SEAL_AES_KEY_BYTES == KEY_BYTES && SEAL_SM4_KEY_BYTES <= KEY_BYTES);
	derive(aes, vault->keys.sealing, "AES-256-GCM");
	derive(sm4, vault->keys.sealing, "SM4-GCM");
	bool opened = sealer_open(&vault->sealer, aes, sm4);
	explicit_bzero(aes, sizeof aes);
	explicit_bzero(sm4, sizeof sm4);
	return opened;
}

enum vault_status vault_open(struct vault **out, const char *path)
{
	if (sodium_init() < 0)
		return VAULT_TROUBLE;
	struct vault *vault = calloc(1, sizeof *vault);
	if (vault == NULL)
		return VAULT_TROUBLE;
	enum vault_status status = keys_read(&vault->keys, path);
	if (status == VAULT_OK && !open_sealer(vault))
		status = VAULT_TROUBLE;
	if (status != VAULT_OK) {
		vault_close(vault);
		return status;
	}
	derive_all(vault);
	*out = vault;
	return VAULT_OK;
}

void vault_close(struct vault *vault)
{
	if (vault == NULL)
		return;
	sealer_close(vault->sealer);
	explicit_bzero(vault, sizeof *vault);
	free(vault);
}

enum vault_status vault_copy(const struct vault *vault, const char *path)
{
	struct keys keys = vault->keys;
	enum vault_status status = keys_write(&keys, path, link);
	explicit_bzero(&keys, sizeof keys);
	return status;
}

void vault_public_key(const struct vault *vault, uint8_t out[static PUBLIC_KEY_BYTES])
{
	memcpy(out, vault->public_key, PUBLIC_KEY_BYTES);
}

void vault_sign(const struct vault *vault, uint8_t out[static SIGNATURE_BYTES],
		const uint8_t hash[static HASH_BYTES])
{
	crypto_sign_detached(out, NULL, hash, HASH_BYTES, vault->log_pair);
}

bool signature_is_good(const uint8_t public_key[static PUBLIC_KEY_BYTES],
		       const uint8_t signature[static SIGNATURE_BYTES],
		       const uint8_t hash[static HASH_BYTES])
{
	return crypto_sign_verify_detached(signature, hash, HASH_BYTES, public_key) == 0;
}

void hash_of(uint8_t out[static HASH_BYTES], const void *first, size_t first_length,
	     const void *second, size_t second_length)
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, first, first_length);
	if (second_length > 0)
		crypto_hash_sha256_update(&state, second, second_length);
	crypto_hash_sha256_final(&state, out);
}

static void keyed_hash(uint8_t out[static PSEUDONYM_BYTES], const uint8_t key[static KEY_BYTES],
		       const char *first, const char *second)
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, key, KEY_BYTES, PSEUDONYM_BYTES);
	/* With its end, so that "ab" "c" is not "a" "bc". */
	crypto_generichash_update(&state, (const uint8_t *)first, strlen(first) + 1);
	crypto_generichash_update(&state, (const uint8_t *)second, strlen(second));
	crypto_generichash_final(&state, out, PSEUDONYM_BYTES);
	explicit_bzero(&state, sizeof state);
}

void vault_holder(const struct vault *vault, uint8_t out[static PSEUDONYM_BYTES], const char *first,
		  const char *second)
{
	keyed_hash(out, vault->holder, first, second);
}

size_t vault_bank_salts(const struct vault *vault,
			uint8_t out[static VAULT_BANK_KEYS][VAULT_SALT_BYTES])
{
	const struct keys *keys = &vault->keys;
	size_t later = (size_t)keys->later_count;
	size_t count = later < VAULT_BANK_KEYS ? later + 1 : later; /* the first is the oldest */
	for (size_t i = 0; i < count; i++) {
		uint8_t hash[KEY_BYTES];
		derive(hash, i < later ? keys->later[i] : keys->site_group, "bank card token");
		memcpy(out[i], hash, VAULT_SALT_BYTES);
		explicit_bzero(hash, sizeof hash);
	}
	return count;
}

void vault_trace_key(const struct vault *vault, uint8_t out[static 32])
{
	static_assert(KEY_BYTES == 32);
	derive(out, vault->keys.site_group, "trace of a kiosk");
}

enum vault_status vault_new_bank_key(struct vault *vault, const char *path)
{
	struct keys keys = vault->keys;
	keys.later_count += keys.later_count < VAULT_BANK_KEYS;
	memmove(keys.later[1], keys.later[0], sizeof keys.later - KEY_BYTES);
	randombytes_buf(keys.later[0], KEY_BYTES);
	enum vault_status status = keys_write(&keys, path, rename);
	if (status == VAULT_OK)
		vault->keys = keys;
	explicit_bzero(&keys, sizeof keys);
	return status;
}

void vault_id_number(const struct vault *vault, uint8_t out[static PSEUDONYM_BYTES],
		     const char *id_number)
{
	keyed_hash(out, vault->number, "id", id_number);
}

int64_t vault_name_key(const struct vault *vault, const char *name)
{
	uint8_t hash[PSEUDONYM_BYTES];
	int64_t key;
	keyed_hash(hash, vault->number, "name", name);
	memcpy(&key, hash, sizeof key);
	return key;
}

/* --- sealing: version, salt, ciphertext, tag --- */

/* A short salt is kept instead of the long nonce: within one row it is as good, and there are ten
 * million rows.  GCM takes the first bytes of it. */
static void make_nonce(uint8_t out[static NONCE_BYTES], const uint8_t key[static KEY_BYTES],
		       const uint8_t salt[static SALT_BYTES], const char *code)
{
	crypto_generichash_state state;
	static_assert(SEAL_NONCE_BYTES <= NONCE_BYTES);
	crypto_generichash_init(&state, key, KEY_BYTES, NONCE_BYTES);
	crypto_generichash_update(&state, salt, SALT_BYTES);
	crypto_generichash_update(&state, (const uint8_t *)code, strlen(code));
	crypto_generichash_final(&state, out, NONCE_BYTES);
}

static size_t seal(const struct vault *vault, uint8_t *out, enum seal_cipher cipher,
		   const void *text, size_t length, const uint8_t nonce_key[static KEY_BYTES],
		   const char *code)
{
	uint8_t nonce[NONCE_BYTES];
	out[0] = (uint8_t)cipher;
	randombytes_buf(out + 1, SALT_BYTES);
	make_nonce(nonce, nonce_key, out + 1, code);
	sealer_seal(vault->sealer, out + HEAD_BYTES, cipher, text, length, code, strlen(code),
		    nonce);
	return length + SEAL_OVERHEAD;
}

static bool unseal(const struct vault *vault, void *out, const uint8_t *sealed, size_t length,
		   const uint8_t nonce_key[static KEY_BYTES], const char *code)
{
	uint8_t nonce[NONCE_BYTES];
	make_nonce(nonce, nonce_key, sealed + 1, code);
	switch (sealed[0]) {
	case SEAL_XCHACHA:
		return crypto_aead_xchacha20poly1305_ietf_decrypt(
			       out, NULL, NULL, sealed + HEAD_BYTES, length - HEAD_BYTES,
			       (const uint8_t *)code, strlen(code), nonce,
			       vault->keys.sealing) == 0;
	case SEAL_AES_256_GCM:
	case SEAL_SM4_GCM:
		return sealer_unseal(vault->sealer, out, sealed[0], sealed + HEAD_BYTES,
				     length - HEAD_BYTES, code, strlen(code), nonce);
	default:
		return false;
	}
}

size_t vault_seal(const struct vault *vault, uint8_t *out, enum seal_cipher cipher,
		  const char *text, const char *code)
{
	return seal(vault, out, cipher, text, strlen(text), vault->name_nonce, code);
}

bool vault_unseal(const struct vault *vault, char *out, size_t out_size, const uint8_t *sealed,
		  size_t length, const char *code)
{
	if (length < SEAL_OVERHEAD || length - SEAL_OVERHEAD >= out_size ||
	    !unseal(vault, out, sealed, length, vault->name_nonce, code))
		return false;
	out[length - SEAL_OVERHEAD] = '\0';
	return true;
}

size_t vault_seal_bytes(const struct vault *vault, uint8_t *out, enum seal_cipher cipher,
			const uint8_t *bytes, size_t length, const char *code)
{
	assert(length <= SEAL_BYTES_MAX);
	return seal(vault, out, cipher, bytes, length, vault->photograph_nonce, code);
}

bool vault_unseal_bytes(const struct vault *vault, uint8_t *out, size_t out_size,
			const uint8_t *sealed, size_t length, const char *code)
{
	return length >= SEAL_OVERHEAD && length - SEAL_OVERHEAD <= out_size &&
	       unseal(vault, out, sealed, length, vault->photograph_nonce, code);
}

/* --- passwords --- */

static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES);

bool vault_password_hash(char out[static PASSWORD_HASH_SIZE], const char *password)
{
	return sodium_init() >= 0 && crypto_pwhash_str(out, password, strlen(password),
						       crypto_pwhash_OPSLIMIT_INTERACTIVE,
						       crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
}

bool vault_password_fits(const char *hash, const char *password)
{
	return sodium_init() >= 0 &&
	       crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

void random_text(char *out, size_t characters)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	static_assert(sizeof digits == 33);
	if (sodium_init() < 0)
		abort(); /* no randomness: nothing that was promised can be kept */
	randombytes_buf(out, characters);
	for (size_t i = 0; i < characters; i++)
		out[i] = digits[(uint8_t)out[i] % 32];
	out[characters] = '\0';
}
