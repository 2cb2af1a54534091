/*
 * Bytes of a card: what is called valid can be walked to its last byte and lies within itself; the
 * same as a list of values that a card asks for keeps to its bounds.
 */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/ber_tlv.h"
#include "reader/emv_dol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* How many objects of this tag a level has. */
static size_t count_of(struct ber_span objects, uint32_t tag)
{
	struct ber_object object;
	size_t count = 0;
	while (ber_next(&objects, &object)) {
		count += object.tag == tag;
	}
	return count;
}

static void walk(struct ber_span whole, bool valid)
{
	struct ber_span rest = whole;
	struct ber_object object;
	const uint8_t *end = whole.bytes + whole.length;
	for (int i = 0; i < 64 && ber_next(&rest, &object); i++) {
		assert(object.value.bytes > whole.bytes && object.value.bytes <= end);
		assert(object.value.length <= (size_t)(end - object.value.bytes));
		assert(rest.bytes == object.value.bytes + object.value.length);
		assert(rest.bytes + rest.length == end);
		struct ber_span found;
		enum ber_status status = ber_find(&found, whole, object.tag);
		assert(status == (count_of(whole, object.tag) == 1 ? BER_OK : BER_TWICE));
		if (valid && object.tag == 0x70) {
			assert(ber_valid(object.value));
			walk(object.value, true);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ber_span whole = { data, size };
	if (size > 0) {
		walk(whole, ber_valid(whole));
	}
	uint8_t values[EMV_DOL_VALUES_MAX];
	size_t length = 0;
	const struct emv_terminal terminal = { .now = 1785513600 };
	if (emv_dol_fill(values, &length, whole, &terminal) == EMV_DOL_OK) {
		assert(length <= sizeof values);
	}
	return 0;
}
