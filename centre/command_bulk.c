/*
 * Work on many certificates in one go: what is asked for, what is shown meanwhile, what came of it.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "centre/authority.h"
#include "centre/bulk.h"
#include "centre/bulk_answer.h"
#include "centre/csv_file.h"
#include "centre/keys.h"
#include "centre/life_words.h"
#include "centre/progress.h"
#include "centre/text.h"
#include "db/life_record.h"
#include "db/staff.h"

struct bulk_call {
	const struct call *call;
	struct bulk_order order;
	enum life_act steps[BULK_STEPS_MAX];
	char folder[PATH_MAX];
	struct signing_key key;
	struct issuing issuing;
	struct bulk_rows rows;
	struct bulk_result result;
	struct bulk_failures failures;
	struct progress progress;
	sigset_t ends; /* signals that end it after the group at hand */
	bool stopped;  /* by one of them */
};

/* --- what is asked for --- */

/* Any act but the one that needs an end: "hand-over" as the commands spell it, or "hand_over". */
static bool read_step(enum life_act *out, const char *text, size_t length)
{
	char name[32];

	if (length >= sizeof name)
		return false;
	for (size_t i = 0; i < length; i++)
		name[i] = text[i] == '-' ? '_' : text[i];
	name[length] = '\0';
	return life_act_from_name(out, name) && *out != ACT_REPORT_LOSS_PROVISIONAL;
}

static enum outcome read_steps(struct bulk_call *bulk)
{
	const char *text = option(bulk->call, "--steps");
	size_t count = 0;

	for (const char *at = text; at != NULL; count++) {
		size_t length = strcspn(at, ",");

		if (count == BULK_STEPS_MAX || !read_step(&bulk->steps[count], at, length))
			return wrong_usage(bulk->call,
					   "--steps 应为以逗号分隔的至多 16 个步骤,例如 "
					   "apply,accept,approve(见 youdai help certificate bulk)",
					   "--steps is at most 16 steps such as "
					   "apply,accept,approve, with commas between them (see "
					   "youdai help certificate bulk)");
		at = at[length] == ',' ? at + length + 1 : NULL;
	}
	bulk->order.steps = bulk->steps;
	bulk->order.step_count = count;
	return OUTCOME_DONE;
}

static enum outcome read_issue(struct bulk_call *bulk)
{
	static const char *const belong[] = { "--key", "--sheets", "--form", "--valid-days" };
	const struct call *call = bulk->call;
	const char *issue = option(call, "--issue"), *form = option(call, "--form");

	for (size_t i = 0; issue == NULL && i < sizeof belong / sizeof *belong; i++)
		if (option_given(call, belong[i]))
			return wrong_usage(call,
					   "--key、--sheets、--form、--valid-days 用于 --issue",
					   "--key, --sheets, --form and --valid-days belong to "
					   "--issue");
	if (issue == NULL)
		return OUTCOME_DONE;
	if (strcmp(issue, "qr") != 0)
		return wrong_usage(call, "--issue 应为 qr", "--issue must be qr");
	if (!option_given(call, "--key") || !option_given(call, "--sheets"))
		return wrong_usage(call, "--issue 需要 --key 和 --sheets",
				   "--issue needs --key and --sheets");
	bulk->order.form = SHEET_SLIPS;
	if (form != NULL && !slips_form_from_name(&bulk->order.form, form))
		return wrong_usage(call, "--form 应为 slips 或 labels",
				   "--form must be slips or labels");
	bulk->issuing = (struct issuing){ .key = &bulk->key, .days = ISSUING_DAYS };
	if (!option_number(call, "--valid-days", 1, &bulk->issuing.days))
		return OUTCOME_USAGE;
	if (bulk->issuing.days > ISSUING_DAYS_MAX)
		bulk->issuing.days = ISSUING_DAYS_MAX;
	bulk->order.issuing = &bulk->issuing;
	return OUTCOME_DONE;
}

static enum outcome read_texts(struct bulk_call *bulk)
{
	const struct call *call = bulk->call;
	const char *batch = option(call, "--batch"), *reason = option(call, "--reason");

	if (batch == NULL || !text_is_plain(batch, BATCH_NAME_MAX) || strchr(batch, '/') != NULL ||
	    batch[0] == '.')
		return wrong_usage(
			call, "需要 --batch:至多 63 字节的名称,不含 /,不以 . 开头,首尾无空格",
			"--batch must be given: a name of at most 63 bytes, without / or "
			"blanks around it, that does not begin with a dot");
	if (reason != NULL && reason[0] != '\0' && !text_is_plain(reason, LIFE_REASON_MAX))
		return wrong_usage(call, "--reason 应为至多 255 字节的文字,首尾无空格",
				   "--reason is text of at most 255 bytes, without blanks around "
				   "it");
	bulk->order.batch = batch;
	bulk->order.reason = reason == NULL ? "" : reason;
	bulk->order.now = call->now;
	return OUTCOME_DONE;
}

static enum outcome read_options(struct bulk_call *bulk)
{
	enum outcome outcome = read_texts(bulk);

	if (outcome == OUTCOME_DONE)
		outcome = read_steps(bulk);
	if (outcome == OUTCOME_DONE)
		outcome = read_issue(bulk);
	if (outcome == OUTCOME_DONE && bulk->order.step_count == 0 && bulk->order.issuing == NULL)
		outcome = wrong_usage(bulk->call, "需要 --steps 或 --issue",
				      "--steps or --issue must be given");
	return outcome;
}

/* --- what is shown meanwhile --- */

static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void watch_row(void *context, int64_t rows, int64_t worked)
{
	struct bulk_call *bulk = context;

	progress_show(&bulk->progress, rows, worked, clock_ms());
}

static void watch_failure(void *context, const char *number, const char *reason, const char *zh,
			  const char *en)
{
	struct bulk_call *bulk = context;

	bulk_failures_add(&bulk->failures, number, reason, zh, en);
}

static void watch_sheet_gone(void *context, const char *path, int64_t slips)
{
	(void)context;
	fprintf(stderr,
		"%s: 上次中断时尚未完成,已找不到;其中 %" PRId64
		" 份凭证作废并重新签发 · not complete when the last run was cut off, and gone: its "
		"%" PRId64 " credentials are void and issued anew\n",
		path, slips, slips);
}

static void watch_other_place(void *context, const char *unit)
{
	const struct bulk_call *bulk = context;
	const char *issuer = bulk->key.trusted.issuer;

	fprintf(stderr,
		"注意:密钥属于 %s,有证件属于单位 %s · the key is of %s, a certificate of unit %s\n",
		issuer, unit, issuer, unit);
}

/* A signal that is held back is taken here. */
static bool watch_stop(void *context)
{
	struct bulk_call *bulk = context;

	if (!bulk->stopped)
		bulk->stopped = sigtimedwait(&bulk->ends, NULL, &(struct timespec){ 0 }) > 0;
	return bulk->stopped;
}

/* --- certificate bulk --- */

static enum outcome run_batch(struct bulk_call *bulk, struct registry *registry)
{
	const struct bulk_watch watch = { .context = bulk,
					  .row = watch_row,
					  .failure = watch_failure,
					  .sheet_gone = watch_sheet_gone,
					  .other_place = watch_other_place,
					  .stop = watch_stop };
	enum outcome outcome =
		bulk_failures_open(&bulk->failures, option(bulk->call, "--failures"));
	sigset_t before;

	if (outcome != OUTCOME_DONE)
		return outcome;
	sigemptyset(&bulk->ends);
	sigaddset(&bulk->ends, SIGINT);
	sigaddset(&bulk->ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &bulk->ends, &before);
	bulk->progress =
		progress_begin(stderr, isatty(STDERR_FILENO) == 1, bulk->rows.count, clock_ms());
	enum bulk_status status =
		bulk_run(registry, &bulk->rows, &bulk->order, &watch, &bulk->result);
	progress_end(&bulk->progress);
	sigprocmask(SIG_SETMASK, &before, NULL);
	outcome = bulk_failures_keep(&bulk->failures);
	enum outcome judged = bulk_answer(bulk->call, registry,
					  &(struct bulk_report){ .order = &bulk->order,
								 .failures = &bulk->failures,
								 .result = &bulk->result,
								 .stopped = bulk->stopped },
					  status);
	return outcome == OUTCOME_DONE ? judged : outcome;
}

/* Whoever may take each of the steps alone may take them here. */
static enum outcome check_roles(const struct bulk_call *bulk, const struct registry *registry)
{
	enum outcome outcome = OUTCOME_DONE;

	for (size_t i = 0; outcome == OUTCOME_DONE && i < bulk->order.step_count; i++) {
		const char *command = life_act_command(bulk->steps[i]);
		char words[64];

		snprintf(words, sizeof words, "certificate %.*s", (int)strcspn(command, " "),
			 command);
		outcome = authority_needs(bulk->call, registry, command_roles(words));
	}
	if (outcome == OUTCOME_DONE && bulk->order.issuing != NULL)
		outcome = authority_needs(bulk->call, registry, command_roles("certificate issue"));
	if (outcome == OUTCOME_DONE && bulk_rows_are_whole(&bulk->rows))
		outcome = authority_needs(bulk->call, registry,
					  command_roles("certificate apply") |
						  command_roles("certificate import"));
	return outcome;
}

static bool find_made(void *context, const struct batch_sheet *sheet)
{
	*(bool *)context |= sheet->state == BATCH_SHEET_MADE;
	return !*(bool *)context;
}

/* The folder is made where it is not there; but not while a file may lie in one that is away. */
static enum outcome open_folder(struct bulk_call *bulk, struct registry *registry)
{
	const char *folder = option(bulk->call, "--sheets");
	bool found = realpath(folder, bulk->folder) != NULL, made = false;
	enum outcome outcome = OUTCOME_DONE;

	if (!found && errno == ENOENT) {
		outcome = call_status(
			bulk->call, registry,
			batch_each_sheet(registry, bulk->order.batch, find_made, &made));
		errno = ENOENT;
		found = !made && mkdir(folder, 0700) == 0 && realpath(folder, bulk->folder) != NULL;
	}
	if (outcome == OUTCOME_DONE && (!found || access(bulk->folder, W_OK | X_OK) != 0))
		outcome = trouble(folder, "文件夹无法使用", strerror(errno));
	bulk->order.folder = bulk->folder;
	return outcome;
}

/* Key and folder; what is needed for nothing is not asked for. */
static enum outcome open_issuing(struct bulk_call *bulk, struct registry *registry,
				 struct keyring **trusted)
{
	const struct call *call = bulk->call;
	enum outcome outcome;

	if (bulk->order.issuing == NULL)
		return OUTCOME_DONE;
	outcome = open_folder(bulk, registry);
	if (outcome == OUTCOME_DONE)
		outcome = keys_open(&bulk->key, option(call, "--key"));
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (issuer_region(bulk->key.trusted.issuer) == NULL)
		return refused(call, issuing_name(ISSUING_FOREIGN_KEY),
			       issuing_words(ISSUING_FOREIGN_KEY, false),
			       issuing_words(ISSUING_FOREIGN_KEY, true));
	*trusted = keys_load(call, registry);
	bulk->issuing.trusted = *trusted;
	return *trusted == NULL ? OUTCOME_TROUBLE : OUTCOME_DONE;
}

static enum outcome open_and_run(struct bulk_call *bulk)
{
	struct registry *registry = NULL;
	struct keyring *trusted = NULL;
	enum outcome outcome = call_open_centre(bulk->call, &registry);

	if (outcome == OUTCOME_DONE)
		outcome = check_roles(bulk, registry);
	if (outcome == OUTCOME_DONE)
		outcome = open_issuing(bulk, registry, &trusted);
	if (outcome == OUTCOME_DONE)
		outcome = run_batch(bulk, registry);
	keyring_close(trusted);
	registry_close(registry);
	return outcome;
}

static enum outcome read_rows(struct bulk_call *bulk, const char *text, size_t length)
{
	struct csv_fault fault = { 0 };

	switch (bulk_rows_open(&bulk->rows, &fault, text, length)) {
	case BULK_ROWS_OK:
		if (bulk->rows.csv.ignored[0] != '\0')
			fprintf(stderr, "%s: 忽略不认识的列 · unknown columns are ignored: %s\n",
				bulk->call->words[0], bulk->rows.csv.ignored);
		return OUTCOME_DONE;
	case BULK_ROWS_MALFORMED:
		return csv_file_refuse(bulk->call, &fault, NULL);
	default:
		return trouble(bulk->call->words[0], "内存不足", "out of memory");
	}
}

static enum outcome run_bulk(struct call *call)
{
	struct bulk_call *bulk = calloc(1, sizeof *bulk);
	uint8_t hash[FILE_HASH_BYTES];
	char *text = NULL;
	size_t length;
	enum outcome outcome;

	if (bulk == NULL)
		return trouble(NULL, "内存不足", "out of memory");
	bulk->call = call;
	bulk->order.hash = hash;
	outcome = read_options(bulk);
	if (outcome == OUTCOME_DONE)
		outcome = csv_file_read(call, &text, &length, hash);
	if (outcome == OUTCOME_DONE)
		outcome = read_rows(bulk, text, length);
	if (outcome == OUTCOME_DONE)
		outcome = open_and_run(bulk);
	free(text);
	explicit_bzero(bulk, sizeof *bulk);
	free(bulk);
	return outcome;
}

const struct command commands_bulk[] = {
	{ .words = "certificate bulk",
	  .usage = "FILE.csv --batch NAME [--steps STEP,STEP,…] [--reason TEXT] [--issue qr --key "
		   "FILE --sheets DIR [--form slips|labels] [--valid-days N]] [--failures "
		   "FILE.csv]",
	  .help = "成批办理:FILE.csv 每行一本证,逐本走完各步骤、签发并打印,进度显示在屏幕上。\n"
		  "列 number 即可;另有 person,kind,unit(及 "
		  "valid_from,valid_until)时,库中没有的先建档立卡。\n"
		  "每本证要么全部办成,要么原样不动;一本失败不影响其他。--issue qr 在 DIR 中生成\n"
		  "NAME-0001.pdf…,每份至多 240 张(A4,按实际大小打印)。中断(断电、Ctrl-C)后再运行\n"
		  "同一命令即可继续:已完成的跳过,失败的重做。--failures 列出哪些没办成、为什么。\n"
		  "Work on many: each row of FILE.csv is a certificate that takes all the steps "
		  "and "
		  "is\n"
		  "issued.  A column number is enough; with person, kind, unit (and valid_from,\n"
		  "valid_until) one that is not there is put on file first.  A certificate is all "
		  "or\n"
		  "nothing, and one that fails leaves the others alone.  --issue qr makes "
		  "NAME-0001.pdf, …\n"
		  "in DIR, of at most 240 slips each (A4, to be printed at actual size).  Cut off "
		  "by\n"
		  "anything, the same command takes it up again: what is done is skipped, what "
		  "failed is\n"
		  "tried again.  --failures lists what failed and why.  Exit code 1 where anything "
		  "did.\n"
		  "步骤 steps: apply accept approve refuse produce county-signs station-signs "
		  "deliver\n"
		  "hand-over report-loss lift-loss suspend resume replace replace-moved "
		  "replace-kind\n"
		  "withdraw cancel decease close",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_CLERK | STAFF_REVIEWER | STAFF_MANAGER,
	  .run = run_bulk,
	  .options = { { "--batch", true },
		       { "--steps", true },
		       { "--reason", true },
		       { "--issue", true },
		       { "--key", true },
		       { "--sheets", true },
		       { "--form", true },
		       { "--valid-days", true },
		       { "--failures", true } } },
	{ 0 },
};
