/*
 * People deleted as the law says: one who asks for it, or all whose time is over.
 */
#include <inttypes.h>
#include <stdio.h>

#include "centre/command.h"
#include "db/forget.h"
#include "db/staff.h"

/* --- person forget --- */

static enum outcome refuse(const struct call *call, enum forget_refusal refusal, const char *number)
{
	static const struct {
		const char *zh, *en;
	} sentences[] = {
		[FORGET_UNKNOWN] = { "登记库中没有这个人员编号,请用 find 查找",
				     "there is no person of this code: look with find" },
		[FORGET_OUTSIDE_UNIT] = { "此人的档案不归本单位管理,请由所属单位办理",
					  "the person is on file with another unit: ask that "
					  "unit" },
	};
	char zh[256], en[256];

	if (refusal == FORGET_CERTIFICATE_AT_WORK) {
		snprintf(zh, sizeof zh, "证件 %s 还在使用或办理中,请先注销或收回", number);
		snprintf(en, sizeof en,
			 "certificate %s is still at work: cancel or withdraw it first", number);
	} else if (refusal == FORGET_PLAQUE_HUNG) {
		snprintf(zh, sizeof zh, "光荣牌 %s 还挂着,请先登记摘下", number);
		snprintf(en, sizeof en,
			 "plaque %s still hangs: put on record first that it was taken down",
			 number);
	} else {
		return refused(call, forget_refusal_name(refusal), sentences[refusal].zh,
			       sentences[refusal].en);
	}
	return refused(call, forget_refusal_name(refusal), zh, en);
}

static void print_count(const struct forget_count *count)
{
	printf("证件 certificates: %" PRId64 "\n介质 media: %" PRId64 "\n光荣牌 plaques: %" PRId64
	       "\n审计细节 details of the audit chain: %" PRId64 "\n",
	       count->certificates, count->media, count->plaques, count->details);
}

static void put_count(struct json *json, const struct forget_count *count)
{
	json_put_number(json, "certificates", count->certificates);
	json_put_number(json, "media", count->media);
	json_put_number(json, "plaques", count->plaques);
	json_put_number(json, "details", count->details);
}

static void print_traces(bool traces)
{
	if (traces)
		printf("另一程序正在读取,旧页可能留在 FILE-wal 中,待其退出后自动清除 · another "
		       "program reads: older pages may lie in FILE-wal until it ends\n");
}

static enum outcome say_forgotten(const struct call *call, const struct forget_count *count,
				  bool traces)
{
	struct json json;

	if (!call->json) {
		printf("已删除 · forgotten: %s\n", call->words[0]);
		print_count(count);
		print_traces(traces);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "person", call->words[0]);
	put_count(&json, count);
	json_put_flag(&json, "traces", traces);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

static enum outcome forget(const struct call *call, struct registry *registry)
{
	struct forget_count count = { .persons = 0 };
	enum forget_refusal refusal = FORGOTTEN;
	char number[64];
	bool traces = false;
	enum registry_status status = forget_begin(registry);

	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	status = forget_person(registry, &refusal, number, &count, call->words[0],
			       option(call, "--reason"), call->now);
	if (status == REGISTRY_OK && refusal == FORGOTTEN)
		status = forget_commit(registry, &traces);
	else
		forget_rollback(registry);
	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	return refusal == FORGOTTEN ? say_forgotten(call, &count, traces)
				    : refuse(call, refusal, number);
}

static enum outcome run_forget(struct call *call)
{
	const char *reason = option(call, "--reason");
	struct registry *registry;
	enum outcome outcome;

	if (reason == NULL || reason[0] == '\0')
		return wrong_usage(call, "需要 --reason", "--reason must be given");
	outcome = call_open_centre(call, &registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = forget(call, registry);
	registry_close(registry);
	return outcome;
}

/* --- person retention --- */

static enum outcome say_retention(const struct call *call, const struct retention *done,
				  int64_t days, bool dry_run, bool traces)
{
	struct json json;

	if (!call->json) {
		printf("%s: %" PRId64 " 人 persons (%" PRId64 " 天 days)\n",
		       dry_run ? "试算,未删除 · dry run, nothing deleted"
			       : "期满删除 · forgotten when their time was over",
		       done->forgotten.persons, days);
		print_count(&done->forgotten);
		printf("查阅记录细节 details of looks: %" PRId64
		       "\n结束时间不明而保留 kept, ended nobody knows when: %" PRId64 "\n",
		       done->looks, done->undated);
		print_traces(traces);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_number(&json, "days", days);
	json_put_flag(&json, "dry_run", dry_run);
	json_put_number(&json, "persons", done->forgotten.persons);
	put_count(&json, &done->forgotten);
	json_put_number(&json, "looks", done->looks);
	json_put_number(&json, "undated", done->undated);
	json_put_flag(&json, "traces", traces);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

static enum outcome retain(const struct call *call, struct registry *registry, int64_t days)
{
	bool dry_run = option_given(call, "--dry-run"), traces = false;
	struct retention done;
	enum registry_status status = forget_begin(registry);

	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	/* A dry run does it all, and takes it back. */
	status = forget_retention(registry, &done, days, call->now);
	if (status == REGISTRY_OK && !dry_run)
		status = forget_commit(registry, &traces);
	else
		forget_rollback(registry);
	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	return say_retention(call, &done, days, dry_run, traces);
}

static enum outcome run_retention(struct call *call)
{
	int64_t days = RETENTION_DAYS_DEFAULT;
	struct registry *registry;
	enum outcome outcome;

	if (!option_number(call, "--days", RETENTION_DAYS_LEAST, &days))
		return OUTCOME_USAGE;
	if (days > RETENTION_DAYS_MOST)
		return wrong_usage(call, "--days 最多 36500", "--days is at most 36500");
	outcome = call_open_centre(call, &registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = retain(call, registry, days);
	registry_close(registry);
	return outcome;
}

const struct command commands_forget[] = {
	{ .words = "person forget",
	  .usage = "CODE --reason TEXT",
	  .help = "依法删除一人的全部档案:"
		  "人员、证件及其经历、介质、照片、光荣牌、查找键、审计细节。\n"
		  "证件还在使用或办理中、光荣牌还挂着时拒绝。优惠记录(只有化名)"
		  "和审计链保留且仍可验证。\n"
		  "删除的内容在文件中被覆盖,FILE-wal 随即清空,不需 VACUUM;此前的备份须另行删除。\n"
		  "Deletes all that is on file of a person: certificates with their lives, media,\n"
		  "photograph, plaques, look-up keys, details of the audit chain.  Refused while "
		  "a\n"
		  "certificate is at work or a plaque hangs.  The log, which knows pseudonyms "
		  "alone,\n"
		  "and the audit chain stay, and stay valid.  What is deleted is overwritten in "
		  "the\n"
		  "file (secure_delete) and FILE-wal is emptied at once, so nothing is left in "
		  "free\n"
		  "pages and no VACUUM is needed; backups made before must be deleted by "
		  "themselves.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_forget,
	  .options = { { "--reason", true } } },
	{ .words = "person retention",
	  .usage = "[--days N] [--dry-run]",
	  .help = "期满删除:所有证件都已结束 N 天以上(按最后一步;默认 1095,至少 "
		  "183)且光荣牌不再挂着\n"
		  "的人员,同 person forget;并删除同样久远的查阅记录细节。没有证件的(仅建档)保留。\n"
		  "--dry-run 只说会删除多少。\n"
		  "Forgets, as person forget does, each person all of whose certificates ended "
		  "more\n"
		  "than N days ago by their last step (1095 where not given, at least 183, since\n"
		  "records of access are kept for six months) and whose plaque does not hang, and\n"
		  "deletes the details of looks as old.  Who has no certificate is kept.  "
		  "--dry-run\n"
		  "only says how many.",
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_retention,
	  .options = { { "--days", true }, { "--dry-run", false } } },
	{ 0 },
};
