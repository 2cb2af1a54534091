/*
 * What a kiosk would say (check) and do (redeem), and what a device reads (scan).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "centre/command.h"
#include "centre/keys.h"
#include "centre/life_answer.h"
#include "centre/presented.h"
#include "centre/text.h"
#include "db/entitlement.h"
#include "db/life_record.h"
#include "db/staff.h"

#define CLOCK_READS 3 /* of one visit, where others record meanwhile */

/* A visit as the options describe it, with all that it borrows from. */
struct visit {
	struct reading reading;
	struct evidence evidence;
	struct presentation presentation;
	struct circumstances circumstances;
	struct live_window window;
};

/* --- options --- */

/* An amount or quantity: any whole number is passed on, what no number is, is wrong usage. */
static enum outcome read_amount(const struct call *call, const char *name, int64_t *out)
{
	const char *text = option(call, name);

	*out = AMOUNT_NONE;
	if (text == NULL)
		return OUTCOME_DONE;
	if (!text_to_number(out, text))
		return wrong_usage(call, "金额或数量应为整数",
				   "an amount or quantity is a whole number");
	/* The ends stand for numbers beyond them, and one for none at all: nothing can be computed
	 * with any of these. */
	if (*out == INT64_MIN || *out == INT64_MAX)
		*out = -1;
	return OUTCOME_DONE;
}

static enum outcome read_circumstances(const struct call *call, struct circumstances *out)
{
	enum outcome outcome;

	*out = (struct circumstances){ .merchant = option(call, "--merchant"),
				       .attended = true,
				       .compared = option_given(call, "--compared"),
				       .unreadable = option_given(call, "--unreadable"),
				       .now = call->now };
	if (out->merchant == NULL || out->merchant[0] == '\0')
		return wrong_usage(call, "需要 --merchant", "--merchant must be given");
	outcome = read_amount(call, "--amount", &out->amount);
	if (outcome == OUTCOME_DONE)
		outcome = read_amount(call, "--quantity", &out->quantity);
	return outcome;
}

static enum outcome require_one_source(const struct call *call)
{
	int sources = option_given(call, "--qr") + option_given(call, "--qr-image") +
		      option_given(call, "--reader") + option_given(call, "--number");

	if (sources == 1)
		return OUTCOME_DONE;
	return wrong_usage(call, "--qr、--qr-image、--reader、--number 须给出一个",
			   "exactly one of --qr, --qr-image, --reader, --number must be given");
}

/* --- what was presented --- */

static enum outcome take_presentation(const struct call *call, struct registry *registry,
				      struct visit *visit)
{
	struct keyring *keyring;
	enum outcome outcome;

	if (option_given(call, "--number")) {
		visit->presentation = (struct presentation){ .carrier = CARRIER_NUMBER,
							     .assurance = ASSURANCE_MANUAL,
							     .number = option(call, "--number") };
		return OUTCOME_DONE;
	}
	outcome = presented_take(call, registry, &visit->reading);
	if (outcome != OUTCOME_DONE)
		return outcome;
	keyring = keys_load(call, registry);
	if (keyring == NULL)
		return OUTCOME_TROUBLE;
	presented_judge(&visit->presentation, &visit->evidence, &visit->reading, keyring,
			&visit->window, call->now);
	keyring_close(keyring);
	return OUTCOME_DONE;
}

/* A busy registry, or a merchant that it does not know, is an answer in the contract's list. */
static bool is_answer(enum registry_status status, enum reason *reason)
{
	*reason = status == REGISTRY_BUSY ? REASON_REGISTRY_BUSY : REASON_MERCHANT_INACTIVE;
	return status == REGISTRY_BUSY || status == REGISTRY_NOT_FOUND;
}

/* Another process recorded something in a later second after this one had read the clock: the clock
 * is not wrong, only read too early.  It is read again, and what was refused so is to be repeated. */
static bool was_overtaken(const struct call *call, struct visit *visit, enum reason reason,
			  int *reads)
{
	int64_t now = time(NULL);

	if (reason != REASON_CLOCK_WRONG || call->pinned || now == visit->circumstances.now ||
	    ++*reads >= CLOCK_READS)
		return false;
	visit->circumstances.now = now;
	return true;
}

/* --- check --- */

static const char *kind_name(uint8_t kind)
{
	return kind == CREDENTIAL_VETERAN ? "veteran" : kind == CREDENTIAL_FAMILY ? "family" : NULL;
}

static void put_left(struct json *json, const struct left *left, size_t count)
{
	json_put_open(json, "left", '[');
	for (size_t i = 0; i < count; i++) {
		json_put_open(json, NULL, '{');
		json_put_text(json, "period", period_name(left[i].period));
		json_put_known(json, "count", left[i].count >= 0, left[i].count);
		json_put_known(json, "amount", left[i].amount >= 0, left[i].amount);
		json_put_close(json);
	}
	json_put_close(json);
}

static void put_offer(struct json *json, const struct offer *offer)
{
	char sentences[2][EXPLANATION_MAX + 1];

	for (int english = 0; english < 2; english++)
		offer_explain(sentences[english], sizeof sentences[english], offer, english);
	json_put_open(json, NULL, '{');
	json_put_text(json, "benefit", offer->benefit->id);
	json_put_text(json, "verdict", verdict_name(offer->verdict));
	json_put_text(json, "reason", reason_name(offer->reason));
	json_put_known(json, "payable", offer->has_payable, offer->payable);
	json_put_known(json, "saved", offer->has_saved, offer->saved);
	put_left(json, offer->left, offer->left_count);
	json_put_both(json, "explanation", sentences[0], sentences[1]);
	json_put_close(json);
}

static void put_check(const struct entitlement *found)
{
	struct json json;

	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "carrier", carrier_name(found->carrier));
	json_put_text(&json, "assurance",
		      found->has_assurance ? assurance_name(found->assurance) : NULL);
	json_put_text(&json, "certificate",
		      found->certificate[0] != '\0' ? found->certificate : NULL);
	json_put_text(&json, "kind", kind_name(found->kind));
	json_put_text(&json, "reason", reason_name(found->reason));
	json_put_open(&json, "offers", '[');
	for (size_t i = 0; i < found->offer_count; i++)
		put_offer(&json, &found->offers[i]);
	json_put_close(&json);
	json_put_text(&json, "best",
		      found->best >= 0 ? found->offers[found->best].benefit->id : NULL);
	json_put_close(&json);
	json_put_end(&json);
}

/* Fen as yuan: "12.50". */
static void print_yuan(const char *label, bool known, int64_t fen)
{
	uint64_t size = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;

	if (known)
		printf("  %s ¥%s%" PRIu64 ".%02" PRIu64 "\n", label, fen < 0 ? "-" : "", size / 100,
		       size % 100);
}

static void print_offer(const struct offer *offer, bool best)
{
	char sentence[EXPLANATION_MAX + 1];

	printf("%s%s — %s · %s [%s]\n", best ? "★ " : "  ", offer->benefit->id,
	       offer->benefit->title[0], offer->benefit->title[1], verdict_name(offer->verdict));
	print_yuan("  应付 payable", offer->has_payable, offer->payable);
	print_yuan("  节省 saved", offer->has_saved, offer->saved);
	for (int english = 0; english < 2; english++) {
		offer_explain(sentence, sizeof sentence, offer, english);
		printf("    %s\n", sentence);
	}
}

static void print_check(const struct entitlement *found)
{
	char masked[HOLDER_NAME_MAX + 1];

	name_mask(masked, sizeof masked, found->name);
	printf("%s: %s · %s\n", reason_name(found->reason), reason_why(found->reason, false),
	       reason_why(found->reason, true));
	if (found->reason != REASON_OK) {
		printf("%s\n%s\n", reason_next(found->reason, false),
		       reason_next(found->reason, true));
		return;
	}
	printf("%s %s\n", masked, found->home ? found->certificate : "(外地 guest)");
	for (size_t i = 0; i < found->offer_count; i++)
		print_offer(&found->offers[i], (int)i == found->best);
	if (found->offer_count == 0)
		printf("此处没有优待项目 · there are no benefits at this place\n");
}

static enum outcome check(const struct call *call, struct registry *registry, struct visit *visit)
{
	struct entitlement *found = calloc(1, sizeof *found);
	enum registry_status status;
	enum outcome outcome;
	enum reason answer;
	int reads = 0;

	if (found == NULL)
		return trouble(NULL, "内存不足", "out of memory");
	do {
		status = entitlement_check(registry, found, &visit->presentation,
					   &visit->circumstances);
	} while (status == REGISTRY_OK && was_overtaken(call, visit, found->reason, &reads));
	if (status != REGISTRY_OK && is_answer(status, &answer)) {
		*found = (struct entitlement){ .carrier = visit->presentation.carrier,
					       .reason = answer,
					       .best = -1 };
		status = REGISTRY_OK;
	}
	outcome = call_status(call, registry, status);
	if (outcome == OUTCOME_DONE) {
		if (call->json)
			put_check(found);
		else
			print_check(found);
		outcome = found->reason == REASON_OK ? OUTCOME_DONE : OUTCOME_REFUSED;
	}
	explicit_bzero(found, sizeof *found);
	free(found);
	return outcome;
}

/* --- redeem --- */

/* answer: of the step that a card which cannot be read leads to; NULL elsewhere. */
static enum outcome say_redeemed(const struct call *call, const struct redemption *made,
				 const struct life_answer *answer)
{
	struct json json;

	if (!call->json) {
		printf("已登记 · recorded: %s (%s)\n", made->id, made->benefit);
		print_yuan("应付 payable", made->has_payable, made->payable);
		print_yuan("节省 saved", made->has_saved, made->saved);
		printf("%s\n%s\n", made->explanation[0], made->explanation[1]);
		if (answer != NULL)
			printf("证件 certificate: %s · %s\n", life_step_title(answer->step, false),
			       life_step_title(answer->step, true));
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "redemption", made->id);
	json_put_text(&json, "benefit", made->benefit);
	json_put_known(&json, "payable", made->has_payable, made->payable);
	json_put_known(&json, "saved", made->has_saved, made->saved);
	json_put_text(&json, "receipt", made->receipt);
	if (answer != NULL)
		json_put_text(&json, "state", life_step_name(answer->step));
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

static enum outcome say_refused(const struct call *call, const struct redemption *made)
{
	if (made->explanation[0][0] == '\0')
		return refused_for(call, made->reason);
	return refused(call, reason_name(made->reason), made->explanation[0], made->explanation[1]);
}

/* --- a card that cannot be read: the use is granted and its replacement accepted in one step --- */

/* The old card is void from now on; where a replacement is on the way already, nothing changes. */
static enum registry_status apply_for_another(struct registry *registry, struct life_answer *answer,
					      const struct visit *visit)
{
	struct life_request request = { .certificate = visit->presentation.number,
					.act = ACT_REPLACE,
					.now = visit->circumstances.now,
					.at = visit->circumstances.now,
					.until = LIFE_NEVER,
					.cause = "chip",
					.reason = "" };
	struct standing standing;
	enum registry_status status =
		life_of(registry, &standing, request.certificate, request.now);

	*answer = (struct life_answer){ .step = standing.step };
	if (status != REGISTRY_OK || life_is_replacing(standing.step))
		return status;
	return life_take_step(registry, answer, &request);
}

static enum registry_status grant_and_replace(const struct call *call, struct registry *registry,
					      struct redemption *made, struct life_answer *answer,
					      const struct visit *visit, const char *id)
{
	enum registry_status status =
		entitlement_redeem(registry, made, &visit->presentation, &visit->circumstances,
				   option(call, "--benefit"), id);

	if (status == REGISTRY_OK && made->reason == REASON_OK)
		status = apply_for_another(registry, answer, visit);
	/* A refused use is on record as any other is. */
	if (status == REGISTRY_OK && answer->refusal == LIFE_TAKEN)
		return entitlement_batch_commit(registry);
	entitlement_batch_abandon(registry);
	return status;
}

static enum outcome redeem_unreadable(const struct call *call, struct registry *registry,
				      const struct visit *visit, const char *id)
{
	struct redemption made = { 0 };
	struct life_answer answer = { .refusal = LIFE_TAKEN };
	enum registry_status status = entitlement_batch_begin(registry);

	if (status == REGISTRY_OK)
		status = grant_and_replace(call, registry, &made, &answer, visit, id);
	if (status == REGISTRY_BUSY)
		return refused_for(call, REASON_REGISTRY_BUSY);
	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	if (answer.refusal != LIFE_TAKEN)
		return life_answer_refused(call, &answer);
	if (made.reason == REASON_ASSURANCE_TOO_LOW && made.exceptions_used)
		return refused(
			call, reason_name(made.reason),
			"卡读不出时的例外 30 天内至多 5 "
			"次,已经用完:请领取新证后再办,或到服务中心申请加急",
			"a card that cannot be read is made an exception of five times in 30 "
			"days: collect the new card, or ask the service centre to hurry it");
	return made.reason == REASON_OK ? say_redeemed(call, &made, &answer)
					: say_refused(call, &made);
}

static enum outcome redeem(const struct call *call, struct registry *registry, struct visit *visit)
{
	char fresh[VISIT_ID_MAX + 1];
	const char *id = option(call, "--visit");
	struct redemption made = { 0 };
	enum registry_status status;
	enum reason answer;
	int reads = 0;

	if (id == NULL) {
		visit_id_make(fresh);
		id = fresh;
	}
	if (visit->circumstances.unreadable)
		return redeem_unreadable(call, registry, visit, id);
	do {
		status = entitlement_redeem(registry, &made, &visit->presentation,
					    &visit->circumstances, option(call, "--benefit"), id);
	} while (status == REGISTRY_OK && was_overtaken(call, visit, made.reason, &reads));
	if (status != REGISTRY_OK && is_answer(status, &answer))
		return refused_for(call, answer);
	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	return made.reason == REASON_OK ? say_redeemed(call, &made, NULL)
					: say_refused(call, &made);
}

/* --- both --- */

static enum outcome run_visit(const struct call *call, bool writable,
			      enum outcome (*act)(const struct call *, struct registry *,
						  struct visit *))
{
	struct registry *registry = NULL;
	struct visit *visit;
	struct circumstances circumstances;
	struct live_window window;
	enum outcome outcome = require_one_source(call);

	if (outcome == OUTCOME_DONE)
		outcome = read_circumstances(call, &circumstances);
	if (outcome == OUTCOME_DONE)
		outcome = presented_window(call, &window);
	if (outcome == OUTCOME_DONE)
		outcome = circumstances.unreadable ? call_open_centre(call, &registry)
						   : call_open(call, &registry, writable);
	if (outcome != OUTCOME_DONE)
		return outcome;
	visit = calloc(1, sizeof *visit);
	if (visit == NULL) {
		outcome = trouble(NULL, "内存不足", "out of memory");
		goto end;
	}
	visit->circumstances = circumstances;
	visit->window = window;
	outcome = take_presentation(call, registry, visit);
	if (outcome == OUTCOME_DONE)
		outcome = act(call, registry, visit);
	explicit_bzero(visit, sizeof *visit);
	free(visit);
end:
	registry_close(registry);
	return outcome;
}

static enum outcome run_check(struct call *call)
{
	return run_visit(call, false, check);
}

static enum outcome run_redeem(struct call *call)
{
	const char *benefit = option(call, "--benefit"), *visit = option(call, "--visit");

	if (benefit == NULL || benefit[0] == '\0')
		return wrong_usage(call, "需要 --benefit", "--benefit must be given");
	if (visit != NULL && !text_is_plain(visit, VISIT_ID_MAX))
		return wrong_usage(call, "--visit 应为 1 至 63 字节", "--visit has 1 to 63 bytes");
	if (option_given(call, "--unreadable") && !option_given(call, "--number"))
		return wrong_usage(call, "--unreadable 须与 --number 同用",
				   "--unreadable goes with --number");
	/* What a kiosk does needs no account; to grant an exception is an act of staff. */
	if (option_given(call, "--unreadable"))
		call->roles = STAFF_CLERK | STAFF_REVIEWER | STAFF_MANAGER;
	return run_visit(call, true, redeem);
}

/* --- scan --- */

/* A bank card has nothing to show: what stands for its number is for the registry alone. */
static void print_reading(const struct reading *reading)
{
	if (reading->carrier == READING_BANK)
		printf("银行卡 · a bank card");
	else if (reading->carrier == READING_QR)
		fwrite(reading->bytes, 1, reading->length, stdout);
	else
		for (size_t i = 0; i < reading->length; i++)
			printf("%02x", reading->bytes[i]);
	printf("\n");
}

static enum outcome say_reading(const struct call *call, const struct reading *reading)
{
	char text[READING_BYTES_MAX + 1];
	struct json json;

	if (!call->json) {
		print_reading(reading);
		return OUTCOME_DONE;
	}
	memcpy(text, reading->bytes, reading->length);
	text[reading->length] = '\0';
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "carrier", carrier_name(presented_carrier(reading)));
	if (reading->carrier == READING_QR)
		json_put_text(&json, "text", text);
	else if (reading->carrier == READING_BANK)
		json_put_text(&json, "text", NULL);
	else
		json_put_hex(&json, "text", reading->bytes, reading->length);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

static enum outcome run_scan(struct call *call)
{
	struct reading reading;
	struct registry *registry = NULL;
	enum outcome outcome = OUTCOME_DONE;

	if (option_given(call, "--qr-image") == option_given(call, "--reader"))
		return wrong_usage(call, "--qr-image 与 --reader 须给出一个",
				   "exactly one of --qr-image and --reader must be given");
	if (call->db != NULL)
		outcome = call_open(call, &registry, false);
	if (outcome == OUTCOME_DONE)
		outcome = presented_take(call, registry, &reading);
	registry_close(registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (reading.fault != READING_COMPLETE)
		return refused_for(call, presented_fault(reading.fault));
	return say_reading(call, &reading);
}

#define VISIT_USAGE                                                                               \
	"(--qr TEXT | --qr-image FILE | --reader SPEC | --number N) --merchant M [--amount FEN] " \
	"[--quantity MILLI] [--compared] [--live-window EARLY,LATE]"
#define VISIT_OPTIONS                                                                      \
	{ "--qr", true }, PRESENTED_OPTIONS, { "--number", true }, { "--merchant", true }, \
		{ "--amount", true }, { "--quantity", true }, { "--live-window", true },   \
	{                                                                                  \
		"--compared", false                                                        \
	}

const struct command commands_visit[] = {
	{ .words = "check",
	  .usage = VISIT_USAGE,
	  .help = "终端会怎么说:核验并列出此处的优待,不作登记。原因为 ok 时退出码 0,否则 1。\n"
		  "--compared 表示工作人员已核对本人。--reader 等待 10 秒。\n"
		  "--live-window "
		  "早,晚:动态码自签名前“早”秒(手机时钟可能偏快)至签名后“晚”秒内有效,\n"
		  "默认 5,60,各不超过 3600。\n"
		  "What a kiosk would say; nothing is recorded.  Exit 0 where the reason is ok, "
		  "else 1.\n"
		  "--compared: the clerk compared person and photo.  --reader waits 10 s.\n"
		  "--live-window: a live code is fresh from EARLY seconds before it was signed (a\n"
		  "phone's clock may be ahead) until LATE seconds after; 5,60 where it is not "
		  "given.",
	  .needs_db = true,
	  .run = run_check,
	  .options = { VISIT_OPTIONS } },
	{ .words = "redeem",
	  .usage = VISIT_USAGE " --benefit ID [--visit ID] [--unreadable]",
	  .help = "终端会怎么做:再次核验并登记一次使用。每次调用是一次来访;以同一 --visit "
		  "重复调用,\n"
		  "答复相同而不再登记。\n"
		  "What a kiosk would do: decides again and records the use.  Each call is a visit "
		  "of\n"
		  "its own; the same --visit again answers the same and records nothing.\n"
		  "--unreadable:卡读不出来时,与 --number --compared "
		  "同用:工作人员查到本人并核对身份证后\n"
		  "登记一次使用,同时受理补换证(旧证作废);补换期间也可这样办理,30 天内至多 5 次。\n"
		  "--unreadable, with --number and --compared: the card cannot be read, a clerk "
		  "looked\n"
		  "the holder up and compared.  The use is granted and a replacement accepted in "
		  "one\n"
		  "step (the old card is void); while that is made too, five times in 30 days.",
	  .needs_db = true,
	  .run = run_redeem,
	  .options = { VISIT_OPTIONS,
		       { "--benefit", true },
		       { "--visit", true },
		       { "--unreadable", false } } },
	{ .words = "scan",
	  .usage = "(--qr-image FILE | --reader SPEC)",
	  .help = "原样显示读到的内容,不作判断(标签为十六进制)。没有读到为退出码 1。\n"
		  "读终端的故障记录(replay:)须给出同一站点的 --db。\n"
		  "Prints what is read without judging it (a tag's record in hexadecimal); exit 1\n"
		  "where nothing is found.  A kiosk's trace (replay:) needs the --db of its site.",
	  .run = run_scan,
	  .options = { PRESENTED_OPTIONS } },
	{ 0 },
};
