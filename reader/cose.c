#include "reader/cose.h"

#include <string.h>

#include "reader/keyring.h"

#define TAG_COSE_SIGN1 18
#define TAG_CWT        61

/* Header labels (RFC 9052, section 3.1). */
#define LABEL_ALGORITHM 1
#define LABEL_CRITICAL  2
#define LABEL_KID       4
#define LABEL_WRAPPED   13 /* kcwt of the SD-CWT drafts, here a byte string */
#define LABEL_TYPE      16 /* RFC 9596 */

/* What one of the two header maps says. */
struct headers {
	bool has_algorithm;
	bool algorithm_known;
	int64_t algorithm;
	bool has_critical;
	bool critical_understood;
	bool kid_is_critical;
	bool binding_is_critical; /* type or wrapped */
	bool has_kid;
	struct cbor_span kid;
	bool is_key_binding;
	bool has_wrapped;
	struct cbor_span wrapped;
};

static bool read_algorithm(struct headers *out, struct cbor *cbor)
{
	out->has_algorithm = true;
	switch (cbor_peek(cbor)) {
	case CBOR_UINT:
	case CBOR_NINT:
		out->algorithm = cbor_int(cbor);
		out->algorithm_known = out->algorithm == KEY_EDDSA || out->algorithm == KEY_ES256 ||
				       out->algorithm == KEY_SM2;
		return true;
	case CBOR_TEXT: /* a registered name: allowed, and none of ours */
		(void)cbor_text(cbor);
		return true;
	default:
		return false;
	}
}

/* The labels that must be understood: at least one, and those that we act upon are alg and kid, and
 * of a key-binding token its type and what it is bound to. */
static bool read_critical(struct headers *out, struct cbor *cbor)
{
	size_t count = cbor_array(cbor);

	out->has_critical = true;
	out->critical_understood = true;
	for (size_t i = 0; i < count; i++) {
		enum cbor_major type = cbor_peek(cbor);
		int64_t label = 0;

		if (type == CBOR_TEXT)
			(void)cbor_text(cbor);
		else
			label = cbor_int(cbor);
		if (label == LABEL_KID)
			out->kid_is_critical = true;
		else if (label == LABEL_WRAPPED || label == LABEL_TYPE)
			out->binding_is_critical = true;
		else if (label != LABEL_ALGORITHM)
			out->critical_understood = false;
	}
	return count > 0;
}

static bool read_kid(struct headers *out, struct cbor *cbor)
{
	out->has_kid = true;
	out->kid = cbor_bytes(cbor);
	return true;
}

/* Anything else under the labels of a key-binding token makes it none: they are then headers that
 * nobody acts upon. */
static void read_type(struct headers *out, struct cbor *cbor)
{
	static const char type[] = "application/kb+cwt";
	struct cbor_span text;

	if (cbor_peek(cbor) != CBOR_TEXT) {
		(void)cbor_skip(cbor);
		return;
	}
	text = cbor_text(cbor);
	out->is_key_binding =
		text.length == sizeof(type) - 1 && memcmp(text.bytes, type, text.length) == 0;
}

static void read_wrapped(struct headers *out, struct cbor *cbor)
{
	out->has_wrapped = cbor_peek(cbor) == CBOR_BYTES;
	if (out->has_wrapped)
		out->wrapped = cbor_bytes(cbor);
	else
		(void)cbor_skip(cbor);
}

static bool read_header(struct headers *out, struct cbor *cbor)
{
	enum cbor_major type = cbor_peek(cbor);

	if (type == CBOR_TEXT) {
		(void)cbor_skip(cbor);
		(void)cbor_skip(cbor);
		return true;
	}
	switch (cbor_int(cbor)) { /* fails where the label is neither text nor number */
	case LABEL_ALGORITHM:
		return read_algorithm(out, cbor);
	case LABEL_CRITICAL:
		return read_critical(out, cbor);
	case LABEL_KID:
		return read_kid(out, cbor);
	case LABEL_WRAPPED:
		read_wrapped(out, cbor);
		return true;
	case LABEL_TYPE:
		read_type(out, cbor);
		return true;
	default:
		(void)cbor_skip(cbor);
		return true;
	}
}

static bool read_headers(struct headers *out, struct cbor_span map)
{
	struct cbor cbor = cbor_begin(map);

	*out = (struct headers){ 0 };
	for (size_t pairs = cbor_map(&cbor); pairs > 0; pairs--)
		if (cbor.failed || !read_header(out, &cbor))
			return false;
	return cbor_finished(&cbor);
}

/* alg and crit stand in the protected header only, kid in either, nothing in both. */
static bool judge_headers(struct cose_sign1 *out, struct cbor_span protected_map,
			  struct cbor_span unprotected_map)
{
	struct headers inside;
	struct headers outside;

	if (!read_headers(&inside, protected_map) || !read_headers(&outside, unprotected_map))
		return false;
	if (!inside.has_algorithm || outside.has_critical)
		return false;
	if (inside.kid_is_critical && !inside.has_kid)
		return false;
	if (unprotected_map.length > 1 && !cbor_maps_disjoint(protected_map, unprotected_map))
		return false;
	out->understood =
		inside.algorithm_known && (!inside.has_critical || inside.critical_understood) &&
		(!inside.binding_is_critical || (inside.is_key_binding && inside.has_wrapped));
	out->is_key_binding = inside.is_key_binding;
	out->has_wrapped = inside.has_wrapped;
	out->wrapped = inside.wrapped;
	out->nothing_unprotected = unprotected_map.length == 1;
	out->algorithm = inside.algorithm;
	out->has_kid = inside.has_kid || outside.has_kid;
	out->kid = inside.has_kid ? inside.kid : outside.kid;
	return true;
}

/* Tag 18 may be left out, and tag 61 may stand before it or in its place. */
static bool open_array(struct cbor *cbor)
{
	uint64_t tag = TAG_COSE_SIGN1;

	if (cbor_peek(cbor) == CBOR_TAG)
		tag = cbor_tag(cbor);
	if (tag == TAG_CWT)
		tag = cbor_peek(cbor) == CBOR_TAG ? cbor_tag(cbor) : TAG_COSE_SIGN1;
	return tag == TAG_COSE_SIGN1 && cbor_array(cbor) == 4;
}

bool cose_sign1_read(struct cose_sign1 *out, const uint8_t *bytes, size_t length)
{
	struct cbor cbor = cbor_begin((struct cbor_span){ bytes, length });
	struct cbor_span protected_map;
	struct cbor_span unprotected_map;
	struct cbor inner;

	if (!cbor_valid(bytes, length) || !open_array(&cbor))
		return false;
	inner = cbor;
	out->protected_item = cbor_skip(&cbor);
	protected_map = cbor_bytes(&inner);
	unprotected_map = cbor_skip(&cbor);
	inner = cbor;
	out->payload_item = cbor_skip(&cbor);
	out->payload = cbor_bytes(&inner);
	out->signature = cbor_bytes(&cbor);
	if (inner.failed || !cbor_finished(&cbor))
		return false;
	if (!cbor_valid(protected_map.bytes, protected_map.length) ||
	    !judge_headers(out, protected_map, unprotected_map))
		return false;
	return !out->understood || out->signature.length == COSE_SIGNATURE_BYTES;
}

void cose_put_signed(struct cbor_writer *writer, struct cbor_span protected_item,
		     struct cbor_span payload_item)
{
	cbor_put_head(writer, CBOR_ARRAY, 4);
	cbor_put_text(writer, "Signature1");
	cbor_put_raw(writer, protected_item.bytes, protected_item.length);
	cbor_put_bytes(writer, NULL, 0);
	cbor_put_raw(writer, payload_item.bytes, payload_item.length);
}

size_t cose_signed_bytes(uint8_t out[static COSE_SIGNED_BYTES_MAX], const struct cose_sign1 *cose)
{
	struct cbor_writer writer = { .bytes = out, .size = COSE_SIGNED_BYTES_MAX };

	/* It has 13 bytes that were not read, so it always fits. */
	cose_put_signed(&writer, cose->protected_item, cose->payload_item);
	return writer.length;
}
