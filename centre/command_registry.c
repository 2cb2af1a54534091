/*
 * The registry as a whole: made or migrated, copied, checked.
 */
#include <stdio.h>
#include <string.h>

#include "centre/calendar_note.h"
#include "centre/command.h"
#include "centre/demo.h"
#include "db/log.h"

/* --- init --- */

static enum outcome say_ready(const struct call *call, bool demo)
{
	struct json json;

	if (!call->json) {
		printf("登记库就绪 · the registry is ready: %s\n", call->db);
		if (demo)
			printf("演示数据;签发密钥 · demonstration data; issuing key: %s.demo-key "
			       "(口令 passphrase: %s)\n",
			       call->db, DEMO_PASSPHRASE);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "registry", call->db);
	json_put_flag(&json, "demo", demo);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

static enum outcome run_init(struct call *call)
{
	struct registry *registry;
	bool demo;
	enum outcome outcome = call_status(call, NULL, registry_init(call->db));

	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, true);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (option_given(call, "--demo"))
		outcome = demo_fill(call, registry);
	demo = registry_is_demo(registry);
	registry_close(registry);
	return outcome == OUTCOME_DONE ? say_ready(call, demo) : outcome;
}

/* --- backup --- */

static enum outcome run_backup(struct call *call)
{
	const char *path = call->words[0];
	struct registry *registry;
	enum registry_status status;
	struct json json;
	enum outcome outcome = call_open(call, &registry, false);

	if (outcome != OUTCOME_DONE)
		return outcome;
	status = registry_backup(registry, path);
	if (status == REGISTRY_EXISTS)
		outcome = refused(call, "exists", "文件已存在,不会覆盖",
				  "the file exists and is never overwritten");
	else
		outcome = call_status(call, registry, status);
	registry_close(registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
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
	  .usage = "[--demo]",
	  .help = "建立登记库,或把旧版升级。密钥在 FILE.keys,须与登记库一起保管。\n"
		  "--demo 填入演示数据,并在 FILE.demo-key 留下演示签发密钥(口令 demo);\n"
		  "只填空的登记库。\n"
		  "Creates the registry, or migrates an older one.  Its keys lie in FILE.keys and\n"
		  "belong to it.  --demo fills an empty one with demonstration data and leaves an\n"
		  "issuing key in FILE.demo-key (passphrase demo).",
	  .needs_db = true,
	  .run = run_init,
	  .options = { { "--demo", false } } },
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
