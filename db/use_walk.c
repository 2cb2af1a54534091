#include "db/use_walk.h"

#include <string.h>

#include "db/china_time.h"
#include "db/registry_inside.h"

static bool use_at(struct walked_use *out, struct statement *row, const struct snapshot *snapshot)
{
	size_t length;
	const void *holder = column_bytes(row, 6, &length);
	const struct merchant *merchant;
	*out = (struct walked_use){ .day = china_time_at(column_integer(row, 0)).day,
				    .benefit = column_text(row, 1),
				    .merchant = column_text(row, 2),
				    .unit = "",
				    .payable = column_integer(row, 3),
				    .saved = column_integer(row, 4),
				    .voided = column_integer(row, 5) != 0 };
	merchant = snapshot_merchant(snapshot, out->merchant);
	if (merchant != NULL)
		out->unit = merchant->unit;
	if (length == sizeof out->holder)
		memcpy(out->holder, holder, sizeof out->holder);
	return length == sizeof out->holder;
}

enum registry_status use_walk(struct registry *registry, const struct report_time *time,
			      const struct unit_range *places,
			      bool (*take)(void *, const struct walked_use *), void *context)
{
	/* One way through the file: the index by place would lead back and forth. */
	static const char sql[] = "SELECT at, benefit, merchant, payable, saved,"
				  " EXISTS (SELECT 1 FROM log v WHERE v.what = 'voided'"
				  " AND v.redemption = l.redemption), holder FROM log l NOT INDEXED"
				  " WHERE what = 'redeemed' AND at >= ?1 AND at < ?2";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_integer(row, 1, time->since);
	bind_integer(row, 2, time->before);
	while ((status = statement_step(row)) == STORE_ROW) {
		struct walked_use use;
		bool whole = use_at(&use, row, registry->snapshot);
		if (whole && (!unit_range_has(places, use.unit) || take(context, &use)))
			continue;
		statement_reset(row);
		return whole ? REGISTRY_OK
			     : registry_faults(registry, REGISTRY_DAMAGED,
					       "a use without a holder");
	}
	return registry_says(registry, status);
}

/* --- amounts --- */

static int64_t add_up(int64_t a, int64_t b)
{
	int64_t sum;
	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

void use_amounts_add(struct use_amounts *amounts, const struct use_amounts *others)
{
	amounts->uses = add_up(amounts->uses, others->uses);
	amounts->voided = add_up(amounts->voided, others->voided);
	amounts->payable = add_up(amounts->payable, others->payable);
	amounts->saved = add_up(amounts->saved, others->saved);
}

void use_amounts_take(struct use_amounts *amounts, const struct walked_use *use)
{
	struct use_amounts one = { .uses = 1, .payable = use->payable, .saved = use->saved };
	if (use->voided)
		one = (struct use_amounts){ .voided = 1 };
	use_amounts_add(amounts, &one);
}
