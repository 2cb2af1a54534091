/*
 * Benefit documents as benefits: each object of a document is a table of members, each member a
 * reader of a few lines.  Conditions and values have files of their own.
 */
#include "db/benefit_json.h"

#include <stdlib.h>
#include <string.h>

#include "db/catalogue.h"

void *benefit_keep(struct document *document, size_t count, size_t size)
{
	void *memory = catalogue_keep(document->catalogue, count, size);

	if (memory == NULL)
		document->status = BENEFIT_NO_MEMORY;
	return memory;
}

struct texts {
	const char **items;
	text_rule *rule;
	const char *rule_text;
};

static bool read_list_text(struct document *document, void *context, size_t index,
			   struct json_t *json)
{
	struct texts *texts = context;
	const char *text;
	char *copy;

	if (!document_text(document, &text, json, BENEFIT_WORD_MAX))
		return false;
	if (*text == '\0')
		return document_refuse(document, "The text is empty.");
	if (texts->rule != NULL && !texts->rule(text))
		return document_refuse(document, "%s", texts->rule_text);
	copy = benefit_keep(document, strlen(text) + 1, 1);
	if (copy == NULL)
		return false;
	texts->items[index] = strcpy(copy, text);
	return true;
}

bool benefit_read_words(struct document *document, struct text_list *out, struct json_t *json,
			text_rule *rule, const char *rule_text)
{
	struct texts texts = { .rule = rule, .rule_text = rule_text };
	size_t count;

	if (!document_list(document, &count, json) || count == 0)
		return document->status == BENEFIT_OK;
	texts.items = benefit_keep(document, count, sizeof *texts.items);
	if (texts.items == NULL || !document_each(document, json, &texts, read_list_text))
		return false;
	*out = (struct text_list){ .count = count, .items = texts.items };
	return true;
}

/* --- limits --- */

static struct limit *last_limit(struct benefit *benefit)
{
	return &benefit->limits[benefit->limit_count - 1];
}

static bool read_per(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const char *const names[] = { "holder", "venue" };
	size_t name;

	if (!document_name(document, &name, json, names, COUNT(names)))
		return false;
	last_limit(benefit)->per_venue = name == 1;
	return true;
}

static bool read_period(struct document *document, struct benefit *benefit, struct json_t *json)
{
	const char *names[PERIOD_COUNT];
	size_t name;

	for (size_t i = 0; i < PERIOD_COUNT; i++)
		names[i] = period_name((enum period)i);
	if (!document_name(document, &name, json, names, PERIOD_COUNT))
		return false;
	last_limit(benefit)->period = (enum period)name;
	return true;
}

static bool read_count(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_integer(document, &last_limit(benefit)->count, json,
				benefit_least(document), INT64_MAX);
}

static bool read_amount(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_integer(document, &last_limit(benefit)->amount, json,
				benefit_least(document), INT64_MAX);
}

static bool read_limit(struct document *document, void *context, size_t index, struct json_t *json)
{
	static const struct member members[] = {
		{ "per", read_per },
		{ "period", read_period },
		{ "count", read_count },
		{ "amount", read_amount },
	};
	struct benefit *benefit = context;
	uint32_t seen;

	if (index >= BENEFIT_LIMITS_MAX - 1)
		return document_refuse(document, "A benefit has at most %d limits.",
				       BENEFIT_LIMITS_MAX - 1);
	benefit->limits[benefit->limit_count++] = (struct limit){ .count = -1, .amount = -1 };
	if (!document_members(document, benefit, json, members, COUNT(members), &seen))
		return false;
	if ((seen & 3) != 3)
		return document_refuse(document, "A limit says per whom and in which period.");
	return (seen & 12) != 0 ||
	       document_refuse(document, "A limit says a count, an amount or both.");
}

/* What can never hold is refused where it comes from a file; what was taken up once stays. */
int64_t benefit_least(const struct document *document)
{
	return document->stored ? 0 : 1;
}

static bool read_limits(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_each(document, json, benefit, read_limit);
}

/* --- the rest, and the whole --- */

static bool read_id(struct document *document, struct benefit *benefit, struct json_t *json)
{
	const char *text;

	if (!document_text(document, &text, json, BENEFIT_ID_MAX))
		return false;
	if (strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") !=
	    strlen(text))
		return document_refuse(document, "An id is of letters, digits, '-', '_' and '.'.");
	strcpy(benefit->id, text);
	return true;
}

static bool copy_text(struct document *document, char *out, size_t size, struct json_t *json)
{
	const char *text;

	if (!document_text(document, &text, json, size - 1))
		return false;
	strcpy(out, text);
	return true;
}

static bool read_title_zh(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return copy_text(document, benefit->title[0], sizeof benefit->title[0], json);
}

static bool read_title_en(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return copy_text(document, benefit->title[1], sizeof benefit->title[1], json);
}

static bool read_title(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const struct member members[] = { { "zh", read_title_zh }, { "en", read_title_en } };

	return READ(document, benefit, json, members);
}

static bool read_scope_zh(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return copy_text(document, benefit->scope[0], sizeof benefit->scope[0], json);
}

static bool read_scope_en(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return copy_text(document, benefit->scope[1], sizeof benefit->scope[1], json);
}

static bool read_scope(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const struct member members[] = { { "zh", read_scope_zh }, { "en", read_scope_en } };

	return READ(document, benefit, json, members);
}

static bool read_scene(struct document *document, struct benefit *benefit, struct json_t *json)
{
	const char *text;

	if (!document_text(document, &text, json, BENEFIT_WORD_MAX))
		return false;
	if (*text != '\0' && !scene_is_known(text))
		return document_refuse(document, "A scene is one of 食住行购游娱康联商贷庆.");
	strcpy(benefit->scene, text);
	return true;
}

static bool read_stack(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const char *const names[] = { "with_all", "with_discount", "alone" };
	size_t name;

	if (!document_name(document, &name, json, names, COUNT(names)))
		return false;
	benefit->stack = (enum stacking)name;
	return true;
}

static bool read_proof(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return benefit_read_words(document, &benefit->proof, json, NULL, NULL);
}

static bool read_assurance(struct document *document, struct benefit *benefit, struct json_t *json)
{
	int64_t assurance;

	if (!document_integer(document, &assurance, json, 0, 4))
		return false;
	benefit->assurance = (int32_t)assurance;
	return true;
}

static bool read_settlement(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const char *const names[] = { "none", "count", "monthly", "quarterly", "at_once" };
	size_t name;

	if (!document_name(document, &name, json, names, COUNT(names)))
		return false;
	benefit->settlement = (enum settlement)name;
	return true;
}

static bool read_offline(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_bool(document, &benefit->offline, json);
}

/* A title in one language stands for both; without any the id does. */
static void fill_title(struct benefit *benefit)
{
	if (benefit->title[0][0] == '\0')
		strcpy(benefit->title[0],
		       benefit->title[1][0] != '\0' ? benefit->title[1] : benefit->id);
	if (benefit->scope[0][0] == '\0')
		strcpy(benefit->scope[0], benefit->scope[1]);
}

/* A value that counts what was had before counts it since ever where no limit says otherwise. */
static void open_account(struct benefit *benefit)
{
	bool counted = false;

	for (size_t i = 0; i < benefit->limit_count; i++)
		counted = counted || !benefit->limits[i].per_venue;
	if (!counted && benefit_keeps_account(&benefit->value))
		benefit->limits[benefit->limit_count++] =
			(struct limit){ .period = PERIOD_EVER, .count = -1, .amount = -1 };
}

static bool is_new_id(struct document *document, size_t index)
{
	const struct benefit *benefits = document->catalogue->benefits;

	for (size_t i = 0; i < index; i++) {
		if (strcmp(benefits[i].id, benefits[index].id) != 0)
			continue;
		document_begin(document, index);
		document_enter(document, ".benefit");
		return document_refuse(document,
				       "This is a duplicate id: it is also that of $[%zu].", i);
	}
	return true;
}

static bool read_benefit(struct document *document, size_t index)
{
	static const struct member members[] = {
		{ "benefit", read_id },
		{ "title", read_title },
		{ "scope", read_scope },
		{ "scene", read_scene },
		{ "where", benefit_read_where },
		{ "who", benefit_read_who },
		{ "when", benefit_read_when },
		{ "value", benefit_read_value },
		{ "limits", read_limits },
		{ "stack", read_stack },
		{ "proof", read_proof },
		{ "assurance", read_assurance },
		{ "settlement", read_settlement },
		{ "offline", read_offline },
	};
	struct benefit *benefit = &document->catalogue->benefits[index];

	document_begin(document, index);
	if (!READ(document, benefit, document_at(document, index), members))
		return false;
	if (benefit->id[0] == '\0')
		return document_refuse(document, "The document lacks its id, \"benefit\".");
	if (!document->stored && !benefit_can_hold(document, benefit))
		return false;
	fill_title(benefit);
	open_account(benefit);
	document->catalogue->some_alone |= benefit->stack != STACK_WITH_ALL;
	return true;
}

/* The document's text as it is stored and compared with later versions. */
static bool keep_document(struct document *document, size_t index)
{
	char *compact = document_compact(document_at(document, index));
	char *copy = compact == NULL ? NULL : benefit_keep(document, strlen(compact) + 1, 1);

	if (copy != NULL)
		document->catalogue->documents[index] = strcpy(copy, compact);
	else
		document->status = BENEFIT_NO_MEMORY;
	free(compact);
	return copy != NULL;
}

/* Lists the fault that was just found; false where the reading cannot go on. */
static bool note_fault(const struct document *document, struct benefit_faults *faults)
{
	if (document->status != BENEFIT_MALFORMED)
		return false;
	faults->more = faults->count == BENEFIT_FAULTS_MAX;
	if (!faults->more)
		faults->items[faults->count++] = *document->fault;
	return !faults->more;
}

/* One document and its id, which may be another's even where the rest of it is wrong. */
static bool take_document(struct document *document, struct benefit_faults *faults, size_t index)
{
	if ((!read_benefit(document, index) || !keep_document(document, index)) &&
	    !note_fault(document, faults))
		return false;
	if (document->stored || document->catalogue->benefits[index].id[0] == '\0')
		return true;
	return is_new_id(document, index) || note_fault(document, faults);
}

static bool read_catalogue(struct document *document, struct benefit_faults *faults)
{
	if (!document->stored && document_count(document) > BENEFITS_MAX) {
		document_refuse(document, "The file has more than %d benefits.", BENEFITS_MAX);
		note_fault(document, faults);
		return false;
	}
	document->catalogue = catalogue_new(document_count(document));
	if (document->catalogue == NULL) {
		document->status = BENEFIT_NO_MEMORY;
		return false;
	}
	for (size_t i = 0; i < document->catalogue->count; i++) {
		if (!take_document(document, faults, i))
			return false;
	}
	return faults->count == 0;
}

static enum benefit_status parse(struct catalogue **out, struct benefit_faults *faults,
				 const char *json, size_t length, bool stored)
{
	struct document document;
	struct benefit_fault fault;
	bool read;

	faults->count = 0;
	faults->more = false;
	read = document_open(&document, &fault, json, length, stored ? SIZE_MAX : BENEFIT_FILE_MAX);
	document.stored = stored;
	if (!read)
		note_fault(&document, faults);
	else
		read = read_catalogue(&document, faults);
	if (read)
		*out = document.catalogue;
	else
		catalogue_free(document.catalogue);
	document_close(&document);
	if (read || document.status == BENEFIT_NO_MEMORY)
		return document.status;
	return BENEFIT_MALFORMED;
}

static enum benefit_status parse_one(struct catalogue **out, struct benefit_fault *fault,
				     const char *json, size_t length, bool stored)
{
	struct benefit_faults faults;
	enum benefit_status status = parse(out, &faults, json, length, stored);

	if (status == BENEFIT_MALFORMED)
		*fault = faults.items[0];
	return status;
}

enum benefit_status catalogue_parse(struct catalogue **out, struct benefit_fault *fault,
				    const char *json, size_t length)
{
	return parse_one(out, fault, json, length, false);
}

enum benefit_status catalogue_parse_faults(struct catalogue **out, struct benefit_faults *faults,
					   const char *json, size_t length)
{
	return parse(out, faults, json, length, false);
}

enum benefit_status catalogue_parse_stored(struct catalogue **out, struct benefit_fault *fault,
					   const char *json, size_t length)
{
	return parse_one(out, fault, json, length, true);
}
