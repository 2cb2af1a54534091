/*
 * The photograph of a person: taken in from a file, handed out to one; whoever sees it is on record.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "centre/authority.h"
#include "centre/command.h"
#include "centre/note_act.h"
#include "centre/photograph.h"
#include "centre/whole_file.h"
#include "db/photograph.h"
#include "db/staff.h"

static enum outcome refuse_person(const struct call *call)
{
	return refused(call, "unknown_person", "登记库中没有这个人,请核对编号,或先导入人员",
		       "the registry has no such person: check the code, or import persons first");
}

static enum outcome say(const struct call *call, const char *zh, const char *en, size_t bytes)
{
	struct json json;

	if (!call->json) {
		printf("%s · %s: %s\n", zh, en, call->words[0]);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "person", call->words[0]);
	json_put_number(&json, "bytes", (int64_t)bytes);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

/* --- taken in --- */

static enum outcome take_in(const struct call *call, struct registry *registry)
{
	const struct audit_act act = { .act = "person.photograph", .person = call->words[0] };
	uint8_t *bytes = NULL;
	size_t length;
	enum outcome outcome = photograph_read(call, &bytes, &length, call->words[1]);

	if (outcome != OUTCOME_DONE)
		return outcome;
	enum registry_status status = registry_begin(registry);
	if (status == REGISTRY_OK) {
		status = photograph_put(registry, call->words[0], bytes, length, call->now);
		status = note_act(registry, status, &act, call->now);
	}
	explicit_bzero(bytes, length);
	free(bytes);
	if (status == REGISTRY_NOT_FOUND)
		return refuse_person(call);
	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	return say(call, "照片已保存", "the photograph is kept", length);
}

/* --- handed out --- */

static enum outcome write_out(const struct call *call, const uint8_t *bytes, size_t length)
{
	const char *path = option(call, "--out");
	struct whole_file file;
	enum whole_file_status status = whole_file_open(&file, path);

	if (status == WHOLE_FILE_OK)
		status = whole_file_write(&file, bytes, length);
	if (status == WHOLE_FILE_OK)
		status = whole_file_keep(&file);
	if (status == WHOLE_FILE_OK)
		return say(call, "照片已写出", "the photograph was written", length);
	return trouble(
		path, status == WHOLE_FILE_FULL ? "磁盘已满,请清理空间" : "文件写不出去,请检查路径",
		status == WHOLE_FILE_FULL ? "the disk is full: make room on it"
					  : "the file cannot be written: check the path");
}

/* On record before it leaves. */
static enum outcome hand_out(const struct call *call, struct registry *registry)
{
	const struct audit_act act = { .act = "person.photograph_out", .person = call->words[0] };
	uint8_t *bytes;
	size_t length;
	enum registry_status status = photograph_get(registry, &bytes, &length, call->words[0]);

	if (status == REGISTRY_NOT_FOUND)
		return refused(call, "no_photograph", "没有此人的照片,请核对编号",
			       "there is no photograph of this person: check the code");
	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	enum outcome outcome = call_status(call, registry, note_alone(registry, &act, call->now));
	if (outcome == OUTCOME_DONE)
		outcome = write_out(call, bytes, length);
	explicit_bzero(bytes, length);
	free(bytes);
	return outcome;
}

static enum outcome run_photograph(struct call *call)
{
	struct registry *registry;
	enum outcome outcome;

	if ((call->word_count == 2) == option_given(call, "--out"))
		return wrong_usage(call, "须给出照片文件或 --out 之一",
				   "either a file or --out must be given");
	outcome = call_open_centre(call, &registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = authority_over_person(call, registry, call->words[0]);
	if (outcome == OUTCOME_DONE)
		outcome = option_given(call, "--out") ? hand_out(call, registry)
						      : take_in(call, registry);
	registry_close(registry);
	return outcome;
}

const struct command commands_photograph[] = {
	{ .words = "person photograph",
	  .usage = "CODE (FILE | --out FILE)",
	  .help = "保存一个人的照片(JPEG 或 PNG,352 x 440 像素,至多 200 KiB),加密存放;--out "
		  "取出到文件。\n"
		  "保存与取出都记入审计链。\n"
		  "Keeps a person's photograph (JPEG or PNG, 352 x 440 pixels, at most 200 KiB),\n"
		  "sealed; --out hands it out to a file.  Both are on the audit chain.",
	  .least = 1,
	  .most = 2,
	  .needs_db = true,
	  .roles = STAFF_CLERK | STAFF_REVIEWER | STAFF_MANAGER,
	  .run = run_photograph,
	  .options = { { "--out", true } } },
	{ 0 },
};
