/*
 * The audit chain, who did what and who looked at whom: shown, verified, exported.
 */
#include <inttypes.h>
#include <stdio.h>

#include "centre/command.h"
#include "centre/table.h"
#include "db/audit.h"
#include "db/china_time.h"
#include "db/report.h"
#include "db/staff.h"

/* The answer is out already; a second one would not be JSON any more. */
static enum outcome end_answer(const struct call *call, enum registry_status status)
{
	if (status == REGISTRY_OK)
		return OUTCOME_DONE;
	return trouble(call->db, registry_status_why(status, false),
		       registry_status_why(status, true));
}

/* --- audit show --- */

static bool json_row(void *context, const struct audit_row *row)
{
	struct json *json = context;
	char at[21], clock[21];

	instant_format(at, row->at);
	instant_format(clock, row->clock);
	json_put_open(json, NULL, '{');
	json_put_number(json, "seq", row->seq);
	json_put_text(json, "at", at);
	json_put_text(json, "clock", clock);
	json_put_text(json, "actor", row->actor);
	json_put_text(json, "act", row->act);
	json_put_text(json, "unit", row->unit);
	json_put_flag(json, "about_person", row->about_somebody);
	json_put_text(json, "detail", row->detail);
	json_put_flag(json, "detail_deleted", row->detail_gone);
	json_put_number(json, "erased", row->erased);
	json_put_close(json);
	return true;
}

static bool text_row(void *context, const struct audit_row *row)
{
	char at[21];

	(void)context;
	instant_tell(at, row->at);
	printf("%" PRId64 "\t%s\t%s\t%s\t%s\t%s", row->seq, at, row->actor, row->act,
	       row->unit[0] != '\0' ? row->unit : "-",
	       row->detail_gone      ? "(已删除 deleted)"
	       : row->detail != NULL ? row->detail
				     : "-");
	if (row->erased > 0)
		printf("\t删除 %" PRId64 " 条内容 · deleted %" PRId64 " details", row->erased,
		       row->erased);
	printf("\n");
	return true;
}

static enum outcome show_rows(const struct call *call, struct registry *registry,
			      const struct audit_filter *filter)
{
	enum registry_status status;
	struct json json;

	if (!call->json)
		return end_answer(call, audit_each(registry, filter, text_row, NULL));
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '[');
	status = audit_each(registry, filter, json_row, &json);
	json_put_close(&json);
	json_put_end(&json);
	return end_answer(call, status);
}

static enum outcome run_show(struct call *call)
{
	struct audit_filter filter = { .actor = option(call, "--actor-is"),
				       .person = option(call, "--person") };
	struct report_time time;
	struct registry *registry;
	enum outcome outcome;

	if (!option_number(call, "--last", 1, &filter.last))
		return OUTCOME_USAGE;
	outcome = table_time(call, &time);
	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, false);
	if (outcome != OUTCOME_DONE)
		return outcome;
	filter.since = time.since;
	filter.before = time.before;
	outcome = show_rows(call, registry, &filter);
	registry_close(registry);
	return outcome;
}

/* --- audit verify --- */

static const struct {
	const char *name, *zh;
} faults[] = {
	[AUDIT_INTACT] = { NULL, "完好" },
	[AUDIT_CHANGED] = { "changed", "记录被改动或调换" },
	[AUDIT_REMOVED] = { "removed", "记录缺失" },
	[AUDIT_CUT] = { "cut", "末尾的记录被截去" },
	[AUDIT_HEAD_WRONG] = { "head_wrong", "FILE.audit 缺失、损坏或不属于此审计链" },
	[AUDIT_DETAIL_CHANGED] = { "detail_changed", "记录的内容被改动" },
	[AUDIT_DETAIL_DELETED] = { "detail_deleted", "有内容被删除而没有相应记录" },
	[AUDIT_STEP_CHANGED] = { "step_changed", "证件或光荣牌的步骤与记录不符" },
	[AUDIT_STEP_DELETED] = { "step_deleted", "证件或光荣牌的步骤缺失" },
};

static void put_report(const struct audit_report *report)
{
	bool intact = report->fault == AUDIT_INTACT;
	struct json json;

	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_flag(&json, "intact", intact);
	json_put_number(&json, "entries", report->count);
	json_put_text(&json, "fault", faults[report->fault].name);
	json_put_known(&json, "seq", !intact, report->seq);
	json_put_text(&json, "why", intact ? NULL : report->why);
	json_put_close(&json);
	json_put_end(&json);
}

static enum outcome run_verify(struct call *call)
{
	struct registry *registry;
	struct audit_report report;
	enum outcome outcome = call_open(call, &registry, false);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = call_status(call, registry, audit_verify(registry, &report));
	registry_close(registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (call->json)
		put_report(&report);
	else if (report.fault == AUDIT_INTACT)
		printf("审计链完好,共 %" PRId64 " 条 · the audit chain is intact, %" PRId64
		       " entries\n",
		       report.count, report.count);
	else
		printf("第 %" PRId64 " 条:%s · entry %" PRId64 ", %s: %s\n", report.seq,
		       faults[report.fault].zh, report.seq, faults[report.fault].name, report.why);
	return report.fault == AUDIT_INTACT ? OUTCOME_DONE : OUTCOME_REFUSED;
}

/* --- audit export --- */

static bool export_line(void *context, const char *line)
{
	FILE *out = context;

	return fputs(line, out) != EOF && fputc('\n', out) != EOF;
}

static bool export_json(void *context, const char *line)
{
	json_put_text(context, NULL, line);
	return true;
}

static enum outcome run_export(struct call *call)
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
		status = audit_export(registry, export_json, &json);
		json_put_close(&json);
		json_put_end(&json);
	} else {
		status = audit_export(registry, export_line, stdout);
	}
	registry_close(registry);
	return end_answer(call, status);
}

const struct command commands_audit[] = {
	{ .words = "audit verify",
	  .usage = "",
	  .help = "查验审计链:每条记录的散列与签名、次序、末尾(FILE.audit)、内容,以及证件和\n"
		  "光荣牌的每一步是否与记录相符;有问题时指出哪一条(退出码 1)。\n"
		  "Walks the audit chain: hashes and signatures, order, the end (FILE.audit), the\n"
		  "details, and whether each step of a certificate or a plaque is what its entry "
		  "says;\n"
		  "says which entry is wrong (exit 1).",
	  .needs_db = true,
	  .run = run_verify },
	{ .words = "audit show",
	  .usage = "[--last N] [--actor-is NAME] [--person CODE] [--from DATE] [--until DATE]",
	  .help = "显示谁做了什么,从最早的起。--person 列出与此人有关的一切记录,包括谁查看过;\n"
		  "--from、--until 含首尾两日;--last 只取其中最后 N 条。\n"
		  "Shows who did what, the oldest entry first.  --person gives every entry about "
		  "that\n"
		  "person, also who looked; --from and --until are inclusive; --last takes the "
		  "last "
		  "N\n"
		  "of those.",
	  .needs_db = true,
	  .roles = STAFF_REVIEWER | STAFF_AUDITOR | STAFF_MANAGER,
	  .whole = true,
	  .run = run_show,
	  .options = { { "--last", true },
		       { "--actor-is", true },
		       { "--person", true },
		       { "--from", true },
		       { "--until", true } } },
	{ .words = "audit export",
	  .usage = "",
	  .help = "导出记录的原文、散列与签名,供他人查验;不含可能指明某人的内容。\n"
		  "Prints the entries' canonical text, hashes and signatures, and the public key, "
		  "so\n"
		  "that anybody can verify them; without the details, which may name somebody.",
	  .needs_db = true,
	  .roles = STAFF_REVIEWER | STAFF_AUDITOR | STAFF_MANAGER,
	  .whole = true,
	  .run = run_export },
	{ 0 },
};
