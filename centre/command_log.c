/*
 * The log of redemptions, refusals and voids: taken back, shown, verified, exported.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "centre/authority.h"
#include "centre/command.h"
#include "centre/text.h"
#include "db/china_time.h"
#include "db/log.h"
#include "db/staff.h"

#define REASON_TEXT_MAX 255 /* [byte] */

/* --- void --- */

static enum outcome say_void(const struct call *call, const char *redemption)
{
	struct json json;

	if (!call->json) {
		printf("已撤销 · taken back: %s\n", redemption);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "redemption", redemption);
	json_put_flag(&json, "voided", true);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

static enum outcome run_void(struct call *call)
{
	const char *reason = option(call, "--reason");
	struct registry *registry;
	enum registry_status status;
	enum outcome outcome;

	if (reason != NULL && !text_is_plain(reason, REASON_TEXT_MAX))
		return wrong_usage(call, "--reason 应为 1 至 255 字节的文字",
				   "--reason is a text of 1 to 255 bytes");
	outcome = call_open(call, &registry, true);
	if (outcome == OUTCOME_DONE)
		outcome = authority_over(call, registry, ACTOR_REDEMPTION, call->words[0]);
	if (outcome != OUTCOME_DONE) {
		registry_close(registry);
		return outcome;
	}
	status = log_void(registry, call->words[0], reason != NULL ? reason : "", call->now);
	if (status == REGISTRY_NOT_FOUND)
		outcome = refused(call, "unknown_redemption", "记录中没有这次使用",
				  "the log has no such redemption");
	else if (status == REGISTRY_EXISTS)
		outcome = refused(call, "already_voided", "这次使用已经撤销",
				  "this redemption was taken back before");
	else if (status == REGISTRY_BUSY)
		outcome = refused_for(call, REASON_REGISTRY_BUSY);
	else
		outcome = call_status(call, registry, status);
	registry_close(registry);
	return outcome == OUTCOME_DONE ? say_void(call, call->words[0]) : outcome;
}

/* --- log show --- */

static bool json_row(void *context, const struct log_entry *entry)
{
	struct json *json = context;
	char at[21];

	instant_format(at, entry->at);
	json_put_open(json, NULL, '{');
	json_put_number(json, "seq", entry->seq);
	json_put_text(json, "at", at);
	json_put_text(json, "what", entry->what);
	json_put_text(json, "redemption", entry->redemption);
	json_put_text(json, "benefit", entry->benefit);
	json_put_text(json, "merchant", entry->merchant);
	json_put_text(json, "reason", entry->reason);
	json_put_known(json, "payable", entry->has_payable, entry->payable);
	json_put_known(json, "saved", entry->has_saved, entry->saved);
	if (entry->exception)
		json_put_flag(json, "exception", true);
	json_put_close(json);
	return true;
}

static const char *or_dash(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : "-";
}

static bool text_row(void *context, const struct log_entry *entry)
{
	char at[21];

	(void)context;
	instant_tell(at, entry->at);
	printf("%" PRId64 "\t%s\t%s\t%s\t%s\t%s\t%s", entry->seq, at, entry->what,
	       or_dash(entry->merchant), or_dash(entry->benefit), or_dash(entry->redemption),
	       or_dash(entry->reason));
	if (entry->has_payable)
		printf("\t%" PRId64, entry->payable);
	if (entry->has_saved)
		printf("\t%" PRId64, entry->saved);
	if (entry->exception)
		printf("\t例外:卡读不出 exception: card unreadable");
	printf("\n");
	return true;
}

static enum outcome run_show(struct call *call)
{
	struct registry *registry;
	enum registry_status status;
	struct json json;
	int64_t last = 0;
	enum outcome outcome;

	if (!option_number(call, "--last", 1, &last))
		return OUTCOME_USAGE;
	outcome = call_open(call, &registry, false);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (call->json) {
		json_put_begin(&json, stdout);
		json_put_open(&json, NULL, '[');
		status = log_each(registry, last, json_row, &json);
		json_put_close(&json);
		json_put_end(&json);
	} else {
		status = log_each(registry, last, text_row, NULL);
	}
	registry_close(registry);
	if (status != REGISTRY_OK)
		return trouble(call->db, registry_status_why(status, false),
			       registry_status_why(status, true));
	return OUTCOME_DONE;
}

/* --- log verify --- */

static const struct {
	const char *name, *zh;
} faults[] = {
	[LOG_INTACT] = { NULL, "完好" },
	[LOG_CHANGED] = { "changed", "记录被改动" },
	[LOG_REMOVED] = { "removed", "记录缺失" },
	[LOG_REORDERED] = { "reordered", "记录顺序被改动" },
	[LOG_CUT] = { "cut", "末尾的记录被截去" },
	[LOG_HEAD_WRONG] = { "head_wrong", "FILE.head 缺失、损坏或不属于此记录" },
};

static void put_report(const struct log_report *report)
{
	bool intact = report->fault == LOG_INTACT;
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
	struct log_report report;
	enum outcome outcome = call_open(call, &registry, false);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = call_status(call, registry, log_verify(registry, &report));
	registry_close(registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (call->json)
		put_report(&report);
	else if (report.fault == LOG_INTACT)
		printf("记录完好,共 %" PRId64 " 条 · the log is intact, %" PRId64 " entries\n",
		       report.count, report.count);
	else
		printf("第 %" PRId64 " 条:%s · entry %" PRId64 ", %s: %s\n", report.seq,
		       faults[report.fault].zh, report.seq, faults[report.fault].name, report.why);
	return report.fault == LOG_INTACT ? OUTCOME_DONE : OUTCOME_REFUSED;
}

/* --- log export --- */

static bool export_line(void *context, const char *line)
{
	FILE *out = context;

	return fputs(line, out) != EOF && fputc('\n', out) != EOF;
}

static enum outcome run_export(struct call *call)
{
	struct registry *registry;
	enum outcome outcome = call_open(call, &registry, false);

	if (outcome != OUTCOME_DONE)
		return outcome;
	enum registry_status status = log_export(registry, export_line, stdout);
	if (status != REGISTRY_OK)
		outcome = trouble(call->db, registry_status_why(status, false),
				  registry_status_why(status, true));
	registry_close(registry);
	return outcome;
}

const struct command commands_log[] = {
	{ .words = "void",
	  .usage = "REDEMPTION [--reason TEXT]",
	  .help = "以新的一条记录撤销一次使用;任何记录都不会删除。\n"
		  "Takes a redemption back by a new entry; nothing is ever deleted.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_CLERK | STAFF_REVIEWER | STAFF_MERCHANTS | STAFF_MANAGER,
	  .run = run_void,
	  .options = { { "--reason", true } } },
	{ .words = "log show",
	  .usage = "[--last N]",
	  .help = "显示记录,从最早的起 · Shows the log, the oldest entry first.",
	  .needs_db = true,
	  .roles = STAFF_REVIEWER | STAFF_AUDITOR | STAFF_MANAGER,
	  .whole = true,
	  .run = run_show,
	  .options = { { "--last", true } } },
	{ .words = "log verify",
	  .usage = "",
	  .help = "查验记录的链与签名;有问题时指出哪一条(退出码 1)。\n"
		  "Walks the chain; says which entry is wrong (exit 1).",
	  .needs_db = true,
	  .run = run_verify },
	{ .words = "log export",
	  .usage = "",
	  .help = "导出记录的原文、散列与签名,供他人查验。\n"
		  "Prints the entries' canonical text, hashes and signatures, and the public key, "
		  "so\n"
		  "that anybody can verify them.",
	  .needs_db = true,
	  .roles = STAFF_REVIEWER | STAFF_AUDITOR | STAFF_MANAGER,
	  .whole = true,
	  .run = run_export },
	{ 0 },
};
