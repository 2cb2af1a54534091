#include "db/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/china_time.h"
#include "db/inquiry.h"
#include "db/numbering.h"
#include "db/rulebook.h"
#include "db/worth.h"

/* --- working days --- */

struct special_day {
	int32_t day;
	bool works;
};

struct workdays {
	size_t count;
	struct special_day *days; /* in order */
	bool no_memory;
};

/* A weekend on which people work wins over a holiday of the same day. */
static bool take_day(void *context, int32_t day, const char *what, const char *name)
{
	struct workdays *workdays = context;
	bool works = strcmp(what, "workday") == 0;
	(void)name;
	if (!works && strcmp(what, "holiday") != 0)
		return true;
	if (workdays->count > 0 && workdays->days[workdays->count - 1].day == day) {
		workdays->days[workdays->count - 1].works |= works;
		return true;
	}
	struct special_day *larger = room_for_one(workdays->days, workdays->count, sizeof *larger);
	workdays->no_memory = larger == NULL;
	if (larger == NULL)
		return false;
	workdays->days = larger;
	workdays->days[workdays->count++] = (struct special_day){ day, works };
	return true;
}

static int by_day(const void *key, const void *item)
{
	int32_t a = *(const int32_t *)key, b = ((const struct special_day *)item)->day;
	return (a > b) - (a < b);
}

static bool is_working_day(const struct workdays *workdays, int32_t day)
{
	const struct special_day *special = workdays->count == 0
						    ? NULL
						    : bsearch(&day, workdays->days, workdays->count,
							      sizeof *workdays->days, by_day);
	/* 1970-01-01 was a Thursday. */
	return special != NULL ? special->works : ((day + 3) % 7 + 7) % 7 < 5;
}

static int32_t working_days(const struct workdays *workdays, int32_t after, int32_t until)
{
	int32_t count = 0;
	for (int32_t day = after + 1; day <= until; day++)
		count += is_working_day(workdays, day);
	return count;
}

/* --- from application to hand-over --- */

struct queue {
	struct workdays workdays;
	int32_t today;
	bool open; /* the certificate has an application that counts */
	struct waiting row;
	char certificate[64], unit[64];
	bool (*take)(void *, const struct waiting *);
	void *context;
};

static bool end_waiting(struct queue *queue)
{
	if (!queue->open)
		return true;
	queue->open = false;
	int32_t until =
		queue->row.handed_over < queue->today ? queue->row.handed_over : queue->today;
	queue->row.working_days = working_days(&queue->workdays, queue->row.applied, until);
	return queue->take(queue->context, &queue->row);
}

static void begin_waiting(struct queue *queue, struct statement *row, int32_t day)
{
	queue->open = true;
	snprintf(queue->unit, sizeof queue->unit, "%s", column_text(row, 1));
	queue->row = (struct waiting){ .certificate = queue->certificate,
				       .unit = queue->unit,
				       .applied = day,
				       .handed_over = INT32_MAX };
}

/* Steps of one certificate follow one another, the oldest first. */
static bool take_step(struct queue *queue, struct statement *row)
{
	int32_t day = china_time_at(column_integer(row, 3)).day;
	const char *act = column_text(row, 2);
	if (strcmp(queue->certificate, column_text(row, 0)) != 0) {
		if (!end_waiting(queue))
			return false;
		snprintf(queue->certificate, sizeof queue->certificate, "%s", column_text(row, 0));
	}
	if (strcmp(act, "apply") == 0)
		begin_waiting(queue, row, day);
	else if (strcmp(act, "deliver") != 0 && strcmp(act, "hand_over") != 0)
		queue->open = false; /* it came to nothing */
	else if (queue->open && queue->row.handed_over == INT32_MAX)
		queue->row.handed_over = day;
	return true;
}

static enum store_status walk_steps(struct registry *registry, struct queue *queue, int64_t now)
{
	static const char sql[] =
		"SELECT e.certificate, u.text, e.act, e.at FROM event e"
		" JOIN certificate c ON c.number = e.certificate JOIN word u ON u.id = c.unit"
		" WHERE e.act IN ('apply', 'refuse', 'deliver', 'hand_over', 'withdraw', 'cancel',"
		" 'decease', 'close') AND e.at <= ?1 ORDER BY e.certificate, e.at, e.seq";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return status;
	bind_integer(row, 1, now);
	while ((status = statement_step(row)) == STORE_ROW)
		if (!take_step(queue, row)) {
			statement_reset(row);
			return STORE_OK;
		}
	if (status == STORE_OK)
		(void)end_waiting(queue);
	return status;
}

enum registry_status ledger_waiting(struct registry *registry, int64_t now,
				    bool (*take)(void *, const struct waiting *), void *context)
{
	struct queue queue = { .today = china_time_at(now).day, .take = take, .context = context };
	enum registry_status status = rulebook_each_day(registry, take_day, &queue.workdays);
	if (status == REGISTRY_OK && queue.workdays.no_memory)
		status = registry_faults(registry, REGISTRY_TROUBLE, "out of memory");
	if (status == REGISTRY_OK)
		status = registry_says(registry, walk_steps(registry, &queue, now));
	free(queue.workdays.days);
	return status;
}

/* --- stored-value cards --- */

struct numbers {
	size_t count;
	struct numbered {
		char certificate[64], person[64];
	} * items;
	bool no_memory;
};

static bool take_number(void *context, const struct certificate *certificate)
{
	struct numbers *numbers = context;
	if (strcmp(certificate->state, "active") != 0)
		return true;
	struct numbered *larger = room_for_one(numbers->items, numbers->count, sizeof *larger);
	numbers->no_memory = larger == NULL;
	if (larger == NULL)
		return false;
	numbers->items = larger;
	struct numbered *item = &numbers->items[numbers->count++];
	snprintf(item->certificate, sizeof item->certificate, "%s", certificate->number);
	snprintf(item->person, sizeof item->person, "%s", certificate->person);
	return true;
}

/* Where the benefit can be had at all. */
static const struct merchant *place_of(const struct snapshot *snapshot,
				       const struct benefit *benefit)
{
	for (size_t i = 0; i < snapshot->merchant_count; i++) {
		const struct merchant *merchant = &snapshot->merchants[i];
		struct facts facts = { .merchant = merchant->code,
				       .region = merchant->region,
				       .venue = merchant->venue };
		if (strcmp(merchant->state, "active") == 0 && benefit_fits_place(benefit, &facts))
			return merchant;
	}
	return NULL;
}

/* Who holds one is whom the rule is for, whatever the hour and whatever is left of it. */
static bool holds_card(const struct entitlement *found, const struct benefit *benefit)
{
	for (size_t i = 0; i < found->offer_count; i++)
		if (found->offers[i].benefit == benefit)
			return found->offers[i].reason == REASON_OK ||
			       found->offers[i].reason > REASON_NOT_NEEDY;
	return false;
}

/* What is left of the one that this person holds. */
static enum registry_status read_left(struct registry *registry, struct ledger_card *card,
				      const struct benefit *benefit, const char *merchant,
				      int64_t now)
{
	uint8_t holder[PSEUDONYM_BYTES];
	struct uses uses = { .count = 1, .benefits = { benefit } };
	vault_holder(registry->vault, holder, "", card->person);
	enum registry_status status = uses_read(registry, &uses, holder, merchant, now, INT64_MAX);
	card->left = value_left(&benefit->value, &uses.used[0][0]);
	return status;
}

static enum registry_status cards_of(struct registry *registry, const struct benefit *benefit,
				     const struct numbers *numbers, int64_t now, bool *more,
				     bool (*take)(void *, const struct ledger_card *),
				     void *context)
{
	const struct merchant *place = place_of(registry->snapshot, benefit);
	struct entitlement *found = place == NULL ? NULL : malloc(sizeof *found);
	struct circumstances circumstances = { .amount = AMOUNT_NONE,
					       .quantity = AMOUNT_NONE,
					       .attended = true,
					       .compared = true,
					       .now = now };
	enum registry_status status = REGISTRY_OK;
	if (place == NULL)
		return REGISTRY_OK;
	if (found == NULL)
		return registry_faults(registry, REGISTRY_TROUBLE, "out of memory");
	circumstances.merchant = place->code;
	for (size_t i = 0; *more && status == REGISTRY_OK && i < numbers->count; i++) {
		struct presentation presentation = { .carrier = CARRIER_NUMBER,
						     .number = numbers->items[i].certificate };
		struct ledger_card card = { .certificate = numbers->items[i].certificate,
					    .person = numbers->items[i].person,
					    .benefit = benefit->id,
					    .value = benefit->value.fen };
		status = entitlement_check(registry, found, &presentation, &circumstances);
		if (status != REGISTRY_OK || !holds_card(found, benefit))
			continue;
		status = read_left(registry, &card, benefit, place->code, now);
		*more = status == REGISTRY_OK && take(context, &card);
	}
	explicit_bzero(found, sizeof *found);
	free(found);
	return status;
}

enum registry_status ledger_cards(struct registry *registry, int64_t now,
				  bool (*take)(void *, const struct ledger_card *), void *context)
{
	const struct catalogue *catalogue = registry->snapshot->catalogue;
	int32_t day = china_time_at(now).day;
	struct numbers numbers = { 0 };
	bool more = true;
	int64_t last = INT64_MIN;
	enum registry_status status =
		registry_each_certificate(registry, now, take_number, &numbers);
	/* A check refuses a clock that stands before the log's last entry, a ledger of some earlier
	 * day does not. */
	if (status == REGISTRY_OK)
		status = log_last_instant(registry, &last, NULL);
	if (status == REGISTRY_OK && now < last)
		now = last;
	if (status == REGISTRY_OK && numbers.no_memory)
		status = registry_faults(registry, REGISTRY_TROUBLE, "out of memory");
	for (size_t i = 0; more && status == REGISTRY_OK && i < catalogue_count(catalogue); i++) {
		const struct benefit *benefit = catalogue_at(catalogue, i);
		if (benefit->value.type == VALUE_STORED_VALUE && !benefit->retired &&
		    day >= benefit->from && day <= benefit->until)
			status = cards_of(registry, benefit, &numbers, now, &more, take, context);
	}
	free(numbers.items);
	return status;
}

/* --- merchants and benefits by scene --- */

/* One scene's; "" is none. */
static struct ledger_scene count_scene(const struct snapshot *snapshot, const char *scene,
				       int32_t day)
{
	const struct catalogue *catalogue = snapshot->catalogue;
	struct ledger_scene row = { .scene = scene };
	for (size_t i = 0; i < snapshot->merchant_count; i++)
		row.merchants += strcmp(snapshot->merchants[i].scene, scene) == 0 &&
				 strcmp(snapshot->merchants[i].state, "active") == 0;
	for (size_t i = 0; i < catalogue_count(catalogue); i++) {
		const struct benefit *benefit = catalogue_at(catalogue, i);
		row.benefits += strcmp(benefit->scene, scene) == 0 && !benefit->retired &&
				day >= benefit->from && day <= benefit->until;
	}
	return row;
}

enum registry_status ledger_scenes(struct registry *registry, int64_t now,
				   bool (*take)(void *, const struct ledger_scene *), void *context)
{
	int32_t day = china_time_at(now).day;
	const char *scene;
	bool more = true;
	for (size_t i = 0; more && (scene = scene_name(i)) != NULL; i++) {
		struct ledger_scene row = count_scene(registry->snapshot, scene, day);
		more = take(context, &row);
	}
	struct ledger_scene none = count_scene(registry->snapshot, "", day);
	if (more && none.merchants + none.benefits > 0)
		(void)take(context, &none);
	return REGISTRY_OK;
}
