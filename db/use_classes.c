#include "db/use_classes.h"

#include <stdlib.h>
#include <string.h>

#include "db/identities.h"
#include "db/numbering.h"
#include "db/registry_inside.h"
#include "db/use_walk.h"

static const struct {
	const char *name, *title[2];
} classes[] = {
	{ "veteran", { "退役军人", "veterans" } },
	{ "demobilised", { "复员军人", "demobilised" } },
	{ "returned_ill", { "带病回乡退伍军人", "returned ill" } },
	{ "disabled", { "残疾军人", "disabled" } },
	{ "family", { "三属", "families of the fallen" } },
	{ "war", { "参战", "served in war" } },
	{ "nuclear", { "参试", "served in nuclear tests" } },
	{ "red_army", { "红军老战士", "Red Army" } },
	{ "guest", { "外地持证人", "holders from elsewhere" } },
	{ "unknown", { "身份不详", "class not known" } },
};
#define CLASSES (sizeof classes / sizeof *classes)
#define GUEST   (CLASSES - 2)
#define UNKNOWN (CLASSES - 1)
#define MASKS   (1U << CLASSES)

static const struct use_sum few = {
	.key = "few", .title = { "人数不足三人的类别合计", "classes of fewer than three, joined" }
};

/* The pseudonym of a holder with one class. */
#define MEMBER_BYTES (1 + PSEUDONYM_BYTES)

struct sorting {
	struct registry *registry;
	struct numbering persons; /* pseudonyms of those on record */
	int64_t *identities;      /* of each: id of a word */
	struct numbering strangers;
	bool *forgotten; /* of each stranger: was on record once */
	struct numbering members;
	int64_t holders[CLASSES];
	struct use_amounts
		*sums; /* MASKS of them: by the classes that hold together, bit 1 << class */
	enum registry_status status;
};

static bool fail(struct sorting *sorting, enum registry_status status)
{
	sorting->status = status;
	return false;
}

static bool fail_memory(struct sorting *sorting)
{
	return fail(sorting, registry_faults(sorting->registry, REGISTRY_TROUBLE, "out of memory"));
}

/* --- who is who --- */

static bool add_person(struct sorting *sorting, const char *code, int64_t identities)
{
	uint8_t holder[PSEUDONYM_BYTES];
	vault_holder(sorting->registry->vault, holder, "", code);
	size_t number = numbering_of(&sorting->persons, holder);
	int64_t *larger = number == NUMBERING_NONE
				  ? NULL
				  : room_for_one(sorting->identities, number, sizeof *larger);
	if (larger == NULL)
		return fail_memory(sorting);
	sorting->identities = larger;
	sorting->identities[number] = identities;
	return true;
}

static enum registry_status read_persons(struct sorting *sorting)
{
	static const char sql[] = "SELECT code, identities FROM person";
	struct statement *row;
	enum store_status status = store_statement(sorting->registry->store, &row, sql);
	while (status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		status = STORE_OK;
		if (!add_person(sorting, column_text(row, 0), column_integer(row, 1))) {
			statement_reset(row);
			return sorting->status;
		}
	}
	return registry_says(sorting->registry, status);
}

/* Whoever is deleted is on the audit chain: the deletion is an act on them. */
static bool was_on_record(struct sorting *sorting, const uint8_t holder[static PSEUDONYM_BYTES],
			  bool *out)
{
	static const char sql[] = "SELECT EXISTS (SELECT 1 FROM audit WHERE subject = ?1)";
	struct statement *row;
	enum store_status status = store_statement(sorting->registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_bytes(row, 1, holder, PSEUDONYM_BYTES);
		status = statement_step(row);
	}
	if (status != STORE_ROW)
		return fail(sorting, registry_says(sorting->registry,
						   status == STORE_OK ? STORE_TROUBLE : status));
	*out = column_integer(row, 0) != 0;
	statement_reset(row);
	return true;
}

static bool class_of_stranger(struct sorting *sorting, const uint8_t *holder, uint32_t *out)
{
	size_t known = sorting->strangers.count;
	size_t number = numbering_of(&sorting->strangers, holder);
	bool *larger;
	if (number == NUMBERING_NONE)
		return fail_memory(sorting);
	if (number == known) {
		larger = room_for_one(sorting->forgotten, number, sizeof *larger);
		if (larger == NULL)
			return fail_memory(sorting);
		sorting->forgotten = larger;
		if (!was_on_record(sorting, holder, &sorting->forgotten[number]))
			return false;
	}
	*out = 1U << (sorting->forgotten[number] ? UNKNOWN : GUEST);
	return true;
}

/* "disabled:6:war" is of the class "disabled". */
static uint32_t class_named(const struct dated_identity *identity)
{
	size_t length = 0;
	while (length < identity->length && strchr(".:", identity->name[length]) == NULL)
		length++;
	for (size_t i = 0; i < GUEST; i++)
		if (strlen(classes[i].name) == length &&
		    memcmp(classes[i].name, identity->name, length) == 0)
			return 1U << i;
	return 0;
}

static uint32_t classes_on(const char *identities, int32_t day)
{
	struct dated_identity identity;
	uint32_t mask = 0;
	while (identities[0] != '\0')
		if (identities_next(&identity, &identities) && identity_holds(&identity, day))
			mask |= class_named(&identity);
	return mask == 0 ? 1U << UNKNOWN : mask;
}

static bool classes_of(struct sorting *sorting, const struct walked_use *use, uint32_t *out)
{
	size_t person = numbering_find(&sorting->persons, use->holder);
	const char *identities;
	if (person == NUMBERING_NONE)
		return class_of_stranger(sorting, use->holder, out);
	enum registry_status status =
		word_text(sorting->registry, &identities, sorting->identities[person]);
	if (status != REGISTRY_OK)
		return fail(sorting, status);
	*out = classes_on(identities, use->day);
	return true;
}

/* --- what they used --- */

static bool count_members(struct sorting *sorting, const uint8_t *holder, uint32_t mask)
{
	uint8_t member[MEMBER_BYTES];
	memcpy(member + 1, holder, PSEUDONYM_BYTES);
	for (size_t class = 0; class < CLASSES; class ++) {
		size_t known = sorting->members.count;
		member[0] = (uint8_t) class;
		if ((mask >> class & 1) == 0)
			continue;
		if (numbering_of(&sorting->members, member) == NUMBERING_NONE)
			return fail_memory(sorting);
		sorting->holders[class] += sorting->members.count != known;
	}
	return true;
}

static bool sort_use(void *context, const struct walked_use *use)
{
	struct sorting *sorting = context;
	uint32_t mask = 0;
	if (!classes_of(sorting, use, &mask) || !count_members(sorting, use->holder, mask))
		return false;
	use_amounts_take(&sorting->sums[mask], use);
	return true;
}

/* What was used by those who have any of these classes. */
static struct use_sum sum_of(const struct sorting *sorting, uint32_t wanted)
{
	struct use_amounts amounts = { 0 };
	for (uint32_t mask = 0; mask < MASKS; mask++)
		if ((mask & wanted) != 0)
			use_amounts_add(&amounts, &sorting->sums[mask]);
	return (struct use_sum){ .uses = amounts.uses,
				 .voided = amounts.voided,
				 .payable = amounts.payable,
				 .saved = amounts.saved };
}

/* How many different holders those classes have together; -1 without memory. */
static int64_t holders_of(const struct sorting *sorting, uint32_t wanted)
{
	struct numbering holders = { .key_size = PSEUDONYM_BYTES };
	bool no_memory = false;
	for (size_t i = 0; !no_memory && i < sorting->members.count; i++) {
		const uint8_t *member = sorting->members.keys + i * MEMBER_BYTES;
		if ((wanted >> member[0] & 1) != 0)
			no_memory = numbering_of(&holders, member + 1) == NUMBERING_NONE;
	}
	int64_t count = no_memory ? -1 : (int64_t)holders.count;
	numbering_clear(&holders);
	return count;
}

static void hand_over(struct sorting *sorting, bool (*take)(void *, const struct use_sum *),
		      void *context)
{
	uint32_t joined = 0;
	bool more = true;
	for (size_t class = 0; more && class < CLASSES; class ++) {
		if (sorting->holders[class] < USE_SUM_HOLDERS) {
			joined |= sorting->holders[class] == 0 ? 0 : 1U << class;
			continue;
		}
		struct use_sum sum = sum_of(sorting, 1U << class);
		sum.key = classes[class].name;
		memcpy(sum.title, classes[class].title, sizeof sum.title);
		sum.holders = sorting->holders[class];
		more = take(context, &sum);
	}
	if (!more || joined == 0)
		return;
	struct use_sum sum = sum_of(sorting, joined);
	sum.key = few.key;
	memcpy(sum.title, few.title, sizeof sum.title);
	sum.holders = holders_of(sorting, joined);
	if (sum.holders < 0)
		(void)fail_memory(sorting);
	else
		(void)take(context, &sum);
}

/* Nothing of who is who stays. */
static void forget_all(struct sorting *sorting)
{
	struct numbering *const numberings[] = { &sorting->persons, &sorting->strangers,
						 &sorting->members };
	for (size_t i = 0; i < sizeof numberings / sizeof numberings[0]; i++) {
		if (numberings[i]->count > 0)
			explicit_bzero(numberings[i]->keys,
				       numberings[i]->count * numberings[i]->key_size);
		numbering_clear(numberings[i]);
	}
	free(sorting->identities);
	free(sorting->forgotten);
	free(sorting->sums);
}

enum registry_status use_classes(struct registry *registry, const struct use_query *query,
				 bool (*take)(void *, const struct use_sum *), void *context)
{
	struct sorting sorting = { .registry = registry,
				   .persons = { .key_size = PSEUDONYM_BYTES },
				   .strangers = { .key_size = PSEUDONYM_BYTES },
				   .members = { .key_size = MEMBER_BYTES },
				   .sums = calloc(MASKS, sizeof *sorting.sums) };
	enum registry_status status;
	if (sorting.sums == NULL)
		return registry_faults(registry, REGISTRY_TROUBLE, "out of memory");
	status = read_persons(&sorting);
	if (status == REGISTRY_OK)
		status = use_walk(registry, &query->time, query->places, sort_use, &sorting);
	if (status == REGISTRY_OK && sorting.status == REGISTRY_OK)
		hand_over(&sorting, take, context);
	forget_all(&sorting);
	return status == REGISTRY_OK ? sorting.status : status;
}
