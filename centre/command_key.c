/*
 * The keys that are trusted to sign credentials: made, trusted, retired, listed.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "centre/command.h"
#include "centre/keys.h"
#include "centre/note_act.h"
#include "centre/passphrase.h"
#include "centre/text.h"
#include "db/china_time.h"
#include "db/staff.h"

/* Issuer, algorithm and region as the command line spells them; the region is that of the issuer
 * where none is given. */
static enum outcome read_key_options(const struct call *call, struct trusted_key *key)
{
	const char *issuer = option(call, "--issuer"), *algorithm = option(call, "--alg");
	const char *region = option(call, "--region");

	if (issuer == NULL || !text_is_plain(issuer, ISSUER_BYTES_MAX))
		return wrong_usage(call, "需要 --issuer", "--issuer must be given");
	if (algorithm == NULL || !key_algorithm_from_name(&key->algorithm, algorithm))
		return wrong_usage(call, "--alg 应为 EdDSA、SM2 或 ES256",
				   "--alg must be EdDSA, SM2 or ES256");
	if (region == NULL)
		region = issuer_region(issuer);
	if (region == NULL)
		region = "";
	if (region[0] != '\0' && !text_is_region(region))
		return wrong_usage(call, "--region 应为 2 至 12 位数字",
				   "--region must be 2 to 12 digits");
	strcpy(key->issuer, issuer);
	strcpy(key->region, region);
	key->from = INT64_MIN; /* whether a credential is in time is its own dates' matter */
	key->until = INT64_MAX;
	return OUTCOME_DONE;
}

static void put_key(struct json *json, const struct trusted_key *key)
{
	json_put_text(json, "issuer", key->issuer);
	json_put_text(json, "alg", key_algorithm_name(key->algorithm));
	json_put_hex(json, "kid", key->kid, key->kid_length);
	json_put_hex(json, "public", key->public_key, key_public_length(key->algorithm));
	json_put_text(json, "region", key->region);
}

static enum outcome say_key(const struct call *call, const struct trusted_key *key)
{
	struct json json;

	if (!call->json) {
		printf("已信任 · trusted: %s %s ", key->issuer, key_algorithm_name(key->algorithm));
		for (size_t i = 0; i < key->kid_length; i++)
			printf("%02x", key->kid[i]);
		printf("\n");
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	put_key(&json, key);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

/* With the key on the audit chain; see note_act. */
static enum registry_status end_act(struct registry *registry, enum registry_status done,
				    const char *name, const struct trusted_key *key, int64_t now)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	const struct audit_act act = { .act = name, .detail = detail };

	snprintf(detail, sizeof detail, "issuer=%s alg=%s kid=%s region=%s", key->issuer,
		 key_algorithm_name(key->algorithm), audit_hex(key->kid, key->kid_length).text,
		 key->region);
	return note_act(registry, done, &act, now);
}

/* --- key new --- */

static enum outcome make_key(const struct call *call, struct registry *registry,
			     const struct trusted_key *wanted, const char *path,
			     const char *passphrase)
{
	struct trusted_key key;
	enum outcome outcome = call_status(call, registry, registry_begin(registry));

	assert(path != NULL);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = keys_make(call, registry, &key, wanted->algorithm, wanted->issuer, wanted->region,
			    path, passphrase);
	if (outcome != OUTCOME_DONE) {
		registry_rollback(registry);
		return outcome;
	}
	outcome = call_status(call, registry,
			      end_act(registry, REGISTRY_OK, "key.new", &key, call->now));
	if (outcome != OUTCOME_DONE) {
		unlink(path);
		return outcome;
	}
	return say_key(call, &key);
}

static enum outcome run_new(struct call *call)
{
	char passphrase[PASSPHRASE_MAX + 1] = "";
	struct trusted_key wanted = { 0 };
	struct registry *registry = NULL;
	const char *path = option(call, "--out");
	enum outcome outcome = read_key_options(call, &wanted);

	if (outcome == OUTCOME_DONE && path == NULL)
		outcome = wrong_usage(call, "需要 --out", "--out must be given");
	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, true);
	if (outcome == OUTCOME_DONE)
		outcome = passphrase_ask(passphrase, true);
	if (outcome == OUTCOME_DONE)
		outcome = make_key(call, registry, &wanted, path, passphrase);
	explicit_bzero(passphrase, sizeof passphrase);
	registry_close(registry);
	return outcome;
}

/* --- key trust --- */

static enum outcome read_public_key(const struct call *call, struct trusted_key *key)
{
	const char *text = option(call, "--public"), *kid = option(call, "--kid");
	uint8_t bytes[PUBLIC_BYTES_MAX + 1];
	size_t length, expected = key_public_length(key->algorithm);
	const uint8_t *start = bytes;

	if (text == NULL || !text_to_bytes(bytes, sizeof bytes, &length, text))
		return wrong_usage(call, "--public 应为十六进制公钥",
				   "--public must be a public key in hexadecimal");
	if (expected == PUBLIC_BYTES_MAX && length == PUBLIC_BYTES_MAX + 1 && bytes[0] == 4) {
		start++; /* an uncompressed point: its mark is not part of x and y */
		length--;
	}
	if (length != expected)
		return refused(call, "weak_key", "公钥长度不对",
			       "the public key's length is wrong");
	memcpy(key->public_key, start, length);
	if (kid == NULL) {
		key_default_id(key->kid, key->public_key, length);
		key->kid_length = 8;
		return OUTCOME_DONE;
	}
	if (kid[0] == '\0' || !text_to_bytes(key->kid, sizeof key->kid, &key->kid_length, kid))
		return wrong_usage(call, "--kid 应为 1 至 32 字节的十六进制",
				   "--kid must be 1 to 32 bytes in hexadecimal");
	return OUTCOME_DONE;
}

/* A keyring of its own tells whether the key is any good. */
static enum outcome test_key(const struct call *call, const struct trusted_key *key)
{
	struct keyring *keyring = keyring_open();
	enum keyring_status status =
		keyring == NULL ? KEYRING_NO_MEMORY : keyring_add(keyring, key);

	keyring_close(keyring);
	switch (status) {
	case KEYRING_OK:
		return OUTCOME_DONE;
	case KEYRING_WEAK_KEY:
		return refused(call, "weak_key", "公钥不在曲线上,或强度不足",
			       "the public key is no point of the curve, or a weak one");
	case KEYRING_UNSUPPORTED:
		return refused(call, "unsupported", "本程序不支持此算法",
			       "this program cannot check this algorithm");
	default:
		return trouble(NULL, "内存不足", "out of memory");
	}
}

static void warn_region(const struct trusted_key *key)
{
	const char *home = issuer_region(key->issuer);

	if (home != NULL && strncmp(home, key->region, strlen(key->region)) != 0)
		fprintf(stderr,
			"注意:密钥的区划 %s 与签发单位 %s 不符,其凭证会被拒绝 · the key's region "
			"does not "
			"fit the issuer: its credentials will be refused\n",
			key->region, key->issuer);
}

static enum registry_status trust_key(struct registry *registry, const struct trusted_key *key,
				      int64_t now)
{
	enum registry_status status = registry_begin(registry);

	if (status != REGISTRY_OK)
		return status;
	return end_act(registry, keys_trust(registry, key), "key.trust", key, now);
}

static enum outcome run_trust(struct call *call)
{
	struct trusted_key key = { 0 };
	struct registry *registry = NULL;
	enum outcome outcome = read_key_options(call, &key);

	if (outcome == OUTCOME_DONE)
		outcome = read_public_key(call, &key);
	if (outcome == OUTCOME_DONE)
		outcome = test_key(call, &key);
	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, true);
	if (outcome == OUTCOME_DONE)
		outcome = call_status(call, registry, trust_key(registry, &key, call->now));
	registry_close(registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	warn_region(&key);
	return say_key(call, &key);
}

/* --- key retire --- */

static enum registry_status retire_key(struct registry *registry, const uint8_t *kid, size_t length,
				       int64_t now)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	const struct audit_act act = { .act = "key.retire", .detail = detail };
	enum registry_status status = registry_begin(registry);

	if (status != REGISTRY_OK)
		return status;
	snprintf(detail, sizeof detail, "kid=%s", audit_hex(kid, length).text);
	return note_act(registry, registry_retire_key(registry, kid, length, now), &act, now);
}

static enum outcome run_retire(struct call *call)
{
	uint8_t kid[KEY_ID_BYTES_MAX];
	size_t length;
	struct registry *registry;
	enum registry_status status;
	struct json json;
	enum outcome outcome;

	if (call->words[0][0] == '\0' || !text_to_bytes(kid, sizeof kid, &length, call->words[0]))
		return wrong_usage(call, "KID 应为十六进制", "KID must be hexadecimal");
	outcome = call_open(call, &registry, true);
	if (outcome != OUTCOME_DONE)
		return outcome;
	status = retire_key(registry, kid, length, call->now);
	if (status == REGISTRY_NOT_FOUND)
		outcome = refused(call, "unknown_key", "登记库中没有这把密钥",
				  "the registry has no such key");
	else
		outcome = call_status(call, registry, status);
	registry_close(registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (!call->json) {
		printf("已停用 · retired: %s\n", call->words[0]);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_hex(&json, "kid", kid, length);
	json_put_flag(&json, "retired", true);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

/* --- key list --- */

static bool json_row(void *context, const struct issuer_key *key)
{
	struct json *json = context;

	json_put_open(json, NULL, '{');
	json_put_text(json, "issuer", key->issuer);
	json_put_text(json, "alg", key->algorithm);
	json_put_hex(json, "kid", key->kid, key->kid_length);
	json_put_hex(json, "public", key->public_key, key->public_length);
	json_put_text(json, "region", key->region);
	json_put_instant(json, "from", key->from);
	json_put_instant(json, "until", key->until);
	json_put_close(json);
	return true;
}

static bool text_row(void *context, const struct issuer_key *key)
{
	char from[21] = "…", until[21] = "…";

	(void)context;
	if (key->from != INT64_MIN)
		instant_format(from, key->from);
	if (key->until != INT64_MAX)
		instant_format(until, key->until);
	printf("%s\t%s\t", key->issuer, key->algorithm);
	for (size_t i = 0; i < key->kid_length; i++)
		printf("%02x", key->kid[i]);
	printf("\t%s\t%s\t%s\n", key->region, from, until);
	return true;
}

static enum outcome run_list(struct call *call)
{
	struct registry *registry;
	enum registry_status status;
	struct json json;
	enum outcome outcome = call_open(call, &registry, false);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (call->json) {
		json_put_begin(&json, stdout);
		json_put_open(&json, NULL, '[');
		status = registry_each_key(registry, json_row, &json);
		json_put_close(&json);
		json_put_end(&json);
	} else {
		status = registry_each_key(registry, text_row, NULL);
	}
	registry_close(registry);
	if (status != REGISTRY_OK)
		return trouble(call->db, registry_status_why(status, false),
			       registry_status_why(status, true));
	return OUTCOME_DONE;
}

const struct command commands_key[] = {
	{ .words = "key new",
	  .usage = "--issuer I --alg EdDSA|SM2|ES256 --out FILE [--region R]",
	  .help = "生成签发密钥并信任其公钥。私钥以口令(YOUDAI_PASSPHRASE 或询问)封存于 "
		  "FILE(0600),\n"
		  "从不进入登记库,也从不覆盖已有文件。\n"
		  "Makes a key pair and trusts it.  The private key lies in FILE (0600), sealed by "
		  "the\n"
		  "passphrase of YOUDAI_PASSPHRASE or asked for; it never is in the registry, and "
		  "a\n"
		  "file that exists is never overwritten.",
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_new,
	  .options = { { "--issuer", true },
		       { "--alg", true },
		       { "--out", true },
		       { "--region", true } } },
	{ .words = "key trust",
	  .usage = "--issuer I --alg EdDSA|SM2|ES256 --public HEX [--kid HEX] [--region R]",
	  .help = "信任一把公钥:EdDSA 32 字节,其余 x‖y 64 字节(前面可有 04)。\n"
		  "Trusts a public key: 32 bytes for EdDSA, x‖y (64 bytes, perhaps after 04) for "
		  "the\n"
		  "others.  The region is that of a yd: issuer where none is given.",
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_trust,
	  .options = { { "--issuer", true },
		       { "--alg", true },
		       { "--public", true },
		       { "--kid", true },
		       { "--region", true } } },
	{ .words = "key retire",
	  .usage = "KID",
	  .help = "从现在起不再信任此密钥 · Ends the trust in the key from now on.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_retire },
	{ .words = "key list",
	  .usage = "",
	  .help = "列出受信任的公钥 · Lists the public keys.",
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_list },
	{ 0 },
};
