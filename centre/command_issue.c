/*
 * Issuing: a signed credential for a certificate, as text, as a picture, on a tag.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "centre/authority.h"
#include "centre/command.h"
#include "centre/issuing.h"
#include "centre/keys.h"
#include "centre/presented.h"
#include "centre/short_code.h"
#include "centre/slips.h"
#include "centre/text.h"
#include "db/china_time.h"
#include "db/staff.h"
#include "reader/image.h"

#define MODULE_PX 8 /* [px] */

struct issue {
	const struct call *call;
	bool to_tag; /* else a QR code */
	struct signing_key key;
	uint8_t holder_key[64];
	struct issuing issuing;
	struct issued issued;
	struct slips slips; /* of --pdf */
};

/* --- what is asked for --- */

static enum outcome read_holder_key(struct issue *issue)
{
	const char *text = option(issue->call, "--holder-key");
	uint8_t bytes[65];
	size_t length;

	if (text == NULL)
		return OUTCOME_DONE;
	if (!text_to_bytes(bytes, sizeof bytes, &length, text) ||
	    !(length == 64 || (length == 65 && bytes[0] == 4)))
		return wrong_usage(issue->call, "--holder-key 应为 x‖y 的十六进制",
				   "--holder-key must be x‖y in hexadecimal");
	memcpy(issue->holder_key, bytes + (length - 64), 64);
	issue->issuing.holder_key = issue->holder_key;
	return OUTCOME_DONE;
}

static enum outcome read_pdf(struct issue *issue)
{
	const struct call *call = issue->call;
	const char *form = option(call, "--form");

	if (issue->to_tag && option_given(call, "--pdf"))
		return wrong_usage(call, "--pdf 用于 qr", "--pdf is for qr");
	if (form != NULL && !option_given(call, "--pdf"))
		return wrong_usage(call, "--form 用于 --pdf", "--form is for --pdf");
	issue->slips.form = SHEET_SLIPS;
	if (form != NULL && !slips_form_from_name(&issue->slips.form, form))
		return wrong_usage(call, "--form 应为 slips 或 labels",
				   "--form must be slips or labels");
	return read_holder_key(issue);
}

static enum outcome read_options(struct issue *issue)
{
	const struct call *call = issue->call;
	const char *carrier = option(call, "--carrier");

	if (carrier == NULL || (strcmp(carrier, "qr") != 0 && strcmp(carrier, "nfc") != 0))
		return wrong_usage(call, "--carrier 应为 qr 或 nfc", "--carrier must be qr or nfc");
	issue->to_tag = strcmp(carrier, "nfc") == 0;
	if (!option_given(call, "--key"))
		return wrong_usage(call, "需要 --key", "--key must be given");
	if (issue->to_tag ? option_given(call, "--png") : option_given(call, "--write"))
		return wrong_usage(call, "--png 用于 qr,--write 用于 nfc",
				   "--png is for qr, --write for nfc");
	if (issue->to_tag && option_given(call, "--claim169"))
		return wrong_usage(call, "--claim169 用于 qr", "--claim169 is for qr");
	issue->issuing.compress = option_given(call, "--claim169");
	issue->issuing.days = ISSUING_DAYS;
	if (!option_number(call, "--valid-days", 1, &issue->issuing.days))
		return OUTCOME_USAGE;
	if (issue->issuing.days > ISSUING_DAYS_MAX)
		issue->issuing.days = ISSUING_DAYS_MAX;
	return read_pdf(issue);
}

/* --- signing --- */

/* Another place's key than the certificate's unit's is most likely the wrong file. */
static enum outcome warn_unit(const struct issue *issue, struct registry *registry,
			      const char *unit)
{
	const char *issuer = issue->key.trusted.issuer;
	bool fits;
	enum registry_status status =
		issuing_fits_unit(registry, &fits, &issue->key, unit, issue->call->now);

	if (status == REGISTRY_OK && !fits)
		fprintf(stderr,
			"注意:密钥属于 %s,证件属于单位 %s · the key is of %s, the certificate of "
			"unit "
			"%s\n",
			issuer, unit, issuer, unit);
	return call_status(issue->call, registry, status);
}

static enum outcome sign(struct issue *issue, const struct certificate_view *view)
{
	const struct call *call = issue->call;
	enum issuing_status status = issuing_make(&issue->issuing, &issue->issued, view, call->now);

	if (status == ISSUING_OK)
		return OUTCOME_DONE;
	if (status == ISSUING_NOT_IN_ORDER)
		return refused_for(call, issue->issued.reason);
	if (issuing_is_refusal(status))
		return refused(call, issuing_name(status), issuing_words(status, false),
			       issuing_words(status, true));
	return trouble(NULL, issuing_words(status, false), issuing_words(status, true));
}

/* --- handing over --- */

static enum outcome write_tag(const struct issue *issue)
{
	const char *spec = option(issue->call, "--write");
	const struct source_driver *driver;
	struct source *source;
	enum source_status status;
	enum outcome outcome = presented_open(issue->call, NULL, spec, &driver, &source);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (driver->write == NULL) {
		driver->close(source);
		return wrong_usage(issue->call, "此设备不能写卡", "this device cannot write");
	}
	status =
		driver->write(source, issue->issued.bytes, issue->issued.length, PRESENTED_WAIT_MS);
	driver->close(source);
	switch (status) {
	case SOURCE_OK:
		return OUTCOME_DONE;
	case SOURCE_NOTHING:
		return refused(
			issue->call, "nothing_presented",
			"没有写成:请只放一张标签,保持不动,再试一次",
			"not written: put one tag alone on the reader, hold it still, try again");
	case SOURCE_READ_ONLY:
		return refused(issue->call, "read_only",
			       "此标签不能写入,或没有保存写入的内容:请换一张",
			       "this tag cannot be written, or did not keep what was written: take "
			       "another");
	case SOURCE_NO_ROOM:
		return refused(
			issue->call, "no_room",
			"此标签容量不足(如 NTAG213):请换 NTAG215、NTAG216 或 Type 4 标签",
			"this tag has too little room (an NTAG213, say): take an NTAG215, an "
			"NTAG216 or a Type 4 tag");
	default:
		return trouble(spec, "没有写成,请再试", "it was not written: try again");
	}
}

static enum outcome save_png(const struct issue *issue)
{
	const char *path = option(issue->call, "--png");
	enum image_status status = qr_save(path, issue->issued.text, MODULE_PX);

	if (status == IMAGE_OK)
		return OUTCOME_DONE;
	if (status == IMAGE_NO_ROOM)
		return trouble(path, "内容太长,二维码放不下", "too long for a QR code");
	return trouble(path, "图片写不出去", "the picture cannot be written");
}

static enum outcome sheet_trouble(const char *path, enum sheet_status status)
{
	return trouble(path, sheet_words(status, false), sheet_words(status, true));
}

/* All of it but its name, which it takes once the medium is on record. */
static enum outcome print_slip(struct issue *issue, struct registry *registry, const char *unit)
{
	const struct call *call = issue->call;
	const char *path = option(call, "--pdf");
	struct unit_title title = { 0 };
	enum registry_status known =
		registry_unit_title(registry, &title, unit, china_time_at(call->now).day);
	enum sheet_status status;

	if (known != REGISTRY_OK && known != REGISTRY_NOT_FOUND)
		return call_status(call, registry, known);
	if (slips_find(path) == SLIPS_THERE || slips_find(path) == SLIPS_BOTH)
		return refused(call, "exists", "文件已存在,不会覆盖",
			       "the file exists and is never overwritten");
	status = slips_open(&issue->slips, path, "", call->now);
	if (status != SHEET_OK)
		return sheet_trouble(path, status);
	status =
		slips_add(&issue->slips, &issue->issued, title.name[0] == '\0' ? unit : title.name);
	if (status == SHEET_OK)
		return (status = slips_close(&issue->slips)) == SHEET_OK
			       ? OUTCOME_DONE
			       : sheet_trouble(path, status);
	slips_abandon(&issue->slips);
	if (status == SHEET_NO_ROOM)
		return refused(call, "no_room", sheet_words(status, false),
			       sheet_words(status, true));
	return sheet_trouble(path, status);
}

static enum outcome record(const struct issue *issue, struct registry *registry,
			   const struct certificate_view *view)
{
	enum registry_status status = registry_begin(registry);

	if (status == REGISTRY_OK)
		status = issuing_record(registry, &issue->issued, issue->to_tag ? "tag" : "qr",
					view, issue->call->now);
	if (status == REGISTRY_OK)
		status = registry_commit(registry);
	else
		registry_rollback(registry);
	return call_status(issue->call, registry, status);
}

/* What was handed over and could not be put on record is taken back. */
static void take_back(const struct call *call)
{
	if (option_given(call, "--png"))
		unlink(option(call, "--png"));
	if (option_given(call, "--pdf"))
		slips_discard(option(call, "--pdf"));
}

static enum outcome deliver(const struct issue *issue)
{
	const char *path = option(issue->call, "--pdf");
	size_t missing = issue->slips.tally.missing;

	if (path == NULL)
		return OUTCOME_DONE;
	if (missing > 0)
		fprintf(stderr,
			"注意:有 %zu 个字没有字体,请安装 fonts-hanazono · %zu characters have no "
			"font: install fonts-hanazono\n",
			missing, missing);
	return slips_deliver(path) ? OUTCOME_DONE
				   : trouble(path, "文件无法取得它的名称", strerror(errno));
}

/* A medium is on record only when it was handed over. */
static enum outcome hand_over(struct issue *issue, struct registry *registry,
			      const struct certificate_view *view)
{
	const struct call *call = issue->call;
	enum outcome outcome = OUTCOME_DONE;

	if (option_given(call, "--write"))
		outcome = write_tag(issue);
	if (outcome == OUTCOME_DONE && option_given(call, "--pdf"))
		outcome = print_slip(issue, registry, view->certificate.unit);
	if (outcome == OUTCOME_DONE && option_given(call, "--png"))
		outcome = save_png(issue);
	if (outcome == OUTCOME_DONE)
		outcome = record(issue, registry, view);
	if (outcome == OUTCOME_DONE)
		return deliver(issue);
	take_back(call);
	return outcome;
}

/* Where it went; NULL where its text is the answer. */
static const char *whereto(const struct call *call)
{
	static const char *const ways[] = { "--write", "--png", "--pdf" };

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (option_given(call, ways[i]) && !option_given(call, "--text"))
			return option(call, ways[i]);
	return NULL;
}

static enum outcome say_issued(const struct issue *issue)
{
	const struct credential *claims = &issue->issued.claims;
	const struct call *call = issue->call;
	char expires[21], code[SHORT_CODE_SIZE];
	struct json json;

	if (!call->json) {
		if (whereto(call) == NULL)
			printf("%s\n", issue->issued.text);
		else
			printf("已签发 · issued: %s → %s\n", claims->number, whereto(call));
		return OUTCOME_DONE;
	}
	instant_format(expires, claims->expires);
	short_code_print(code, claims->medium);
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "certificate", claims->number);
	json_put_text(&json, "carrier", issue->to_tag ? "tag" : "qr");
	json_put_hex(&json, "medium", claims->medium, claims->medium_length);
	json_put_text(&json, "short_code", code);
	json_put_text(&json, "issuer", claims->issuer);
	json_put_text(&json, "expires", expires);
	json_put_text(&json, "text", issue->issued.text);
	json_put_hex(&json, "bytes", issue->issued.bytes, issue->issued.length);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

/* --- certificate issue --- */

static enum outcome find_and_issue(struct issue *issue, struct registry *registry)
{
	const struct call *call = issue->call;
	struct certificate_view view;
	enum outcome outcome;
	enum registry_status status =
		registry_certificate(registry, &view, call->words[0], call->now);

	if (status == REGISTRY_NOT_FOUND)
		return refused_for(call, REASON_UNKNOWN_CERTIFICATE);
	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	outcome = sign(issue, &view);
	if (outcome == OUTCOME_DONE)
		outcome = warn_unit(issue, registry, view.certificate.unit);
	if (outcome == OUTCOME_DONE)
		outcome = hand_over(issue, registry, &view);
	return outcome == OUTCOME_DONE ? say_issued(issue) : outcome;
}

static enum outcome run_issue(struct call *call)
{
	struct issue issue = { .call = call };
	struct registry *registry = NULL;
	struct keyring *trusted = NULL;
	enum outcome outcome = read_options(&issue);

	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, true);
	if (outcome == OUTCOME_DONE)
		outcome = authority_over(call, registry, ACTOR_CERTIFICATE, call->words[0]);
	if (outcome == OUTCOME_DONE)
		outcome = keys_open(&issue.key, option(call, "--key"));
	if (outcome == OUTCOME_DONE && (trusted = keys_load(call, registry)) == NULL)
		outcome = OUTCOME_TROUBLE;
	issue.issuing.key = &issue.key;
	issue.issuing.trusted = trusted;
	if (outcome == OUTCOME_DONE)
		outcome = find_and_issue(&issue, registry);
	keyring_close(trusted);
	registry_close(registry);
	explicit_bzero(&issue, sizeof issue);
	return outcome;
}

const struct command commands_issue[] = {
	{ .words = "certificate issue",
	  .usage = "NUMBER --carrier qr|nfc --key FILE [--text] [--png FILE] [--pdf FILE "
		   "[--form slips|labels]] [--write SPEC] [--claim169] [--holder-key HEX] "
		   "[--valid-days N]",
	  .help = "为证件签发凭证:文本(默认)、--png 图片、--pdf 打印用的领证单或标签、\n"
		  "--write 写到读卡器上的标签并读回。\n"
		  "凭证登记为该证件的介质;没有写成的不登记。默认五年有效,不超过证件有效期。\n"
		  "Signs a credential: as text (the default), as a picture, as a slip or label "
		  "to\n"
		  "print (A4, true to size), onto a tag at a reader, read back.  It is put on "
		  "record as a medium of the certificate, but not where\n"
		  "writing fails.  Valid for five years where nothing else is asked for, never "
		  "longer\n"
		  "than the certificate.  --claim169 compresses it for other claim-169 readers;\n"
		  "--holder-key puts the holder's P-256 key (x‖y) in.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_CLERK | STAFF_REVIEWER | STAFF_MANAGER,
	  .run = run_issue,
	  .options = { { "--carrier", true },
		       { "--key", true },
		       { "--text", false },
		       { "--png", true },
		       { "--pdf", true },
		       { "--form", true },
		       { "--write", true },
		       { "--claim169", false },
		       { "--holder-key", true },
		       { "--valid-days", true } } },
	{ 0 },
};
