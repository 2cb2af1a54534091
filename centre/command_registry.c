/*
 * The registry as a whole: made or migrated, copied, checked.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "centre/calendar_note.h"
#include "centre/command.h"
#include "centre/demo.h"
#include "centre/note_act.h"
#include "db/log.h"

/* --- init --- */

struct cipher_name {
	const char *word, *name; /* of the option; in full */
	enum seal_cipher cipher;
};
static const struct cipher_name ciphers[] = {
	{ "aes", "AES-256-GCM", SEAL_AES_256_GCM },
	{ "sm4", "SM4-GCM", SEAL_SM4_GCM },
};
#define CIPHERS (sizeof ciphers / sizeof *ciphers)

/* What init did, for the answer. */
struct readiness {
	bool demo;
	const struct cipher_name *cipher;
	int64_t resealed; /* names and photographs */
};

static void tell_ready(const struct call *call, const struct readiness *ready)
{
	printf("登记库就绪 · the registry is ready: %s\n", call->db);
	printf("姓名和照片加密 · names and photographs are sealed with: %s\n", ready->cipher->name);
	if (ready->resealed > 0)
		printf("重新加密的姓名和照片 · names and photographs sealed anew: %" PRId64 "\n",
		       ready->resealed);
	if (ready->demo)
		printf("演示数据;签发密钥 · demonstration data; issuing key: %s.demo-key "
		       "(口令 passphrase: %s)\n",
		       call->db, DEMO_PASSPHRASE);
}

static enum outcome say_ready(const struct call *call, const struct readiness *ready)
{
	struct json json;

	if (!call->json) {
		tell_ready(call, ready);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "registry", call->db);
	json_put_flag(&json, "demo", ready->demo);
	json_put_text(&json, "cipher", ready->cipher->word);
	json_put_number(&json, "resealed", ready->resealed);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

/* The cipher that the option names; NULL where it is not given.  False, and said, where it names
 * none. */
static bool cipher_wanted(const struct call *call, const struct cipher_name **out)
{
	const char *word = option(call, "--cipher");

	*out = NULL;
	for (size_t i = 0; word != NULL && i < CIPHERS; i++)
		if (strcmp(word, ciphers[i].word) == 0)
			*out = &ciphers[i];
	if (word == NULL || *out != NULL)
		return true;
	(void)wrong_usage(call, "--cipher 只能是 aes 或 sm4", "--cipher is aes or sm4");
	return false;
}

static const struct cipher_name *cipher_of(const struct registry *registry)
{
	size_t i = 0;

	while (i + 1 < CIPHERS && ciphers[i].cipher != registry_cipher(registry))
		i++;
	return &ciphers[i];
}

static bool found_entry(void *context, const struct audit_row *row)
{
	(void)row;
	*(bool *)context = true;
	return false;
}

/* The audit chain of a registry begins with its making, or with its coming to have one. */
static enum outcome begin_chain(const struct call *call, struct registry *registry)
{
	static const struct audit_act act = { .act = "registry.init" };
	static const struct audit_filter last = { .since = INT64_MIN,
						  .before = INT64_MAX,
						  .last = 1 };
	bool begun = false;
	enum registry_status status = audit_each(registry, &last, found_entry, &begun);

	if (status == REGISTRY_OK && !begun)
		status = note_alone(registry, &act, call->now);
	return call_status(call, registry, status);
}

static enum registry_status note_sealing(const struct call *call, struct registry *registry,
					 int64_t resealed)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	const struct audit_act act = { .act = "registry.seal", .detail = detail };

	snprintf(detail, sizeof detail, "cipher=%s resealed=%" PRId64, cipher_of(registry)->word,
		 resealed);
	return note_alone(registry, &act, call->now);
}

/* Where this stops half-way, names are sealed in several ways and read all the same; the next init
 * goes on. */
static enum outcome settle_cipher(const struct call *call, struct registry *registry,
				  const struct cipher_name *wanted, int64_t *resealed)
{
	enum registry_status status = REGISTRY_OK;

	if (wanted != NULL)
		status = registry_set_cipher(registry, wanted->cipher);
	if (status == REGISTRY_OK)
		status = registry_reseal(registry, resealed);
	if (status == REGISTRY_OK && (wanted != NULL || *resealed > 0))
		status = note_sealing(call, registry, *resealed);
	return call_status(call, registry, status);
}

static enum outcome make_ready(const struct call *call, struct registry *registry,
			       const struct cipher_name *wanted, struct readiness *out)
{
	bool demo = option_given(call, "--demo");
	enum outcome outcome = demo ? demo_require_empty(call, registry) : OUTCOME_DONE;

	if (outcome == OUTCOME_DONE)
		outcome = begin_chain(call, registry);
	if (outcome == OUTCOME_DONE)
		outcome = settle_cipher(call, registry, wanted, &out->resealed);
	if (outcome == OUTCOME_DONE && demo)
		outcome = demo_fill(call, registry);
	out->demo = registry_is_demo(registry);
	out->cipher = cipher_of(registry);
	return outcome;
}

static enum outcome run_init(struct call *call)
{
	const struct cipher_name *wanted;
	struct readiness ready = { 0 };
	struct registry *registry;
	enum outcome outcome;

	if (!cipher_wanted(call, &wanted))
		return OUTCOME_USAGE;
	outcome = call_status(call, NULL, registry_init(call->db));
	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, true);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = make_ready(call, registry, wanted, &ready);
	registry_close(registry);
	return outcome == OUTCOME_DONE ? say_ready(call, &ready) : outcome;
}

/* --- backup --- */

static enum outcome say_copied(const struct call *call, const char *path)
{
	struct json json;

	if (!call->json) {
		printf("已备份 · backed up: %s\n", path);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "backup", path);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

/* A registry that can be read only, on a disk that fails perhaps, is copied all the same. */
static enum outcome open_to_copy(const struct call *call, struct registry **out, bool *writable)
{
	*writable = registry_open(out, call->db, true) == REGISTRY_OK;
	if (*writable)
		registry_close(*out);
	return call_open(call, out, *writable);
}

static enum outcome note_copy(const struct call *call, struct registry *registry, const char *path)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	const struct audit_act act = { .act = "registry.backup", .detail = detail };

	snprintf(detail, sizeof detail, "file=%s", path);
	return call_status(call, registry, note_alone(registry, &act, call->now));
}

static enum outcome copy(const struct call *call, struct registry *registry, bool writable,
			 const char *path)
{
	enum registry_status status = registry_backup(registry, path);
	enum outcome outcome;

	if (status == REGISTRY_EXISTS)
		return refused(call, "exists", "文件已存在,不会覆盖",
			       "the file exists and is never overwritten");
	outcome = call_status(call, registry, status);
	if (outcome == OUTCOME_DONE && writable)
		outcome = note_copy(call, registry, path);
	else if (outcome == OUTCOME_DONE)
		fprintf(stderr,
			"登记库只能读取,这次备份没有记入审计链 · the registry can be read only: "
			"this copy is not on the audit chain\n");
	return outcome;
}

static enum outcome run_backup(struct call *call)
{
	struct registry *registry;
	bool writable;
	enum outcome outcome = open_to_copy(call, &registry, &writable);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = copy(call, registry, writable, call->words[0]);
	registry_close(registry);
	return outcome == OUTCOME_DONE ? say_copied(call, call->words[0]) : outcome;
}

/* --- fsck --- */

struct findings {
	bool as_json, damaged;
	int64_t count;
	struct json json;
};

static void report(void *context, const char *fault)
{
	struct findings *findings = context;

	findings->count++;
	if (findings->as_json)
		json_put_text(&findings->json, NULL, fault);
	else
		printf("%s\n", fault);
}

static enum registry_status examine(struct registry *registry, struct findings *findings)
{
	enum registry_status status = registry_fsck(registry, report, findings);

	/* What was found is the answer; notes alone are no damage. */
	findings->damaged = status == REGISTRY_DAMAGED && findings->count > 0;
	return findings->damaged ? REGISTRY_OK : status;
}

static enum outcome run_fsck(struct call *call)
{
	struct findings findings = { .as_json = call->json };
	struct registry *registry;
	enum registry_status status;
	enum outcome outcome = call_open(call, &registry, false);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (call->json) {
		json_put_begin(&findings.json, stdout);
		json_put_open(&findings.json, NULL, '{');
		json_put_open(&findings.json, "findings", '[');
	}
	status = examine(registry, &findings);
	if (call->json) {
		json_put_close(&findings.json);
		json_put_flag(&findings.json, "intact", status == REGISTRY_OK && !findings.damaged);
		json_put_close(&findings.json);
		json_put_end(&findings.json);
	}
	calendar_note(registry, call->now);
	registry_close(registry);
	if (status != REGISTRY_OK)
		return trouble(call->db, registry_status_why(status, false),
			       registry_status_why(status, true));
	if (findings.damaged)
		return OUTCOME_REFUSED;
	if (!call->json)
		printf("登记库完好 · the registry is sound\n");
	return OUTCOME_DONE;
}

const struct command commands_registry[] = {
	{ .words = "init",
	  .usage = "[--demo] [--cipher aes|sm4]",
	  .help = "建立登记库,或把旧版升级。密钥在 FILE.keys,须与登记库一起保管。\n"
		  "--demo 填入演示数据,并在 FILE.demo-key 留下演示签发密钥(口令 demo);\n"
		  "只填空的登记库。\n"
		  "--cipher 选择姓名和照片的加密算法:aes 为 AES-256-GCM(新库默认),sm4 为国密\n"
		  "SM4-GCM;以其他方式加密的随即全部重新加密。不写则沿用原来的算法。\n"
		  "Creates the registry, or migrates an older one.  Its keys lie in FILE.keys and\n"
		  "belong to it.  --demo fills an empty one with demonstration data and leaves an\n"
		  "issuing key in FILE.demo-key (passphrase demo).  --cipher says what names and\n"
		  "photographs are sealed with: aes, AES-256-GCM, as in a new registry, or sm4,\n"
		  "SM4-GCM; what is sealed otherwise is sealed anew at once.  Without it the "
		  "cipher\n"
		  "stays.",
	  .needs_db = true,
	  .run = run_init,
	  .options = { { "--demo", false }, { "--cipher", true } } },
	{ .words = "backup",
	  .usage = "FILE",
	  .help = "在使用中复制登记库及其密钥到新文件。\n"
		  "Copies the registry, with its keys, into a new file while it is in use.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .run = run_backup },
	{ .words = "fsck",
	  .usage = "",
	  .help = "检查文件、约束与记录;有问题逐条列出,退出码 1。\n"
		  "Checks file, constraints and log; each fault is a line, exit 1.",
	  .needs_db = true,
	  .run = run_fsck },
	{ 0 },
};
