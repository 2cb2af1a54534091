#include "db/purchase.h"

#include <stdlib.h>
#include <string.h>

/* The last two different ones that go with others, then the last two that do not: an older one
 * refuses nothing that these do not. */
struct purchase {
	struct purchase_use uses[2][2];
};

struct purchase_key {
	uint32_t holder, place;
};

static struct purchase_key key_of(size_t holder, size_t place)
{
	return (struct purchase_key){ (uint32_t)holder, (uint32_t)place };
}

/* NULL without memory. */
static struct purchase *purchase_of(struct purchases *purchases, size_t holder, size_t place)
{
	const struct purchase_key key = key_of(holder, place);
	purchases->numbers.key_size = sizeof key;
	size_t before = purchases->numbers.count;
	size_t number = numbering_of(&purchases->numbers, &key);
	if (number == NUMBERING_NONE)
		return NULL;
	if (number == before) {
		struct purchase *items = room_for_one(purchases->items, before, sizeof *items);
		if (items == NULL)
			return NULL;
		items[number] = (struct purchase){ 0 };
		purchases->items = items;
	}
	return &purchases->items[number];
}

bool purchase_add(struct purchases *purchases, size_t holder, size_t place,
		  const struct purchase_use *use)
{
	struct purchase *purchase = purchase_of(purchases, holder, place);
	if (purchase == NULL)
		return false;
	struct purchase_use *last = purchase->uses[use->benefit->stack != STACK_WITH_ALL];
	if (last->benefit != NULL && strcmp(last->benefit->id, use->benefit->id) != 0)
		last[1] = last[0];
	last[0] = *use;
	return true;
}

void purchases_clear(struct purchases *purchases)
{
	numbering_clear(&purchases->numbers);
	free(purchases->items);
	*purchases = (struct purchases){ 0 };
}

/* NULL where the holder took nothing there. */
static const struct purchase *find(const struct purchases *purchases, size_t holder, size_t place)
{
	const struct purchase_key key = key_of(holder, place);
	size_t number = numbering_find(&purchases->numbers, &key);
	return number == NUMBERING_NONE ? NULL : &purchases->items[number];
}

/* The same bounds as for the benefits that a holder really took. */
static bool is_beside(const struct purchase_use *use, int64_t now)
{
	return use->benefit != NULL && use->at > now - PURCHASE_SECONDS;
}

void purchase_beside(const struct purchases *purchases, struct facts *facts, size_t holder,
		     size_t place)
{
	const struct purchase *purchase = find(purchases, holder, place);
	for (int i = 0; i < 4 && purchase != NULL; i++) {
		const struct purchase_use *use = &purchase->uses[i / 2][i % 2];
		if (is_beside(use, facts->now))
			facts_add_beside(facts, use->benefit);
	}
}

bool purchase_excludes(const struct purchases *purchases, const struct benefit *benefit,
		       size_t holder, size_t place, int64_t now)
{
	const struct purchase *purchase = find(purchases, holder, place);
	for (int i = 0; i < 4 && purchase != NULL; i++) {
		const struct purchase_use *use = &purchase->uses[i / 2][i % 2];
		if (is_beside(use, now) && use->changed && benefits_exclude(benefit, use->benefit))
			return true;
	}
	return false;
}
