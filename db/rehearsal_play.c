#include "db/rehearsal_play.h"

#include <stdlib.h>
#include <string.h>

#include "db/china_time.h"
#include "db/inquiry.h"

/* What a holder, or a place, had of a benefit of the draft within the periods of its limits. */
struct account {
	struct past_use used[BENEFIT_LIMITS_MAX];
	int64_t since[BENEFIT_LIMITS_MAX];
};

/* Codes and ids as keys of one length. */
struct name_key {
	char text[64];
};
static struct name_key name_key(const char *text)
{
	struct name_key key = { 0 };
	memcpy(key.text, text, strnlen(text, sizeof key.text - 1));
	return key;
}

/* --- open and close --- */

bool play_open(struct play *play, const struct catalogue *draft, const int32_t *in_force,
	       struct rehearsal *out)
{
	size_t count = catalogue_count(draft);
	*out = (struct rehearsal){ 0 };
	*play = (struct play){ .out = out,
			       .drafted = calloc(count + 1, sizeof *play->drafted),
			       .drafted_numbers = { .key_size = sizeof(struct name_key) },
			       .player_numbers = { .key_size = PSEUDONYM_BYTES },
			       .place_numbers = { .key_size = sizeof(struct name_key) },
			       .account_numbers = { .key_size = 3 * sizeof(uint32_t) },
			       .cost_numbers = { .key_size = 2 * sizeof(struct name_key) } };
	play->no_memory = play->drafted == NULL;
	for (size_t i = 0; i < count && !play->no_memory; i++) {
		struct name_key key = name_key(catalogue_at(draft, i)->id);
		size_t number = numbering_of(&play->drafted_numbers, &key);
		play->no_memory = number == NUMBERING_NONE;
		/* Of the same id twice the later one is the newer version. */
		if (!play->no_memory)
			play->drafted[number] =
				(struct drafted){ catalogue_at(draft, i), in_force[i] };
	}
	play->drafted_count = play->drafted_numbers.count;
	return !play->no_memory;
}

void play_close(struct play *play)
{
	numbering_clear(&play->drafted_numbers);
	numbering_clear(&play->player_numbers);
	numbering_clear(&play->place_numbers);
	numbering_clear(&play->account_numbers);
	numbering_clear(&play->cost_numbers);
	purchases_clear(&play->purchases);
	free(play->drafted);
	free(play->players);
	free(play->accounts);
}

void rehearsal_free(struct rehearsal *rehearsal)
{
	free(rehearsal->costs);
	free(rehearsal->classes);
	*rehearsal = (struct rehearsal){ 0 };
}

/* --- players --- */

struct player *play_player(struct play *play, const uint8_t holder[static PSEUDONYM_BYTES])
{
	size_t before = play->player_numbers.count;
	size_t number = numbering_of(&play->player_numbers, holder);
	play->no_memory |= number == NUMBERING_NONE;
	if (play->no_memory || number < before)
		return play->no_memory ? NULL : &play->players[number];
	struct player *players = room_for_one(play->players, before, sizeof *players);
	play->no_memory |= players == NULL;
	if (play->no_memory)
		return NULL;
	play->players = players;
	players[number] = (struct player){ 0 };
	return &players[number];
}

struct player *play_find(struct play *play, const uint8_t holder[static PSEUDONYM_BYTES])
{
	size_t number = numbering_find(&play->player_numbers, holder);
	return number == NUMBERING_NONE ? NULL : &play->players[number];
}

static size_t find_drafted(const struct play *play, const char *benefit)
{
	struct name_key key = name_key(benefit);
	return numbering_find(&play->drafted_numbers, &key);
}

bool play_drafts(const struct play *play, const char *benefit)
{
	return find_drafted(play, benefit) != NUMBERING_NONE;
}

/* --- accounts --- */

static int64_t add_up(int64_t a, int64_t b)
{
	int64_t sum;
	if (__builtin_add_overflow(a, b, &sum))
		return b < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

/* Brought up to now; NULL without memory. */
static struct account *account_of_key(struct play *play, size_t drafted, size_t owner,
				      bool is_place, int64_t now)
{
	const uint32_t key[3] = { (uint32_t)drafted, (uint32_t)owner, is_place };
	const struct benefit *benefit = play->drafted[drafted].benefit;
	size_t before = play->account_numbers.count;
	size_t number = numbering_of(&play->account_numbers, key);
	if (number != NUMBERING_NONE && number == before) {
		struct account *accounts = room_for_one(play->accounts, before, sizeof *accounts);
		if (accounts == NULL)
			number = NUMBERING_NONE;
		else
			(play->accounts = accounts)[number] = (struct account){ 0 };
	}
	play->no_memory |= number == NUMBERING_NONE;
	if (play->no_memory)
		return NULL;
	struct account *account = &play->accounts[number];
	for (size_t i = 0; i < benefit->limit_count; i++) {
		int64_t since = period_start(benefit->limits[i].period, now);
		if (account->since[i] != since)
			account->used[i] = (struct past_use){ 0 };
		account->since[i] = since;
	}
	return account;
}

static size_t place_number(struct play *play, const char *merchant)
{
	struct name_key key = name_key(merchant);
	size_t number = numbering_of(&play->place_numbers, &key);
	play->no_memory |= number == NUMBERING_NONE;
	return number;
}

/* A holder who is not met in the time that is rehearsed needs no account. */
static void count_use(struct play *play, size_t drafted, const struct past_redemption *past,
		      int64_t saved)
{
	const struct benefit *benefit = play->drafted[drafted].benefit;
	const struct player *player = play_find(play, past->holder);
	for (int is_place = 0; is_place < 2; is_place++) {
		if (!is_place && player == NULL)
			continue;
		size_t owner = is_place ? place_number(play, past->merchant)
					: (size_t)(player - play->players);
		struct account *account =
			account_of_key(play, drafted, owner, is_place, past->facts.now);
		for (size_t i = 0; account != NULL && i < benefit->limit_count; i++) {
			account->used[i].count++;
			account->used[i].amount = add_up(account->used[i].amount, saved);
		}
	}
}

static void read_accounts(struct play *play, struct past_use used[static BENEFIT_LIMITS_MAX],
			  size_t drafted, const struct past_redemption *past)
{
	const struct benefit *benefit = play->drafted[drafted].benefit;
	size_t owner = (size_t)(play_find(play, past->holder) - play->players);
	memset(used, 0, BENEFIT_LIMITS_MAX * sizeof *used);
	for (size_t i = 0; i < benefit->limit_count; i++) {
		bool is_place = benefit->limits[i].per_venue;
		const struct account *account = account_of_key(
			play, drafted, is_place ? place_number(play, past->merchant) : owner,
			is_place, past->facts.now);
		if (account != NULL)
			used[i] = account->used[i];
	}
}

/* --- purchases --- */

/* What was taken, by its number in the draft, or NUMBERING_NONE as the registry has it. */
static void note_purchase(struct play *play, const struct past_redemption *past, size_t drafted)
{
	const struct player *player = play_find(play, past->holder);
	struct purchase_use use = { .benefit = past->newest, .at = past->facts.now };
	if (drafted != NUMBERING_NONE) {
		use.benefit = play->drafted[drafted].benefit;
		use.changed = play->drafted[drafted].in_force == 0;
	}
	if (player == NULL || use.benefit == NULL)
		return;
	size_t place = place_number(play, past->merchant);
	play->no_memory =
		play->no_memory ||
		!purchase_add(&play->purchases, (size_t)(player - play->players), place, &use);
}

/* What the draft leaves alone stands, unless what it changes was taken just before. */
static bool is_excluded(struct play *play, const struct past_redemption *past,
			const struct player *player)
{
	return past->newest != NULL &&
	       purchase_excludes(&play->purchases, past->newest, (size_t)(player - play->players),
				 place_number(play, past->merchant), past->facts.now);
}

void play_before(struct play *play, const struct past_redemption *past)
{
	size_t drafted = find_drafted(play, past->benefit);
	if (drafted != NUMBERING_NONE)
		count_use(play, drafted, past, past->has_saved ? past->saved : 0);
	note_purchase(play, past, drafted);
}

/* --- one redemption --- */

/* How much somebody came out with, as far as it is known. */
struct result {
	enum { HAD_NOTHING, HAD_PRIORITY, HAD_PART, HAD_ALL } had;
	bool has_saved;
	int64_t saved;
	enum reason reason;
	bool compared;
	size_t drafted; /* NUMBERING_NONE: as it was */
};

static struct result result_of_log(const struct past_redemption *past)
{
	bool all = past->has_payable && past->payable == 0;
	return (struct result){ .had = all                 ? HAD_ALL
				       : past->has_payable ? HAD_PART
							   : HAD_PRIORITY,
				.has_saved = past->has_saved,
				.saved = past->saved,
				.drafted = NUMBERING_NONE };
}

static struct result result_of_offer(const struct offer *offer, size_t drafted)
{
	struct result result = { .reason = offer->reason,
				 .has_saved = offer->has_saved,
				 .saved = offer->saved,
				 .compared = offer->verdict == VERDICT_NEEDS_COMPARE,
				 .drafted = drafted };
	if (!offer_can_be_had(offer))
		result.had = HAD_NOTHING;
	else if (offer->has_payable)
		result.had = offer->payable == 0 ? HAD_ALL : HAD_PART;
	else
		result.had = offer->verdict == VERDICT_NEEDS_AMOUNT ? HAD_PART : HAD_PRIORITY;
	return result;
}

enum change { CHANGE_SAME, CHANGE_GAIN, CHANGE_LOSE, CHANGE_UNDECIDED };

static enum change change_between(const struct result *before, const struct result *after)
{
	if (after->had == HAD_NOTHING || before->had == HAD_NOTHING)
		return after->had == before->had   ? CHANGE_SAME
		       : after->had == HAD_NOTHING ? CHANGE_LOSE
						   : CHANGE_GAIN;
	if (before->has_saved && after->has_saved)
		return after->saved == before->saved  ? CHANGE_SAME
		       : after->saved > before->saved ? CHANGE_GAIN
						      : CHANGE_LOSE;
	if (after->had == before->had && after->had != HAD_PART)
		return CHANGE_SAME;
	/* All, or nothing but priority, against a part whose size is not known. */
	if (before->has_saved || after->has_saved || after->had == before->had)
		return CHANGE_UNDECIDED;
	return after->had > before->had ? CHANGE_GAIN : CHANGE_LOSE;
}

static void fill_facts(struct facts *facts, const struct past_redemption *past,
		       const struct player *player)
{
	*facts = past->facts;
	facts->needy = player->needy;
	facts->birth_known = player->birth_known;
	facts->birth = player->birth;
	facts->merit = player->merit;
	facts->home_region = player->home_region;
	facts->today = china_time_at(facts->now);
	facts_add_identities(facts, player->identities, facts->today.day);
	facts->quantity = AMOUNT_NONE;
	facts->amount = AMOUNT_NONE;
	if (past->has_payable && past->has_saved)
		facts->amount = add_up(past->payable, past->saved);
}

/* By the certificate that gives the most. */
static struct result decide_anew(struct play *play, size_t drafted,
				 const struct past_redemption *past, const struct player *player)
{
	struct past_use used[BENEFIT_LIMITS_MAX];
	struct result best = { .had = HAD_NOTHING, .reason = REASON_WRONG_KIND };
	struct facts facts;
	struct offer offer;
	best.drafted = drafted;
	fill_facts(&facts, past, player);
	purchase_beside(&play->purchases, &facts, (size_t)(player - play->players),
			place_number(play, past->merchant));
	read_accounts(play, used, drafted, past);
	for (uint8_t kind = 1; kind <= 2; kind++) {
		if ((player->kinds & 1U << kind) == 0)
			continue;
		facts.kind = kind;
		decide(&offer, play->drafted[drafted].benefit, &facts, used);
		struct result result = result_of_offer(&offer, drafted);
		if (best.reason == REASON_WRONG_KIND ||
		    change_between(&best, &result) == CHANGE_GAIN)
			best = result;
	}
	return best;
}

/* What was taken, as the draft has it. */
static struct result same_again(struct play *play, const struct past_redemption *past,
				const struct player *player)
{
	size_t drafted = find_drafted(play, past->benefit);
	if (drafted != NUMBERING_NONE && play->drafted[drafted].in_force != past->version)
		return decide_anew(play, drafted, past, player);
	struct result result = result_of_log(past);
	result.drafted = drafted;
	if (is_excluded(play, past, player)) {
		result.had = HAD_NOTHING;
		result.has_saved = false;
		result.reason = REASON_NOT_WITH_OTHERS;
	}
	return result;
}

/* What is new in the draft, where that saves more. */
static void look_around(struct play *play, struct result *after, const struct past_redemption *past,
			const struct player *player)
{
	size_t own = find_drafted(play, past->benefit);
	for (size_t i = 0; i < play->drafted_count; i++) {
		if (i == own || play->drafted[i].in_force != 0 ||
		    !benefit_fits_place(play->drafted[i].benefit, &past->facts))
			continue;
		struct result other = decide_anew(play, i, past, player);
		if (change_between(after, &other) == CHANGE_GAIN)
			*after = other;
	}
}

/* --- what comes of it --- */

static struct rehearsal_cost *cost_of(struct play *play, const char *merchant, const char *benefit)
{
	const struct name_key key[2] = { name_key(merchant), name_key(benefit) };
	struct rehearsal *out = play->out;
	size_t number = numbering_of(&play->cost_numbers, key);
	if (number == out->cost_count) {
		struct rehearsal_cost *costs = room_for_one(out->costs, number, sizeof *costs);
		if (costs != NULL) {
			out->costs = costs;
			costs[number] = (struct rehearsal_cost){ 0 };
			memcpy(costs[number].merchant, key[0].text, sizeof costs->merchant);
			memcpy(costs[number].benefit, key[1].text, sizeof costs->benefit);
			out->cost_count++;
		}
	}
	play->no_memory |= number == NUMBERING_NONE || number >= out->cost_count;
	return play->no_memory ? NULL : &out->costs[number];
}

static void note_costs(struct play *play, const struct past_redemption *past,
		       const struct result *after)
{
	struct rehearsal_cost *cost = cost_of(play, past->merchant, past->benefit);
	if (cost == NULL)
		return;
	cost->uses_before++;
	if (past->has_saved)
		cost->saved_before = add_up(cost->saved_before, past->saved);
	if (after->had == HAD_NOTHING)
		return;
	if (after->drafted != NUMBERING_NONE)
		cost = cost_of(play, past->merchant, play->drafted[after->drafted].benefit->id);
	if (cost == NULL)
		return;
	cost->uses_after++;
	if (after->has_saved)
		cost->saved_after = add_up(cost->saved_after, after->saved);
	cost->unknown_after += !after->has_saved && after->had != HAD_PRIORITY;
}

static void note_change(struct play *play, struct player *player, enum change change)
{
	struct rehearsal_change *all = &play->out->redemptions;
	int64_t *const counters[][2] = {
		[CHANGE_SAME] = { &all->same, &player->same },
		[CHANGE_GAIN] = { &all->gain, &player->better },
		[CHANGE_LOSE] = { &all->lose, &player->worse },
		[CHANGE_UNDECIDED] = { &all->undecided, &player->undecided },
	};
	++*counters[change][0];
	++*counters[change][1];
}

/* What cannot be decided stays in the accounts as it was. */
static void leave_undecided(struct play *play, struct player *player,
			    const struct past_redemption *past, int64_t *why)
{
	size_t drafted = find_drafted(play, past->benefit);
	++*why;
	note_change(play, player, CHANGE_UNDECIDED);
	if (drafted != NUMBERING_NONE)
		count_use(play, drafted, past, past->has_saved ? past->saved : 0);
	note_purchase(play, past, drafted);
}

void play_redemption(struct play *play, const struct past_redemption *past)
{
	struct player *player = play_player(play, past->holder);
	if (player == NULL)
		return;
	player->last_day = china_time_at(past->facts.now).day;
	if (!player->known || !past->place_known) {
		leave_undecided(play, player, past,
				player->known ? &play->out->places : &play->out->guests);
		return;
	}
	struct result before = result_of_log(past), after = same_again(play, past, player);
	enum change change = change_between(&before, &after);
	if (change != CHANGE_UNDECIDED) {
		look_around(play, &after, past, player);
		change = change_between(&before, &after);
	}
	if (change == CHANGE_UNDECIDED) {
		leave_undecided(play, player, past, &play->out->without_amount);
		return;
	}
	note_change(play, player, change);
	note_costs(play, past, &after);
	if (before.has_saved)
		player->saved = add_up(player->saved, after.has_saved ? after.saved - before.saved
								      : -before.saved);
	if (after.had == HAD_NOTHING) {
		play->out->refused[after.reason]++;
		return;
	}
	if (after.drafted != NUMBERING_NONE)
		count_use(play, after.drafted, past, after.has_saved ? after.saved : 0);
	note_purchase(play, past, after.drafted);
	play->out->compared += after.compared;
}

/* --- people --- */

static void add_change(struct rehearsal_change *change, const struct player *player)
{
	int64_t lead = player->saved != 0 ? player->saved : player->better - player->worse;
	if (player->same + player->better + player->worse == 0)
		change->undecided += player->undecided > 0; /* else all was taken back */
	else if (lead != 0)
		++*(lead > 0 ? &change->gain : &change->lose);
	else
		change->same++;
}

static struct rehearsal_class *class_named(struct play *play, const char *name, size_t length)
{
	struct rehearsal *out = play->out;
	for (size_t i = 0; i < out->class_count; i++)
		if (strlen(out->classes[i].name) == length &&
		    memcmp(out->classes[i].name, name, length) == 0)
			return &out->classes[i];
	struct rehearsal_class *classes =
		room_for_one(out->classes, out->class_count, sizeof *classes);
	if (classes == NULL || length > IDENTITY_MAX) {
		play->no_memory |= classes == NULL;
		return NULL;
	}
	out->classes = classes;
	classes[out->class_count] = (struct rehearsal_class){ 0 };
	memcpy(classes[out->class_count].name, name, length);
	return &classes[out->class_count++];
}

/* Each class once, however many identities of it somebody has. */
static void add_classes(struct play *play, const struct player *player)
{
	struct facts facts = { 0 };
	facts_add_identities(&facts, player->identities, player->last_day);
	for (size_t i = 0; i < facts.identity_count; i++) {
		const char *identity = facts.identities[i];
		size_t length = strcspn(identity, ".:");
		bool again = false;
		for (size_t k = 0; k < i && !again; k++)
			again = strcspn(facts.identities[k], ".:") == length &&
				memcmp(facts.identities[k], identity, length) == 0;
		struct rehearsal_class *class = again ? NULL : class_named(play, identity, length);
		if (class != NULL)
			add_change(&class->people, player);
	}
}

static int order_of_costs(const void *a, const void *b)
{
	const struct rehearsal_cost *x = a, *y = b;
	int order = strcmp(x->merchant, y->merchant);
	return order != 0 ? order : strcmp(x->benefit, y->benefit);
}

static int order_of_classes(const void *a, const void *b)
{
	return strcmp(((const struct rehearsal_class *)a)->name,
		      ((const struct rehearsal_class *)b)->name);
}

void play_end(struct play *play)
{
	struct rehearsal *out = play->out;
	for (size_t i = 0; i < play->player_numbers.count; i++) {
		const struct player *player = &play->players[i];
		add_change(&out->people, player);
		if (player->known)
			add_classes(play, player);
	}
	if (out->cost_count > 0)
		qsort(out->costs, out->cost_count, sizeof *out->costs, order_of_costs);
	if (out->class_count > 0)
		qsort(out->classes, out->class_count, sizeof *out->classes, order_of_classes);
}
