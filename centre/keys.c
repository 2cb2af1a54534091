#include "centre/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "centre/file.h"
#include "centre/passphrase.h"
#include "centre/text.h"

/* --- registry to keyring --- */

struct loading {
	struct keyring *keyring;
	enum keyring_status status;
};

static bool load_key(void *context, const struct issuer_key *row)
{
	struct loading *loading = context;
	struct trusted_key key = { .from = row->from, .until = row->until };

	if (!key_algorithm_from_name(&key.algorithm, row->algorithm) ||
	    row->public_length != key_public_length(key.algorithm) ||
	    row->public_length > sizeof key.public_key || row->kid_length > sizeof key.kid ||
	    strlen(row->issuer) > ISSUER_BYTES_MAX || strlen(row->region) > REGION_DIGITS_MAX)
		return true;
	strcpy(key.issuer, row->issuer);
	strcpy(key.region, row->region);
	memcpy(key.public_key, row->public_key, row->public_length);
	memcpy(key.kid, row->kid, row->kid_length);
	key.kid_length = row->kid_length;
	if (keyring_add(loading->keyring, &key) == KEYRING_NO_MEMORY)
		loading->status = KEYRING_NO_MEMORY;
	return loading->status == KEYRING_OK;
}

struct keyring *keys_load(const struct call *call, struct registry *registry)
{
	struct loading loading = { .keyring = keyring_open() };
	enum registry_status status;

	if (loading.keyring == NULL) {
		(void)trouble(NULL, "内存不足", "out of memory");
		return NULL;
	}
	status = registry_each_key(registry, load_key, &loading);
	if (call_status(call, registry, status) == OUTCOME_DONE && loading.status == KEYRING_OK)
		return loading.keyring;
	if (loading.status != KEYRING_OK)
		(void)trouble(NULL, "内存不足", "out of memory");
	keyring_close(loading.keyring);
	return NULL;
}

enum registry_status keys_trust(struct registry *registry, const struct trusted_key *key)
{
	struct issuer_key row = {
		.issuer = key->issuer,
		.algorithm = key_algorithm_name(key->algorithm),
		.public_key = key->public_key,
		.public_length = key_public_length(key->algorithm),
		.kid = key->kid,
		.kid_length = key->kid_length,
		.region = key->region,
		.from = key->from,
		.until = key->until,
	};

	return registry_put_key(registry, &row);
}

/* --- key files --- */

static enum outcome key_trouble(const char *path, enum issue_status status)
{
	switch (status) {
	case ISSUE_WRONG_PASSPHRASE:
		return trouble(path, "口令不对", "the passphrase is wrong");
	case ISSUE_MALFORMED_KEY:
		return trouble(path, "不是密钥文件,或已损坏", "no key file, or a broken one");
	case ISSUE_UNSUPPORTED:
		return trouble(path, "本程序不支持此算法", "this program cannot sign with it");
	case ISSUE_NO_MEMORY:
		return trouble(path, "内存不足", "out of memory");
	default:
		return trouble(path, "密钥无法使用", "the key cannot be used");
	}
}

static enum outcome seal_into(const struct call *call, const struct signing_key *key,
			      const char *path, const char *passphrase)
{
	char text[SEALED_KEY_MAX];
	enum issue_status status = signing_key_seal(text, sizeof text, key, passphrase);

	if (status != ISSUE_OK)
		return key_trouble(path, status);
	return file_create(call, path, text, strlen(text));
}

enum outcome keys_make(const struct call *call, struct registry *registry, struct trusted_key *out,
		       enum key_algorithm algorithm, const char *issuer, const char *region,
		       const char *path, const char *passphrase)
{
	struct signing_key key;
	enum issue_status status = signing_key_generate(&key, algorithm, issuer, region);
	enum outcome outcome;

	if (status != ISSUE_OK)
		return key_trouble(path, status);
	key.trusted.from = INT64_MIN;
	key.trusted.until = INT64_MAX;
	outcome = seal_into(call, &key, path, passphrase);
	if (outcome == OUTCOME_DONE) {
		outcome = call_status(call, registry, keys_trust(registry, &key.trusted));
		if (outcome != OUTCOME_DONE)
			unlink(path);
		*out = key.trusted;
	}
	explicit_bzero(&key, sizeof key);
	return outcome;
}

enum outcome keys_open_with(struct signing_key *out, const char *path, const char *passphrase)
{
	enum issue_status status;
	char *text;
	size_t length;
	enum outcome outcome = file_read(&text, &length, path, SEALED_KEY_MAX);

	if (outcome != OUTCOME_DONE)
		return outcome;
	status = signing_key_open(out, text, length, passphrase);
	free(text);
	return status == ISSUE_OK ? OUTCOME_DONE : key_trouble(path, status);
}

enum outcome keys_open(struct signing_key *out, const char *path)
{
	char passphrase[PASSPHRASE_MAX + 1] = "";
	enum outcome outcome = passphrase_ask(passphrase, false);

	if (outcome == OUTCOME_DONE)
		outcome = keys_open_with(out, path, passphrase);
	explicit_bzero(passphrase, sizeof passphrase);
	return outcome;
}

static bool read_management(struct management_key *out, char *text)
{
	text[strcspn(text, "\r\n")] = '\0';
	return text_to_bytes(out->bytes, sizeof out->bytes, &out->length, text) &&
	       (out->length == 16 || out->length == 24 || out->length == 32);
}

enum outcome keys_open_management(struct management_key *out, const char *path)
{
	char *text;
	size_t length;
	enum outcome outcome = file_read_secret(&text, &length, path, 2 * MANAGEMENT_KEY_MAX + 2);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (!read_management(out, text))
		outcome = trouble(path, "不是管理密钥:应为 32、48 或 64 位十六进制",
				  "no management key: it is 32, 48 or 64 hexadecimal digits");
	explicit_bzero(text, length);
	free(text);
	return outcome;
}
