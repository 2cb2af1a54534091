#include "reader/cbor.h"

#include <string.h>

/* Each pair has two bytes at least, so no more keys can wait for their maps to end. */
#define KEYS_MAX (CBOR_BYTES_MAX / 2 + 1)
#define KEYS_FEW 64 /* enough for every honest item, and so little that it stays in the cache */

struct head {
	enum cbor_major type;
	uint64_t value;
};

/* Where a map's key lies, from the start of the item. */
struct key {
	uint16_t at;
	uint16_t length;
};

struct checker {
	const uint8_t *start;
	const uint8_t *at;
	const uint8_t *end;
	struct key *keys; /* of all maps that are still open, innermost last */
	size_t key_count;
	size_t key_room;
};

/* --- heads and text --- */

static uint64_t big_endian(const uint8_t *from, size_t width)
{
	uint64_t value = from[0];

	for (size_t i = 1; i < width; i++)
		value = value << 8 | from[i];
	return value;
}

static bool take_long_head(struct head *out, const uint8_t **at, const uint8_t *end, unsigned info)
{
	static const uint64_t least[] = { 24, 1u << 8, 1u << 16, UINT64_C(1) << 32 };
	size_t width;

	if (info > 27) /* reserved, or of indefinite length */
		return false;
	width = (size_t)1 << (info - 24);
	if (width > (size_t)(end - *at))
		return false;
	/* By far most have one byte. */
	out->value = width == 1 ? (*at)[0] : big_endian(*at, width);
	*at += width;
	if (out->type ==
	    CBOR_OTHER) /* a float, or a simple value that must not look like a short one */
		return info != 24 || out->value >= 32;
	return out->value >= least[info - 24];
}

static inline bool take_head(struct head *out, const uint8_t **at, const uint8_t *end)
{
	unsigned first;

	if (*at == end)
		return false;
	first = *(*at)++;
	out->type = (enum cbor_major)(first >> 5);
	out->value = first & 31;
	return (first & 31) < 24 || take_long_head(out, at, end, first & 31);
}

/* Whether the bytes, items or pairs that a head promises can be there at all. */
static inline bool fits(const struct head *head, size_t left)
{
	switch (head->type) {
	case CBOR_BYTES:
	case CBOR_TEXT:
	case CBOR_ARRAY:
		return head->value <= left;
	case CBOR_MAP:
		return head->value <= left / 2;
	default:
		return true;
	}
}

/* Bytes of the sequence that starts here, or 0 where it is none. */
static size_t utf8_sequence(const uint8_t *bytes, size_t left)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t point;
	size_t length;

	if (bytes[0] < 0x80)
		return 1;
	if (bytes[0] < 0xc2 || bytes[0] > 0xf4)
		return 0;
	length = bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
	if (length > left)
		return 0;
	point = bytes[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (bytes[i] & 0x3f);
	}
	if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	return length;
}

bool utf8_valid(const uint8_t *bytes, size_t length)
{
	uint64_t eight;

	/* Most text is ASCII: eight bytes at once where none has its highest bit. */
	for (; length >= 8; bytes += 8, length -= 8) {
		memcpy(&eight, bytes, 8);
		if ((eight & UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	while (length > 0) {
		size_t taken = utf8_sequence(bytes, length);

		if (taken == 0)
			return false;
		bytes += taken;
		length -= taken;
	}
	return true;
}

/* --- duplicate keys --- */

static int compare_keys(const uint8_t *start, struct key a, struct key b)
{
	size_t shorter = a.length < b.length ? a.length : b.length;
	int order = (int)start[a.at] - (int)start[b.at]; /* mostly decides: a call less */

	if (order == 0)
		order = memcmp(start + a.at, start + b.at, shorter);
	return order != 0 ? order : (int)a.length - (int)b.length;
}

static void sift_down(const uint8_t *start, struct key *keys, size_t root, size_t count)
{
	while (2 * root + 1 < count) {
		size_t child = 2 * root + 1;
		struct key moved = keys[root];

		if (child + 1 < count && compare_keys(start, keys[child], keys[child + 1]) < 0)
			child++;
		if (compare_keys(start, moved, keys[child]) >= 0)
			return;
		keys[root] = keys[child];
		keys[child] = moved;
		root = child;
	}
}

/* Heapsort: a hostile map of thousands of keys takes n log n steps, and nothing is allocated. */
static bool keys_distinct(const uint8_t *start, struct key *keys, size_t count)
{
	for (size_t i = count / 2; i > 0; i--)
		sift_down(start, keys, i - 1, count);
	for (size_t last = count; last > 1; last--) {
		struct key largest = keys[0];

		keys[0] = keys[last - 1];
		keys[last - 1] = largest;
		sift_down(start, keys, 0, last - 1);
	}
	for (size_t i = 1; i < count; i++)
		if (compare_keys(start, keys[i - 1], keys[i]) == 0)
			return false;
	return true;
}

/* --- validity --- */

/* Deep within each other, but not deeper than CBOR_DEPTH_MAX.  NOLINTBEGIN(misc-no-recursion) */
static bool check_item(struct checker *checker, unsigned depth);

static bool check_items(struct checker *checker, uint64_t count, unsigned depth)
{
	if (depth == CBOR_DEPTH_MAX)
		return false;
	for (uint64_t i = 0; i < count; i++)
		if (!check_item(checker, depth + 1))
			return false;
	return true;
}

static bool check_map(struct checker *checker, uint64_t pairs, unsigned depth)
{
	size_t first = checker->key_count;
	bool ascending = true; /* as deterministic encoders write: then no key can be twice */
	bool distinct;

	if (depth == CBOR_DEPTH_MAX)
		return false;
	for (uint64_t i = 0; i < pairs; i++) {
		size_t at = (size_t)(checker->at - checker->start);
		struct key *key;

		if (!check_item(checker, depth + 1) || checker->key_count == checker->key_room)
			return false;
		key = &checker->keys[checker->key_count++];
		key->at = (uint16_t)at;
		key->length = (uint16_t)((size_t)(checker->at - checker->start) - at);
		if (i > 0 && ascending)
			ascending = compare_keys(checker->start, key[-1], key[0]) < 0;
		if (!check_item(checker, depth + 1))
			return false;
	}
	distinct = ascending || keys_distinct(checker->start, checker->keys + first, pairs);
	checker->key_count = first;
	return distinct;
}

/* One item inside of depth others. */
static bool check_item(struct checker *checker, unsigned depth)
{
	struct head head;

	if (!take_head(&head, &checker->at, checker->end) ||
	    !fits(&head, (size_t)(checker->end - checker->at)))
		return false;
	switch (head.type) {
	case CBOR_TEXT:
		if (!utf8_valid(checker->at, head.value))
			return false;
		checker->at += head.value;
		return true;
	case CBOR_BYTES:
		checker->at += head.value;
		return true;
	case CBOR_ARRAY:
		return check_items(checker, head.value, depth);
	case CBOR_MAP:
		return check_map(checker, head.value, depth);
	case CBOR_TAG:
		return check_items(checker, 1, depth);
	default:
		return true;
	}
}
/* NOLINTEND(misc-no-recursion) */

static bool check_all(struct checker *checker, const uint8_t *bytes, size_t length)
{
	checker->start = bytes;
	checker->at = bytes;
	checker->end = bytes + length;
	checker->key_count = 0;
	return check_item(checker, 0) && checker->at == checker->end;
}

/* A function of its own, so that the common way needs no room for it. */
[[gnu::noinline]] static bool check_crowded(const uint8_t *bytes, size_t length)
{
	struct key keys[KEYS_MAX];
	struct checker checker = { .keys = keys, .key_room = KEYS_MAX };

	return check_all(&checker, bytes, length);
}

bool cbor_valid(const uint8_t *bytes, size_t length)
{
	struct key keys[KEYS_FEW];
	struct checker checker = { .keys = keys, .key_room = KEYS_FEW };

	if (length == 0 || length > CBOR_BYTES_MAX)
		return false;
	if (check_all(&checker, bytes, length))
		return true;
	return checker.key_count == KEYS_FEW && check_crowded(bytes, length);
}

/* --- the walk --- */

struct cbor cbor_begin(struct cbor_span item)
{
	return (struct cbor){ .at = item.bytes, .end = item.bytes + item.length };
}

bool cbor_finished(const struct cbor *cbor)
{
	return !cbor->failed && cbor->at == cbor->end;
}

enum cbor_major cbor_peek(const struct cbor *cbor)
{
	return cbor->failed || cbor->at == cbor->end ? CBOR_END : (enum cbor_major)(*cbor->at >> 5);
}

/* The next head, which must be of this type and promise no more than there is. */
static inline uint64_t take(struct cbor *cbor, enum cbor_major type)
{
	struct head head;

	if (cbor->failed || !take_head(&head, &cbor->at, cbor->end) || head.type != type ||
	    !fits(&head, (size_t)(cbor->end - cbor->at))) {
		cbor->failed = true;
		return 0;
	}
	return head.value;
}

int64_t cbor_int(struct cbor *cbor)
{
	bool negative = cbor_peek(cbor) == CBOR_NINT;
	uint64_t value = take(cbor, negative ? CBOR_NINT : CBOR_UINT);
	int64_t size = value > INT64_MAX ? INT64_MAX : (int64_t)value;

	return negative && !cbor->failed ? -1 - size : size;
}

static struct cbor_span take_span(struct cbor *cbor, enum cbor_major type)
{
	size_t length = (size_t)take(cbor, type);
	struct cbor_span span = { .bytes = cbor->at, .length = length };

	cbor->at += length;
	return span;
}

struct cbor_span cbor_bytes(struct cbor *cbor)
{
	return take_span(cbor, CBOR_BYTES);
}

struct cbor_span cbor_text(struct cbor *cbor)
{
	return take_span(cbor, CBOR_TEXT);
}

uint64_t cbor_tag(struct cbor *cbor)
{
	return take(cbor, CBOR_TAG);
}

size_t cbor_array(struct cbor *cbor)
{
	return (size_t)take(cbor, CBOR_ARRAY);
}

size_t cbor_map(struct cbor *cbor)
{
	return (size_t)take(cbor, CBOR_MAP);
}

struct cbor_span cbor_skip(struct cbor *cbor)
{
	const uint8_t *start = cbor->at;
	struct head head;

	/* Counts stay below the bytes that are left, so the sum cannot overflow. */
	for (uint64_t open = 1; open > 0 && !cbor->failed; open--) {
		if (!take_head(&head, &cbor->at, cbor->end) ||
		    !fits(&head, (size_t)(cbor->end - cbor->at))) {
			cbor->failed = true;
			break;
		}
		if (head.type == CBOR_BYTES || head.type == CBOR_TEXT)
			cbor->at += head.value;
		else if (head.type == CBOR_ARRAY)
			open += head.value;
		else if (head.type == CBOR_MAP)
			open += 2 * head.value;
		else if (head.type == CBOR_TAG)
			open += 1;
	}
	return (struct cbor_span){ .bytes = start,
				   .length = cbor->failed ? 0 : (size_t)(cbor->at - start) };
}

static bool note_keys(struct key *keys, size_t *count, const uint8_t *start, struct cbor_span map)
{
	struct cbor cbor = cbor_begin(map);

	for (size_t pairs = cbor_map(&cbor); pairs > 0 && *count < KEYS_MAX; pairs--) {
		struct cbor_span key = cbor_skip(&cbor);

		keys[(*count)++] = (struct key){ .at = (uint16_t)(key.bytes - start),
						 .length = (uint16_t)key.length };
		(void)cbor_skip(&cbor);
	}
	return cbor_finished(&cbor);
}

bool cbor_maps_disjoint(struct cbor_span first, struct cbor_span second)
{
	const uint8_t *start = first.bytes < second.bytes ? first.bytes : second.bytes;
	struct key keys[KEYS_MAX];
	size_t count = 0;

	return note_keys(keys, &count, start, first) && note_keys(keys, &count, start, second) &&
	       keys_distinct(start, keys, count);
}

/* --- writing --- */

void cbor_put_raw(struct cbor_writer *writer, const uint8_t *bytes, size_t length)
{
	if (writer->failed || length > writer->size - writer->length) {
		writer->failed = true;
		return;
	}
	if (length > 0)
		memcpy(writer->bytes + writer->length, bytes, length);
	writer->length += length;
}

void cbor_put_head(struct cbor_writer *writer, enum cbor_major type, uint64_t value)
{
	static const uint64_t least[] = { 24, 1u << 8, 1u << 16, UINT64_C(1) << 32 };
	uint8_t head[9] = { (uint8_t)((unsigned)type << 5 | (value < 24 ? value : 0)) };
	size_t width = 0;

	for (size_t i = 0; i < 4 && value >= least[i]; i++) {
		width = (size_t)1 << i;
		head[0] = (uint8_t)((unsigned)type << 5 | (24 + i));
	}
	for (size_t i = 0; i < width; i++)
		head[1 + i] = (uint8_t)(value >> 8 * (width - 1 - i));
	cbor_put_raw(writer, head, 1 + width);
}

void cbor_put_int(struct cbor_writer *writer, int64_t value)
{
	if (value < 0)
		cbor_put_head(writer, CBOR_NINT, (uint64_t)(-1 - value));
	else
		cbor_put_head(writer, CBOR_UINT, (uint64_t)value);
}

void cbor_put_bytes(struct cbor_writer *writer, const uint8_t *bytes, size_t length)
{
	cbor_put_head(writer, CBOR_BYTES, length);
	cbor_put_raw(writer, bytes, length);
}

void cbor_put_text(struct cbor_writer *writer, const char *text)
{
	cbor_put_head(writer, CBOR_TEXT, strlen(text));
	cbor_put_raw(writer, (const uint8_t *)text, strlen(text));
}
