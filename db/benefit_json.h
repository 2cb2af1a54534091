/*
 * What the files that read benefit documents share: conditions, values, limits and the rest.
 */
#ifndef YOUDAI_DB_BENEFIT_JSON_H
#define YOUDAI_DB_BENEFIT_JSON_H

#include "db/document.h"

#define BENEFIT_WORD_MAX 63 /* [byte] of a merchant, a class, a proof */

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define READ(document, benefit, json, members) \
	document_members(document, benefit, json, members, COUNT(members), &(uint32_t){ 0 })

/* Memory of the catalogue; NULL (and the document's status) without memory. */
void *benefit_keep(struct document *document, size_t count, size_t size);

/* Does the text keep to the rule?  Where not, rule_text says what it should be. */
typedef bool text_rule(const char *text);
/* A list of words, copied into the catalogue; rule may be NULL. */
bool benefit_read_words(struct document *document, struct text_list *out, struct json_t *json,
			text_rule *rule, const char *rule_text);

/* Two numbers, both inclusive, each within least to most; null leaves *first or *last as it is. */
bool benefit_read_range(struct document *document, int32_t *first, int32_t *last,
			struct json_t *json, int32_t least, int32_t most);

/* A region's code or the beginning of one, of a province that there is; a class as in the import of
 * persons. */
text_rule benefit_is_region, benefit_is_class;
#define BENEFIT_REGION_RULE "A region is a code of up to 12 digits, or the first ones of it."
#define BENEFIT_CLASS_RULE  "A class is written as in the import of persons: veteran.officer."

/* The least that a limit or a balance may be. */
int64_t benefit_least(const struct document *document);

bool benefit_read_value(struct document *document, struct benefit *benefit, struct json_t *json);
/* Does the value, or one of its tables, count what was had before? */
bool benefit_keeps_account(const struct value *value);

/* Refuses what contradicts itself although each part alone is sound. */
bool benefit_can_hold(struct document *document, const struct benefit *benefit);

/* The three groups of conditions: where, who, when. */
bool benefit_read_where(struct document *document, struct benefit *benefit, struct json_t *json);
bool benefit_read_who(struct document *document, struct benefit *benefit, struct json_t *json);
bool benefit_read_when(struct document *document, struct benefit *benefit, struct json_t *json);

#endif
