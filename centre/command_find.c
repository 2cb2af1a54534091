/*
 * One window: whoever stands there is found by whatever is known or in hand, and the whole file is laid
 * open, on record.
 */
#include <stdio.h>
#include <string.h>

#include "centre/command.h"
#include "centre/dossier_put.h"
#include "centre/keys.h"
#include "centre/presented.h"
#include "centre/short_code.h"
#include "centre/text.h"
#include "db/audit.h"
#include "db/lookup.h"
#include "db/staff.h"

#define COUNT(array)   (sizeof(array) / sizeof *(array))
#define CODE_BYTES_MAX 63
#define ID_CHARACTERS  18

/* How somebody was found, and who. */
struct search {
	const char *by; /* a form's name, or the carrier's */
	char detail[AUDIT_DETAIL_MAX + 1];
	struct lookup found;
};

/* --- what a text can be --- */

static bool is_code(const char *text)
{
	return text_is_plain(text, CODE_BYTES_MAX);
}

/* By its looks; whether its check character is right is another matter. */
static bool looks_like_id_number(const char *text)
{
	return strlen(text) == ID_CHARACTERS && strspn(text, "0123456789") >= ID_CHARACTERS - 1 &&
	       strchr("0123456789Xx", text[ID_CHARACTERS - 1]) != NULL;
}

static bool is_right_id_number(const char *text)
{
	char upper[ID_CHARACTERS + 1];

	snprintf(upper, sizeof upper, "%s", text);
	if (upper[ID_CHARACTERS - 1] == 'x')
		upper[ID_CHARACTERS - 1] = 'X';
	return text_is_id_number(upper);
}

static bool is_short_code(const char *text)
{
	uint8_t id[SHORT_CODE_BYTES];

	return short_code_parse(id, text);
}

static bool is_name(const char *text)
{
	return text[0] != '\0' && strlen(text) <= HOLDER_NAME_MAX;
}

/* In the order in which they are tried; by is not looked at for the short code. */
static const struct form {
	const char *name, *zh, *en;
	bool (*fits)(const char *text);
	enum lookup_by by;
} forms[] = {
	{ "certificate", "证件编号", "certificate number", is_code, LOOKUP_CERTIFICATE },
	{ "person", "人员编号", "person's code", is_code, LOOKUP_PERSON },
	{ "id_number", "公民身份号码", "ID number", looks_like_id_number, LOOKUP_ID_NUMBER },
	{ "short_code", "短码", "short code", is_short_code, LOOKUP_PERSON },
	{ "plaque", "光荣牌编号", "plaque number", is_code, LOOKUP_PLAQUE },
	{ "name", "姓名", "name", is_name, LOOKUP_NAME },
};

static enum registry_status seek(struct registry *registry, struct lookup *out,
				 const struct form *form, const char *text)
{
	uint8_t id[SHORT_CODE_BYTES];

	if (form->fits != is_short_code)
		return lookup_text(registry, out, form->by, text);
	(void)short_code_parse(id, text);
	return lookup_medium(registry, out, id, sizeof id);
}

/* The first form by which somebody is found; of those beyond reach only that there are any. */
static enum registry_status seek_text(struct registry *registry, struct search *search,
				      const char *text)
{
	int64_t outside = 0;

	for (size_t i = 0; i < COUNT(forms); i++) {
		enum registry_status status = REGISTRY_OK;

		if (!forms[i].fits(text))
			continue;
		status = seek(registry, &search->found, &forms[i], text);
		search->by = forms[i].name;
		if (status != REGISTRY_OK || search->found.count > 0)
			return status;
		outside += search->found.outside;
	}
	search->found = (struct lookup){ .outside = outside };
	return REGISTRY_OK;
}

/* An ID number is never written down, not even one that is mistyped. */
static void describe_text(struct search *search, const char *text)
{
	if (looks_like_id_number(text))
		snprintf(search->detail, sizeof search->detail, "by=%s", search->by);
	else
		snprintf(search->detail, sizeof search->detail, "by=%s text=%s", search->by, text);
}

/* --- who is not found --- */

static enum outcome refuse_text(const struct call *call, const char *text)
{
	char zh[512] = "没有找到。已按以下方式查找:", en[512] = "nobody was found; tried as";
	bool wrong_id = looks_like_id_number(text) && !is_right_id_number(text);

	for (size_t i = 0, tried = 0; i < COUNT(forms); i++) {
		size_t used[] = { strlen(zh), strlen(en) };

		if (!forms[i].fits(text))
			continue;
		snprintf(zh + used[0], sizeof zh - used[0], "%s%s", tried > 0 ? "、" : "",
			 forms[i].zh);
		snprintf(en + used[1], sizeof en - used[1], "%s%s", tried > 0 ? ", " : " ",
			 forms[i].en);
		tried++;
	}
	if (wrong_id) {
		strcat(zh, "。身份号码的校验码不对,请核对");
		strcat(en, "; the ID number's check character is wrong: check it");
	} else {
		strcat(zh, "。请核对后重试,姓名须写全");
		strcat(en, "; check it, a name must be complete");
	}
	return refused(call, "not_found", zh, en);
}

static enum outcome refuse_outside(const struct call *call)
{
	return refused(call, "outside_unit", "此人的档案不归本单位管理,请由所属单位办理",
		       "the person is on file with another unit: ask that unit");
}

static enum outcome refuse_presented(const struct call *call, bool guest)
{
	if (guest)
		return refused(call, "guest", "这是外地签发的证件,档案不在本登记库",
			       "the certificate is another place's; the file is not kept here");
	return refused(call, "not_found", "证件属实,但本登记库中没有;已按其证件编号查找",
		       "the certificate is genuine but not in this registry; tried its number");
}

/* --- who is found --- */

static enum registry_status put_persons(const struct dossier_answer *answer,
					const struct lookup *found)
{
	enum registry_status status = REGISTRY_OK;

	if (found->count == 1 && !found->more)
		return dossier_put(answer, found->persons[0]);
	for (size_t i = 0; status == REGISTRY_OK && i < found->count; i++)
		status = dossier_put_short(answer, found->persons[i]);
	return status;
}

static enum registry_status put_json(const struct dossier_answer *answer,
				     const struct search *search)
{
	struct json json;
	struct dossier_answer within = *answer;
	enum registry_status status;

	within.json = &json;
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "by", search->by);
	json_put_flag(&json, "more", search->found.more);
	json_put_number(&json, "outside", search->found.outside);
	json_put_open(&json, "persons", '[');
	status = put_persons(&within, &search->found);
	json_put_close(&json);
	json_put_close(&json);
	json_put_end(&json);
	return status;
}

static enum registry_status put_text(const struct dossier_answer *answer,
				     const struct search *search)
{
	const struct lookup *found = &search->found;
	enum registry_status status = put_persons(answer, found);

	if (found->count > 1)
		printf("共 %zu 人%s,请用人员编号查看 · %zu persons%s: look at one by its code\n",
		       found->count, found->more ? "以上" : "", found->count,
		       found->more ? " and more" : "");
	if (found->outside > 0)
		printf("另有 %zu 人不归本单位管理 · %zu more on file with other units\n",
		       (size_t)found->outside, (size_t)found->outside);
	if (registry_is_demo(answer->registry))
		printf("演示数据 · demonstration data\n");
	return status;
}

/* On record first: what cannot be put there is not shown. */
static enum outcome show(const struct call *call, struct registry *registry,
			 const struct search *search)
{
	struct dossier_answer answer = { .registry = registry,
					 .merchant = option(call, "--merchant"),
					 .now = call->now };
	enum registry_status status = lookup_on_record(registry, &search->found, "person.find",
						       search->detail, call->now);

	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	status = call->json ? put_json(&answer, search) : put_text(&answer, search);
	/* The answer has begun; a second one would not be JSON any more. */
	if (status != REGISTRY_OK)
		return trouble(call->db, registry_status_why(status, false),
			       registry_status_why(status, true));
	return OUTCOME_DONE;
}

/* --- find --- */

static enum outcome find_text(const struct call *call, struct registry *registry,
			      struct search *search)
{
	enum outcome outcome =
		call_status(call, registry, seek_text(registry, search, call->words[0]));

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (search->found.count == 0)
		return search->found.outside > 0 ? refuse_outside(call)
						 : refuse_text(call, call->words[0]);
	describe_text(search, call->words[0]);
	return show(call, registry, search);
}

/* What was presented holds a name or tokens, and is nowhere when this returns. */
static enum outcome look_up(const struct call *call, struct registry *registry,
			    struct search *search, struct keyring *keyring, bool *guest)
{
	struct reading reading;
	struct evidence evidence;
	struct presentation presentation;
	enum outcome outcome = presented_take(call, registry, &reading);

	if (outcome != OUTCOME_DONE)
		return outcome;
	presented_judge(&presentation, &evidence, &reading, keyring, &LIVE_WINDOW, call->now);
	if (presentation.fault != REASON_OK)
		outcome = refused_for(call, presentation.fault);
	else
		outcome = call_status(
			call, registry,
			lookup_presented(registry, &search->found, guest, &presentation));
	search->by = carrier_name(presentation.carrier);
	explicit_bzero(&reading, sizeof reading);
	explicit_bzero(&evidence, sizeof evidence);
	return outcome;
}

static enum outcome find_presented(const struct call *call, struct registry *registry,
				   struct search *search, struct keyring *keyring)
{
	bool guest = false;
	enum outcome outcome = look_up(call, registry, search, keyring, &guest);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (search->found.count == 0)
		return search->found.outside > 0 ? refuse_outside(call)
						 : refuse_presented(call, guest);
	snprintf(search->detail, sizeof search->detail, "by=%s", search->by);
	return show(call, registry, search);
}

static enum outcome find(const struct call *call, struct registry *registry)
{
	struct search search = { .by = NULL };
	struct keyring *keyring;
	enum outcome outcome;

	if (call->word_count == 1) {
		outcome = find_text(call, registry, &search);
	} else if ((keyring = keys_load(call, registry)) == NULL) {
		outcome = OUTCOME_TROUBLE;
	} else {
		outcome = find_presented(call, registry, &search, keyring);
		keyring_close(keyring);
	}
	explicit_bzero(&search, sizeof search);
	return outcome;
}

static enum outcome run_find(struct call *call)
{
	size_t ways = call->word_count + option_given(call, "--qr") +
		      option_given(call, "--qr-image") + option_given(call, "--reader");
	struct registry *registry;
	enum outcome outcome;

	if (ways != 1)
		return wrong_usage(call, "TEXT、--qr、--qr-image、--reader 须给出一个",
				   "exactly one of TEXT, --qr, --qr-image, --reader must be given");
	if (call->word_count == 1 && call->words[0][0] == '\0')
		return wrong_usage(call, "TEXT 是空的", "TEXT is empty");
	outcome = call_open_centre(call, &registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = find(call, registry);
	registry_close(registry);
	return outcome;
}

const struct command commands_find[] = {
	{ .words = "find",
	  .usage = "(TEXT | --qr TEXT | --qr-image FILE | --reader SPEC) [--merchant M]",
	  .help = "查找人员:TEXT "
		  "依次作为证件编号、人员编号、公民身份号码、短码、光荣牌编号、姓名查找;\n"
		  "姓名须写全,空格和间隔号不计。找到一人时显示档案:身份、证件及最近三步、介质、\n"
		  "光荣牌、可享优待(--merchant 只看该商户);多人时逐条简列。身份号码从不显示。\n"
		  "每看一人,先在审计链中记下谁看了谁;记不下则不显示。没有找到为退出码 1。\n"
		  "Finds a person.  TEXT is tried as certificate number, person's code, ID "
		  "number,\n"
		  "short code, plaque number, name, in that order; a name must be complete, "
		  "blanks\n"
		  "and middle dots in it do not matter.  One person's file is shown whole: "
		  "identities,\n"
		  "certificates with their last three steps, media, plaques, and what may be had\n"
		  "(with the card in hand, anywhere, or at --merchant alone); of several a few "
		  "lines\n"
		  "each.  ID numbers are never shown.  Who looked at whom goes on the audit chain\n"
		  "first; where it cannot, nothing is shown.  Exit 1 where nobody is found.",
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_CLERK | STAFF_REVIEWER | STAFF_MANAGER,
	  .run = run_find,
	  .options = { { "--qr", true }, PRESENTED_OPTIONS, { "--merchant", true } } },
	{ 0 },
};
