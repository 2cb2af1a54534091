#include "centre/yearbook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/china_time.h"
#include "db/reason.h"
#include "db/region.h"

/* What the rows of one reading are held against. */
struct reading {
	struct yearbook *yearbook;
	struct registry *registry;
	const struct report_query *query;
	const char *unit; /* NULL: all that there are */
};

/* --- certificates by unit --- */

static void add_unit(struct yearbook *yearbook, const struct ledger_unit *row)
{
	size_t count = yearbook->unit_count;
	struct unit_line *larger = yearbook->units;
	struct issue_counts counts = issue_count(row->steps);

	if ((count & (count - 1)) == 0)
		larger = realloc(larger, (count == 0 ? 1 : 2 * count) * sizeof *larger);
	yearbook->no_memory |= larger == NULL;
	if (larger == NULL)
		return;
	yearbook->units = larger;
	yearbook->unit_count++;
	larger[count].counts = counts;
	snprintf(larger[count].name, sizeof larger[count].name, "%s",
		 row->name[0] != '\0' ? row->name : row->unit);
	for (int group = 0; group < ISSUE_GROUPS; group++)
		yearbook->issue.groups[group] += counts.groups[group];
	yearbook->issue.total += counts.total;
	yearbook->issue.on_file += counts.on_file;
	yearbook->issue.issued += counts.issued;
}

/* Its own alone: what lies below it has lines of its own. */
static bool take_unit_itself(void *context, const struct ledger_unit *row)
{
	struct reading *reading = context;

	if (strcmp(row->unit, reading->unit) == 0)
		add_unit(reading->yearbook, row);
	return true;
}

/* With all below: those directly below the unit, and those that have none above where all are
 * asked for. */
static bool take_unit_below(void *context, const struct ledger_unit *row)
{
	struct reading *reading = context;
	bool is_itself = reading->unit != NULL && strcmp(row->unit, reading->unit) == 0;
	bool is_below = reading->unit != NULL && strcmp(row->above, reading->unit) == 0;
	bool is_apart = reading->query->places == NULL && row->above[0] == '\0';

	if (!is_itself && (is_below || is_apart))
		add_unit(reading->yearbook, row);
	return true;
}

static enum registry_status read_units(struct reading *reading)
{
	int64_t now = reading->query->now;
	enum registry_status status = REGISTRY_OK;

	if (reading->unit != NULL)
		status = ledger_units(reading->registry, now, false, take_unit_itself, reading);
	if (status == REGISTRY_OK)
		status = ledger_units(reading->registry, now, true, take_unit_below, reading);
	return status;
}

/* --- waiting, plaques, benefits --- */

static enum registry_status read_waits(struct reading *reading)
{
	return waits_read(&reading->yearbook->waits, reading->registry, reading->query->now,
			  reading->query->places);
}

static bool take_plaque(void *context, const struct plaque *plaque)
{
	struct reading *reading = context;

	if (unit_range_has(reading->query->places, plaque->unit))
		reading->yearbook->plaques[plaque->state]++;
	return true;
}

static enum registry_status read_plaques(struct reading *reading)
{
	return plaque_each(reading->registry, NULL, take_plaque, reading);
}

static enum registry_status read_stock(struct reading *reading)
{
	const struct catalogue *catalogue = registry_catalogue(reading->registry);
	int32_t today = china_time_at(reading->query->now).day;

	for (size_t i = 0; i < catalogue_count(catalogue); i++) {
		const struct benefit *benefit = catalogue_at(catalogue, i);

		reading->yearbook->benefits_in_force +=
			!benefit->retired && today >= benefit->from && today <= benefit->until;
	}
	return reconcile_stock(reading->registry, &reading->yearbook->stock);
}

/* --- uses --- */

static enum registry_status read_sums(struct reading *reading, enum use_sums_by by,
				      bool (*row)(void *, const struct use_sum *), void *context)
{
	const struct use_query query = { .time = reading->query->time,
					 .by = by,
					 .places = reading->query->places,
					 .now = reading->query->now };

	return use_sums(reading->registry, &query, row, context);
}

/* Days and months without a use stand between those with one: time does not leap. */
struct series {
	struct yearbook *yearbook;
	bool by_month;
	bool any;
	int32_t last; /* day, or months since the year 0 */
};

static int32_t place_in_time(const struct series *series, const char *key)
{
	char day_text[16];
	int32_t day = 0;
	int year, month, day_of_month;

	snprintf(day_text, sizeof day_text, "%.7s-01", key);
	if (!day_parse(&day, series->by_month ? day_text : key))
		return series->last;
	date_from_day(day, &year, &month, &day_of_month);
	return series->by_month ? 12 * year + month - 1 : day;
}

static void name_time(char out[static 11], const struct series *series, int32_t place)
{
	day_format(out, series->by_month ? day_from_date(place / 12, place % 12 + 1, 1) : place);
	if (series->by_month)
		out[strlen("2026-11")] = '\0';
}

static bool take_time(void *context, const struct use_sum *sum)
{
	struct series *series = context;
	struct chart *chart = &series->yearbook->over_time;
	int32_t place = place_in_time(series, sum->key);
	const int64_t none = 0;
	char name[11];

	for (int32_t between = series->last + 1; series->any && between < place; between++) {
		name_time(name, series, between);
		chart_add(chart, name, &none, 1);
	}
	chart_add(chart, sum->key, &sum->uses, 1);
	series->last = place;
	series->any = true;
	return true;
}

static bool take_total(void *context, const struct use_sum *sum)
{
	struct yearbook *yearbook = context;

	yearbook->uses += sum->uses;
	yearbook->voided += sum->voided;
	yearbook->saved += sum->saved;
	return true;
}

/* By days where they are few, else by months. */
static enum registry_status read_over_time(struct reading *reading)
{
	struct yearbook *yearbook = reading->yearbook;
	struct series series = { .yearbook = yearbook };
	enum registry_status status = read_sums(reading, USES_BY_DAY, take_time, &series);

	yearbook->time_by = USES_BY_DAY;
	if (status == REGISTRY_OK && yearbook->over_time.count > DAYS_SHOWN) {
		chart_free(&yearbook->over_time);
		series = (struct series){ .yearbook = yearbook, .by_month = true };
		yearbook->time_by = USES_BY_MONTH;
		status = read_sums(reading, USES_BY_MONTH, take_time, &series);
	}
	if (status == REGISTRY_OK)
		status = read_sums(reading, USES_BY_MONTH, take_total, yearbook);
	return status;
}

static bool take_named(void *context, const struct use_sum *sum)
{
	const char *label = sum->title[0][0] != '\0' ? sum->title[0] : sum->key;

	chart_add(context, label[0] != '\0' ? label : "未分场景 none", &sum->uses, 1);
	return true;
}

static enum registry_status read_uses(struct reading *reading)
{
	struct yearbook *yearbook = reading->yearbook;
	const struct {
		enum use_sums_by by;
		struct chart *chart;
	} charts[] = {
		{ USES_BY_BENEFIT, &yearbook->benefits },
		{ USES_BY_MERCHANT, &yearbook->merchants },
		{ USES_BY_SCENE, &yearbook->scenes },
		{ USES_BY_CLASS, &yearbook->classes },
	};
	enum registry_status status = read_over_time(reading);

	for (size_t i = 0; status == REGISTRY_OK && i < sizeof charts / sizeof charts[0]; i++)
		status = read_sums(reading, charts[i].by, take_named, charts[i].chart);
	return status;
}

/* --- refusals --- */

static void name_county(char *out, size_t size, const char *region)
{
	const char *name = region == NULL ? NULL : region_name(region, false);

	if (region == NULL)
		snprintf(out, size, "不详 not known");
	else
		snprintf(out, size, "%s%s%s", name == NULL ? "" : name, name == NULL ? "" : " ",
			 region);
}

static bool take_refusals(void *context, const struct unmet_row *row)
{
	struct reading *reading = context;
	enum reason reason;
	char county[128];

	if (!report_has_merchant(reading->registry, reading->query, row->merchant))
		return true;
	reading->yearbook->refusals += row->count;
	chart_count(&reading->yearbook->reasons,
		    reason_from_name(&reason, row->reason) ? reason_why(reason, false)
							   : row->reason,
		    row->count);
	name_county(county, sizeof county, row->region);
	chart_count(&reading->yearbook->counties, county, row->count);
	return true;
}

static int most_first(const void *a, const void *b)
{
	int64_t left = ((const struct plot_row *)a)->values[0];
	int64_t right = ((const struct plot_row *)b)->values[0];

	return (left < right) - (left > right);
}

static enum registry_status read_refusals(struct reading *reading)
{
	struct chart *charts[] = { &reading->yearbook->reasons, &reading->yearbook->counties };
	enum registry_status status =
		report_unmet(reading->registry, &reading->query->time, take_refusals, reading);

	for (size_t i = 0; i < sizeof charts / sizeof charts[0]; i++)
		if (charts[i]->count > 0)
			qsort(charts[i]->rows, charts[i]->count, sizeof *charts[i]->rows,
			      most_first);
	return status;
}

/* --- cards and mismatches, of the whole registry alone --- */

static bool take_card(void *context, const struct ledger_card *card)
{
	struct yearbook *yearbook = context;

	yearbook->cards.count++;
	yearbook->cards.value += card->value;
	yearbook->cards.left += card->left;
	return true;
}

/* They come by kind; its titles are constants, and the same for all of a kind. */
static bool take_mismatch(void *context, const struct mismatch *mismatch)
{
	struct yearbook *yearbook = context;
	size_t last = yearbook->mismatch_kinds;

	if (last == 0 || yearbook->mismatches[last - 1].title[0] != mismatch->title[0]) {
		if (last == MISMATCHES_MAX)
			return false;
		yearbook->mismatch_kinds++;
		memcpy(yearbook->mismatches[last].title, mismatch->title, sizeof mismatch->title);
		last++;
	}
	yearbook->mismatches[last - 1].count++;
	return true;
}

static enum registry_status read_whole(struct reading *reading)
{
	struct yearbook *yearbook = reading->yearbook;
	int64_t now = reading->query->now;
	enum registry_status status = REGISTRY_OK;

	if (reading->query->places != NULL)
		return REGISTRY_OK;
	status = ledger_cards(reading->registry, now, take_card, yearbook);
	if (status == REGISTRY_OK)
		status = reconcile(reading->registry, now, take_mismatch, yearbook);
	return status;
}

/* --- all of it --- */

static bool lacks_memory(const struct yearbook *yearbook)
{
	return yearbook->no_memory || yearbook->over_time.no_memory ||
	       yearbook->benefits.no_memory || yearbook->merchants.no_memory ||
	       yearbook->scenes.no_memory || yearbook->classes.no_memory ||
	       yearbook->reasons.no_memory || yearbook->counties.no_memory;
}

enum registry_status yearbook_read(struct yearbook *out, struct registry *registry,
				   const struct report_query *query, const char *unit)
{
	static enum registry_status (*const parts[])(struct reading *) = {
		read_stock, read_units,    read_waits, read_plaques,
		read_uses,  read_refusals, read_whole,
	};
	struct reading reading = {
		.yearbook = out, .registry = registry, .query = query, .unit = unit
	};
	enum registry_status status = REGISTRY_OK;

	*out = (struct yearbook){ 0 };
	for (size_t i = 0; status == REGISTRY_OK && i < sizeof parts / sizeof *parts; i++)
		status = parts[i](&reading);
	return status == REGISTRY_OK && lacks_memory(out) ? REGISTRY_TROUBLE : status;
}

void yearbook_free(struct yearbook *yearbook)
{
	free(yearbook->units);
	waits_free(&yearbook->waits);
	chart_free(&yearbook->over_time);
	chart_free(&yearbook->benefits);
	chart_free(&yearbook->merchants);
	chart_free(&yearbook->scenes);
	chart_free(&yearbook->classes);
	chart_free(&yearbook->reasons);
	chart_free(&yearbook->counties);
	*yearbook = (struct yearbook){ 0 };
}
