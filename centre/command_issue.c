/*
 * Issuing: a signed credential for a certificate, as text, as a picture, on a tag.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "centre/authority.h"
#include "centre/command.h"
#include "centre/keys.h"
#include "centre/note_act.h"
#include "centre/presented.h"
#include "centre/text.h"
#include "db/china_time.h"
#include "db/staff.h"
#include "reader/image.h"

#define VALID_DAYS     1826  /* [day] five years, where nothing else is asked for */
#define VALID_DAYS_MAX 36525 /* [day] */
#define MODULE_PX      8     /* [px] */
#define MEDIUM_BYTES   16    /* [byte] of the cti */

struct issue {
	const struct call *call;
	bool to_tag; /* else a QR code */
	int64_t days;
	struct signing_key key;
	struct credential claims;
	uint8_t bytes[READING_BYTES_MAX];
	size_t length;
	char text[READING_BYTES_MAX + 1];
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
	memcpy(issue->claims.holder_key, bytes + (length - 64), 64);
	issue->claims.has_holder_key = true;
	return OUTCOME_DONE;
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
	issue->days = VALID_DAYS;
	if (!option_number(call, "--valid-days", 1, &issue->days))
		return OUTCOME_USAGE;
	if (issue->days > VALID_DAYS_MAX)
		issue->days = VALID_DAYS_MAX;
	return read_holder_key(issue);
}

/* --- the claims --- */

struct search {
	const char *unit;
	char region[64]; /* of the unit; "" while it was not found */
};

static bool search_unit(void *context, const struct unit *unit)
{
	struct search *search = context;

	if (strcmp(unit->code, search->unit) != 0 && strcmp(unit->region, search->unit) != 0)
		return true;
	snprintf(search->region, sizeof search->region, "%s", unit->region);
	return false;
}

/* A key of another place than the certificate's unit is most likely the wrong file. */
static void warn_unit(const struct issue *issue, struct registry *registry, const char *unit)
{
	const char *region = issuer_region(issue->key.trusted.issuer);
	struct search search = { .unit = unit };

	if (registry_each_unit(registry, search_unit, &search) != REGISTRY_OK ||
	    search.region[0] == '\0')
		return;
	size_t own = strlen(region), other = strlen(search.region);
	if (strncmp(region, search.region, own < other ? own : other) != 0)
		fprintf(stderr,
			"注意:密钥属于 %s,证件属于单位 %s · the key is of %s, the certificate of "
			"unit "
			"%s\n",
			issue->key.trusted.issuer, unit, issue->key.trusted.issuer, unit);
}

static enum outcome make_claims(struct issue *issue, const struct certificate_view *view)
{
	struct credential *claims = &issue->claims;
	int64_t now = issue->call->now;

	if (strlen(view->certificate.number) >= sizeof claims->number || view->name == NULL ||
	    strlen(view->name) >= sizeof claims->name)
		return trouble(NULL, "编号或姓名太长", "number or name is too long");
	strcpy(claims->issuer, issue->key.trusted.issuer);
	strcpy(claims->number, view->certificate.number);
	strcpy(claims->name, view->name);
	claims->kind = view->certificate.kind;
	claims->not_before = INT64_MIN;
	claims->issued_at = now;
	claims->expires = now + issue->days * 86400;
	if (view->certificate.valid_until != INT32_MAX) {
		int64_t end = china_midnight(view->certificate.valid_until + 1);

		if (end < claims->expires)
			claims->expires = end;
	}
	claims->medium_length = MEDIUM_BYTES;
	if (getentropy(claims->medium, MEDIUM_BYTES) != 0)
		return trouble(NULL, "系统没有随机数", "the system has no randomness");
	return OUTCOME_DONE;
}

/* --- signing --- */

static enum outcome sign_claims(struct issue *issue)
{
	bool compress = option_given(issue->call, "--claim169");
	enum issue_status status = credential_sign(issue->bytes, sizeof issue->bytes,
						   &issue->length, &issue->claims, &issue->key);

	if (status == ISSUE_OK)
		status = credential_to_text(issue->text, sizeof issue->text, issue->bytes,
					    issue->length, compress);
	switch (status) {
	case ISSUE_OK:
		return OUTCOME_DONE;
	case ISSUE_BAD_CLAIMS:
		return refused(issue->call, "bad_claims", "证件的内容无法签成凭证",
			       "what the certificate says cannot be signed as a credential");
	case ISSUE_UNSUPPORTED:
		return trouble(NULL, "本程序不支持此算法", "this program cannot sign with it");
	default:
		return trouble(NULL, "无法签发", "the credential cannot be signed");
	}
}

/* What is not accepted here is not handed out: read back what was signed with the keys that are
 * trusted. */
static enum outcome read_back(const struct issue *issue, struct registry *registry)
{
	struct credential credential;
	enum credential_status status;
	enum reason reason;
	struct keyring *keyring = keys_load(issue->call, registry);

	if (keyring == NULL)
		return OUTCOME_TROUBLE;
	status = credential_from_bytes(&credential, issue->bytes, issue->length, keyring,
				       issue->call->now);
	explicit_bzero(&credential, sizeof credential);
	keyring_close(keyring);
	if (status == CREDENTIAL_OK)
		return OUTCOME_DONE;
	if (!reason_from_name(&reason, credential_status_name(status)))
		reason = REASON_MALFORMED;
	return refused_for(issue->call, reason);
}

/* --- handing over --- */

static enum outcome write_tag(const struct issue *issue)
{
	const char *spec = option(issue->call, "--write");
	const struct source_driver *driver;
	struct source *source;
	enum source_status status;
	enum outcome outcome = presented_open(issue->call, spec, &driver, &source);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (driver->write == NULL) {
		driver->close(source);
		return wrong_usage(issue->call, "此设备不能写卡", "this device cannot write");
	}
	status = driver->write(source, issue->bytes, issue->length, PRESENTED_WAIT_MS);
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
			       "此标签不能写入、容量不足,或没有保存写入的内容:请换一张",
			       "this tag cannot be written, has no room, or did not keep what was "
			       "written: take another");
	default:
		return trouble(spec, "没有写成,请再试", "it was not written: try again");
	}
}

static enum outcome save_png(const struct issue *issue)
{
	const char *path = option(issue->call, "--png");
	enum image_status status = qr_save(path, issue->text, MODULE_PX);

	if (status == IMAGE_OK)
		return OUTCOME_DONE;
	if (status == IMAGE_NO_ROOM)
		return trouble(path, "内容太长,二维码放不下", "too long for a QR code");
	return trouble(path, "图片写不出去", "the picture cannot be written");
}

static enum registry_status put_on_record(const struct issue *issue, struct registry *registry,
					  const struct certificate *certificate,
					  const struct medium *medium)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	const struct audit_act act = { .act = "certificate.issue",
				       .person = certificate->person,
				       .unit = certificate->unit,
				       .detail = detail };
	enum registry_status status = registry_begin(registry);

	if (status != REGISTRY_OK)
		return status;
	snprintf(detail, sizeof detail, "certificate=%s carrier=%s medium=%s", medium->certificate,
		 medium->carrier, audit_hex(medium->id, medium->id_length).text);
	return note_act(registry, registry_put_medium(registry, medium), &act, issue->call->now);
}

/* A medium is on record only when it was handed over. */
static enum outcome hand_over(const struct issue *issue, struct registry *registry,
			      const struct certificate *certificate)
{
	const struct credential *claims = &issue->claims;
	const struct call *call = issue->call;
	struct medium medium = {
		.id = claims->medium,
		.id_length = claims->medium_length,
		.certificate = claims->number,
		.carrier = issue->to_tag ? "tag" : "qr",
		.holder_key = claims->has_holder_key ? claims->holder_key : NULL,
		.issued_at = claims->issued_at,
		.expires = claims->expires,
	};
	enum outcome outcome = OUTCOME_DONE;

	if (option_given(call, "--write"))
		outcome = write_tag(issue);
	if (outcome == OUTCOME_DONE && option_given(call, "--png"))
		outcome = save_png(issue);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = call_status(call, registry, put_on_record(issue, registry, certificate, &medium));
	if (outcome != OUTCOME_DONE && option_given(call, "--png"))
		unlink(option(call, "--png"));
	return outcome;
}

static enum outcome say_issued(const struct issue *issue)
{
	const struct call *call = issue->call;
	bool other_way = option_given(call, "--png") || option_given(call, "--write");
	char expires[21];
	struct json json;

	if (!call->json) {
		if (option_given(call, "--text") || !other_way)
			printf("%s\n", issue->text);
		else
			printf("已签发 · issued: %s → %s\n", issue->claims.number,
			       option(call, issue->to_tag ? "--write" : "--png"));
		return OUTCOME_DONE;
	}
	instant_format(expires, issue->claims.expires);
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "certificate", issue->claims.number);
	json_put_text(&json, "carrier", issue->to_tag ? "tag" : "qr");
	json_put_hex(&json, "medium", issue->claims.medium, issue->claims.medium_length);
	json_put_text(&json, "issuer", issue->claims.issuer);
	json_put_text(&json, "expires", expires);
	json_put_text(&json, "text", issue->text);
	json_put_hex(&json, "bytes", issue->bytes, issue->length);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

/* --- certificate issue --- */

static enum outcome issue_for(struct issue *issue, struct registry *registry,
			      const struct certificate_view *view)
{
	enum outcome outcome;

	if (view->reason != REASON_OK)
		return refused_for(issue->call, view->reason);
	if (issuer_region(issue->key.trusted.issuer) == NULL)
		return refused(issue->call, reason_name(REASON_UNKNOWN_ISSUER),
			       "只有 yd: 签发单位的密钥能为本登记库的证件签发",
			       "only a key of a yd: issuer signs for this registry's certificates");
	warn_unit(issue, registry, view->certificate.unit);
	outcome = make_claims(issue, view);
	if (outcome == OUTCOME_DONE)
		outcome = sign_claims(issue);
	if (outcome == OUTCOME_DONE)
		outcome = read_back(issue, registry);
	if (outcome == OUTCOME_DONE)
		outcome = hand_over(issue, registry, &view->certificate);
	return outcome == OUTCOME_DONE ? say_issued(issue) : outcome;
}

static enum outcome find_and_issue(struct issue *issue, struct registry *registry)
{
	const struct call *call = issue->call;
	struct certificate_view view;
	enum registry_status status =
		registry_certificate(registry, &view, call->words[0], call->now);

	if (status == REGISTRY_NOT_FOUND)
		return refused_for(call, REASON_UNKNOWN_CERTIFICATE);
	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	return issue_for(issue, registry, &view);
}

static enum outcome run_issue(struct call *call)
{
	struct issue issue = { .call = call };
	struct registry *registry = NULL;
	enum outcome outcome = read_options(&issue);

	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, true);
	if (outcome == OUTCOME_DONE)
		outcome = authority_over(call, registry, ACTOR_CERTIFICATE, call->words[0]);
	if (outcome == OUTCOME_DONE)
		outcome = keys_open(&issue.key, option(call, "--key"));
	if (outcome == OUTCOME_DONE)
		outcome = find_and_issue(&issue, registry);
	registry_close(registry);
	explicit_bzero(&issue, sizeof issue);
	return outcome;
}

const struct command commands_issue[] = {
	{ .words = "certificate issue",
	  .usage = "NUMBER --carrier qr|nfc --key FILE [--text] [--png FILE] [--write SPEC] "
		   "[--claim169] [--holder-key HEX] [--valid-days N]",
	  .help = "为证件签发凭证:文本(默认)、--png 图片、--write 写到读卡器上的标签并读回。\n"
		  "凭证登记为该证件的介质;没有写成的不登记。默认五年有效,不超过证件有效期。\n"
		  "Signs a credential: as text (the default), as a picture, onto a tag at a "
		  "reader,\n"
		  "read back.  It is put on record as a medium of the certificate, but not where\n"
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
		       { "--write", true },
		       { "--claim169", false },
		       { "--holder-key", true },
		       { "--valid-days", true } } },
	{ 0 },
};
