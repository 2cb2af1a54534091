/*
 * The rehearsal's registry: who the holders of the log are, and its redemptions one after another.
 */
#include "db/rehearsal.h"

#include <stdlib.h>
#include <string.h>

#include "db/china_time.h"
#include "db/inquiry.h"
#include "db/rehearsal_play.h"

#define ROWS(name)                                                           \
	enum store_status name(struct registry *registry, struct play *play, \
			       const struct report_time *time, struct statement *row)
typedef ROWS(take_row);

/* Take each row of the SQL, whose ?1 and ?2 are the ends of the time. */
static enum store_status each(struct registry *registry, struct play *play,
			      const struct report_time *time, const char *sql, take_row *take)
{
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return status;
	bind_integer(row, 1, time->since);
	bind_integer(row, 2, time->before);
	while ((status = statement_step(row)) == STORE_ROW)
		if ((status = take(registry, play, time, row)) != STORE_OK || play->no_memory) {
			statement_reset(row);
			return status != STORE_OK ? status : STORE_TROUBLE;
		}
	return status;
}

static const uint8_t *holder_at(struct statement *row, int column)
{
	size_t length;
	const void *holder = column_bytes(row, column, &length);
	return length == PSEUDONYM_BYTES ? holder : NULL;
}

/* --- who they are --- */

static ROWS(take_holder)
{
	(void)registry;
	(void)time;
	const uint8_t *holder = holder_at(row, 0);
	if (holder == NULL)
		return STORE_DAMAGED;
	play_player(play, holder);
	return STORE_OK;
}

static struct player *player_of(struct registry *registry, struct play *play, const char *person)
{
	uint8_t holder[PSEUDONYM_BYTES];
	vault_holder(registry->vault, holder, "", person);
	return play_find(play, holder);
}

static ROWS(take_person)
{
	(void)time;
	struct player *player = player_of(registry, play, column_text(row, 0));
	if (player == NULL)
		return STORE_OK;
	player->known = true;
	player->birth_known = !column_is_null(row, 1);
	player->birth = (int32_t)column_integer(row, 1);
	player->needy = column_integer(row, 3) != 0;
	player->merit = (int32_t)column_integer(row, 4);
	if (word_text(registry, &player->home_region, column_integer(row, 2)) != REGISTRY_OK ||
	    word_text(registry, &player->identities, column_integer(row, 5)) != REGISTRY_OK)
		return STORE_DAMAGED;
	return STORE_OK;
}

static ROWS(take_certificate)
{
	(void)time;
	struct player *player = player_of(registry, play, column_text(row, 0));
	if (player != NULL)
		player->kinds |= (uint8_t)(1U << (column_integer(row, 1) & 3));
	return STORE_OK;
}

static enum store_status read_people(struct registry *registry, struct play *play,
				     const struct report_time *time)
{
	/* ?1 and ?2 are bound to every statement here. */
	static const char holders[] = "SELECT DISTINCT holder FROM log WHERE what = 'redeemed'"
				      " AND at >= ?1 AND at < ?2";
	static const char persons[] = "SELECT code, birth, home_region, needy, merit, identities"
				      " FROM person WHERE ?1 < ?2";
	static const char certificates[] = "SELECT person, kind FROM certificate WHERE ?1 < ?2";
	enum store_status status = each(registry, play, time, holders, take_holder);
	if (status == STORE_OK)
		status = each(registry, play, time, persons, take_person);
	if (status == STORE_OK)
		status = each(registry, play, time, certificates, take_certificate);
	return status;
}

/* --- what they had --- */

static void fill_place(const struct registry *registry, struct past_redemption *past)
{
	const struct merchant *merchant = snapshot_merchant(registry->snapshot, past->merchant);
	struct calendar_day day =
		snapshot_day(registry->snapshot, china_time_at(past->facts.now).day);
	past->facts.holiday = day.holiday;
	past->facts.festival = day.festival;
	past->place_known = merchant != NULL;
	if (merchant == NULL)
		return;
	past->facts.merchant = merchant->code;
	past->facts.region = merchant->region;
	past->facts.venue = merchant->venue;
}

static ROWS(take_redemption)
{
	struct past_redemption past = { .holder = holder_at(row, 1),
					.benefit = column_text(row, 2),
					.version = (int32_t)column_integer(row, 3),
					.merchant = column_text(row, 4),
					.has_payable = !column_is_null(row, 5),
					.has_saved = !column_is_null(row, 6),
					.payable = column_integer(row, 5),
					.saved = column_integer(row, 6) };
	if (past.holder == NULL)
		return STORE_DAMAGED;
	past.newest = snapshot_benefit(registry->snapshot, past.benefit);
	past.facts.now = column_integer(row, 0);
	past.facts.assurance = (int32_t)column_integer(row, 7);
	past.facts.compared = column_integer(row, 8) != 0;
	/* Not in the log: where an ID card would have to be seen that is told, not refused. */
	past.facts.attended = true;
	if (past.facts.now < time->since) {
		play_before(play, &past);
		return STORE_OK;
	}
	fill_place(registry, &past);
	play_redemption(play, &past);
	return STORE_OK;
}

static ROWS(take_refusals)
{
	(void)registry;
	(void)time;
	if (play_drafts(play, column_text(row, 0)))
		play->out->refusals += column_integer(row, 1);
	return STORE_OK;
}

static enum store_status read_log(struct registry *registry, struct play *play,
				  const struct report_time *time)
{
	static const char redemptions[] =
		"SELECT at, holder, benefit, benefit_version, merchant, payable, saved, assurance,"
		" compared FROM log l WHERE what = 'redeemed' AND at < ?2 AND ?1 IS NOT NULL"
		" AND NOT EXISTS (SELECT 1 FROM log v WHERE v.what = 'voided'"
		" AND v.redemption = l.redemption) ORDER BY seq";
	static const char refusals[] = "SELECT benefit, count(*) FROM log WHERE what = 'refused'"
				       " AND at >= ?1 AND at < ?2 AND benefit IS NOT NULL"
				       " GROUP BY benefit";
	enum store_status status = each(registry, play, time, redemptions, take_redemption);
	if (status == STORE_OK)
		status = each(registry, play, time, refusals, take_refusals);
	return status;
}

/* --- the whole --- */

/* Of each benefit of the draft the version that is in force with the very same document. */
static void compare_documents(const struct registry *registry, const struct catalogue *draft,
			      int32_t *in_force)
{
	const struct catalogue *ours = registry->snapshot->catalogue;
	for (size_t i = 0; i < catalogue_count(draft); i++)
		for (size_t k = 0; k < catalogue_count(ours); k++)
			if (!catalogue_at(ours, k)->retired &&
			    strcmp(catalogue_at(ours, k)->id, catalogue_at(draft, i)->id) == 0 &&
			    strcmp(catalogue_document(ours, k), catalogue_document(draft, i)) == 0)
				in_force[i] = catalogue_at(ours, k)->version;
}

static enum store_status play_all(struct registry *registry, struct play *play,
				  const struct report_time *time)
{
	bool nested = store_in_transaction(registry->store);
	enum store_status status = nested ? STORE_OK : store_begin_read(registry->store);
	if (status != STORE_OK)
		return status;
	status = read_people(registry, play, time);
	if (status == STORE_OK)
		status = read_log(registry, play, time);
	if (!nested)
		store_rollback(registry->store); /* it only read */
	return status;
}

enum registry_status rehearse(struct registry *registry, struct rehearsal *out,
			      const struct catalogue *draft, const struct report_time *time)
{
	struct play play = { .no_memory = true };
	enum store_status status = STORE_OK;
	int32_t *in_force = calloc(catalogue_count(draft) + 1, sizeof *in_force);
	*out = (struct rehearsal){ 0 };
	if (in_force != NULL) {
		compare_documents(registry, draft, in_force);
		if (play_open(&play, draft, in_force, out))
			status = play_all(registry, &play, time);
		if (status == STORE_OK)
			play_end(&play);
	}
	bool no_memory = play.no_memory;
	play_close(&play);
	free(in_force);
	if (status == STORE_OK && !no_memory)
		return REGISTRY_OK;
	rehearsal_free(out);
	return no_memory ? registry_faults(registry, REGISTRY_TROUBLE, "out of memory")
			 : registry_says(registry, status);
}
