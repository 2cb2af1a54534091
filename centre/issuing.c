#include "centre/issuing.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "centre/note_act.h"
#include "db/china_time.h"

/* --- words --- */

static const struct {
	const char *name, *words[2];
} words[] = {
	[ISSUING_FOREIGN_KEY] = { "unknown_issuer",
				  { "只有 yd: 签发单位的密钥能为本登记库的证件签发",
				    "only a key of a yd: issuer signs for this registry's "
				    "certificates" } },
	[ISSUING_BAD_CLAIMS] = { "bad_claims",
				 { "证件的内容无法签成凭证",
				   "what the certificate says cannot be signed as a credential" } },
	[ISSUING_TOO_LONG] = { "too_long", { "编号或姓名太长", "number or name is too long" } },
	[ISSUING_UNSUPPORTED] = { "unsupported",
				  { "本程序不支持此算法", "this program cannot sign with it" } },
	[ISSUING_NO_RANDOMNESS] = { "no_randomness",
				    { "系统没有随机数", "the system has no randomness" } },
	[ISSUING_FAILED] = { "failed", { "无法签发", "the credential cannot be signed" } },
};

const char *issuing_name(enum issuing_status status)
{
	assert(status >= ISSUING_FOREIGN_KEY);
	return words[status].name;
}

const char *issuing_words(enum issuing_status status, bool english)
{
	assert(status >= ISSUING_FOREIGN_KEY);
	return words[status].words[english];
}

bool issuing_is_refusal(enum issuing_status status)
{
	return status >= ISSUING_NOT_IN_ORDER && status <= ISSUING_BAD_CLAIMS;
}

/* --- the claims --- */

/* The first second after the certificate's own end. */
static int64_t end_of(const struct certificate *certificate)
{
	return certificate->valid_until == INT32_MAX ? INT64_MAX
						     : china_midnight(certificate->valid_until + 1);
}

static enum issuing_status make_claims(const struct issuing *issuing, struct credential *claims,
				       const struct certificate_view *view, int64_t now)
{
	if (strlen(view->certificate.number) >= sizeof claims->number || view->name == NULL ||
	    strlen(view->name) >= sizeof claims->name)
		return ISSUING_TOO_LONG;
	strcpy(claims->issuer, issuing->key->trusted.issuer);
	strcpy(claims->number, view->certificate.number);
	strcpy(claims->name, view->name);
	claims->kind = view->certificate.kind;
	claims->not_before = INT64_MIN;
	claims->issued_at = now;
	claims->expires = now + issuing->days * 86400;
	if (end_of(&view->certificate) < claims->expires)
		claims->expires = end_of(&view->certificate);
	if (issuing->holder_key != NULL) {
		memcpy(claims->holder_key, issuing->holder_key, 64);
		claims->has_holder_key = true;
		claims->holder_key_in_chip = issuing->key_in_chip;
	}
	claims->medium_length = ISSUING_MEDIUM_BYTES;
	return getentropy(claims->medium, ISSUING_MEDIUM_BYTES) == 0 ? ISSUING_OK
								     : ISSUING_NO_RANDOMNESS;
}

/* --- signing --- */

static enum issuing_status sign(const struct issuing *issuing, struct issued *out)
{
	enum issue_status status = credential_sign(out->bytes, sizeof out->bytes, &out->length,
						   &out->claims, issuing->key);

	if (status == ISSUE_OK)
		status = credential_to_text(out->text, sizeof out->text, out->bytes, out->length,
					    issuing->compress);
	switch (status) {
	case ISSUE_OK:
		return ISSUING_OK;
	case ISSUE_BAD_CLAIMS:
		return ISSUING_BAD_CLAIMS;
	case ISSUE_UNSUPPORTED:
		return ISSUING_UNSUPPORTED;
	default:
		return ISSUING_FAILED;
	}
}

/* What is not accepted here is not handed out: read back what was signed with the keys that are
 * trusted. */
static enum issuing_status read_back(const struct issuing *issuing, struct issued *out, int64_t now)
{
	struct credential credential;
	enum credential_status status =
		credential_from_bytes(&credential, out->bytes, out->length, issuing->trusted, now);

	explicit_bzero(&credential, sizeof credential);
	if (status == CREDENTIAL_OK)
		return ISSUING_OK;
	if (!reason_from_name(&out->reason, credential_status_name(status)))
		out->reason = REASON_MALFORMED;
	return ISSUING_NOT_IN_ORDER;
}

enum issuing_status issuing_make(const struct issuing *issuing, struct issued *out,
				 const struct certificate_view *view, int64_t now)
{
	enum issuing_status status;

	out->claims = (struct credential){ 0 };
	out->reason = view->reason;
	if (view->reason != REASON_OK)
		return ISSUING_NOT_IN_ORDER;
	if (issuer_region(issuing->key->trusted.issuer) == NULL)
		return ISSUING_FOREIGN_KEY;
	status = make_claims(issuing, &out->claims, view, now);
	if (status == ISSUING_OK)
		status = sign(issuing, out);
	return status == ISSUING_OK ? read_back(issuing, out, now) : status;
}

bool issuing_still_holds(const struct issued *issued, const struct certificate_view *view)
{
	const struct credential *claims = &issued->claims;

	return view->reason == REASON_OK && claims->kind == view->certificate.kind &&
	       strcmp(claims->number, view->certificate.number) == 0 &&
	       strcmp(claims->name, view->name) == 0 &&
	       claims->expires <= end_of(&view->certificate);
}

/* --- on record --- */

static enum registry_status put_on_audit(struct registry *registry,
					 const struct certificate_view *view, const char *carrier,
					 const struct credential *claims, int64_t now)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	struct audit_act act = { .act = "certificate.issue",
				 .person = view->certificate.person,
				 .unit = view->certificate.unit,
				 .detail = detail };

	snprintf(detail, sizeof detail, "certificate=%s carrier=%s medium=%s",
		 view->certificate.number, carrier,
		 audit_hex(claims->medium, claims->medium_length).text);
	return audit_append(registry, NULL, &act, now);
}

enum registry_status issuing_record(struct registry *registry, const struct issued *issued,
				    const char *carrier, const struct certificate_view *view,
				    int64_t now)
{
	const struct credential *claims = &issued->claims;
	struct medium medium = {
		.id = claims->medium,
		.id_length = claims->medium_length,
		.certificate = claims->number,
		.carrier = carrier,
		.holder_key = claims->has_holder_key ? claims->holder_key : NULL,
		.issued_at = claims->issued_at,
		.expires = claims->expires,
	};
	enum registry_status status = registry_put_medium(registry, &medium);

	return status == REGISTRY_OK ? put_on_audit(registry, view, carrier, claims, now) : status;
}

enum registry_status issuing_fits_unit(struct registry *registry, bool *out,
				       const struct signing_key *key, const char *unit, int64_t now)
{
	const char *region = issuer_region(key->trusted.issuer);
	struct unit_title title;
	enum registry_status status =
		registry_unit_title(registry, &title, unit, china_time_at(now).day);

	*out = true;
	if (status == REGISTRY_NOT_FOUND || region == NULL)
		return REGISTRY_OK;
	if (status == REGISTRY_OK) {
		size_t own = strlen(region), other = strlen(title.region);

		*out = strncmp(region, title.region, own < other ? own : other) == 0;
	}
	return status;
}
