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
#include "centre/personalise.h"
#include "centre/presented.h"
#include "centre/short_code.h"
#include "centre/slips.h"
#include "centre/text.h"
#include "db/china_time.h"
#include "db/staff.h"
#include "reader/image.h"

#define MODULE_PX 8 /* [px] */

/* What a credential is issued onto, and what goes with it. */
enum onto { ONTO_QR, ONTO_TAG, ONTO_CHIP };

static const struct {
	const char *name, *recorded; /* on the command line; in the registry */
} carriers[] = {
	[ONTO_QR] = { "qr", "qr" },
	[ONTO_TAG] = { "nfc", "tag" },
	[ONTO_CHIP] = { "chip", "chip" },
};

struct issue {
	const struct call *call;
	enum onto onto;
	struct management_key management; /* of ONTO_CHIP */
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

	if (issue->onto != ONTO_QR && option_given(call, "--pdf"))
		return wrong_usage(call, "--pdf 用于 qr", "--pdf is for qr");
	if (form != NULL && !option_given(call, "--pdf"))
		return wrong_usage(call, "--form 用于 --pdf", "--form is for --pdf");
	issue->slips.form = SHEET_SLIPS;
	if (form != NULL && !slips_form_from_name(&issue->slips.form, form))
		return wrong_usage(call, "--form 应为 slips 或 labels",
				   "--form must be slips or labels");
	return read_holder_key(issue);
}

/* A chip's key is made on it, so nothing but a chip can be written, and no other key put in. */
static enum outcome read_management(struct issue *issue)
{
	const struct call *call = issue->call;
	const char *path = option(call, "--management-key");

	issue->management = management_key_default;
	if (issue->onto != ONTO_CHIP)
		return path == NULL ? OUTCOME_DONE
				    : wrong_usage(call, "--management-key 用于 chip",
						  "--management-key is for chip");
	if (!option_given(call, "--write"))
		return wrong_usage(call, "chip 需要 --write", "chip needs --write");
	if (option_given(call, "--holder-key"))
		return wrong_usage(call, "chip 的密钥在卡上生成,不用 --holder-key",
				   "a chip's key is made on it: no --holder-key");
	return path == NULL ? OUTCOME_DONE : keys_open_management(&issue->management, path);
}

static bool find_carrier(enum onto *out, const char *name)
{
	for (size_t i = 0; name != NULL && i < sizeof carriers / sizeof *carriers; i++) {
		if (strcmp(carriers[i].name, name) == 0) {
			*out = (enum onto)i;
			return true;
		}
	}
	return false;
}

static enum outcome read_options(struct issue *issue)
{
	const struct call *call = issue->call;
	enum outcome outcome;

	if (!find_carrier(&issue->onto, option(call, "--carrier")))
		return wrong_usage(call, "--carrier 应为 qr、nfc 或 chip",
				   "--carrier must be qr, nfc or chip");
	if (!option_given(call, "--key"))
		return wrong_usage(call, "需要 --key", "--key must be given");
	if (option_given(call, issue->onto == ONTO_QR ? "--write" : "--png"))
		return wrong_usage(call, "--png 用于 qr,--write 用于 nfc 和 chip",
				   "--png is for qr, --write for nfc and chip");
	if (issue->onto != ONTO_QR && option_given(call, "--claim169"))
		return wrong_usage(call, "--claim169 用于 qr", "--claim169 is for qr");
	outcome = read_management(issue);
	if (outcome != OUTCOME_DONE)
		return outcome;
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

static enum outcome say_signing(const struct issue *issue, enum issuing_status status)
{
	const struct call *call = issue->call;

	if (status == ISSUING_OK)
		return OUTCOME_DONE;
	if (status == ISSUING_NOT_IN_ORDER)
		return refused_for(call, issue->issued.reason);
	if (issuing_is_refusal(status))
		return refused(call, issuing_name(status), issuing_words(status, false),
			       issuing_words(status, true));
	return trouble(NULL, issuing_words(status, false), issuing_words(status, true));
}

static enum outcome sign(struct issue *issue, const struct certificate_view *view)
{
	return say_signing(issue,
			   issuing_make(&issue->issuing, &issue->issued, view, issue->call->now));
}

/* --- handing over --- */

/* Open the device of --write, which must be able to write. */
static enum outcome open_writer(const struct issue *issue, const struct source_driver **driver,
				struct source **source)
{
	enum outcome outcome =
		presented_open(issue->call, NULL, option(issue->call, "--write"), driver, source);

	if (outcome != OUTCOME_DONE || (*driver)->write != NULL)
		return outcome;
	(*driver)->close(*source);
	return wrong_usage(issue->call, "此设备不能写卡", "this device cannot write");
}

static enum outcome write_tag(const struct issue *issue)
{
	const char *spec = option(issue->call, "--write");
	const struct source_driver *driver;
	struct source *source;
	enum source_status status;
	enum outcome outcome = open_writer(issue, &driver, &source);

	if (outcome != OUTCOME_DONE)
		return outcome;
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
			   const struct issued *issued, const struct certificate_view *view)
{
	enum registry_status status = registry_begin(registry);

	if (status == REGISTRY_OK)
		status = issuing_record(registry, issued, carriers[issue->onto].recorded, view,
					issue->call->now);
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
		outcome = record(issue, registry, &issue->issued, view);
	if (outcome == OUTCOME_DONE)
		return deliver(issue);
	take_back(call);
	return outcome;
}

/* --- onto a chip --- */

struct recording {
	const struct issue *issue;
	struct registry *registry;
	const struct certificate_view *view;
	enum outcome outcome;
};

static bool record_chip(void *context, const struct issued *issued)
{
	struct recording *recording = context;

	recording->outcome = record(recording->issue, recording->registry, issued, recording->view);
	return recording->outcome == OUTCOME_DONE;
}

static enum outcome say_personalised(const struct issue *issue, enum personalise_status status,
				     enum issuing_status signing, enum outcome recorded)
{
	switch (status) {
	case PERSONALISE_OK:
		return OUTCOME_DONE;
	case PERSONALISE_NOT_SIGNED:
		return say_signing(issue, signing);
	case PERSONALISE_NOT_RECORDED:
		return recorded;
	case PERSONALISE_NO_DEVICE:
	case PERSONALISE_FAILED:
		return trouble(option(issue->call, "--write"), personalise_words(status, false),
			       personalise_words(status, true));
	default:
		return refused(issue->call, personalise_name(status),
			       personalise_words(status, false), personalise_words(status, true));
	}
}

static enum outcome personalise_card(struct issue *issue, struct personalising *it,
				     const struct recording *recording)
{
	const struct source_driver *driver;
	struct source *source;
	enum personalise_status status;
	enum outcome outcome = open_writer(issue, &driver, &source);

	if (outcome != OUTCOME_DONE)
		return outcome;
	status = personalise(it, driver, source, PRESENTED_WAIT_MS);
	driver->close(source);
	issue->issued = it->issued;
	if (it->left)
		fprintf(stderr,
			"注意:卡上可能留有未登记的凭证:请再放上重写,或销毁此卡 · the card may "
			"hold a credential that is not on record: put it on again to have "
			"it written anew, or destroy it\n");
	return say_personalised(issue, status, it->signing, recording->outcome);
}

/* What was signed so far was a rehearsal: the credential that counts is for the key on the card. */
static enum outcome issue_chip(struct issue *issue, struct registry *registry,
			       const struct certificate_view *view)
{
	struct recording recording = { .issue = issue, .registry = registry, .view = view };
	struct personalising it = {
		.management = &issue->management,
		.view = view,
		.now = issue->call->now,
		.record = record_chip,
		.context = &recording,
		.issuing = issue->issuing,
	};
	enum outcome outcome = personalise_card(issue, &it, &recording);

	explicit_bzero(&it, sizeof it);
	return outcome;
}

/* --- what came of it --- */

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
	json_put_text(&json, "carrier", carriers[issue->onto].recorded);
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
		outcome = issue->onto == ONTO_CHIP ? issue_chip(issue, registry, &view)
						   : hand_over(issue, registry, &view);
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
	  .usage = "NUMBER --carrier qr|nfc|chip --key FILE [--text] [--png FILE] [--pdf FILE "
		   "[--form slips|labels]] [--write SPEC] [--claim169] [--holder-key HEX] "
		   "[--management-key FILE] [--valid-days N]",
	  .help = "为证件签发凭证:文本(默认)、--png 图片、--pdf 打印用的领证单或标签、\n"
		  "--write 写到读卡器上的标签并读回。\n"
		  "凭证登记为该证件的介质;没有写成的不登记。默认五年有效,不超过证件有效期。\n"
		  "chip:在 PIV "
		  "芯片卡上生成密钥(原密钥作废),为它签发、写入、读回并应答验证,不成即清空;\n"
		  "管理密钥不是出厂值时,放入仅本人可读的文件,用 --management-key 给出。\n"
		  "Signs a credential: as text (the default), as a picture, as a slip or label "
		  "to\n"
		  "print (A4, true to size), onto a tag at a reader, read back.  It is put on "
		  "record as a medium of the certificate, but not where\n"
		  "writing fails.  Valid for five years where nothing else is asked for, never "
		  "longer\n"
		  "than the certificate.  --claim169 compresses it for other claim-169 readers;\n"
		  "--holder-key puts the holder's P-256 key (x‖y) in.  chip: a key is made on a "
		  "PIV card (the\n"
		  "one that was there is gone), the credential issued for it, written, read back "
		  "and proved,\n"
		  "or the card is emptied again.  Where its management key is not the one it was "
		  "delivered\n"
		  "with, --management-key names a file (hexadecimal) that none but its owner can "
		  "read.",
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
		       { "--management-key", true },
		       { "--valid-days", true } } },
	{ 0 },
};
