/*
 * Our decoder against libcbor: we accept exactly what libcbor accepts and what keeps our rules,
 * which are judged here on libcbor's tree.
 *
 * Not compared: what libcbor 0.8 does not know (tags 6 to 20, simple values but the common ones).
 */
#include <cbor.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reader/cbor.h"

#define SIZE_MAX_COMPARED 2048

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a tree has in it. */
struct findings {
	bool against_rules;
	bool has_float; /* which may be serialised otherwise than it came */
	unsigned deepest;
};

static void look(struct findings *findings, const cbor_item_t *item, unsigned depth);

static bool width_is_least(const cbor_item_t *item)
{
	uint64_t value = cbor_get_int(item);

	switch (cbor_int_get_width(item)) {
	case CBOR_INT_8:
		return true; /* whether it had a byte of its own shows when it is serialised */
	case CBOR_INT_16:
		return value > 0xff;
	case CBOR_INT_32:
		return value > 0xffff;
	default:
		return value > 0xffffffff;
	}
}

static bool same(cbor_item_t *a, cbor_item_t *b)
{
	unsigned char first[SIZE_MAX_COMPARED];
	unsigned char second[SIZE_MAX_COMPARED];
	size_t length = cbor_serialize(a, first, sizeof(first));

	return length == cbor_serialize(b, second, sizeof(second)) &&
	       memcmp(first, second, length) == 0;
}

static void look_at_map(struct findings *findings, const cbor_item_t *item, unsigned depth)
{
	struct cbor_pair *pairs = cbor_map_handle(item);

	findings->against_rules |= cbor_map_is_indefinite(item);
	for (size_t i = 0; i < cbor_map_size(item); i++) {
		look(findings, pairs[i].key, depth + 1);
		look(findings, pairs[i].value, depth + 1);
		for (size_t j = 0; j < i; j++)
			findings->against_rules |= same(pairs[i].key, pairs[j].key);
	}
}

static void look_at_array(struct findings *findings, const cbor_item_t *item, unsigned depth)
{
	cbor_item_t **items = cbor_array_handle(item);

	findings->against_rules |= cbor_array_is_indefinite(item);
	for (size_t i = 0; i < cbor_array_size(item); i++)
		look(findings, items[i], depth + 1);
}

static void look(struct findings *findings, const cbor_item_t *item, unsigned depth)
{
	cbor_item_t *inner;

	switch (cbor_typeof(item)) {
	case CBOR_TYPE_UINT:
	case CBOR_TYPE_NEGINT:
		findings->against_rules |= !width_is_least(item);
		return;
	case CBOR_TYPE_BYTESTRING:
		findings->against_rules |= cbor_bytestring_is_indefinite(item);
		return;
	case CBOR_TYPE_STRING:
		findings->against_rules |=
			cbor_string_is_indefinite(item) ||
			(cbor_string_length(item) > 0 && cbor_string_codepoint_count(item) == 0);
		return;
	case CBOR_TYPE_FLOAT_CTRL:
		findings->has_float |= cbor_is_float(item);
		return;
	default:
		break;
	}
	if (depth + 1 > findings->deepest)
		findings->deepest = depth + 1;
	if (cbor_isa_map(item)) {
		look_at_map(findings, item, depth);
	} else if (cbor_isa_array(item)) {
		look_at_array(findings, item, depth);
	} else {
		inner = cbor_tag_item(item);
		look(findings, inner, depth + 1);
		cbor_decref(&inner);
	}
}

static bool serialises_alike(const cbor_item_t *item, const uint8_t *data, size_t size)
{
	unsigned char again[SIZE_MAX_COMPARED];

	return cbor_serialize(item, again, sizeof(again)) == size && memcmp(again, data, size) == 0;
}

/* Of a valid item: whether libcbor 0.8 does not know something in it. */
static bool unknown_to_libcbor(struct cbor *cbor)
{
	while (cbor_peek(cbor) != CBOR_END) {
		uint8_t head = *cbor->at;

		switch (cbor_peek(cbor)) {
		case CBOR_ARRAY:
			(void)cbor_array(cbor);
			break;
		case CBOR_MAP:
			(void)cbor_map(cbor);
			break;
		case CBOR_TAG:
			if (head >= 0xc6 && head <= 0xd4)
				return true;
			(void)cbor_tag(cbor);
			break;
		case CBOR_OTHER:
			if (head < 0xf4 || head == 0xf8)
				return true;
			(void)cbor_skip(cbor);
			break;
		default:
			(void)cbor_skip(cbor);
			break;
		}
	}
	return false;
}

/* libcbor reserves room for as many items as a head promises: keep such heads away from it. */
static bool has_long_count(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((data[i] & 0x1f) >= 0x1a && (data[i] & 0x1f) <= 0x1b && data[i] >> 5 >= 2 &&
		    data[i] >> 5 <= 5)
			return true;
	return false;
}

static void compare(const uint8_t *data, size_t size, bool accepted)
{
	struct cbor walk = cbor_begin((struct cbor_span){ data, size });
	struct cbor_load_result result;
	struct findings findings = { 0 };
	cbor_item_t *item = cbor_load(data, size, &result);
	bool expected;

	if (item == NULL) {
		if (accepted && !unknown_to_libcbor(&walk))
			abort();
		return;
	}
	look(&findings, item, 0);
	expected = result.read == size && !findings.against_rules &&
		   findings.deepest <= CBOR_DEPTH_MAX &&
		   (serialises_alike(item, data, size) || (findings.has_float && accepted));
	if (expected != accepted)
		abort();
	cbor_decref(&item);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool accepted = cbor_valid(data, size);
	struct cbor cbor = cbor_begin((struct cbor_span){ data, size });

	if (accepted && (cbor_skip(&cbor).length != size || !cbor_finished(&cbor)))
		abort();
	/* The walk stays within its bytes on anything, valid or not. */
	cbor = cbor_begin((struct cbor_span){ data, size });
	while (cbor_peek(&cbor) != CBOR_END)
		(void)cbor_skip(&cbor);
	if (size > 0 && size <= SIZE_MAX_COMPARED && !has_long_count(data, size))
		compare(data, size, accepted);
	return 0;
}
