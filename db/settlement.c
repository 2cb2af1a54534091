#include "db/settlement.h"

#include <string.h>

#include "db/registry_inside.h"
#include "db/use_walk.h"

const char *settlement_name(enum settlement settlement)
{
	static const char *const names[] = {
		[SETTLE_NONE] = "none",       [SETTLE_COUNT] = "count",
		[SETTLE_MONTHLY] = "monthly", [SETTLE_QUARTERLY] = "quarterly",
		[SETTLE_AT_ONCE] = "at_once",
	};
	return names[settlement];
}

/* Rows come by benefit: those of one follow one another. */
struct settling {
	const struct snapshot *snapshot;
	const struct report_time *time;
	char benefit[BENEFIT_ID_MAX + 1]; /* "" before the first */
	struct use_amounts uses, corrections;
	bool (*take)(void *, const struct settlement_row *);
	void *context;
};

static struct settlement_row row_of(const struct settling *settling,
				    const struct use_amounts *amounts)
{
	const struct benefit *benefit = snapshot_benefit(settling->snapshot, settling->benefit);
	struct settlement_row row = { .benefit = settling->benefit,
				      .title = { "", "" },
				      .uses = amounts->uses,
				      .voided = amounts->voided,
				      .payable = amounts->payable,
				      .saved = amounts->saved };
	if (benefit == NULL)
		return row;
	row.title[0] = benefit->title[0];
	row.title[1] = benefit->title[1];
	row.settlement = benefit->settlement;
	return row;
}

static bool hand_over(struct settling *settling)
{
	struct settlement_row row = row_of(settling, &settling->uses);
	if (row.uses + row.voided > 0 && !settling->take(settling->context, &row))
		return false;
	if (settling->corrections.uses == 0)
		return true;
	row = row_of(settling, &settling->corrections);
	row.is_correction = true;
	row.uses = -row.uses;
	row.payable = -row.payable;
	row.saved = -row.saved;
	return settling->take(settling->context, &row);
}

static bool settle(struct settling *settling, struct statement *row)
{
	int64_t at = column_integer(row, 1), since = settling->time->since;
	int64_t voided_at = column_is_null(row, 4) ? INT64_MAX : column_integer(row, 4);
	struct walked_use use = { .payable = column_integer(row, 2),
				  .saved = column_integer(row, 3),
				  .voided = voided_at < settling->time->before };
	if (strcmp(settling->benefit, column_text(row, 0)) != 0) {
		if (!hand_over(settling))
			return false;
		log_field(settling->benefit, sizeof settling->benefit, column_text(row, 0));
		settling->uses = settling->corrections = (struct use_amounts){ 0 };
	}
	if (at >= since) {
		use_amounts_take(&settling->uses, &use);
	} else if (use.voided && voided_at >= since) {
		use.voided = false; /* counted in full, to be taken off */
		use_amounts_take(&settling->corrections, &use);
	}
	return true;
}

enum registry_status settlement_each(struct registry *registry, const char *merchant,
				     const struct report_time *time,
				     bool (*take)(void *, const struct settlement_row *),
				     void *context)
{
	static const char sql[] =
		"SELECT l.benefit, l.at, l.payable, l.saved, (SELECT v.at FROM log v"
		" WHERE v.what = 'voided' AND v.redemption = l.redemption) FROM log l"
		" WHERE l.what = 'redeemed' AND l.merchant = ?1 AND l.at < ?2 ORDER BY l.benefit";
	struct settling settling = {
		.snapshot = registry->snapshot, .time = time, .take = take, .context = context
	};
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	bool more = true;
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_text(row, 1, merchant);
	bind_integer(row, 2, time->before);
	while (more && (status = statement_step(row)) == STORE_ROW)
		more = settle(&settling, row);
	if (!more) {
		statement_reset(row);
		return REGISTRY_OK;
	}
	if (status == STORE_OK)
		(void)hand_over(&settling);
	return registry_says(registry, status);
}
