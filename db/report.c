#include "db/report.h"

#include <stdio.h>
#include <string.h>

#include "db/china_time.h"
#include "db/registry_inside.h"

static enum store_status begin(struct registry *registry, struct statement **row, const char *sql,
			       const struct report_time *time)
{
	enum store_status status = store_statement(registry->store, row, sql);
	if (status != STORE_OK)
		return status;
	bind_integer(*row, 1, time->since);
	bind_integer(*row, 2, time->before);
	return STORE_OK;
}

/* --- what was refused --- */

enum registry_status report_unmet(struct registry *registry, const struct report_time *time,
				  bool (*take)(void *, const struct unmet_row *), void *context)
{
	static const char sql[] = "SELECT reason, benefit, merchant, region, count(*) FROM log"
				  " WHERE what = 'refused' AND at >= ?1 AND at < ?2"
				  " GROUP BY reason, benefit, merchant, region"
				  " ORDER BY count(*) DESC, reason, benefit, merchant, region";
	struct statement *row;
	enum store_status status = begin(registry, &row, sql, time);
	while (status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		struct unmet_row unmet = {
			.reason = column_text(row, 0),
			.benefit = column_is_null(row, 1) ? NULL : column_text(row, 1),
			.merchant = column_text(row, 2),
			.region = column_is_null(row, 3) ? NULL : column_text(row, 3),
			.count = column_integer(row, 4)
		};
		status = STORE_OK;
		if (!take(context, &unmet)) {
			statement_reset(row);
			break;
		}
	}
	return registry_says(registry, status);
}

/* --- what was used --- */

/* Rows come in order: those of one day, benefit and merchant follow one another. */
struct gathering {
	struct registry *registry;
	bool any;
	struct uses_row row; /* its strings are the texts below */
	char benefit[BENEFIT_ID_MAX + 1], merchant[64];
	bool (*take)(void *, const struct uses_row *);
	void *context;
};

static bool hand_over(struct gathering *gathering)
{
	const struct benefit *benefit =
		snapshot_benefit(gathering->registry->snapshot, gathering->benefit);
	if (!gathering->any)
		return true;
	gathering->row.scene = benefit == NULL ? "" : benefit->scene;
	return gathering->take(gathering->context, &gathering->row);
}

static bool belongs(const struct gathering *gathering, struct statement *row, int32_t day)
{
	return gathering->any && gathering->row.day == day &&
	       strcmp(gathering->benefit, column_text(row, 1)) == 0 &&
	       strcmp(gathering->merchant, column_text(row, 2)) == 0;
}

static void start(struct gathering *gathering, struct statement *row, int32_t day)
{
	log_field(gathering->benefit, sizeof gathering->benefit, column_text(row, 1));
	log_field(gathering->merchant, sizeof gathering->merchant, column_text(row, 2));
	gathering->row = (struct uses_row){ .day = day,
					    .benefit = gathering->benefit,
					    .merchant = gathering->merchant };
	gathering->any = true;
}

static int64_t add_up(int64_t a, int64_t b)
{
	int64_t sum;
	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static bool gather(struct gathering *gathering, struct statement *row)
{
	int32_t day = china_time_at(column_integer(row, 0)).day;
	if (!belongs(gathering, row, day)) {
		if (!hand_over(gathering))
			return false;
		start(gathering, row, day);
	}
	if (column_integer(row, 5) != 0) {
		gathering->row.voided++;
		return true;
	}
	gathering->row.uses++;
	gathering->row.payable = add_up(gathering->row.payable, column_integer(row, 3));
	gathering->row.saved = add_up(gathering->row.saved, column_integer(row, 4));
	return true;
}

enum registry_status report_uses(struct registry *registry, const struct report_time *time,
				 bool (*take)(void *, const struct uses_row *), void *context)
{
	/* China's days are 86,400 s long and begin 8 h before those of UTC. */
	static const char sql[] = "SELECT at, benefit, merchant, payable, saved,"
				  " EXISTS (SELECT 1 FROM log v WHERE v.what = 'voided'"
				  " AND v.redemption = l.redemption) FROM log l"
				  " WHERE what = 'redeemed' AND at >= ?1 AND at < ?2"
				  " ORDER BY (at + 28800) / 86400, benefit, merchant";
	struct gathering gathering = { .registry = registry, .take = take, .context = context };
	struct statement *row;
	bool more = true;
	enum store_status status = begin(registry, &row, sql, time);
	while (more && status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		status = STORE_OK;
		more = gather(&gathering, row);
	}
	if (!more)
		statement_reset(row);
	else if (status == STORE_OK)
		hand_over(&gathering);
	return registry_says(registry, status);
}
