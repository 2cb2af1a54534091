/*
 * What leaves the centre: a copy of the registry for a kiosk.
 */
#include <inttypes.h>
#include <stdio.h>

#include "centre/command.h"
#include "db/audit.h"
#include "db/export.h"
#include "db/staff.h"

/* First: a copy that nobody knows of must not be. */
static enum registry_status put_on_record(const struct call *call, struct registry *registry)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	struct audit_act act = { .act = "export.kiosk", .detail = detail };
	enum registry_status status = registry_begin(registry);

	snprintf(detail, sizeof detail, "file=%s", call->words[0]);
	if (status == REGISTRY_OK)
		status = audit_append(registry, NULL, &act, call->now);
	if (status == REGISTRY_OK)
		return registry_commit(registry);
	registry_rollback(registry);
	return status;
}

static enum outcome say_exported(const struct call *call, const struct export_count *count)
{
	struct json json;

	if (!call->json) {
		printf("终端副本 · copy for a kiosk: %s\n人员 persons: %" PRId64
		       "\n证件 certificates: %" PRId64 "\n介质 media: %" PRId64
		       "\n仍会变化的步骤 steps still to take effect: %" PRId64
		       "\n副本不含使用记录,限次限额从零起算 · past uses are not in it: what limits "
		       "count begins at nothing\n",
		       call->words[0], count->persons, count->certificates, count->media,
		       count->steps);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "copy", call->words[0]);
	json_put_number(&json, "persons", count->persons);
	json_put_number(&json, "certificates", count->certificates);
	json_put_number(&json, "media", count->media);
	json_put_number(&json, "steps", count->steps);
	json_put_flag(&json, "past_uses", false);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

static enum outcome make_copy(const struct call *call, struct registry *registry)
{
	struct export_count count;
	enum registry_status status;
	enum outcome outcome = call_status(call, registry, put_on_record(call, registry));

	if (outcome != OUTCOME_DONE)
		return outcome;
	status = export_kiosk(registry, &count, call->words[0]);
	if (status == REGISTRY_EXISTS)
		return refused(call, "exists", "文件已存在,不会覆盖",
			       "the file exists and is never overwritten");
	outcome = call_status(call, registry, status);
	return outcome == OUTCOME_DONE ? say_exported(call, &count) : outcome;
}

static enum outcome run_export(struct call *call)
{
	struct registry *registry;
	enum outcome outcome = call_open_centre(call, &registry);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = make_copy(call, registry);
	registry_close(registry);
	return outcome;
}

const struct command commands_export[] = {
	{ .words = "export kiosk",
	  .usage = "FILE",
	  .help = "为终端制作副本 FILE 及 FILE.keys 等(权限 "
		  "0600),不含姓名、身份号码、查找键、照片、\n"
		  "不予发放情形、光荣牌、账户、审计和没有证件的人员;终端显示证上印的姓名。\n"
		  "签名密钥和封存密钥是新的,站点组密钥与中心相同。副本不含使用记录,"
		  "限次限额从零起算,\n"
		  "宜在周期之初更换。已有的文件不会覆盖。\n"
		  "Makes a copy for a kiosk, FILE with FILE.keys and what else belongs to it, mode "
		  "0600:\n"
		  "no names, ID numbers, look-up keys, photographs, exclusions, plaques, accounts "
		  "of\n"
		  "staff, audit, nor persons without a certificate; the kiosk shows the name that "
		  "is\n"
		  "printed on the card.  Log key and sealing key are fresh, the site group key is "
		  "the\n"
		  "centre's.  Past uses are in the centre's signed log and stay there: what limits "
		  "count\n"
		  "begins at nothing on the copy, so change copies when a period begins.  A file "
		  "that\n"
		  "exists is never overwritten.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .whole = true,
	  .run = run_export },
	{ 0 },
};
